"""What the whole house passes around: spans, documents, chunks, hits. Frozen, compared by value."""

from dataclasses import dataclass

__all__ = ["Chunk", "Document", "Hit", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` in characters of a document's stored text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of ``text`` that this span covers."""
        return text[self.start : self.end]

    def contains(self, other: "Span") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: "Span") -> int:
        """How many characters both spans cover."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Document:
    """One stored text with what is known of it.

    ``text`` is what citations quote; it never changes while the document is in the index. ``furniture`` are the
    parts of a saved page that are not the article (menus, comment rules): stored and shown, never searched or
    quoted. ``sha256`` is that of the original file's bytes. ``published`` is an ISO date.
    """

    id: str
    source: str
    text: str
    title: str
    language: str
    sha256: str
    furniture: tuple[Span, ...] = ()
    published: str | None = None
    publisher: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: whole sentences of one document, the unit of retrieval.

    ``span`` reaches from the first sentence's start to the last one's end; ``sentences`` are spans of the
    document's text too, in order, not overlapping.
    """

    document: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. ``score`` is comparable only among hits of one ``stage`` and one question.

    ``passage`` is the number under which the index keeps it.
    """

    chunk: Chunk
    document: Document
    score: float
    stage: str
    passage: int = 0

    @property
    def text(self) -> str:
        return self.chunk.span.of(self.document.text)
