"""All that a user can set for answering, in one frozen value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Config", "ReaderName"]

ReaderName = Literal["span", "sentence"]


@dataclass(frozen=True, slots=True)
class Config:
    """``index``: the index directory. ``model``: None for the model that built the index; a name or path must be
    the one that built it, or opening is an error. ``reader``: "span" reads each passage with the trained model,
    "sentence" goes by words and vectors alone, which is many times faster and right less often. ``threads``: CPU
    threads for the models."""

    index: Path
    model: str | None = None
    reader: ReaderName = "span"
    threads: int = 2
