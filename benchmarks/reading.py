"""Reading a passage for a question, set against embedding the same passage, both in the same runtime."""

from functools import partial
from pathlib import Path

from benchmarks.corpora import SEEDS
from benchmarks.result import Result
from benchmarks.timing import interleaved, ratio_of_medians
from eval.metrics import percentile
from index.chunking import chunk, context
from index.embedding import load_embedder
from index.loaders import list_files, parse, read
from rag.config import SPAN
from rag.factory import load_span_model

__all__ = ["measure"]

_QUESTION = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
_ROUNDS = 5


def measure(data: Path | None) -> Result:
    """Every passage of the seeds, one at a time, with the title that both sides see; ``data`` is not needed."""
    embedder = load_embedder()
    model = load_span_model(SPAN, 2, embedder)
    documents = [parse(file, read(file)) for file in list_files([SEEDS])[0]]
    passages = [(document, piece) for document in documents for piece in chunk(document)]
    reading: list[float] = []
    embedding: list[float] = []
    for number in range(_ROUNDS + 1):
        for document, piece in passages:
            pair = (document.title, piece.span.of(document.text))
            read_, embedded = interleaved(
                partial(model.score, _QUESTION, [pair]),
                partial(embedder.embed_passages, [context(document, piece)]),
                1,
            )
            if number:  # the first round warms up
                reading += read_
                embedding += embedded
    return Result(
        name="reading",
        title="reading one passage, p50 / embedding the same passage, p50",
        value=ratio_of_medians(reading, embedding),
        target=1.3,
        at_most=True,
        sides={"reading": _milliseconds(reading), "embedding": _milliseconds(embedding)},
        details={"passages": len(passages), "rounds": _ROUNDS},
    )


def _milliseconds(times: list[float]) -> str:
    return f"{1000 * percentile(times, 50):.1f} ms (p95 {1000 * percentile(times, 95):.1f} ms)"
