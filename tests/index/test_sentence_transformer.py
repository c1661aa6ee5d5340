import shutil
from pathlib import Path

import numpy as np
import pytest

from index import model
from index.embedding import Embedder, load_embedder
from index.errors import ModelUnavailable
from index.sentence_transformer import SentenceTransformerEmbedder
from tests.index.texts import TEXTS
from tests.index.weights import tiny_weights


@pytest.fixture(scope="module")
def transformer(embedder: Embedder) -> Embedder:
    return load_embedder(str(model.checkpoint_directory()))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny checkpoint."""
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "weights.bin").write_bytes(tiny_weights())
    return model.prepare(tmp_path / "weights.bin").rename(tmp_path / "tiny")


def test_the_prepared_checkpoint_gives_nearly_the_vectors_of_the_graph(
    embedder: Embedder, transformer: Embedder
) -> None:
    for embed, reference in (
        (embedder.embed_passages, transformer.embed_passages),
        (embedder.embed_queries, transformer.embed_queries),
    ):
        cosines = (embed(TEXTS) * reference(TEXTS)).sum(axis=1)
        assert cosines.mean() >= 0.99, cosines
        assert cosines.min() >= 0.97, cosines


def test_vectors_are_float32_of_unit_length(transformer: Embedder) -> None:
    vectors = transformer.embed_passages(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), transformer.dimension))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_the_models_own_prompts_are_used(transformer: Embedder) -> None:
    plain = transformer._model.encode(["passage: Rīga"], normalize_embeddings=True)  # type: ignore[attr-defined]
    np.testing.assert_allclose(transformer.embed_passages(["Rīga"]), plain, atol=1e-5)
    assert not np.allclose(transformer.embed_queries(["Rīga"]), plain, atol=1e-3)


def test_no_texts_give_no_vectors(folder: Path) -> None:
    assert SentenceTransformerEmbedder(str(folder), 1).embed_passages([]).shape == (0, 32)


def test_identity_goes_with_the_weights_wherever_the_folder_is(folder: Path, tmp_path: Path) -> None:
    before = SentenceTransformerEmbedder(str(folder), 1).identity
    (tmp_path / "elsewhere").mkdir()
    moved = folder.rename(tmp_path / "elsewhere" / "tiny")
    assert SentenceTransformerEmbedder(str(moved), 1).identity == before
    (tmp_path / "weights.bin").write_bytes(tiny_weights(seed=1))
    shutil.copy(model.prepare(tmp_path / "weights.bin") / "model.safetensors", moved)
    assert SentenceTransformerEmbedder(str(moved), 1).identity != before


def test_a_folder_is_remembered_by_its_absolute_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert SentenceTransformerEmbedder("tiny", 1).name == str(folder)


@pytest.mark.parametrize("name", ["nekas/tada-modela-nav", "nekas", "empty"])
def test_a_model_that_is_not_there_says_what_to_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelUnavailable, match=rf"(?s)^{name}: this embedding model cannot be loaded .* name a folder"):
        load_embedder(name)
