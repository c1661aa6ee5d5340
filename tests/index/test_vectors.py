from pathlib import Path

import numpy as np
import pytest

from index.vectors import VectorIndex

IDS = np.array([40, 2, 17, 300, 5, 9], np.int64)


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


@pytest.fixture
def vectors() -> np.ndarray:
    return unit(np.random.default_rng(1).normal(size=(len(IDS), 16)))


@pytest.fixture
def index(tmp_path: Path, vectors: np.ndarray) -> VectorIndex:
    VectorIndex.build(IDS, vectors, tmp_path / "vectors.faiss")
    return VectorIndex.read(tmp_path / "vectors.faiss")


@pytest.mark.parametrize("k", [1, 3, 6, 100])
def test_the_nearest_are_those_of_numpy_in_the_same_order(index: VectorIndex, vectors: np.ndarray, k: int) -> None:
    query = unit(np.random.default_rng(2).normal(size=16))
    cosines = vectors @ query
    order = np.argsort(-cosines)[:k]
    found = index.nearest(query, k)
    assert list(found) == IDS[order].tolist()
    assert list(found.values()) == pytest.approx(cosines[order].tolist(), abs=1e-6)


def test_cosines_of_named_passages_are_exact(index: VectorIndex, vectors: np.ndarray) -> None:
    query = vectors[3]
    found = index.cosines([9, 300], query)
    assert found == pytest.approx({9: float(vectors[5] @ query), 300: 1.0}, abs=1e-6)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    VectorIndex.build(np.empty(0, np.int64), np.empty((0, 16), np.float32), tmp_path / "vectors.faiss")
    index = VectorIndex.read(tmp_path / "vectors.faiss")
    assert (len(index), index.nearest(np.ones(16, np.float32), 10), index.cosines([], np.ones(16))) == (0, {}, {})


def test_its_length_is_the_number_of_vectors(index: VectorIndex) -> None:
    assert len(index) == len(IDS)
