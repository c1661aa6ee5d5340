"""The shipped span reader as a transformers question-answering model, so that peers can read with the same weights."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file

__all__ = ["dequantised", "write_reader"]

_WORDS = "embeddings.word_embeddings.weight"
_QUANTISED = ".weight_quantized"
_IN_BLOCKS = ".weight_Q8"
_VECTORS = (".bias", "LayerNorm.weight")

Arrays = Mapping[str, NDArray[np.generic]]


def write_reader(graph: Path, checkpoint: Path, folder: Path) -> Path:
    """Write ``folder`` from the int8 ``graph``, and from the built-in model's ``checkpoint``, whose word table and
    tokenizer the reader shares; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {each.name: numpy_helper.to_array(each) for each in onnx.load(graph).graph.initializer}
    words = load_file(checkpoint / "model.safetensors")[_WORDS]
    save_file(_state(arrays, words), folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    config["architectures"] = ["BertForQuestionAnswering"]
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(checkpoint / name, folder / name)
    return folder


def dequantised(name: str, arrays: Arrays) -> NDArray[np.float32]:
    """The matrix ``name`` of shape [out, in], as a state dict has it, from [in, out] with one scale a column, or from
    [out, blocks, columns of a block] with one scale a block: (quantised - zero point) * scale."""
    if name + _IN_BLOCKS in arrays:
        blocks, scales = (arrays[name + part].astype(np.float32) for part in (_IN_BLOCKS, ".weight_scales"))
        return ((blocks - 128) * scales[:, :, None]).reshape(len(blocks), -1)
    quantised, zero, scale = (
        arrays[name + part].astype(np.float32) for part in (_QUANTISED, ".weight_zero_point", ".weight_scale")
    )
    return np.ascontiguousarray(((quantised - zero) * scale).T)


def _state(arrays: Arrays, words: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """By the names of `BertForQuestionAnswering`."""
    matrices = [name.split(".weight_")[0] for name in arrays if name.endswith((_QUANTISED, _IN_BLOCKS))]
    state = {f"{name}.weight": dequantised(name, arrays) for name in matrices}
    state |= {name: np.asarray(array, np.float32) for name, array in arrays.items() if name.endswith(_VECTORS)}
    # The graph has the only token type that is used added to its positions.
    state["embeddings.position_embeddings.weight"] = np.asarray(arrays["embeddings.positions"], np.float32)
    state["embeddings.token_type_embeddings.weight"] = np.zeros((2, words.shape[1]), np.float32)
    state[_WORDS] = words
    return {_named(name): array for name, array in state.items()}


def _named(name: str) -> str:
    return name.replace("span.", "qa_outputs.") if name.startswith("span.") else f"bert.{name}"
