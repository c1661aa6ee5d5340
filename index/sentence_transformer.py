"""sentence-transformers, here and nowhere else: any of its models as an embedder, with the model's own prompts."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable

__all__ = ["SentenceTransformerEmbedder"]


class SentenceTransformerEmbedder:
    """A model by path or hub name; importing this costs seconds, so only ``--model`` does."""

    def __init__(self, name: str, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"{name}: this embedding model cannot be loaded ({error}); name a folder with a sentence-transformers "
                "model, or, online, a model of the hub."
            ) from error
        self.name: str | None = str(Path(name).absolute()) if Path(name).is_dir() else name
        self.identity = _identity(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of questions, unit length, shape [len(texts), dimension]."""
        return self._unit(self._model.encode_query(list(texts), normalize_embeddings=True))

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of passages, unit length, shape [len(texts), dimension]."""
        prompts = [self._model.prompts.get(key) for key in ("document", "passage", "corpus")]
        prompt = next(filter(None, prompts), None)  # encode_document would take an empty "document" before "passage"
        return self._unit(self._model.encode(list(texts), prompt=prompt, normalize_embeddings=True, batch_size=8))

    def _unit(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.ascontiguousarray(vectors, np.float32).reshape(-1, self.dimension)


def _identity(name: str) -> str:
    """The hub's name, or for a folder the hash of its weights, so that a folder may move but not change unseen."""
    folder = Path(name)
    if not folder.is_dir():
        return name
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("pytorch_model*.bin")):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{folder.name}/{digest.hexdigest()[:12]}"
