"""What a peer answered, against the gold: its text is looked for in the document it names, character for character."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.peers.protocol import Found, Quote
from eval.gold import GoldQuestion, GoldSpan
from index.types import Span

__all__ = ["LONGEST", "Scores", "places", "score", "shows"]

# Characters of what may count as a sentence that answers: about four sentences of the documents asked about.
LONGEST = 600
_RANK = 5

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scores:
    """Fractions of the answerable questions, unless it says otherwise.

    ``answer_right``: the text cited shows the answer and has at most `LONGEST` characters; ``right_any_length``: it
    shows the answer. ``recall``: gold spans that one of the first five hits covers. ``refused`` and
    ``wrongly_refused``: of the unanswerable and of the answerable questions. ``verbatim``: citations that stand in
    their document word for word, of all. ``cited_length`` and ``hits_length``: mean number of characters of a citation,
    and of the first five hits together. ``right``: ids of the questions that ``answer_right`` counts.
    """

    answer_right: float
    right_any_length: float
    recall: float
    refused: float
    wrongly_refused: float
    verbatim: float
    cited_length: float
    hits_length: float
    right: tuple[str, ...]


def score(questions: Sequence[GoldQuestion], answers: Sequence[Found], texts: Texts) -> Scores:
    """Both kinds of questions are needed, and at least one citation."""
    pairs = list(zip(questions, answers, strict=True))
    answerable = [(question, found) for question, found in pairs if question.answerable]
    shown = {question.id for question, found in answerable if found.cited and shows(found.cited, question, texts)}
    right = tuple(question.id for question, found in answerable if question.id in shown and _is_short(found))
    cited = [found.cited for _, found in pairs if found.cited]
    return Scores(
        answer_right=len(right) / len(answerable),
        right_any_length=len(shown) / len(answerable),
        recall=fmean(_recall(question, found, texts) for question, found in answerable),
        refused=fmean(found.cited is None for question, found in pairs if not question.answerable),
        wrongly_refused=fmean(found.cited is None for _, found in answerable),
        verbatim=fmean(bool(places(quote, texts)) for quote in cited),
        cited_length=fmean(len(quote.text.strip()) for quote in cited),
        hits_length=fmean(sum(len(hit.text.strip()) for hit in found.hits[:_RANK]) for _, found in pairs),
        right=right,
    )


def places(quote: Quote, texts: Texts) -> list[Span]:
    """Everywhere that the quote stands in its document, inside its passage if it names one; outer spaces are ignored.

    A peer that returns no offsets is given the benefit of every repetition.
    """
    text = texts.get(quote.document, "")
    passages = _occurrences(quote.within, text) if quote.within else [Span(0, len(text))]
    return [
        Span(passage.start + inner.start, passage.start + inner.end)
        for passage in passages
        for inner in _occurrences(quote.text, passage.of(text))
    ]


def shows(quote: Quote, question: GoldQuestion, texts: Texts) -> bool:
    """Whether the quote has at least half of the characters of a gold span, or is a part of one, as an extracted
    answer may be."""
    return any(
        _covers(quote, place, gold) or (quote.document == gold.document and gold.span.contains(place))
        for place in places(quote, texts)
        for gold in question.answers
    )


def _covers(quote: Quote, place: Span, gold: GoldSpan) -> bool:
    return quote.document == gold.document and 2 * place.overlap(gold.span) >= len(gold.span)


def _is_short(found: Found) -> bool:
    return found.cited is not None and len(found.cited.text.strip()) <= LONGEST


def _recall(question: GoldQuestion, found: Found, texts: Texts) -> float:
    hits = [(hit, place) for hit in found.hits[:_RANK] for place in places(hit, texts)]
    return fmean(any(_covers(hit, place, gold) for hit, place in hits) for gold in question.answers)


def _occurrences(part: str, text: str) -> Iterator[Span]:
    part = part.strip()
    start = text.find(part) if part else -1
    while start >= 0:
        yield Span(start, start + len(part))
        start = text.find(part, start + 1)
