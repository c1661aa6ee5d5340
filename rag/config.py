"""All that a user can set for answering, in one frozen value."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["SENTENCE", "SPAN", "Config"]

SPAN, SENTENCE = "span", "sentence"


@dataclass(frozen=True, slots=True)
class Config:
    """``index``: the index directory. ``model``: None for the model that built the index; a name or path must be
    the one that built it, or opening is an error. ``reader``: "span" reads each passage with the trained model,
    "sentence" goes by words and vectors alone, which is many times faster and right less often; anything else is the
    path or hub name of a transformers question-answering model. ``min_confidence``: answers below it are refused; None
    for the threshold that was fitted. ``threads``: CPU threads for the models."""

    index: Path
    model: str | None = None
    reader: str = SPAN
    min_confidence: float | None = None
    threads: int = 2
