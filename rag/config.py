"""All that a user can set for answering, in one frozen value."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Config"]


@dataclass(frozen=True, slots=True)
class Config:
    """``index``: the index directory. ``model``: None for the model that built the index; a name or path must be
    the one that built it, or opening is an error. ``threads``: CPU threads for the embedding model."""

    index: Path
    model: str | None = None
    threads: int = 2
