"""Collections of documents with questions over them, for training the span reader and fitting what goes with it.

The questions are the project's own. So are the documents of "pages"; the others' come from a data folder (``--data``)
and are not part of the repository. Every collection is a way in which people keep such documents: single paragraphs,
news texts with a title, a few saved pages, saved pages among thousands of other texts.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.loaders import list_files, parse, read
from index.types import Document
from rag.conversation import with_subject

__all__ = ["PAGES", "QUESTIONS", "Collection", "Question", "collections", "read_lines"]

QUESTIONS = Path(__file__).parent / "questions"
PAGES = Path(__file__).parent / "documents" / "pages.jsonl"
SEEDS = Path(__file__).parent.parent / "seeds"
GOLD = Path(__file__).parent.parent / "eval" / "gold"
_SMALL = 8  # small collections drawn from the large one
_SMALL_DOCUMENTS = 120


@dataclass(frozen=True, slots=True)
class Question:
    """``answers`` are (document, start, end); empty when the collection does not answer. ``document`` is the one that
    it was asked about, ``group`` keeps a document's questions on one side of a split. ``others`` ask the same in other
    words or another language. A follow-up is what is searched for it after the question before."""

    id: str
    question: str
    language: str
    group: str
    answers: tuple[tuple[str, int, int], ...]
    document: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    weight: float  # of one of its questions in the fit


def collections(data: Path, split: str) -> Iterator[Collection]:
    """All collections for the ``split`` ("dev" or "test") of the questions."""
    paragraphs, pages = _paragraphs(data), _help_pages(data)
    asked = _questions(f"latvian.{split}", _paraphrases())
    seeds = tuple(parse(file, read(file)) for file in list_files([SEEDS])[0])
    gold = _gold(split)
    yield Collection("paragraphs", (*paragraphs.values(), *pages), asked, 0.5)
    texts, moved = _texts(data, paragraphs, asked)
    texts = (*texts, *pages)
    yield Collection("texts", texts, moved, 1.0)
    for number in range(_SMALL):
        yield _small(number, texts, moved)
    if split == "dev":
        questions = _questions("pages.dev", {})
        own = _pages(lambda language: language == "lv")
        yield _over("pages", own, (), questions, 1.0)
        # Every third question: as many again would cost more time than they teach.
        yield _over("pages+paragraphs", own, paragraphs.values(), questions[::3], 0.5)
        yield _over("pages, other languages", _pages(lambda language: language != "lv"), (), questions, 0.5)
    yield Collection("seeds", seeds, gold, 2.0)
    yield Collection("seeds+paragraphs", (*seeds, *paragraphs.values()), gold, 2.0)


def _pages(chosen: Callable[[str], bool]) -> tuple[Document, ...]:
    """Our own pages in the chosen languages."""
    return tuple(
        _document(row["id"], row["text"], row["title"], row["language"])
        for row in read_lines(PAGES)
        if chosen(row["language"])
    )


def _over(
    name: str,
    documents: Sequence[Document],
    among: Iterable[Document],
    questions: Sequence[Question],
    weight: float,
) -> Collection:
    """The questions that were asked about ``documents``, which stand ``among`` others."""
    asked = {document.id for document in documents}
    chosen = tuple(question for question in questions if question.document in asked)
    return Collection(name, (*documents, *among), chosen, weight)


def _paragraphs(data: Path) -> dict[str, Document]:
    rows = read_lines(data / "fullstack_lv" / "paragraphs.jsonl")
    return {f"fullstack_lv/{row['id']}": _document(f"fullstack_lv/{row['id']}", row["text"], "") for row in rows}


def _help_pages(data: Path) -> tuple[Document, ...]:
    rows = read_lines(data / "gnome_help" / "gnome_help_parallel.jsonl")
    return tuple(_document(f"gnome_help/{row['page']}", row["lv"]["body"], row["lv"]["title"]) for row in rows)


def _texts(
    data: Path, paragraphs: Mapping[str, Document], asked: Sequence[Question]
) -> tuple[tuple[Document, ...], tuple[Question, ...]]:
    """The paragraphs of one text joined under its headline, and the questions with their spans moved along."""
    titles = {
        row["id"].split("-")[0]: row["title"] for row in read_lines(data / "fullstack_lv" / "title_to_paragraph.jsonl")
    }
    members = defaultdict(list)
    for id_, document in paragraphs.items():
        members[id_.removeprefix("fullstack_lv/").rsplit("-", 1)[0]].append(document)
    place: dict[str, tuple[str, int]] = {}
    texts = []
    for name, parts in members.items():
        title = titles.get(name, "")
        text = title
        for part in parts:
            text += "\n\n" if text else ""
            place[part.id] = (f"fullstack_lv/{name}", len(text))
            text += part.text
        texts.append(_document(f"fullstack_lv/{name}", text, title))
    return tuple(texts), tuple(replace(q, answers=tuple(_move(a, place) for a in q.answers)) for q in asked)


def _move(answer: tuple[str, int, int], place: Mapping[str, tuple[str, int]]) -> tuple[str, int, int]:
    document, offset = place.get(answer[0], (answer[0], 0))
    return document, answer[1] + offset, answer[2] + offset


def _small(number: int, texts: Sequence[Document], asked: Sequence[Question]) -> Collection:
    """A few documents out of many; questions whose document is not among them have no answer here."""
    draw = random.Random(number)
    chosen = {document.id for document in draw.sample(list(texts), _SMALL_DOCUMENTS)}
    inside = [q for q in asked if q.answers and q.answers[0][0] in chosen]
    outside = [replace(q, answers=()) for q in draw.sample(list(asked), 20) if q not in inside]
    documents = tuple(document for document in texts if document.id in chosen)
    return Collection(f"small-{number}", documents, (*inside, *outside), 1.0)


def _questions(name: str, others: Mapping[str, Sequence[str]]) -> tuple[Question, ...]:
    rows = read_lines(QUESTIONS / f"{name}.jsonl")
    return tuple(
        Question(
            row["id"],
            with_subject(row["question"], row["history"][-1]) if "history" in row else row["question"],
            row["language"],
            row["document"] if name.startswith("pages") else row["document"].rsplit("-", 1)[0],
            tuple((row["document"], answer["start"], answer["end"]) for answer in row["answers"]),
            row["document"],
            tuple(others.get(row["id"], ())),
        )
        for row in rows
    )


def _paraphrases() -> dict[str, list[str]]:
    found = defaultdict(list)
    for row in read_lines(QUESTIONS / "latvian.paraphrases.jsonl"):
        found[row["of"]].append(row["question"])
    return found


def _gold(split: str) -> tuple[Question, ...]:
    return tuple(
        Question(
            row["id"],
            row["question"],
            row["language"],
            row["id"],
            tuple((answer["document"], answer["start"], answer["end"]) for answer in row["answers"]),
        )
        for row in read_lines(GOLD / f"seeds.{split}.jsonl")
        if not row.get("history")  # a follow-up is no question by itself
    )


def _document(id_: str, text: str, title: str, language: str = "lv") -> Document:
    return Document(id_, id_, text, title, language, id_)


def read_lines(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    """The objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
