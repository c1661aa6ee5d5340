"""A span model alone, gold context given, on files of the SQuAD layouts: EM, F1, no-answer accuracy, pace."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.errors import GoldError
from eval.metrics import mean, normalise, token_f1
from index.language import detect
from index.types import Span
from rag.spans import SpanModel, best_span

__all__ = ["SquadQuestion", "SquadScores", "answer_squad", "read_squad", "score_squad"]


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question over a ``context``; ``answers`` are places in it, none when it does not answer. ``group`` is the
    article, ``language`` that of the context."""

    id: str
    question: str
    context: str
    answers: tuple[Span, ...]
    title: str
    group: str
    language: str


@dataclass(frozen=True, slots=True)
class SquadScores:
    """``exact_match`` and ``f1`` are means over the questions with an answer, ``no_answer_accuracy`` over those
    without; fractions of 1, None where there are no such questions. ``passages_per_second`` counts contexts read."""

    count: int
    exact_match: float | None
    f1: float | None
    no_answer_accuracy: float | None
    passages_per_second: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_squad(path: Path, limit: int | None = None) -> list[SquadQuestion]:
    """The first ``limit`` questions (by default all) of a file in the layout of SQuAD 1.1 or 2.0 (one JSON object with
    "data") or of JSON lines (``{"id", "question", "context", "answers": [{"text", "start"}]}``, the answers also as
    ``{"text": [...], "answer_start": [...]}``, as dataset hubs write them).

    Raises:
        GoldError: the file is missing, is of neither layout, or an answer does not stand where it says.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path} cannot be read as UTF-8 text: {error}. Name a file of a SQuAD layout.") from error
    rows = _articles(text) if _is_one_object(text) else _lines(text, path)
    found: list[SquadQuestion] = []
    for place, row in rows:
        if limit is not None and len(found) >= limit:
            break
        found.append(_question(row, f"{path}: {place}"))
    if not found:
        raise GoldError(f"{path} holds no questions in a SQuAD layout.")
    return found


def _is_one_object(text: str) -> bool:
    try:
        return isinstance(whole := json.loads(text), dict) and "data" in whole
    except ValueError:
        return False


def _articles(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, article in enumerate(json.loads(text)["data"]):
        group = article.get("title") or f"article {number}"
        for paragraph in article.get("paragraphs", ()):
            for row in paragraph.get("qas", ()):
                answers = [] if row.get("is_impossible") else row.get("answers")
                extra = {"context": paragraph.get("context"), "answers": answers, "group": group}
                yield f"question {row.get('id')}", {"title": article.get("title", ""), **row, **extra}


def _lines(text: str, path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    # Not str.splitlines: a context may hold U+2028 and the like unescaped.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except ValueError as error:
                raise GoldError(f"{path}: line {number} is no JSON ({error}); mend or delete it.") from error


def _question(row: Any, place: str) -> SquadQuestion:
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("question", "context")):
        raise GoldError(f'{place} lacks "question" or "context"; the layout is in docs/evaluation.md.')
    context = row["context"]
    return SquadQuestion(
        id=str(row.get("id", place)),
        question=row["question"],
        context=context,
        answers=tuple(_span(answer, context, place) for answer in _answers(row.get("answers"), place)),
        # A SQuAD title is a file name, with underscores for spaces.
        title=str(row.get("title") or "").replace("_", " "),
        group=str(row.get("group") or row.get("title") or context),
        language=str(row.get("lang") or row.get("language") or detect(context, default="en")),
    )


def _answers(answers: Any, place: str) -> list[Any]:
    if isinstance(answers, dict) and {"text", "answer_start"} <= answers.keys():
        return [
            {"text": text, "start": start} for text, start in zip(answers["text"], answers["answer_start"], strict=True)
        ]
    if isinstance(answers, list):
        return answers
    raise GoldError(f'{place} lacks "answers", a list that is empty when the context does not answer.')


def _span(answer: Any, context: str, place: str) -> Span:
    start = answer.get("start", answer.get("answer_start")) if isinstance(answer, dict) else None
    if not isinstance(start, int) or not isinstance(answer.get("text"), str) or not answer["text"]:
        raise GoldError(f'{place}: an answer needs "text" and "start" (or "answer_start").')
    end = start + len(answer["text"])
    if context[start:end] != answer["text"]:
        raise GoldError(f"{place}: the answer {answer['text']!r} does not stand at {start} of its context.")
    return Span(start, end)


def answer_squad(model: SpanModel, question: SquadQuestion) -> tuple[str, float]:
    """The best span's text, and its score: below zero "no answer" is likelier. Empty where nothing can be read."""
    windows = model.score(question.question, [(question.title, question.context)])[0]
    found = best_span(windows, Span(0, len(question.context)))
    return ("", float("-inf")) if found is None else (found.span.of(question.context), found.score)


def score_squad(model: SpanModel, questions: Sequence[SquadQuestion], threshold: float) -> SquadScores:
    """Scores of ``model``; where the best span scores below ``threshold``, it answers nothing.

    As in SQuAD 1.1, something is always answered when every question has an answer. EM and F1 take the best of the
    accepted answers, and are 0 for a question with an answer that is left without one.
    """
    began = time.perf_counter()
    read = [answer_squad(model, question) for question in questions]
    seconds = time.perf_counter() - began
    if all(question.answers for question in questions):
        threshold = float("-inf")
    exact, f1, refused = [], [], []
    for question, (text, score) in zip(questions, read, strict=True):
        text = text if score >= threshold else ""
        accepted = [span.of(question.context) for span in question.answers]
        if accepted:
            exact.append(max(float(_normal(text, question) == _normal(other, question)) for other in accepted))
            f1.append(max(token_f1(text, other, question.language) for other in accepted))
        else:
            refused.append(float(not text))
    return SquadScores(len(questions), mean(exact), mean(f1), mean(refused), len(questions) / seconds)


def _normal(text: str, question: SquadQuestion) -> str:
    return normalise(text, question.language)
