"""Many questions in one process: JSON lines in, one JSON answer a line out, in the same order."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rag.types import Answer
from ui.messages import Language, say
from ui.serialise import explained_to_dict, to_json

__all__ = ["answer_lines"]


class _MalformedLineError(Exception):
    def __init__(self, key: str, identifier: object = None) -> None:
        super().__init__(key)
        self.key = key
        self.identifier = identifier


def answer_lines(
    lines: Iterable[bytes], ask: Callable[[str], Answer], language: Language, explain: bool = False
) -> Iterator[dict[str, Any]]:
    """One object for each line that is not blank: an answer, or ``{"id", "error"}`` for a malformed line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            identifier, question = _read(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
        except _MalformedLineError as fault:
            yield {"id": fault.identifier, "error": say(language, fault.key, line=number)}
        else:
            yield explained_to_dict(ask(question), explain, identifier)


def _read(line: bytes) -> tuple[object, str]:
    """The identifier and the question of one line; _MalformedLineError names the message that says what is wrong."""
    record = _parse(line)
    if not isinstance(record, dict) or "question" not in record:
        raise _MalformedLineError("batch.object", record.get("id") if isinstance(record, dict) else None)
    if not isinstance(record["question"], str):
        raise _MalformedLineError("batch.question", record.get("id"))
    return record.get("id"), record["question"]


def _parse(line: bytes) -> Any:
    try:
        record = json.loads(line.decode("utf-8"), parse_constant=_reject_constant)
        to_json(record).encode("utf-8")
    except UnicodeError as error:
        raise _MalformedLineError("batch.encoding") from error
    except (ValueError, RecursionError) as error:
        raise _MalformedLineError("batch.syntax") from error
    return record


def _reject_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are not JSON and could not be written back as an "id"."""
    raise ValueError(f"{name} is not JSON")
