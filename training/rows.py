"""Rows for training the span reader: a question, a passage with its title, and the answer's place in it or none."""

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.chunking import chunk
from index.embedding import Embedder
from index.language import fold
from index.store import PassageIndex
from index.sync import store_documents
from index.types import Document
from rag.query import prepare_query
from rag.retriever import retrieve
from training.collections import Question, collections

__all__ = ["Row", "held_out", "latvian_rows", "squad_rows"]

# Licensed for redistribution of what is trained from them (docs/reader.md); English TyDi, NorQuAD and PoQuAD measure.
_XQUAD = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "tr", "vi")
_OTHERS = {"squad_it.it": 3000, "tydi.id": 500, "tydi.sw": 400, "tydi.ar": 300, "tydi.te": 200, "tydi.bn": 100}
_SIZES = (300, 480, 700)  # characters of a passage; 480 is what an index holds


@dataclass(frozen=True, slots=True)
class Row:
    """``start`` and ``end`` are in characters of ``passage``; both None when the passage does not answer."""

    question: str
    title: str
    passage: str
    start: int | None
    end: int | None


def held_out(question: Question) -> bool:
    """A fifth of the development documents, kept from training to fit what combines the reader with retrieval."""
    return sum(question.group.encode()) % 5 == 0


def latvian_rows(data: Path, work: Path, embedder: Embedder, draw: random.Random) -> Iterator[Row]:
    """The project's own questions: passages that answer, three times in different cuts, and what retrieval mistakes."""
    texts = next(c for c in collections(data, "dev") if c.name == "texts")
    store_documents(work / "texts", texts.documents, embedder)
    index = PassageIndex.open(work / "texts")
    documents = {document.id: document for document in texts.documents}
    for question in texts.questions:
        if held_out(question):
            continue
        for document, start, end in question.answers[:1]:
            for size in (480, 480, draw.choice(_SIZES)):
                yield from _positive(_asked(question.question, draw), documents[document], start, end, size)
        query = prepare_query(question.question, index, ["lv"], embedder)
        wrong = [hit for hit in retrieve(query, index, 8) if not _holds(hit.document.id, hit.text, question, documents)]
        for hit in draw.sample(wrong[:6], min(2 if question.answers else 3, len(wrong[:6]))):
            yield Row(_asked(question.question, draw), hit.document.title, hit.text, None, None)


def _holds(document: str, passage: str, question: Question, documents: dict[str, Document]) -> bool:
    """Whether the passage holds an answer's words (it may then answer too); of the same document or of another."""
    return any(documents[id_].text[start:end] in passage for id_, start, end in question.answers)


def squad_rows(data: Path, draw: random.Random) -> Iterator[Row]:
    """XQuAD, half of it with the question in another language than the passage, and other licensed sets."""
    parallel: dict[str, dict[str, dict]] = defaultdict(dict)  # type: ignore[type-arg]
    for language in _XQUAD:
        for row in _lines(data / f"xquad.{language}.jsonl"):
            parallel[row["id"]][language] = row
    for versions in parallel.values():
        for language in draw.sample(sorted(versions), 6):
            asked = language if draw.random() < 0.6 else draw.choice(sorted(versions))
            yield from _from_squad(versions[language], versions[asked]["question"], draw)
    for name, count in _OTHERS.items():
        rows = list(_lines(data / f"{name}.jsonl"))
        for row in draw.sample(rows, min(count, len(rows))):
            yield from _from_squad(row, row["question"], draw)


def _from_squad(row: dict, question: str, draw: random.Random) -> Iterator[Row]:  # type: ignore[type-arg]
    """The passage that answers or, for three of ten, another one of the same text."""
    document = Document("", "", row["context"], "", row["lang"], "")
    answer = row["answers"][0]
    if draw.random() < 0.7:
        start = answer["start"]
        yield from _positive(_asked(question, draw), document, start, start + len(answer["text"]), draw.choice(_SIZES))
        return
    passages = [piece.span.of(document.text) for piece in chunk(document, 300)]
    others = [passage for passage in passages if answer["text"] not in passage]
    if others:
        yield Row(_asked(question, draw), "", draw.choice(others), None, None)


def _positive(question: str, document: Document, start: int, end: int, size: int) -> Iterator[Row]:
    for piece in chunk(document, size):
        if piece.span.start <= start and end <= piece.span.end:
            at = piece.span.start
            yield Row(question, document.title, piece.span.of(document.text), start - at, end - at)
            return


def _asked(question: str, draw: random.Random) -> str:
    """Now and then as typed on a phone: without diacritics, capitals and question mark."""
    return fold(question).rstrip("?") if draw.random() < 0.07 else question


def _lines(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
