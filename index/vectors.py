"""FAISS, here and nowhere else: exact inner-product search over passage vectors."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

__all__ = ["VectorIndex"]


class VectorIndex:
    """Passage vectors by passage id. With unit vectors the inner product is the cosine."""

    def __init__(self, index: "faiss.Index") -> None:
        self._index = index

    @classmethod
    def build(cls, ids: NDArray[np.int64], vectors: NDArray[np.float32], path: Path) -> None:
        """Write an index of ``vectors`` (shape [n, dimension]) under ``ids`` (shape [n]) to ``path``."""
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        index.add_with_ids(vectors, ids)
        faiss.write_index(index, str(path))

    @classmethod
    def read(cls, path: Path) -> "VectorIndex":
        return cls(faiss.read_index(str(path)))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[int, float]:
        """Cosine by id of the ``k`` passages nearest to ``vector`` (shape [dimension]), best first."""
        scores, ids = self._index.search(vector.reshape(1, -1), min(k, len(self)))
        return {int(id_): float(score) for id_, score in zip(ids[0], scores[0], strict=True) if id_ >= 0}

    def cosines(self, ids: Sequence[int], vector: NDArray[np.float32]) -> dict[int, float]:
        """Cosine by id of the passages ``ids`` to ``vector``."""
        return {id_: float(self._index.reconstruct(id_) @ vector) for id_ in ids}
