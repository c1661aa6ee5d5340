"""Quality of retrieval, not speed: from a newspaper headline to the paragraph under it, among 4,231 paragraphs.

The headlines are those of the FullStack corpus; no paragraph contains its headline. What retrieval weights were chosen
on is the development half; the target is for the other one.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures

from benchmarks.corpora import index_documents
from benchmarks.result import Result
from eval.distractors import read_paragraphs
from eval.errors import EvaluationError
from index.embedding import load_embedder
from index.store import PassageIndex
from rag.query import Query, prepare_query
from rag.retriever import retrieve

__all__ = ["half", "measure", "read_headlines"]

_PASSAGES = 50  # searched for the first ten documents
_DOCUMENTS = 10
_MEASURES = (ir_measures.nDCG @ 10, ir_measures.R @ 1, ir_measures.R @ 10)

Ranking = Callable[[Query, PassageIndex], Iterable[str]]


def measure(data: Path | None) -> Result:
    """nDCG@10, R@1 and R@10 of the retriever and of either side of it alone.

    EvaluationError without ``data``: there is nothing else to measure this on.
    """
    if data is None:
        raise EvaluationError("headlines: needs the paragraphs and headlines of FullStack; name their folder: --data.")
    embedder = load_embedder()
    index = PassageIndex.open(index_documents(read_paragraphs(data), embedder))
    languages = sorted(index.languages())
    queries = {id_: prepare_query(title, index, languages, embedder) for id_, title in read_headlines(data)}
    figures = {name: _figures(ranking, queries, index) for name, ranking in _RANKINGS.items()}
    best = figures["retriever"]["test"]
    return Result(
        name="headlines",
        title="headline to paragraph, nDCG@10 of the whole retriever, test half",
        value=best["nDCG@10"],
        target=0.55,
        at_most=False,
        sides={
            f"{name}, {part}": ", ".join(f"{measure} {value:.3f}" for measure, value in values.items())
            for name, halves in figures.items()
            for part, values in halves.items()
        },
        details={"documents": len(index.documents()), "headlines": len(queries)},
    )


def read_headlines(data: Path) -> list[tuple[str, str]]:
    """(paragraph id, headline) pairs; EvaluationError when they cannot be read."""
    path = data / "fullstack_lv" / "title_to_paragraph.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [(row["id"], row["title"]) for row in rows]
    except (OSError, ValueError, KeyError) as error:
        raise EvaluationError(f"{path}: the headlines cannot be read ({error}); see --data.") from error


def half(id_: str) -> str:
    """The half that a headline belongs to: "development" or "test"."""
    return "development" if sum(map(ord, id_)) % 2 == 0 else "test"


def _fused(query: Query, index: PassageIndex) -> Iterable[str]:
    return (hit.document.id for hit in retrieve(query, index, _PASSAGES))


def _dense(query: Query, index: PassageIndex) -> Iterable[str]:
    return _documents(index.nearest(query.vector, _PASSAGES), index)


def _lexical(query: Query, index: PassageIndex) -> Iterable[str]:
    return _documents(index.match(query.terms, _PASSAGES), index)


def _documents(passages: Iterable[int], index: PassageIndex) -> Iterable[str]:
    ids = list(passages)
    found = index.passages(ids)
    return (found[id_].chunk.document for id_ in ids)


_RANKINGS: Mapping[str, Ranking] = {"retriever": _fused, "dense alone": _dense, "BM25 alone": _lexical}


def _figures(ranking: Ranking, queries: Mapping[str, Query], index: PassageIndex) -> dict[str, dict[str, float]]:
    run = {id_: _run(ranking(query, index)) for id_, query in queries.items()}
    parts = {part: [id_ for id_ in queries if half(id_) == part] for part in ("development", "test")}
    return {part: _score({id_: run[id_] for id_ in ids}) for part, ids in parts.items()}


def _run(documents: Iterable[str]) -> dict[str, float]:
    """Scores by document: a document stands where its best passage stands."""
    ranked: Sequence[str] = list(dict.fromkeys(documents))[:_DOCUMENTS]
    return {document: float(-rank) for rank, document in enumerate(ranked)}


def _score(run: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    relevant = {id_: {f"fullstack_lv/{id_}": 1} for id_ in run}
    found = ir_measures.calc_aggregate(_MEASURES, relevant, run)
    return {str(measure): round(float(found[measure]), 4) for measure in _MEASURES}
