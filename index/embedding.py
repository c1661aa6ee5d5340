"""The seam between texts and vectors, and the one place that chooses who stands behind it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "load_embedder"]


class Embedder(Protocol):
    """Turns texts into unit vectors of one space. Vectors of two identities are not comparable.

    ``name`` is what `load_embedder` takes to load the same model again.
    """

    name: str | None
    identity: str
    dimension: int

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, float32 of unit length, shape [len(texts), dimension]."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, float32 of unit length, shape [len(texts), dimension]."""
        ...


def load_embedder(model: str | None = None, threads: int = 2) -> Embedder:
    """The built-in model for None (prepared now if it never was), else a sentence-transformers model by name or path.

    Raises:
        ModelUnavailable: its weights are not on this machine.
        ModelDamaged: its files are not what was prepared.
    """
    if model is None:
        from index import model as built_in
        from index.onnx_runtime import OnnxEmbedder

        return OnnxEmbedder(built_in.load(), threads)
    from index.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model, threads)
