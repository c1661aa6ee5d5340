"""tantivy, here and nowhere else: BM25 over the stems of passages."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy

__all__ = ["LexicalIndex", "Term"]

# One word of a question: the stems under which it may stand in a passage (of several languages, say).
Term = frozenset[str]

_K1 = 1.2  # tantivy's, with b = 0.75
_HEAP = 64_000_000  # bytes the writer may hold before it writes a segment


def _schema() -> tantivy.Schema:
    # The options that are not spelled out must stay so: `stored=False` on a tokenised field makes its writer panic.
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("passage", stored=True)
    builder.add_text_field("stems", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


class LexicalIndex:
    """Passages by id, found by stems; each term counts once, by its best stem."""

    def __init__(self, directory: Path) -> None:
        self._schema = _schema()
        index = tantivy.Index.open(str(directory))
        # By default a thread would watch the folder for commits, and write into it, as long as the index is open.
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()

    @classmethod
    def build(cls, passages: Iterable[tuple[int, str]], directory: Path) -> None:
        """Write an index of (id, stems separated by spaces) into ``directory``, which must be new."""
        directory.mkdir()
        index = tantivy.Index(_schema(), path=str(directory))
        writer = index.writer(heap_size=_HEAP, num_threads=1)  # one thread: the same input gives the same index
        for id_, stems in passages:
            writer.add_document(tantivy.Document(passage=id_, stems=stems))
        writer.commit()
        writer.wait_merging_threads()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def match(self, terms: Sequence[Term], k: int) -> dict[int, float]:
        """BM25 by id of the ``k`` best passages that hold any of ``terms``, best first."""
        clauses = [(tantivy.Occur.Should, self._term_query(term)) for term in terms]
        if not clauses:
            return {}
        hits = self._searcher.search(tantivy.Query.boolean_query(clauses), k).hits
        return {int(self._searcher.doc(address)["passage"][0]): float(score) for score, address in hits}

    def _term_query(self, term: Term) -> tantivy.Query:
        queries = [tantivy.Query.term_query(self._schema, "stems", stem, "freq") for stem in sorted(term)]
        return queries[0] if len(queries) == 1 else tantivy.Query.disjunction_max_query(queries)

    def idf(self, term: Term) -> float:
        """Inverse document frequency as BM25 weighs it, ln(1 + (N - n + 0.5) / (n + 0.5)); of the rarest stem
        that occurs.

        A term that occurs nowhere weighs as much as one that occurs in no passage: it is what a passage lacks most.
        """
        counts = [self._searcher.doc_freq("stems", stem) for stem in term]
        present = [count for count in counts if count]
        count = min(present, default=0)
        return math.log1p((len(self) - count + 0.5) / (count + 0.5))

    def ceiling(self, terms: Sequence[Term]) -> float:
        """What BM25 approaches for a passage that says every term over and over: the scale of `match`'s scores."""
        return sum(self.idf(term) for term in terms) * (_K1 + 1)
