"""Avots itself, as `avots index` and `avots ask` run it."""

from functools import partial
from pathlib import Path

from benchmarks.peers.protocol import Found, Quote, main
from index.embedding import load_embedder
from index.store import PassageIndex
from index.sync import synchronise
from rag.assistant import Assistant
from rag.config import SENTENCE, SPAN, Config
from rag.factory import build_assistant


class Avots:
    """The first citation is judged. The built-in model is what all others get in full precision; here it is int8."""

    _assistant: Assistant

    def __init__(self, reader: str, model: Path) -> None:
        self._reader = reader

    def prepare(self) -> None:
        self._embedder = load_embedder()

    def index(self, documents: Path, folder: Path) -> int:
        synchronise(folder, [documents], self._embedder)
        index = PassageIndex.open(folder)
        count = index.passage_count()
        index.close()
        return count

    def open(self, folder: Path, reader: Path) -> None:
        self._assistant = build_assistant(Config(folder, reader=self._reader))

    def ask(self, question: str) -> Found:
        answer = self._assistant.ask(question)
        hits = tuple(Quote(hit.document.id, hit.text) for hit in answer.trace.hits)
        cited = next((Quote(citation.document, citation.quote) for citation in answer.citations), None)
        return Found(hits, cited)


if __name__ == "__main__":
    main(
        {"avots": partial(Avots, SPAN), "avots-sentence": partial(Avots, SENTENCE)},
        ("onnxruntime", "tokenizers", "faiss-cpu", "tantivy"),
    )
