"""Gold questions: which characters of which document answer a question, or that none do.

The format is described in docs/gold.md. Every row is checked against the stored documents when it is loaded.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import GoldError
from index.types import Document, Span

__all__ = ["SPLITS", "GoldFile", "GoldQuestion", "GoldSpan", "load_gold", "read_gold_file", "select_split"]

SPLITS = ("dev", "test")

_TEXT_FIELDS = ("id", "question", "language", "kind", "style")
_FIELDS = frozenset({*_TEXT_FIELDS, "answers", "short_answers"})
_LISTS = (("answers", dict), ("short_answers", str), ("history", str))


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Characters of a stored document that answer the question."""

    document: str
    span: Span


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One question; no ``answers`` means that no document answers it.

    ``language`` is that of the question, ``text_language`` that of the documents that answer it (its own when
    none does): short answers are quotes, so they are compared by the rules of the text's language. ``history`` are the
    earlier questions of the conversation that a follow-up belongs to, oldest first.
    """

    id: str
    question: str
    language: str
    kind: str
    style: str
    answers: tuple[GoldSpan, ...]
    short_answers: tuple[str, ...]
    text_language: str
    history: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class GoldFile:
    """The questions of ``<set>.<split>.jsonl``; ``sha256`` is that of the file's bytes."""

    set: str
    split: str
    path: Path
    sha256: str
    questions: tuple[GoldQuestion, ...]


def load_gold(directory: Path, documents: Mapping[str, Document]) -> tuple[GoldFile, ...]:
    """Read and check every ``*.jsonl`` in ``directory``, in the order of their names.

    Raises GoldError, naming file and line, for a malformed row, a span outside its document or cut through a word,
    and an id that was used before in any of the files; also when there is no such file.
    """
    paths = sorted(directory.glob("*.jsonl"))
    if not paths:
        raise GoldError(f"{directory}: there are no gold files (*.jsonl) here; name their folder with --gold.")
    files = tuple(read_gold_file(path, documents) for path in paths)
    _require_unique_ids(files)
    return files


def select_split(files: Sequence[GoldFile], split: str) -> list[GoldFile]:
    """The files of one split, or of every split for "all"; GoldError when a split has none."""
    wanted = SPLITS if split == "all" else (split,)
    missing = [name for name in wanted if not any(file.split == name for file in files)]
    if missing:
        raise GoldError(f"there is no gold file for the split {missing[0]!r}: <set>.{missing[0]}.jsonl is missing.")
    return [file for file in files if file.split in wanted]


def read_gold_file(path: Path, documents: Mapping[str, Document]) -> GoldFile:
    """Read and check one gold file; ids are checked by `load_gold`, which sees the other files too."""
    name, _, split = path.stem.rpartition(".")
    if not name or split not in SPLITS:
        raise GoldError(f"{path}: a gold file is called <set>.dev.jsonl or <set>.test.jsonl; rename it.")
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read as UTF-8 text: {error}.") from error
    questions = tuple(
        _question(line, f"{path}:{number}", documents) for number, line in enumerate(lines, start=1) if line.strip()
    )
    if not questions:
        raise GoldError(f"{path}: there is no question in this file.")
    return GoldFile(name, split, path, hashlib.sha256(raw).hexdigest(), questions)


def _question(line: str, place: str, documents: Mapping[str, Document]) -> GoldQuestion:
    row = _row(line, place)
    short_answers = tuple(row["short_answers"])
    answers = tuple(_span(item, short_answers, place, documents) for item in row["answers"])
    if bool(answers) != bool(short_answers):
        raise GoldError(f"{place}: answers and short_answers are both given, or both empty (unanswerable).")
    texts = {name: row[name] for name in _TEXT_FIELDS}
    language = documents[answers[0].document].language if answers else row["language"]
    return GoldQuestion(
        **texts,
        answers=answers,
        short_answers=short_answers,
        text_language=language,
        history=tuple(row.get("history", ())),
    )


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{place}: this line is not JSON: {error}.") from error
    if not isinstance(row, dict) or row.keys() - {"history"} != _FIELDS:
        keys = ", ".join(sorted(_FIELDS))
        raise GoldError(f"{place}: a gold line is an object with exactly the keys {keys}, and history for a follow-up.")
    for name in _TEXT_FIELDS:
        if not isinstance(row[name], str) or not row[name].strip():
            raise GoldError(f"{place}: {name!r} must be a text that is not empty.")
    for name in ("kind", "style"):
        if not row[name].isidentifier():  # a candidate that nobody finished has "?"
            raise GoldError(f"{place}: {name!r} is a word as docs/gold.md lists them, not {row[name]!r}.")
    for name, kind in _LISTS:
        items = row.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, kind) and item for item in items):
            raise GoldError(f"{place}: {name!r} must be a list of {'objects' if kind is dict else 'texts'}.")
    return row


def _span(
    item: Mapping[str, Any], short_answers: Sequence[str], place: str, documents: Mapping[str, Document]
) -> GoldSpan:
    if item.keys() != {"document", "start", "end"} or not all(type(item[key]) is int for key in ("start", "end")):
        raise GoldError(f"{place}: an answer has the keys document, start and end; the last two are whole numbers.")
    name, start, end = item["document"], item["start"], item["end"]
    if name not in documents:
        raise GoldError(f"{place}: there is no document {name!r}; name one of the indexed documents.")
    text = documents[name].text
    if not 0 <= start < end <= len(text):
        raise GoldError(f"{place}: [{start}, {end}) is not a span of {name}, which has {len(text)} characters.")
    quote = text[start:end]
    cut = _cuts_a_word(text, start) or _cuts_a_word(text, end)
    if quote != quote.strip() or (cut and quote not in short_answers):
        raise GoldError(
            f"{place}: [{start}, {end}) of {name} begins or ends with a space, or inside a word without being one of "
            "the short answers, as if it were counted in another text; correct it."
        )
    return GoldSpan(name, Span(start, end))


def _cuts_a_word(text: str, offset: int) -> bool:
    """Whether ``offset`` stands between two letters or digits: the sign of offsets into another text."""
    return text[max(0, offset - 1) : offset].isalnum() and text[offset : offset + 1].isalnum()


def _require_unique_ids(files: Sequence[GoldFile]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        for question in file.questions:
            if question.id in seen:
                raise GoldError(f"{file.path}: the id {question.id!r} is used before, in {seen[question.id]}.")
            seen[question.id] = file.path
