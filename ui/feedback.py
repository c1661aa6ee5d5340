"""Answers that were marked wrong on the chat page: recorded beside the index, exported as candidates for gold.

A candidate has the keys of a gold question, a "?" where a person has to decide, and "was", which no gold question has:
it cannot be mistaken for a finished one.
"""

import errno
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import AvotsError
from index.store import PassageIndex
from rag.serialise import answer_to_dict
from rag.types import Turn
from ui.messages import Language, say
from ui.serialise import to_json

__all__ = ["FEEDBACK_FILE", "Export", "export", "record"]

FEEDBACK_FILE = "feedback.jsonl"
_UNDECIDED = "?"


@dataclass(frozen=True, slots=True)
class Export:
    """``candidates`` questions were written to ``output``, of ``recorded`` answers; to no file when there were none."""

    output: str | None
    recorded: int
    candidates: int


@dataclass(frozen=True, slots=True)
class _Rejected:
    """One recorded answer; ``was`` is what a person needs of it to judge it."""

    question: str
    history: tuple[str, ...]
    language: str
    was: dict[str, Any]


def record(directory: Path, turn: Turn, history: Sequence[Turn], language: Language) -> None:
    """Append ``turn`` to the file of feedback in the index folder ``directory``, as one line of JSON.

    ``history`` are the turns before it, oldest first. The line is described in docs/interfaces.md. Raises AvotsError,
    in ``language``, when it cannot be written.
    """
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "question": turn.answer.question,
        "history": [earlier.answer.question for earlier in history if earlier.question.strip()],
        "answer": answer_to_dict(turn.answer),
    }
    path = directory / FEEDBACK_FILE
    try:
        _append(path, f"{to_json(line)}\n".encode())
    except OSError as error:
        raise AvotsError(say(language, "feedback.unwritable", path=path, problem=error.strerror)) from error


def _append(path: Path, line: bytes) -> None:
    """In one unbuffered write, so that the lines of several visitors and processes never mix."""
    with path.open("ab", buffering=0) as file:
        if file.write(line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def export(directory: Path, output: Path, language: Language) -> Export:
    """Write what was recorded in the index folder ``directory`` to the new file ``output``, one candidate a line.

    The same question after the same earlier ones is one candidate, however often it was recorded: with the last answer.

    Raises:
        StoreError: nothing was recorded, and there is no index in ``directory`` either.
        AvotsError: a line is malformed, ``output`` exists, or a file cannot be read or written.
    """
    rejected = _read(directory / FEEDBACK_FILE, language)
    if not rejected:
        PassageIndex.open(directory).close()
        return Export(None, 0, 0)
    latest = {(item.question, item.history): item for item in rejected}
    candidates = [_candidate(number, item) for number, item in enumerate(latest.values(), start=1)]
    _write(output, "".join(f"{to_json(candidate)}\n" for candidate in candidates), language)
    return Export(str(output), len(rejected), len(candidates))


def _read(path: Path, language: Language) -> list[_Rejected]:
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise AvotsError(say(language, "feedback.unreadable", path=path, problem=error.strerror)) from error
    rejected = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rejected.append(_parse(line))
        except (ValueError, TypeError, KeyError) as error:
            raise AvotsError(say(language, "feedback.malformed", path=path, line=number)) from error
    return rejected


def _parse(line: bytes) -> _Rejected:
    """ValueError, TypeError or KeyError for a line that `record` did not write."""
    body = json.loads(line)
    question, history, answer = body["question"], body["history"], body["answer"]
    texts = [question, *history, answer["language"]]
    if not isinstance(history, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError("question, history and language are texts")
    was = {key: answer[key] for key in ("text", "reason", "citations")}
    return _Rejected(question.strip(), tuple(history), answer["language"], was)


def _candidate(number: int, rejected: _Rejected) -> dict[str, Any]:
    return {
        "id": f"candidate-{number:03}",
        "question": rejected.question,
        **({"history": list(rejected.history)} if rejected.history else {}),
        "language": rejected.language,
        "kind": _UNDECIDED,
        "style": _UNDECIDED,
        "answers": [],
        "short_answers": [],
        "was": rejected.was,
    }


def _write(path: Path, text: str, language: Language) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise AvotsError(say(language, "feedback.exists", path=path)) from error
    except OSError as error:
        raise AvotsError(say(language, "feedback.unsaved", path=path, problem=error.strerror)) from error
