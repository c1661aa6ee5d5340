"""The only place that chooses classes: from a configuration to an assistant."""

import math
from importlib.resources import as_file, files

from index.embedding import Embedder, load_embedder
from index.store import PassageIndex
from rag.answers import Abstainer
from rag.assistant import Assistant
from rag.config import SENTENCE, SPAN, Config
from rag.reader import SentenceReader, shipped_parameters
from rag.spans import SpanModel

__all__ = ["build_assistant", "load_span_model"]


def build_assistant(config: Config, embedder: Embedder | None = None) -> Assistant:
    """An assistant over ``config.index``, with the model that built it unless ``config.model`` names one.

    ``embedder`` is one that is loaded already, which saves loading it again.

    Raises:
        IndexNotFound, IndexMismatch, IndexDamaged: see `PassageIndex.open`.
        ModelUnavailable, ModelDamaged: see `load_embedder`.
    """
    embedder = embedder or _embedder(config)
    spans = None if config.reader == SENTENCE else load_span_model(config.reader, config.threads, embedder)
    parameters = shipped_parameters(with_spans=spans is not None)
    # Another model's scores have another scale: it reads every passage.
    certain = parameters["span"]["certain"] if config.reader == SPAN else math.inf
    return Assistant(
        config.index,
        embedder,
        lambda index: SentenceReader(index, parameters["sentence"], spans, certain),
        Abstainer(parameters["decision"], config.min_confidence),
    )


def load_span_model(reader: str, threads: int, embedder: Embedder | None = None) -> SpanModel:
    """The shipped span model for "span", which shares the vocabulary of ``embedder`` where that is the built-in one;
    else a transformers question-answering model by path or hub name.

    Raises:
        ModelUnavailable: its weights are not on this machine.
    """
    if reader != SPAN:
        from rag.transformers_span_model import TransformersSpanModel

        return TransformersSpanModel(reader, threads)
    from index import model as built_in
    from index.onnx_runtime import OnnxEmbedder, Vocabulary
    from rag.span_model import OnnxSpanModel

    vocabulary = embedder.vocabulary if isinstance(embedder, OnnxEmbedder) else Vocabulary(built_in.load())
    with as_file(files("rag").joinpath("span_reader.onnx")) as graph:
        return OnnxSpanModel(graph, vocabulary, threads)


def _embedder(config: Config) -> Embedder:
    index = PassageIndex.open(config.index)
    index.close()
    return load_embedder(index.manifest.model_name if config.model is None else config.model, config.threads)
