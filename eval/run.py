"""A run: what the assistant did with every question, as raw facts that can be saved, scored again and compared."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError
from eval.gold import GoldQuestion
from index.errors import DocumentNotFound
from index.types import Document, Span
from rag.serialise import answer_to_dict
from rag.types import Answer, Turn

__all__ = ["Ask", "Outcome", "Place", "Run", "ask_all", "load_run", "outcome_of", "save_run"]

# Answers a question at the end of a conversation, as `Assistant.ask` does.
Ask = Callable[[str, Sequence[Turn]], Answer]


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``[start, end)`` of a document, with the score that put them there."""

    document: str
    start: int
    end: int
    score: float

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one question.

    ``hits`` and ``evidence`` are best first; ``answer`` is the JSON of the answer. ``stored`` has, for each citation,
    the characters that the index stores where the citation points (None: no such document): the citation is
    verbatim when they equal its quote. ``milliseconds`` is the time of the whole question.
    """

    id: str
    hits: tuple[Place, ...]
    evidence: tuple[Place, ...]
    answer: dict[str, Any]
    stored: tuple[str | None, ...]
    milliseconds: float

    @property
    def answered(self) -> bool:
        return bool(self.answer["answered"])

    @property
    def citations(self) -> tuple[Place, ...]:
        return tuple(
            Place(item["document"], item["start"], item["end"], item["score"]) for item in self.answer["citations"]
        )

    @property
    def short_answer(self) -> str | None:
        short = self.answer["short_answer"]
        return None if short is None else str(short["text"])


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of the questions called ``name``, in their order, with the embedding ``model`` that was used."""

    name: str
    model: str
    outcomes: tuple[Outcome, ...]


def ask_all(ask: Ask, document: Callable[[str], Document], questions: Iterable[GoldQuestion]) -> tuple[Outcome, ...]:
    """Ask every question, a follow-up after the questions of its history, whose answers it is asked with.

    Only the question itself is timed. ``document`` gives a stored document by its id, or raises DocumentNotFound.
    """
    outcomes = []
    for question in questions:
        turns = _converse(ask, question.history)
        started = time.perf_counter()
        answer = ask(question.question, turns)
        milliseconds = 1000 * (time.perf_counter() - started)
        outcomes.append(outcome_of(question.id, answer, document, milliseconds))
    return tuple(outcomes)


def _converse(ask: Ask, questions: Iterable[str]) -> tuple[Turn, ...]:
    """The conversation that these questions make, each asked with the turns before it."""
    turns: tuple[Turn, ...] = ()
    for question in questions:
        turns += (Turn(question, ask(question, turns)),)
    return turns


def outcome_of(identifier: str, answer: Answer, document: Callable[[str], Document], milliseconds: float) -> Outcome:
    """The facts of one answer, with the stored text that each citation points at."""
    return Outcome(
        id=identifier,
        hits=tuple(_place(hit.document, hit.chunk.span, hit.score) for hit in answer.trace.hits),
        evidence=tuple(_place(item.hit.document, item.sentence, item.score) for item in answer.trace.evidence),
        answer=answer_to_dict(answer),
        stored=tuple(_stored(document, cited.document, cited.start, cited.end) for cited in answer.citations),
        milliseconds=milliseconds,
    )


def save_run(run: Run, path: Path) -> None:
    """Write a run as JSON, in UTF-8."""
    path.write_text(json.dumps(asdict(run), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_run(path: Path) -> Run:
    """Read what `save_run` wrote; EvaluationError when it is anything else."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        return Run(body["name"], body["model"], tuple(_outcome(item) for item in body["outcomes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(
            f"{path}: this is not a run that an evaluation saved ({error!r}); run it again."
        ) from error


_ANSWER = frozenset({"question", "answered", "reason", "text", "short_answer", "citations", "confidence"})


def _outcome(item: dict[str, Any]) -> Outcome:
    if not isinstance(item["answer"], dict) or not item["answer"].keys() >= _ANSWER:
        raise ValueError("an answer lacks some of its fields")
    if len(item["stored"]) != len(item["answer"]["citations"]):
        raise ValueError("a citation lacks the text that is stored in its place")
    return Outcome(
        id=item["id"],
        hits=tuple(Place(**place) for place in item["hits"]),
        evidence=tuple(Place(**place) for place in item["evidence"]),
        answer=item["answer"],
        stored=tuple(item["stored"]),
        milliseconds=item["milliseconds"],
    )


def _place(document: Document, span: Span, score: float) -> Place:
    return Place(document.id, span.start, span.end, float(score))


def _stored(document: Callable[[str], Document], identifier: str, start: int, end: int) -> str | None:
    try:
        found = document(identifier)
    except DocumentNotFound:
        return None
    # An index also takes the beginning of a name; a citation must have all of it.
    return found.text[start:end] if found.id == identifier else None
