"""The second corpus: real Latvian paragraphs that answer none of the questions, stored beside the documents.

The FullStack paragraphs (LUMII-AILab/FullStack, CC BY-SA 4.0) are not part of this repository; they are read from a
folder of data that holds ``fullstack_lv/paragraphs.jsonl``.
"""

import hashlib
import json
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import distributions
from pathlib import Path

import index
from eval.errors import EvaluationError
from index.types import Document

__all__ = ["PARAGRAPHS", "corpus_sha256", "index_key", "read_paragraphs"]

PARAGRAPHS = Path("fullstack_lv", "paragraphs.jsonl")


def read_paragraphs(data: Path) -> list[Document]:
    """One document a paragraph of ``data/fullstack_lv/paragraphs.jsonl``; EvaluationError when it cannot be read."""
    path = data / PARAGRAPHS
    try:
        with path.open(encoding="utf-8") as lines:
            return [_document(row["id"], row["text"]) for row in map(json.loads, lines)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path}: the distractor paragraphs cannot be read ({error}); see --data.") from error


def corpus_sha256(documents: Iterable[Document]) -> str:
    """SHA-256 of the ids, titles, languages and texts, in the order of the ids."""
    rows = [
        (document.id, document.title, document.language, document.text)
        for document in sorted(documents, key=lambda each: each.id)
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def index_key(documents: Sequence[Document], model: str) -> str:
    """A name for the index of ``documents``, for keeping it between evaluations: another for anything that changes it.

    It covers the documents, the identity of the embedding model, the source code of the index package, every installed
    distribution with its version, and the machine: an index made by other code is never evaluated.
    """
    installed = sorted({f"{item.name}=={item.version}" for item in distributions()})
    parts = [corpus_sha256(documents), model, _code_sha256(), platform.machine(), platform.python_version(), *installed]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _code_sha256() -> str:
    """Of every file of the index package, data included, but not of what Python compiled."""
    code = hashlib.sha256()
    folder = Path(index.__path__[0])
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            code.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()


def _document(identifier: str, text: str) -> Document:
    return Document(
        id=f"fullstack_lv/{identifier}",
        source=PARAGRAPHS.as_posix(),
        text=text,
        title="",
        language="lv",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
