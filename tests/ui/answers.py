"""Small documents and answers that several tests use."""

from dataclasses import replace

from index.types import Document, Span
from rag.types import Answer, Citation, Refusal, ShortAnswer

__all__ = ["TEXT", "answered", "cited", "differing", "document", "in_two_parts", "refused"]

TEXT = "Sākums.\n28. augustā Liepājā viesojās delegācija.\nBeigas."


def document(text: str = TEXT, title: str = "Virsraksts", furniture: tuple[Span, ...] = ()) -> Document:
    return Document("d1", "mape/d1.txt", text, title, "lv", "0" * 64, furniture)


def cited(of: Document, start: int, end: int, number: int = 1) -> Citation:
    return Citation.of(of, Span(start, end), number, 0.5)


def answered(of: Document | None = None, short: bool = True) -> Answer:
    """Cites "28. augustā Liepājā viesojās delegācija." [8, 48) with the short answer "28. augustā" [8, 19)."""
    citation = cited(of or document(), 8, 48)
    words = ShortAnswer("28. augustā", 1, 8, 19, 0.9) if short else None
    return Answer("Kad?", "lv", f"{citation.quote} [1]", (citation,), 0.8, short_answer=words)


def differing() -> Answer:
    """Cites the same, and "Viesi ieradās 12. maijā." of another document, whose date contradicts it."""
    first = answered()
    other = Document("d2", "mape/d2.txt", "Viesi ieradās 12. maijā.", "Citi", "lv", "1" * 64)
    citations = (*first.citations, Citation.of(other, Span(0, 24), 2, 0.4))
    return replace(first, citations=citations, differing=(ShortAnswer("12. maijā", 2, 14, 23, 0.9),))


def in_two_parts() -> Answer:
    """Cites the same sentence for "Kad kas viesojās, un kur?", with "28. augustā" and "Liepājā" [20, 27)."""
    return replace(answered(), further=(ShortAnswer("Liepājā", 1, 20, 27, 0.9),))


def refused(reason: Refusal = Refusal.NO_SUPPORT, language: str = "lv") -> Answer:
    return Answer("Kas?", language, "", (), 0.1, reason=reason, nearest=(cited(document(), 0, 7),))
