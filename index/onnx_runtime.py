"""ONNX Runtime, here and nowhere else: the embedder that runs the int8 graph, and the quantiser that made it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.model import PreparedModel

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["OnnxEmbedder", "quantise"]

_POSITIONS = 512
_BATCH = 8  # texts of similar length; larger batches are slower on a CPU
_PAD = 1


class OnnxEmbedder:
    """The built-in model. Texts longer than 512 tokens are cut there; vectors are float32, unit length."""

    def __init__(self, model: PreparedModel, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(model.graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        self._tokenizer.enable_truncation(_POSITIONS)
        self._tokenizer.no_padding()
        self.name: str | None = None
        self.identity = model.identity
        self.dimension: int = self._session.get_outputs()[0].shape[1]

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape [len(texts), dimension]."""
        return self._embed([f"query: {text}" for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape [len(texts), dimension]."""
        return self._embed([f"passage: {text}" for text in texts])

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        encodings = self._tokenizer.encode_batch(texts)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(encodings[index]))
        for start in range(0, len(texts), _BATCH):
            batch = by_length[start : start + _BATCH]
            vectors[batch] = self._run([encodings[index] for index in batch])
        return vectors

    def _run(self, encodings: list[Encoding]) -> NDArray[np.float32]:
        width = max(len(encoding) for encoding in encodings)
        ids = np.full((len(encodings), width), _PAD, np.int64)
        for row, encoding in zip(ids, encodings, strict=True):
            row[: len(encoding)] = encoding.ids
        feed = {"input_ids": ids, "attention_mask": (ids != _PAD).astype(np.int64)}
        output: NDArray[np.float32] = self._session.run(None, feed)[0]
        return output


def quantise(graph: "ModelProto", target: Path) -> None:
    """Write ``graph`` with its matrices as int8, one scale a column, activations quantised as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Says that nothing is left for ONNX Runtime's own preprocessing, which it would otherwise advise on every run.
    graph.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    quantize_dynamic(
        graph,
        target,
        per_channel=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
        extra_options={"DefaultTensorType": 1},  # float32: shapes behind contributed operators are not inferred
    )
