"""What the benchmarks search: the seeds, and the Latvian paragraphs of a folder of data, in an index that is kept."""

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.result import ROOT
from eval.corpora import search_documents
from index.embedding import Embedder
from index.sync import Progress
from index.types import Document

__all__ = ["CACHE", "SEEDS", "index_documents"]

SEEDS = ROOT / "seeds"
CACHE = ROOT / "build" / "benchmarks"


def index_documents(documents: Sequence[Document], embedder: Embedder) -> Path:
    """The folder of an index of ``documents``: minutes the first time, then kept until code or documents change."""
    print(f"preparing the index of {len(documents)} documents in {CACHE}.", file=sys.stderr, flush=True)
    return search_documents(documents, CACHE, embedder, _show).assistant.index.directory


def _show(progress: Progress) -> None:
    if progress.stage == "embed" and sys.stderr.isatty():
        end = "\n" if progress.done == progress.total else "\r"
        print(f"{progress.done} of {progress.total} passages", end=end, file=sys.stderr, flush=True)
