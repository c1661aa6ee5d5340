"""What the gold is asked against: the documents alone, and the documents among distractors, each as an assistant."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.distractors import corpus_sha256, index_key
from eval.errors import EvaluationError
from eval.report import Corpus
from index.embedding import Embedder
from index.sync import Progress, store_documents, synchronise
from index.types import Document
from rag.assistant import Assistant
from rag.config import SPAN, Config
from rag.factory import build_assistant

__all__ = ["DISTRACTORS", "OWN_INDEX", "SEEDS", "Searched", "search_documents", "search_index", "search_sources"]

SEEDS = "seeds"
DISTRACTORS = "seeds+distractors"
OWN_INDEX = "index"

# So many indexes of distractors are kept: more than one, for a person who goes back and forth between two versions.
_KEPT = 3


@dataclass(frozen=True, slots=True)
class Searched:
    """A corpus with the assistant that answers from it; ``documents`` are those that it stores, by id."""

    corpus: Corpus
    assistant: Assistant
    documents: Mapping[str, Document]


def search_sources(sources: Path, directory: Path, embedder: Embedder, reader: str = SPAN) -> Searched:
    """Index ``sources`` in ``directory``. EvaluationError unless every source was indexed."""
    report = synchronise(directory, [sources], embedder)
    if report.failures:
        raise EvaluationError(f"not every source was indexed, so no figure would be right: {report.failures[0]}")
    return _open(SEEDS, directory, embedder, reader)


def search_index(directory: Path, reader: str = SPAN) -> Searched:
    """An index that is there, with the model that built it. Raises what `build_assistant` raises."""
    return _searched(OWN_INDEX, build_assistant(Config(index=directory, reader=reader)))


def search_documents(
    documents: Sequence[Document],
    cache: Path,
    embedder: Embedder,
    progress: Callable[[Progress], None] | None = None,
    reader: str = SPAN,
) -> Searched:
    """Index ready documents, or use the index of the very same that an earlier evaluation left in ``cache``.

    Its folder is named by `index_key`; storing again into it repairs what a killed evaluation left half done, and
    embeds nothing when it is whole.
    """
    directory = cache / index_key(documents, embedder.identity)
    directory.mkdir(parents=True, exist_ok=True)
    store_documents(directory, documents, embedder, progress)
    directory.touch()
    _keep_newest(cache)
    searched = _open(DISTRACTORS, directory, embedder, reader)
    if searched.corpus.sha256 != corpus_sha256(documents):
        raise EvaluationError(f"{directory}: does not hold the documents it was made of; delete it and run again.")
    return searched


def _open(name: str, directory: Path, embedder: Embedder, reader: str) -> Searched:
    return _searched(name, build_assistant(Config(index=directory, reader=reader), embedder))


def _searched(name: str, assistant: Assistant) -> Searched:
    documents = {each.id: assistant.index.document(each.id) for each in assistant.index.documents()}
    return Searched(Corpus(name, len(documents), corpus_sha256(documents.values())), assistant, documents)


def _keep_newest(cache: Path) -> None:
    by_age = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[_KEPT:]:
        shutil.rmtree(path)
