"""A small embedder and small sources that several tests use."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.store import PassageIndex

__all__ = ["HashEmbedder", "contents", "many", "write_sources"]

DIMENSION = 8


class HashEmbedder:
    """Unit vectors made from the hash of a text: deterministic, and equal for equal texts only.

    ``embedded`` are the passages it was asked for, in order.
    """

    dimension = DIMENSION

    def __init__(self, identity: str = "hash/1") -> None:
        self.name: str | None = None
        self.identity = identity
        self.embedded: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, DIMENSION)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return self.embed_queries(texts)

    def _vector(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(hashlib.sha256(f"{self.identity} {text}".encode()).digest()[:8])
        vector = np.random.default_rng(seed).normal(size=DIMENSION)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def write_sources(folder: Path, texts: dict[str, str]) -> Path:
    """Make ``folder`` hold just ``texts`` by file name."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def many(changed: str = "") -> dict[str, str]:
    """More passages than are embedded between two writes to the staging file."""
    return {f"{n:03}.txt": f"Ziņa numur {n} par Rīgu{changed}." for n in range(80)}


def contents(directory: Path) -> tuple[object, ...]:
    """All that a reader can see of an index: documents, passages with vectors and words, spellings.

    Passages are named by their places, because their numbers tell in which order they were written.
    """
    index = PassageIndex.open(directory)
    try:
        assert index.problems() == []
        documents = [index.document(summary.id) for summary in index.documents()]
        query = HashEmbedder().embed_queries(["jautājums"])[0]
        nearest = _by_place(index, index.nearest(query, 10_000))
        matches = _by_place(index, index.match([frozenset({"rig"}), frozenset({"ziņ"}), frozenset({"zin"})], 10_000))
        spellings = [index.spelling(word) for word in ("riga", "zina", "vards")]
        return documents, nearest, matches, spellings
    finally:
        index.close()


def _by_place(index: PassageIndex, scores: dict[int, float]) -> list[tuple[str, int, int, float]]:
    passages = index.passages(list(scores))
    places = [(passages[id_].chunk, score) for id_, score in scores.items()]
    return sorted((chunk.document, chunk.span.start, chunk.span.end, round(score, 5)) for chunk, score in places)
