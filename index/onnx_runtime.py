"""ONNX Runtime, here and nowhere else: the embedder that runs the int8 graph, and the quantiser that made it."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.errors import ModelDamaged
from index.model import PreparedModel
from index.types import Span

if TYPE_CHECKING:
    from onnx import ModelProto

__all__ = ["OnnxEmbedder", "OnnxModel", "Vocabulary", "quantise"]

_PREPARE = "run `avots model prepare --force`"
_POSITIONS = 512
_BATCH = 8  # texts of similar length; larger batches are slower on a CPU
_PAD = 1
_INT8_ACTIVATIONS = 4  # as the operator MatMulNBits numbers its accuracy levels


@contextmanager
def _damaged(path: Path, repair: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # those of ONNX Runtime and of the tokenizers have no class of their own in common
        raise ModelDamaged(f"{path}: this file of the model cannot be loaded; {repair}.") from error


class OnnxModel:
    """An int8 graph from `index.bert_graph`, with the built-in model's tokenizer and word table."""

    def __init__(self, graph: Path, vocabulary: "Vocabulary", threads: int, repair: str = _PREPARE) -> None:
        """``repair`` says what to do about a graph that cannot be loaded, which is then `ModelDamaged`."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        with _damaged(graph, repair):
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._vocabulary = vocabulary
        self.dimension: int = self._session.get_inputs()[0].shape[2]

    def run(self, encodings: Sequence[Encoding]) -> list[NDArray[np.float32]]:
        """The output row of each encoding, in batches of similar length; token outputs come without padding."""
        rows: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(encodings)
        by_length = sorted(range(len(encodings)), key=lambda index: len(encodings[index]))
        for start in range(0, len(encodings), _BATCH):
            batch = by_length[start : start + _BATCH]
            for index, row in zip(batch, self._batch([encodings[index] for index in batch]), strict=True):
                rows[index] = row if row.ndim == 1 else row[: len(encodings[index])]
        return rows

    def _batch(self, encodings: list[Encoding]) -> NDArray[np.float32]:
        width = max(len(encoding) for encoding in encodings)
        ids = np.full((len(encodings), width), _PAD, np.int64)
        for row, encoding in zip(ids, encodings, strict=True):
            row[: len(encoding)] = encoding.ids
        feed = {"word_vectors": self._vocabulary.vectors(ids), "attention_mask": (ids != _PAD).astype(np.int64)}
        output: NDArray[np.float32] = self._session.run(None, feed)[0]
        return output


class Vocabulary:
    """Tokenizer and word table of the built-in model. The table is mapped from disk: few of its rows are ever read."""

    def __init__(self, model: PreparedModel) -> None:
        with _damaged(model.words, _PREPARE):
            self._words = np.load(model.words, mmap_mode="r")
        with _damaged(model.word_scales, _PREPARE):
            self._scales = np.load(model.word_scales, mmap_mode="r")
        with _damaged(model.tokenizer, _PREPARE):
            self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        self._tokenizer.enable_truncation(_POSITIONS)
        self._tokenizer.no_padding()

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Word vectors, shape [*ids.shape, dimension]."""
        vectors: NDArray[np.float32] = self._words[ids].astype(np.float32) * self._scales[ids, 0, None]
        return vectors

    def encode(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> list[Encoding]:
        """Tokens of texts or of pairs of texts; what is longer than 512 tokens is cut there."""
        return self._tokenizer.encode_batch(list(texts))

    def token_spans(self, text: str) -> list[Span]:
        """The places of all tokens of ``text``, however long it is."""
        encoding = self._tokenizer.encode(text)
        return [
            Span(start, end)
            for part in (encoding, *encoding.overflowing)
            for (start, end), sequence in zip(part.offsets, part.sequence_ids, strict=True)
            if sequence is not None and start < end
        ]


class OnnxEmbedder:
    """The built-in model. Texts longer than 512 tokens are cut there; vectors are float32, unit length."""

    def __init__(self, model: PreparedModel, threads: int) -> None:
        self.vocabulary = Vocabulary(model)
        self._model = OnnxModel(model.graph, self.vocabulary, threads)
        self.name: str | None = None
        self.identity = model.identity
        self.dimension = self._model.dimension

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, shape [len(texts), dimension]."""
        return self._embed([f"query: {text}" for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, shape [len(texts), dimension]."""
        return self._embed([f"passage: {text}" for text in texts])

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        rows = self._model.run(self.vocabulary.encode(texts))
        return np.array(rows, np.float32).reshape(len(texts), self.dimension)


def quantise(graph: "ModelProto", target: Path, outlying: Collection[str] = ()) -> None:
    """Write ``graph`` with its matrices as int8, one scale a column, activations quantised as they come.

    All activations that are multiplied at once share one scale, which leaves little of them where a few are far larger
    than the others. The products named in ``outlying`` have a scale for every 128 columns of a row instead, in matrix
    and activations, and take about half as much time again.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if outlying:
        graph = _quantised_in_blocks(graph, outlying)
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


def _quantised_in_blocks(graph: "ModelProto", products: Collection[str]) -> "ModelProto":
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    others = [node.name for node in graph.graph.node if node.op_type == "MatMul" and node.name not in products]
    quantiser = MatMulNBitsQuantizer(
        graph, bits=8, block_size=128, is_symmetric=True, accuracy_level=_INT8_ACTIVATIONS, nodes_to_exclude=others
    )
    quantiser.process()
    model: ModelProto = quantiser.model.model
    return model
