"""Damage as it arises in real indexes and readers, and the gate's verdict on it, for `test_defects`."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.corpora import SEEDS
from eval.distractors import corpus_sha256
from eval.gate import Baseline, broken_promises, drops
from eval.gold import GoldFile
from eval.report import Corpus, Result, summarise
from eval.run import Run, ask_all
from index.types import Document, Hit, Span
from rag.assistant import Assistant
from rag.query import Query
from rag.reader import SentenceReader
from rag.types import Evidence

__all__ = [
    "ReaderOff",
    "ShortAnswersShifted",
    "documents_of",
    "failing_metrics",
    "forget_passages",
    "insert_line_into_texts",
    "measure",
    "shuffle_vectors",
    "take_offsets_for_bytes",
]


def documents_of(assistant: Assistant) -> dict[str, Document]:
    """What the assistant's index stores, by id."""
    return {each.id: assistant.index.document(each.id) for each in assistant.index.documents()}


def measure(assistant: Assistant, gold: GoldFile, stored: Callable[[str], Document] | None = None) -> Result:
    """Ask the gold questions and summarise, as `eval.entry` does; ``stored`` gives the documents in which quotes are
    looked up, those of the assistant's index when not given."""
    documents = documents_of(assistant)
    corpus = Corpus(SEEDS, len(documents), corpus_sha256(documents.values()))
    outcomes = ask_all(assistant.ask, stored or assistant.index.document, gold.questions)
    return summarise(gold, Run("seeds.dev", "built-in", outcomes), corpus, list_wrong=False)


def failing_metrics(result: Result, baseline: Baseline) -> set[str]:
    """The metrics through which the gate stops this result: broken promises, and drops below the baseline."""
    return {change.metric for change in [*broken_promises([result]), *drops([result], baseline, ["dev"])]}


def take_offsets_for_bytes(directory: Path) -> None:
    """Move passages and sentences to where they would stand if their offsets counted bytes of UTF-8 and not characters:
    too far to the left, by the more the further down a document they stand."""
    with _database(directory) as database:
        texts = dict(database.execute("SELECT id, text FROM documents"))
        rows = database.execute("SELECT document, start, end, sentences, id FROM passages").fetchall()
        for document, start, end, sentences, passage in rows:
            (start, end), *moved = _at_bytes(texts[document], [(start, end), *json.loads(sentences)])
            values = (start, end, json.dumps(moved), passage)
            database.execute("UPDATE passages SET start = ?, end = ?, sentences = ? WHERE id = ?", values)


def _at_bytes(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    encoded = text.encode()
    return [tuple(len(encoded[:offset].decode(errors="ignore")) for offset in span) for span in spans]


def shuffle_vectors(directory: Path) -> None:
    """Give every passage the vector of a random one, each vector to one passage."""
    with _database(directory) as database:
        rows = database.execute("SELECT id, vector FROM passages ORDER BY id").fetchall()
        order = np.random.default_rng(0).permutation(len(rows))
        values = [(rows[place][1], passage) for (passage, _), place in zip(rows, order, strict=True)]
        database.executemany("UPDATE passages SET vector = ? WHERE id = ?", values)
    _drop_derived_files(directory)


def forget_passages(directory: Path, document: str) -> None:
    """Take a document's passages out of the index, which goes on listing the document."""
    with _database(directory) as database:
        database.execute("DELETE FROM passages WHERE document = ?", (document,))
    _drop_derived_files(directory)


def insert_line_into_texts(directory: Path) -> None:
    """Store every document's text with a line break in front, so that everything in it stands one further."""
    with _database(directory) as database:
        database.execute("UPDATE documents SET text = char(10) || text")


@contextmanager
def _database(directory: Path) -> Iterator[sqlite3.Connection]:
    """The index's database, changed behind the back of `index.store`, and committed."""
    with closing(sqlite3.connect(directory / "index.sqlite")) as connection, connection:
        yield connection


def _drop_derived_files(directory: Path) -> None:
    """They are derived from the changed database once more when the index is opened."""
    for generation in directory.glob("generation-*"):
        shutil.rmtree(generation)


class ReaderOff(SentenceReader):
    """Proposes the sentences as they were retrieved, and marks no short answer."""

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        found = sorted(super().read(query, hits), key=lambda item: (hits.index(item.hit), item.sentence))
        return [replace(item, short=None) for item in found]


class ShortAnswersShifted(SentenceReader):
    """Marks short answers one character too far to the right, where the sentence has so many."""

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        return [replace(item, short=_shifted(item)) for item in super().read(query, hits)]


def _shifted(item: Evidence) -> Span | None:
    if item.short is None or item.short.end == item.sentence.end:
        return item.short
    return Span(item.short.start + 1, item.short.end + 1)
