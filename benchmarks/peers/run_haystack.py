"""Haystack: BM25 and embedding retrievers joined by reciprocal ranks, alone or with an extractive reader behind."""

from pathlib import Path

from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

from benchmarks.peers.protocol import Found, Quote, main


class Hybrid:
    """Sentences are what is indexed, so that what is cited is one; the first is judged."""

    splitter = DocumentSplitter(split_by="sentence", split_length=1)

    def __init__(self, model: Path) -> None:
        self._model = str(model)

    def prepare(self) -> None:
        self._documents = SentenceTransformersDocumentEmbedder(
            model=self._model, prefix="passage: ", progress_bar=False
        )
        self._documents.warm_up()

    def index(self, documents: Path, folder: Path) -> int:
        store = InMemoryDocumentStore()
        texts = TextFileToDocument().run(sources=sorted(documents.glob("*.txt")))["documents"]
        self.splitter.warm_up()
        store.write_documents(self._documents.run(self.splitter.run(texts)["documents"])["documents"])
        store.save_to_disk(str(folder / "store.json"))
        return store.count_documents()

    def open(self, folder: Path, reader: Path) -> None:
        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", SentenceTransformersTextEmbedder(
            model=self._model, prefix="query: ", progress_bar=False
        ))  # fmt: skip
        self._pipeline.add_component("embedding", InMemoryEmbeddingRetriever(document_store=store))
        self._pipeline.add_component("bm25", InMemoryBM25Retriever(document_store=store))
        self._pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self._pipeline.connect("embedder.embedding", "embedding.query_embedding")
        self._pipeline.connect("embedding", "joiner")
        self._pipeline.connect("bm25", "joiner")

    def ask(self, question: str) -> Found:
        result = self._pipeline.run({"embedder": {"text": question}, "bm25": {"query": question}})
        hits = tuple(_quote(document) for document in result["joiner"]["documents"])
        return Found(hits, hits[0])


class Reading(Hybrid):
    """The extractive reader's first answer, which may be none, from passages as long as the reader was trained on."""

    splitter = DocumentSplitter(split_by="sentence", split_length=4)

    def open(self, folder: Path, reader: Path) -> None:
        super().open(folder, reader)
        self._pipeline.add_component("reader", TransformersExtractiveReader(model=str(reader)))
        self._pipeline.connect("joiner.documents", "reader.documents")

    def ask(self, question: str) -> Found:
        inputs = {"embedder": {"text": question}, "bm25": {"query": question}, "reader": {"query": question}}
        result = self._pipeline.run(inputs, include_outputs_from={"joiner"})
        best = result["reader"]["answers"][0]
        cited = None if best.data is None else Quote(_name(best.document), best.data, best.document.content)
        return Found(tuple(_quote(document) for document in result["joiner"]["documents"]), cited)


def _quote(document) -> Quote:
    return Quote(_name(document), document.content)


def _name(document) -> str:
    return Path(document.meta["file_path"]).name


if __name__ == "__main__":
    main(
        {"haystack": Hybrid, "haystack-reader": Reading},
        ("haystack-ai", "sentence-transformers-haystack", "transformers-haystack", "sentence-transformers", "torch"),
    )
