"""The only place that chooses classes: from a configuration to an assistant."""

from index.embedding import Embedder, load_embedder
from index.store import PassageIndex
from rag.answers import Abstainer
from rag.assistant import Assistant
from rag.config import Config
from rag.reader import SentenceReader, shipped_parameters

__all__ = ["build_assistant"]


def build_assistant(config: Config, embedder: Embedder | None = None) -> Assistant:
    """An assistant over ``config.index``, with the model that built it unless ``config.model`` names one.

    ``embedder`` is one that is loaded already, which saves loading it again.

    Raises:
        IndexNotFound, IndexMismatch, IndexDamaged: see `PassageIndex.open`.
        ModelUnavailable, ModelDamaged: see `load_embedder`.
    """
    parameters = shipped_parameters(with_spans=False)
    return Assistant(
        config.index,
        embedder or _embedder(config),
        lambda index: SentenceReader(index, parameters["sentence"]),
        Abstainer(parameters["decision"]),
    )


def _embedder(config: Config) -> Embedder:
    index = PassageIndex.open(config.index)
    index.close()
    return load_embedder(index.manifest.model_name if config.model is None else config.model, config.threads)
