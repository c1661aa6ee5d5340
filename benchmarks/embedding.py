"""Passages per second: the built-in model as Avots runs it, and the same weights in sentence-transformers."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import SEEDS
from benchmarks.result import Result
from benchmarks.timing import interleaved, ratio_of_medians
from eval.errors import EvaluationError
from index.embedding import load_embedder
from index.loaders import list_files, parse, read
from index.model import checkpoint_directory

__all__ = ["measure", "seed_paragraphs", "xquad_paragraphs"]

_TEXTS = 120
_ROUNDS = 5
_PARAGRAPH = 900  # characters of a made-up paragraph


def measure(data: Path | None, texts: int = _TEXTS, rounds: int = _ROUNDS) -> Result:
    """Both sides embed the same strings; sentence-transformers with the defaults of ``encode``."""
    from sentence_transformers import SentenceTransformer

    passages = (seed_paragraphs() if data is None else xquad_paragraphs(data))[:texts]
    ours = load_embedder()
    theirs = SentenceTransformer(str(checkpoint_directory()))
    prefixed = [f"passage: {passage}" for passage in passages]  # `embed_passages` does that itself
    cosine = _mean_cosine(ours.embed_passages(passages), np.asarray(theirs.encode(prefixed)))
    mine, others = interleaved(partial(ours.embed_passages, passages), partial(theirs.encode, prefixed), rounds)
    return Result(
        name="embedding",
        title="default embedding throughput / sentence-transformers' PyTorch default",
        value=ratio_of_medians(others, mine),
        target=2.0,
        at_most=False,
        sides={
            "Avots": f"{len(passages) / median(mine):.1f} passages/s",
            "sentence-transformers": f"{len(passages) / median(others):.1f} passages/s",
        },
        details={
            "mean cosine of both": round(cosine, 4),
            "texts": f"{len(passages)} paragraphs {'cut out of seeds/' if data is None else 'of XQuAD en'}",
            "rounds": rounds,
        },
    )


def xquad_paragraphs(data: Path) -> list[str]:
    """The 240 English paragraphs of XQuAD, in their order; EvaluationError when they cannot be read."""
    path = data / "qa" / "xquad.en.jsonl"
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return list(dict.fromkeys(row["context"] for row in rows))
    except (OSError, ValueError, KeyError) as error:
        raise EvaluationError(f"{path}: the paragraphs cannot be read ({error}); see --data.") from error


def seed_paragraphs() -> list[str]:
    """As many paragraphs out of the seeds, each from another place, so that no two are equal."""
    text = " ".join(parse(file, read(file)).text for file in list_files([SEEDS])[0])
    step = (len(text) - _PARAGRAPH) // _TEXTS
    return [text[start : start + _PARAGRAPH] for start in range(0, step * _TEXTS, step)]


def _mean_cosine(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    """Mean cosine of the rows; neither side needs to be of unit length."""
    lengths: Sequence[float] = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return float(np.mean(np.einsum("ij,ij->i", left, right) / lengths))
