"""Small documents and answers that several tests use."""

from index.types import Document, Span
from rag.types import Answer, Citation, Refusal, ShortAnswer

__all__ = ["TEXT", "answered", "cited", "document", "refused"]

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


def refused(reason: Refusal = Refusal.NO_SUPPORT, language: str = "lv") -> Answer:
    return Answer("Kas?", language, "", (), 0.1, reason=reason, nearest=(cited(document(), 0, 7),))
