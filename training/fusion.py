"""Compare ways of fusing dense and lexical scores on development questions; print the table of docs/how-it-works.md.

    python -m training.fusion --data FOLDER [--work FOLDER]

nDCG@10 of the best-placed passage that holds an answer, over single paragraphs (the collection "paragraphs"); of
headlines the half that `benchmarks.headlines` calls development.
"""

import argparse
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev

from index.embedding import load_embedder
from index.store import PassageIndex
from index.sync import store_documents
from index.types import Chunk
from rag.query import prepare_query
from training.collections import Question, collections

Scores = Mapping[int, float]
Fusion = Callable[[Scores, Scores, float], Scores]


def weighted(weight: float) -> Fusion:
    return lambda dense, lexical, ceiling: {
        id_: cosine + weight * lexical.get(id_, 0.0) / ceiling for id_, cosine in dense.items()
    }


def z_scores(weight: float) -> Fusion:
    def fuse(dense: Scores, lexical: Scores, _: float) -> Scores:
        words = {id_: lexical.get(id_, 0.0) for id_ in dense}
        left, right = _standard(dense), _standard(words)
        return {id_: left[id_] + weight * right[id_] for id_ in dense}

    return fuse


def _standard(scores: Scores) -> Scores:
    mean, deviation = fmean(scores.values()), pstdev(scores.values()) or 1.0
    return {id_: (score - mean) / deviation for id_, score in scores.items()}


FUSIONS: dict[str, Fusion] = {
    "dense": lambda dense, lexical, ceiling: dense,
    "BM25": lambda dense, lexical, ceiling: {id_: lexical.get(id_, 0.0) for id_ in dense},
    **{f"z-scores, lexical weight {weight}": z_scores(weight) for weight in (0.3, 0.5)},
    **{f"cosine + {weight} · BM25 / ceiling": weighted(weight) for weight in (0.2, 0.4, 0.7)},
}


def asked(data: Path) -> Iterator[tuple[str, Question]]:
    """(column, question): every question is in one column or, typed without diacritics, in two."""
    styles = Path(__file__).parent / "questions" / "latvian.dev.jsonl"
    plain = {row["id"]: row["style"] for row in map(json.loads, styles.read_text("utf-8").splitlines())}
    for question in next(c for c in collections(data, "dev") if c.name == "paragraphs").questions:
        if question.answers:
            yield ("Latvian" if question.language == "lv" else "other languages"), question
            if plain[question.id] == "no_diacritics":
                yield "without diacritics", question
    titles = data / "fullstack_lv" / "title_to_paragraph.jsonl"
    for row in map(json.loads, titles.read_text("utf-8").splitlines()):
        if sum(map(ord, row["id"])) % 2 == 0:
            answer = (f"fullstack_lv/{row['id']}", 0, len(row["text"]))
            yield "headlines", Question(row["id"], row["title"], "lv", row["id"], (answer,))


def gain(scores: Scores, right: Sequence[int]) -> float:
    """DCG@10 of the best-placed right passage alone, whose ideal is 1."""
    best = max((scores.get(id_, -math.inf) for id_ in right), default=-math.inf)
    rank = sum(score > best for score in scores.values())
    return 1 / math.log2(rank + 2) if rank < 10 and best > 0 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with fullstack_lv/ and gnome_help/")
    parser.add_argument("--work", type=Path, default=Path("build/sentence_reader"), help="where the indexes are kept")
    arguments = parser.parse_args()
    embedder = load_embedder()
    documents = next(c for c in collections(arguments.data, "dev") if c.name == "paragraphs").documents
    store_documents(arguments.work / "paragraphs", documents, embedder)
    index = PassageIndex.open(arguments.work / "paragraphs")
    every = index.passage_count()
    passages = index.passages(list(index.nearest(embedder.embed_queries(["?"])[0], every)))
    gains: dict[tuple[str, str], list[float]] = {}
    for column, question in asked(arguments.data):
        query = prepare_query(question.question, index, ["lv"], embedder)
        dense, lexical = index.nearest(query.vector, every), index.match(query.terms, every)
        right = [id_ for id_, passage in passages.items() if _holds(passage.chunk, question)]
        for name, fusion in FUSIONS.items():
            fused = fusion(dense, lexical, index.ceiling(query.terms) or 1.0)
            gains.setdefault((name, column), []).append(gain(fused, right))
    columns = list(dict.fromkeys(column for _, column in gains))
    print("| |", " | ".join(f"{column} ({len(gains['dense', column])})" for column in columns), "|")
    print("|---" * (len(columns) + 1) + "|")
    for name in FUSIONS:
        print(f"| {name} |", " | ".join(f"{fmean(gains[name, column]):.3f}" for column in columns), "|")


def _holds(chunk: Chunk, question: Question) -> bool:
    return any(
        document == chunk.document
        and 2 * (min(end, chunk.span.end) - max(start, chunk.span.start)) >= min(end - start, len(chunk.span))
        for document, start, end in question.answers
    )


if __name__ == "__main__":
    main()
