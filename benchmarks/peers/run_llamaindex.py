"""LlamaIndex: `CitationQueryEngine` over a vector index whose nodes are sentences."""

from pathlib import Path

from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceWindowNodeParser
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.protocol import Found, Quote, main, read_documents

_PASSAGES = 5


class LlamaIndex:
    """Citations are numbered for a language model to choose from; there is none here, so the first one is judged."""

    def __init__(self, model: Path) -> None:
        self._path = str(model)

    def prepare(self) -> None:
        self._model = HuggingFaceEmbedding(self._path, query_instruction="query: ", text_instruction="passage: ")

    def index(self, documents: Path, folder: Path) -> int:
        # The file's name is kept with each node and is not part of what is embedded.
        texts = [
            Document(text=text, metadata={"name": name}, excluded_embed_metadata_keys=["name"])
            for name, text in read_documents(documents).items()
        ]
        nodes = SentenceWindowNodeParser.from_defaults().get_nodes_from_documents(texts)
        VectorStoreIndex(nodes, embed_model=self._model).storage_context.persist(str(folder))
        return len(nodes)

    def open(self, folder: Path, reader: Path) -> None:
        self.prepare()
        storage = StorageContext.from_defaults(persist_dir=str(folder))
        index = load_index_from_storage(storage, embed_model=self._model)
        self._engine = CitationQueryEngine.from_args(index, llm=MockLLM(), similarity_top_k=_PASSAGES)

    def ask(self, question: str) -> Found:
        nodes = [item.node for item in self._engine.query(question).source_nodes]
        # A citation node begins with its number, "Source 1:", on a line of its own.
        hits = tuple(Quote(node.metadata["name"], node.get_content().partition("\n")[2]) for node in nodes)
        return Found(hits, hits[0])


if __name__ == "__main__":
    main({"llamaindex": LlamaIndex}, ("llama-index-core", "sentence-transformers", "transformers", "torch"))
