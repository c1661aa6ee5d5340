"""The only place that chooses classes: from a configuration to an assistant."""

from index.embedding import load_embedder
from index.store import PassageIndex
from rag.assistant import Assistant
from rag.config import Config
from rag.reader import SentenceReader

__all__ = ["build_assistant"]


def build_assistant(config: Config) -> Assistant:
    """An assistant over ``config.index``, with the model that built it unless ``config.model`` names one.

    Raises:
        IndexNotFound, IndexMismatch, IndexDamaged: see `PassageIndex.open`.
        ModelUnavailable, ModelDamaged: see `load_embedder`.
    """
    index = PassageIndex.open(config.index)
    name = index.manifest.model_name if config.model is None else config.model
    index.close()
    return Assistant(config.index, load_embedder(name, config.threads), SentenceReader)
