"""Two short documents, questions about them, and answers to those, made by hand for the tests of `eval`."""

import hashlib

from eval.gold import GoldQuestion, GoldSpan
from eval.run import Outcome, outcome_of
from index.errors import DocumentNotFound
from index.types import Chunk, Document, Hit, Span
from rag.types import Answer, Citation, Evidence, Refusal, ShortAnswer, Trace

__all__ = ["DOCUMENTS", "LIEPAJA", "VALKA", "answered", "find_document", "question", "refused", "span_of"]


def _document(name: str, text: str) -> Document:
    return Document(name, f"seeds/{name}", text, "", "lv", hashlib.sha256(text.encode()).hexdigest())


LIEPAJA = _document("liepaja.txt", "Šogad 28. augustā Liepājā viesojās delegācija no Baku. To sagaidīja Anna Bērziņa.")
VALKA = _document("valka.txt", "Valkas muzejs tika atklāts 1970. gadā. Muzejā strādā pieci darbinieki.")
DOCUMENTS = {document.id: document for document in (LIEPAJA, VALKA)}


def find_document(identifier: str) -> Document:
    """As the index does it."""
    if identifier not in DOCUMENTS:
        raise DocumentNotFound(f"There is no document {identifier!r}.")
    return DOCUMENTS[identifier]


def span_of(document: Document, words: str) -> Span:
    """Where ``words`` stand first in a document."""
    start = document.text.index(words)
    return Span(start, start + len(words))


def question(identifier: str, *answers: tuple[Document, str], language: str = "lv", kind: str = "when") -> GoldQuestion:
    """A question that these words of these documents answer; unanswerable without any."""
    spans = tuple(GoldSpan(document.id, span_of(document, words)) for document, words in answers)
    short = tuple(words for _, words in answers)
    return GoldQuestion(identifier, f"Jautājums {identifier}?", language, kind, "plain", spans, short, "lv")


def answered(
    identifier: str,
    *quotes: tuple[Document, str],
    hits: tuple[tuple[Document, str], ...] = (),
    short: str | None = None,
) -> Outcome:
    """What happens when these quotes are cited; ``hits`` (the quotes, if none) are the passages that were found."""
    found = tuple(_hit(document, words) for document, words in hits or quotes)
    citations = tuple(
        Citation.of(document, span_of(document, words), number, 0.9)
        for number, (document, words) in enumerate(quotes, start=1)
    )
    answer = Answer(
        question=f"Jautājums {identifier}?",
        language="lv",
        text=" ".join(f"{citation.quote} [{citation.number}]" for citation in citations),
        citations=citations,
        confidence=0.9,
        short_answer=None if short is None else _short(quotes[0][0], short),
        timings_ms={"retrieve": 1.5},
        trace=Trace("", found, tuple(Evidence(hit, hit.chunk.span, 0.9) for hit in found)),
    )
    return outcome_of(identifier, answer, find_document, 12.0)


def refused(identifier: str, *hits: tuple[Document, str]) -> Outcome:
    """What happens when the question is refused after these passages were found."""
    found = tuple(_hit(document, words) for document, words in hits)
    answer = Answer(f"Jautājums {identifier}?", "lv", "", (), 0.2, reason=Refusal.NO_SUPPORT, trace=Trace("", found))
    return outcome_of(identifier, answer, find_document, 8.0)


def _hit(document: Document, words: str) -> Hit:
    span = span_of(document, words)
    return Hit(Chunk(document.id, span, (span,)), document, 0.5, "fused")


def _short(document: Document, words: str) -> ShortAnswer:
    span = span_of(document, words)
    return ShortAnswer(words, 1, span.start, span.end, 0.8)
