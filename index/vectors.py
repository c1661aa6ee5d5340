"""FAISS, here and nowhere else: exact inner-product search over passage vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

__all__ = ["VectorIndex"]


class VectorIndex:
    """Passage vectors by passage id. With unit vectors the inner product is the cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index
        # One question is searched on one thread. FAISS would wake all of them just to translate places into ids, and
        # wait for the slowest: on a busy machine that takes longer than the search.
        self._flat, self._ids = faiss.downcast_index(index.index), faiss.vector_to_array(index.id_map)

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
        if not len(self):  # FAISS refuses to search for no neighbours
            return {}
        scores, places = self._flat.search(vector.reshape(1, -1), min(k, len(self)))
        return dict(zip(self._ids[places[0]].tolist(), scores[0].tolist(), strict=True))

    def cosines(self, ids: Sequence[int], vector: NDArray[np.float32]) -> dict[int, float]:
        """Cosine by id of the passages ``ids`` to ``vector``."""
        stored = self._index.reconstruct_batch(np.array(ids, np.int64))
        return dict(zip(ids, np.einsum("ij,j->i", stored, vector).tolist(), strict=True))
