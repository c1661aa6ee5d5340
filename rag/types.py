"""From passages to a cited answer: evidence, citations, answers, turns. An answer without a citation cannot exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from index.types import Document, Hit, Span

__all__ = ["Answer", "Citation", "Evidence", "Refusal", "ShortAnswer", "Trace", "Turn"]


class Refusal(StrEnum):
    """Why there is no answer; the value is what JSON carries."""

    EMPTY_QUESTION = "empty_question"
    NO_WORDS = "no_words"
    QUESTION_TOO_LONG = "question_too_long"
    EMPTY_INDEX = "empty_index"
    NO_SUPPORT = "no_support"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that a reader proposes as the answer.

    ``sentence`` and ``short`` (inside it) are spans of ``hit.document.text``. ``score`` compares evidence of one
    question, higher is better; ``features`` are the numbers it was made of, by name.
    """

    hit: Hit
    sentence: Span
    score: float
    short: Span | None = None
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: ``document.text[start:end] == quote``. `Citation.of` cuts it out of the document."""

    number: int
    document: str
    title: str
    source: str
    start: int
    end: int
    quote: str
    score: float

    def __post_init__(self) -> None:
        if not self.quote or self.start < 0 or self.end - self.start != len(self.quote):
            raise ValueError(f"citation {self.number}: [{self.start}, {self.end}) cannot be the place of its quote")

    @classmethod
    def of(cls, document: Document, span: Span, number: int, score: float) -> "Citation":
        """Cut the quote out of the document, so that it cannot differ from it."""
        return cls(
            number=number,
            document=document.id,
            title=document.title,
            source=document.source,
            start=span.start,
            end=span.end,
            quote=span.of(document.text),
            score=score,
        )

    def verify(self, document: Document) -> None:
        """Raise ValueError unless the quote stands in ``document`` exactly where the citation says."""
        if document.id != self.document or document.text[self.start : self.end] != self.quote:
            raise ValueError(f"citation {self.number} does not equal {self.document} at [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words inside citation number ``citation`` that answer; ``start`` and ``end`` as in the citation."""

    text: str
    citation: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What each stage saw, for ``--explain`` and for evaluation: not part of the answer's claim.

    ``searched`` is the question as it was searched (a follow-up is completed from the conversation).
    """

    searched: str = ""
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    decision: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Either citations and no ``reason``, or a ``reason`` and no citations.

    ``text`` is the quotes with their numbers, or empty when refused. ``nearest`` are passages shown with a refusal
    as what they are: near, not supporting. ``differing`` are short answers of other documents that contradict
    ``short_answer``; ``further`` are those to the other parts of a question that asks several things at once.
    ``confidence`` is the probability that the documents answer, as fitted on development questions. ``timings_ms`` maps
    stage to milliseconds.
    """

    question: str
    language: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    short_answer: ShortAnswer | None = None
    differing: tuple[ShortAnswer, ...] = ()
    further: tuple[ShortAnswer, ...] = ()
    reason: Refusal | None = None
    nearest: tuple[Citation, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    trace: Trace = Trace()

    def __post_init__(self) -> None:
        if bool(self.citations) == (self.reason is not None):
            raise ValueError("an answer has citations or a reason for having none, never both and never neither")
        if self.reason is not None and (self.short_answer or self.text):
            raise ValueError("a refusal claims nothing")
        if self.citations and self.nearest:
            raise ValueError("nearest passages are shown with refusals only")
        if (self.differing or self.further) and self.short_answer is None:
            raise ValueError("other short answers come after a first one")
        for short in self.short_answers:
            home = {citation.number: citation for citation in self.citations}.get(short.citation)
            if home is None or not home.start <= short.start < short.end <= home.end:
                raise ValueError("a short answer stands inside one of the citations")
            if home.quote[short.start - home.start : short.end - home.start] != short.text:
                raise ValueError("a short answer is quoted verbatim")

    @property
    def short_answers(self) -> tuple[ShortAnswer, ...]:
        """The short answer, if any, those that differ from it and those to the question's other parts."""
        return () if self.short_answer is None else (self.short_answer, *self.differing, *self.further)

    @property
    def answered(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation with its answer."""

    question: str
    answer: Answer
