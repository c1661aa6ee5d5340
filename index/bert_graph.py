"""The BERT encoder as an ONNX graph, built straight from arrays: no PyTorch, no exporter, seconds instead of minutes.

Layers follow Devlin et al. 2019 (post-layer-norm, exact GELU); the output is mean-pooled and L2-normalised as
multilingual-e5 asks. Attention is one of ONNX Runtime's contributed operators.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

__all__ = ["build_encoder"]

_OPSET = 20
_MICROSOFT = "com.microsoft"


class _Graph:
    """Collects nodes and initialisers; each `node` call returns the name of its first output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initialisers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.initialisers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output


def build_encoder(
    weights: Mapping[str, NDArray[np.float32]], layers: int, heads: int, eps: float, head: str = "embedding"
) -> onnx.ModelProto:
    """An encoder from word vectors to a unit vector of the text, or to span logits of its tokens.

    The word table stays outside: it is most of the weights, and whoever looks it up can share it and map it from disk.

    Args:
        weights: float32 tensors by the names of the Hugging Face BERT state dict
            (``encoder.layer.0.attention.self.query.weight`` of shape [out, in], ...); for spans also ``span.weight``
            of shape [2, hidden] and ``span.bias`` of shape [2].
        layers, heads, eps: as in the BERT configuration.
        head: "embedding" or "span".

    Returns:
        A model with inputs ``word_vectors`` (float32, [batch, tokens, hidden]) and ``attention_mask`` (int64,
        [batch, tokens]), and the output ``embedding`` ([batch, hidden]) or ``logits`` ([batch, tokens, 2]).
    """
    graph = _Graph()
    dimension = weights["embeddings.LayerNorm.weight"].shape[0]
    hidden = _embeddings(graph, weights, eps)
    mask = graph.node("Cast", ["attention_mask"], "mask.int32", to=TensorProto.INT32)
    for layer in range(layers):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}", hidden, mask, heads, eps)
    if head == "span":
        graph.node("Identity", [_linear(graph, weights, "span", hidden)], "logits")
        return _model(graph, dimension, "logits", ["batch", "tokens", 2])
    _pool(graph, hidden)
    return _model(graph, dimension, "embedding", ["batch", dimension])


def _model(graph: _Graph, dimension: int, name: str, shape: list[str | int]) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info("word_vectors", TensorProto.FLOAT, ["batch", "tokens", dimension]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "tokens"]),
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
    body = helper.make_graph(graph.nodes, "bert", inputs, outputs, graph.initialisers)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=10, producer_name="avots")


def _embeddings(graph: _Graph, weights: Mapping[str, NDArray[np.float32]], eps: float) -> str:
    name = "embeddings"
    # One token type only, so its row is folded into the positions.
    table = weights[f"{name}.position_embeddings.weight"] + weights[f"{name}.token_type_embeddings.weight"][0]
    positions = graph.constant(f"{name}.positions", table)
    shape = graph.node("Shape", ["attention_mask"], f"{name}.shape", start=1, end=2)
    start = graph.constant(f"{name}.start", np.array([0], np.int64))
    axis = graph.constant(f"{name}.axis", np.array([0], np.int64))
    used = graph.node("Slice", [positions, start, shape, axis], f"{name}.used")
    total = graph.node("Add", ["word_vectors", used], f"{name}.sum")
    return _layer_norm(graph, weights, f"{name}.LayerNorm", total, eps)


def _layer(
    graph: _Graph,
    weights: Mapping[str, NDArray[np.float32]],
    name: str,
    hidden: str,
    mask: str,
    heads: int,
    eps: float,
) -> str:
    query, key, value = (
        _linear(graph, weights, f"{name}.attention.self.{part}", hidden) for part in ("query", "key", "value")
    )
    attended = graph.node(
        "MultiHeadAttention",
        [query, key, value, "", mask],
        f"{name}.attended",
        domain=_MICROSOFT,
        num_heads=heads,
    )
    mixed = _linear(graph, weights, f"{name}.attention.output.dense", attended)
    hidden = _add_and_norm(graph, weights, f"{name}.attention.output.LayerNorm", mixed, hidden, eps)
    wide = graph.node("Gelu", [_linear(graph, weights, f"{name}.intermediate.dense", hidden)], f"{name}.gelu")
    narrow = _linear(graph, weights, f"{name}.output.dense", wide)
    return _add_and_norm(graph, weights, f"{name}.output.LayerNorm", narrow, hidden, eps)


def _linear(graph: _Graph, weights: Mapping[str, NDArray[np.float32]], name: str, hidden: str) -> str:
    matrix = graph.constant(f"{name}.weight", weights[f"{name}.weight"].T)
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    product = graph.node("MatMul", [hidden, matrix], f"{name}.product")
    return graph.node("Add", [product, bias], f"{name}.out")


def _add_and_norm(
    graph: _Graph, weights: Mapping[str, NDArray[np.float32]], name: str, left: str, right: str, eps: float
) -> str:
    return _layer_norm(graph, weights, name, graph.node("Add", [left, right], f"{name}.sum"), eps)


def _layer_norm(graph: _Graph, weights: Mapping[str, NDArray[np.float32]], name: str, hidden: str, eps: float) -> str:
    scale = graph.constant(f"{name}.weight", weights[f"{name}.weight"])
    bias = graph.constant(f"{name}.bias", weights[f"{name}.bias"])
    return graph.node("LayerNormalization", [hidden, scale, bias], f"{name}.out", axis=-1, epsilon=eps)


def _pool(graph: _Graph, hidden: str) -> None:
    """Mean over the tokens that the mask keeps, then unit length."""
    ones = graph.node("Cast", ["attention_mask"], "pool.mask", to=TensorProto.FLOAT)
    last = graph.constant("pool.last", np.array([2], np.int64))
    column = graph.node("Unsqueeze", [ones, last], "pool.column")
    kept = graph.node("Mul", [hidden, column], "pool.kept")
    over_tokens = graph.constant("pool.tokens", np.array([1], np.int64))
    total = graph.node("ReduceSum", [kept, over_tokens], "pool.sum", keepdims=0)
    graph.node("LpNormalization", [total], "embedding", axis=-1, p=2)
