"""The retriever alone on a collection in the layout of BEIR (Thakur et al. 2021): corpus, queries and judgements."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import ir_measures

from eval.corpora import search_documents
from eval.errors import GoldError
from index.embedding import Embedder
from index.language import detect
from index.types import Document
from rag.assistant import Assistant
from rag.config import SENTENCE

__all__ = ["BeirCollection", "BeirScores", "Qrels", "read_beir", "score_beir"]

# Query id -> document id -> degree of relevance, 0 for judged not relevant.
Qrels = Mapping[str, Mapping[str, int]]

_DOCUMENTS = 100
_PASSAGES = 300  # searched for so many documents
_MEASURES = {
    "ndcg@10": ir_measures.nDCG @ 10,
    "recall@10": ir_measures.R @ 10,
    "recall@100": ir_measures.R @ 100,
    "mrr@10": ir_measures.RR @ 10,
}


@dataclass(frozen=True, slots=True)
class BeirCollection:
    """``queries`` are the judged ones, by id."""

    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class BeirScores:
    """Means over the judged queries, each by its name in ir-measures' conventions."""

    documents: int
    queries: int
    measures: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_beir(folder: Path, split: str = "test") -> BeirCollection:
    """``corpus.jsonl``, ``queries.jsonl`` and ``qrels/<split>.tsv`` of a folder; documents without any text are left
    out, as nothing can find them.

    Raises:
        GoldError: a file is missing or of another layout, or a judgement names a query or document that is not there.
    """
    corpus = {row["_id"]: row for row in _rows(folder / "corpus.jsonl")}
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl")}
    qrels = _qrels(folder / "qrels" / f"{split}.tsv")
    for query, judged in qrels.items():
        missing = [f"query {query!r}"] if query not in queries else []
        missing += [f"document {id_!r}" for id_ in judged if id_ not in corpus]
        if missing:
            raise GoldError(f"{folder}: qrels/{split}.tsv judges {missing[0]}, which is not there; mend or delete it.")
    documents = tuple(_document(row) for row in corpus.values() if (row.get("title", "") + row["text"]).strip())
    return BeirCollection(documents, {id_: queries[id_] for id_ in qrels}, qrels)


def score_beir(collection: BeirCollection, embedder: Embedder, cache: Path) -> BeirScores:
    """Index the documents, kept in ``cache`` for the next time, search every query, and measure."""
    assistant = search_documents(collection.documents, cache, embedder, reader=SENTENCE).assistant
    run = {id_: _ranking(assistant, query) for id_, query in collection.queries.items()}
    values = ir_measures.calc_aggregate(_MEASURES.values(), collection.qrels, run)
    measures = {name: float(values[measure]) for name, measure in _MEASURES.items()}
    return BeirScores(len(collection.documents), len(collection.queries), measures)


def _ranking(assistant: Assistant, query: str) -> dict[str, float]:
    """The score of each document's best passage."""
    best: dict[str, float] = {}
    for hit in assistant.search(query, _PASSAGES):
        best.setdefault(hit.document.id, hit.score)
    # A query that finds nothing counts as 0, which a run without it would hide.
    return dict(list(best.items())[:_DOCUMENTS]) or {"": 0.0}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise GoldError(f"{path}: line {number} is no JSON ({error}); mend or delete it.") from error
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("_id", "text")):
            raise GoldError(f'{path}: line {number} lacks "_id" or "text", which BEIR\'s layout has.')
        yield row


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows = csv.reader(_lines(path), delimiter="\t")
    for number, row in enumerate(rows, 1):
        if number == 1 or not row:  # the heading: query-id, corpus-id, score
            continue
        try:
            query, document, degree = row
            found.setdefault(query, {})[document] = int(degree)
        except ValueError as error:
            raise GoldError(f"{path}: line {number} is not query-id, corpus-id, score with tabs between.") from error
    if not found:
        raise GoldError(f"{path}: there is no judgement in this file.")
    return found


def _lines(path: Path) -> Iterable[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(
            f"{path}: cannot be read as UTF-8 text ({error}); --beir names a folder as BEIR has."
        ) from error


def _document(row: Mapping[str, Any]) -> Document:
    title = str(row.get("title") or "").strip()
    text = f"{title}\n\n{row['text']}" if title else row["text"]
    return Document(row["_id"], row["_id"], text, title, detect(text, default="en"), row["_id"])
