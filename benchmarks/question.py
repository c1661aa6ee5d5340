"""How long a question takes in a running process, set against the embedding of that question alone."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.corpora import SEEDS, index_documents
from benchmarks.result import ROOT, Result
from benchmarks.timing import interleaved, ratio_of_medians, seconds
from eval.corpora import search_sources
from eval.distractors import read_paragraphs
from eval.gold import read_gold_file
from eval.metrics import percentile
from index.embedding import Embedder, load_embedder
from index.types import Document
from rag.assistant import Assistant
from rag.config import SENTENCE, Config
from rag.factory import build_assistant

__all__ = ["measure"]

_GOLD = ROOT / "eval" / "gold"


def measure(data: Path | None) -> Result:
    """The questions of the development part, each asked and embedded once; those of the test part warm up before.

    The documents are the seeds among the paragraphs of ``data``, or the seeds alone when it is None.
    """
    embedder = load_embedder()
    with TemporaryDirectory(prefix="avots-benchmark-") as work:
        seeds = search_sources(SEEDS, Path(work), embedder)
        warm, questions = (_questions(split, seeds.documents) for split in ("test", "dev"))
        directory = Path(work)
        if data is not None:
            directory = index_documents([*seeds.documents.values(), *read_paragraphs(data)], embedder)
        fast = build_assistant(Config(directory, reader=SENTENCE), embedder)
        trained = build_assistant(Config(directory), embedder)
        for question in warm:
            fast.ask(question)
            trained.ask(question)
        corpus = "seeds only" if data is None else "seeds + distractors"
        return _result(fast, trained, embedder, questions, corpus)


def _questions(split: str, documents: Mapping[str, Document]) -> list[str]:
    gold = read_gold_file(_GOLD / f"seeds.{split}.jsonl", documents)
    return [question.question for question in gold.questions]


def _result(
    assistant: Assistant, trained: Assistant, embedder: Embedder, questions: Sequence[str], corpus: str
) -> Result:
    """The ratio is that of the sentence reader; the time with the trained reader stands beside it."""
    asking: list[float] = []
    embedding: list[float] = []
    stages: list[Mapping[str, float]] = []
    for question in questions:
        ask = partial(_ask, assistant, question, stages)
        asked, embedded = interleaved(ask, partial(embedder.embed_queries, [question]), 1)
        asking += asked
        embedding += embedded
    trained_stages: list[Mapping[str, float]] = []
    reading = [seconds(partial(_ask, trained, question, trained_stages)) for question in questions]
    return Result(
        name="question",
        title="warm question (`--reader sentence`), p50 / embedding of the question alone, p50",
        value=ratio_of_medians(asking, embedding),
        target=3.0,
        at_most=True,
        sides={"question": _milliseconds(asking), "its embedding": _milliseconds(embedding)},
        details={
            "documents": f"{len(assistant.index.documents())} ({corpus})",
            "passages": assistant.index.passage_count(),
            "questions": len(questions),
            "with the span reader": _milliseconds(reading),
            "of which, p50 in ms": {
                name: round(median(each[name] for each in trained_stages), 2) for name in trained_stages[0]
            },
            "stages, p50 in ms": {name: round(median(each[name] for each in stages), 2) for name in stages[0]},
        },
    )


def _ask(assistant: Assistant, question: str, stages: list[Mapping[str, float]]) -> None:
    stages.append(assistant.ask(question).timings_ms)


def _milliseconds(times: Sequence[float]) -> str:
    return f"{1000 * percentile(times, 50):.1f} ms (p95 {1000 * percentile(times, 95):.1f} ms)"
