"""Is everything in place to ask? Each check says what it saw or what to do."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index import model
from index.errors import AvotsError
from index.store import PassageIndex
from rag.config import SENTENCE, Config
from rag.factory import build_assistant
from ui.messages import Language, say

__all__ = ["Check", "examine"]

_PACKAGES = ("numpy", "onnxruntime", "tokenizers", "faiss-cpu", "tantivy", "typer", "rich", "gradio")
_OLDEST_PYTHON = (3, 11)
_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``sentence`` tells a person what was seen or what to do."""

    healthy: bool
    sentence: str


def examine(directory: Path, language: Language) -> Iterator[Check]:
    """Look at Python, the packages, the cache, the model and the index in ``directory``, in this order."""
    yield _python(language)
    yield from (_package(name, language) for name in _PACKAGES)
    yield _cache(language)
    ready = _model(language)
    yield ready
    yield from _index(directory, language, ready.healthy)


def _python(language: Language) -> Check:
    number = ".".join(map(str, sys.version_info[:3]))
    healthy = sys.version_info >= _OLDEST_PYTHON
    return Check(healthy, say(language, "doctor.python" if healthy else "doctor.python_old", version=number))


def _package(name: str, language: Language) -> Check:
    try:
        return Check(True, say(language, "doctor.package", name=name, version=version(name)))
    except PackageNotFoundError:
        return Check(False, say(language, "doctor.package_missing", name=name))


def _cache(language: Language) -> Check:
    path = model.cache_directory()
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return Check(True, say(language, "doctor.cache", path=path))
    except OSError as error:
        return Check(False, say(language, "doctor.cache_readonly", path=path, problem=error.strerror))


def _model(language: Language) -> Check:
    if not model.is_prepared():
        return Check(False, say(language, "doctor.model_unprepared"))
    try:
        return Check(True, say(language, "doctor.model", path=model.verify().directory))
    except AvotsError as error:
        return Check(False, str(error))


def _index(directory: Path, language: Language, ready: bool) -> Iterator[Check]:
    """``ready``: the built-in model is; looking must not prepare it, so nothing is searched without it."""
    try:
        index = PassageIndex.open(directory)
        yield _contents(index, directory, language)
        yield from (Check(False, problem) for problem in index.problems())
        yield from (_source(source, language) for source in index.manifest.sources)
        if ready:
            yield _search(index, directory, language)
    except AvotsError as error:
        yield Check(False, str(error))


def _contents(index: PassageIndex, directory: Path, language: Language) -> Check:
    documents = index.documents()
    counts = {"documents": len(documents), "passages": sum(document.passages for document in documents)}
    return Check(True, say(language, "doctor.index", index=directory, model=index.manifest.model_identity, **counts))


def _source(source: str, language: Language) -> Check:
    reachable = Path(source).exists()
    return Check(reachable, say(language, "doctor.source" if reachable else "doctor.source_missing", source=source))


def _search(index: PassageIndex, directory: Path, language: Language) -> Check:
    """Search for the beginning of the first document: model, vectors and words all have to work for that."""
    queries = [index.document(document.id).text[:_QUERY] for document in index.documents()[:1]]
    hits = [hit for query in queries for hit in build_assistant(Config(directory, reader=SENTENCE)).search(query, 1)]
    key = "doctor.search" if hits or not queries else "doctor.search_empty"
    return Check(key == "doctor.search", say(language, key, hits=len(hits), index=directory))
