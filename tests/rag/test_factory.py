import shutil
from pathlib import Path

import pytest

from index import model
from index.embedding import Embedder, load_embedder
from index.errors import IndexMismatch, IndexNotFound
from index.sync import synchronise
from rag.config import Config
from rag.factory import build_assistant
from tests.index.examples import HashEmbedder, write_sources
from tests.index.weights import tiny_weights

TEXTS = {"a.txt": "Rīga ir pilsēta."}


def test_without_an_index_the_command_that_builds_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="build one with `avots index FOLDER`"):
        build_assistant(Config(tmp_path, reader="sentence"))


def test_an_index_built_with_another_model_refuses_the_built_in_one(tmp_path: Path, embedder: Embedder) -> None:
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", TEXTS)], HashEmbedder())
    with pytest.raises(
        IndexMismatch, match=r"built with the model hash/1, not with multilingual-e5-small.*delete the fold"
    ):
        build_assistant(Config(tmp_path / "index", reader="sentence"), embedder)


def test_the_model_that_built_the_index_is_loaded_again_wherever_one_asks_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
        (tmp_path / "weights.bin").write_bytes(tiny_weights())
        shutil.copytree(model.prepare(tmp_path / "weights.bin"), tmp_path / "tiny")
        elsewhere.chdir(tmp_path)
        synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", TEXTS)], load_embedder("tiny"))
    assistant = build_assistant(Config(tmp_path / "index", reader="sentence"))
    assert assistant.search("Rīga")[0].text == TEXTS["a.txt"]
    assert assistant.index.manifest.model_name == str(tmp_path / "tiny")


def test_the_assistant_uses_the_embedder_it_is_given(seeds_index: Path, embedder: Embedder) -> None:
    assistant = build_assistant(Config(seeds_index, reader="sentence"), embedder)
    assert assistant.ask("Kad Liepājā viesojās Azerbaidžānas delegācija?").text.startswith("28. augustā")
