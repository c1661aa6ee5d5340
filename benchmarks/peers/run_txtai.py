"""txtai: a hybrid index of sentences, alone or with the extractive question-answering pipeline behind."""

from pathlib import Path

from txtai import RAG, Embeddings
from txtai.pipeline import Segmentation

from benchmarks.peers.protocol import Found, Quote, main, read_documents

_PASSAGES = 5
_BETWEEN = "#"  # document and number of the sentence, in the id of what is indexed


class Hybrid:
    """The first sentence found is judged."""

    def __init__(self, model: Path) -> None:
        self._path = str(model)

    def prepare(self) -> None:
        self._embeddings = Embeddings(
            path=self._path,
            instructions={"query": "query: ", "data": "passage: "},
            hybrid=True,
            content=True,
        )

    def index(self, documents: Path, folder: Path) -> int:
        segment = Segmentation(sentences=True)
        rows = [
            (f"{name}{_BETWEEN}{number}", sentence)
            for name, text in read_documents(documents).items()
            for number, sentence in enumerate(segment(text))
        ]
        self._embeddings.index(rows)
        self._embeddings.save(str(folder))
        return len(rows)

    def open(self, folder: Path, reader: Path) -> None:
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder))

    def ask(self, question: str) -> Found:
        hits = tuple(_quote(row) for row in self._embeddings.search(question, _PASSAGES))
        return Found(hits, hits[0])


class Reading(Hybrid):
    """The sentence that the extracted answer stands in ("snippet") is judged; no answer is a refusal."""

    def open(self, folder: Path, reader: Path) -> None:
        super().open(folder, reader)
        self._rag = RAG(self._search, str(reader), output="flatten")

    def ask(self, question: str) -> Found:
        try:
            answer = self._rag([(None, question, question, True)])[0]
        except TypeError:
            # The reader says "no answer" by pointing at the first token, which txtai takes for a word of the text.
            answer = None
        hits = tuple(_quote(row) for row in self._rows)
        home = next((hit for hit in hits if hit.text == answer), hits[0])
        return Found(hits, Quote(home.document, answer) if answer else None)

    def _search(self, queries: list[str], limit: int) -> list[list[dict]]:
        """Kept, so that what the answer was read from need not be searched again; the pipeline reads `limit` of it."""
        [self._rows] = found = self._embeddings.batchsearch(queries, max(limit, _PASSAGES))
        return found


def _quote(row: dict) -> Quote:
    return Quote(_name(row["id"]), row["text"])


def _name(identifier: str) -> str:
    return identifier.rpartition(_BETWEEN)[0]


if __name__ == "__main__":
    main({"txtai": Hybrid, "txtai-reader": Reading}, ("txtai", "transformers", "torch", "faiss-cpu"))
