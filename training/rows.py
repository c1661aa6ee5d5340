"""Rows for training the span reader: a question, a passage with its title, and the answer's place in it or none."""

import math
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.squad import SquadQuestion, read_squad
from index.chunking import chunk
from index.embedding import Embedder
from index.language import fold, words
from index.store import PassageIndex
from index.sync import store_documents
from index.types import Document, Hit, Span
from rag.query import prepare_query
from rag.retriever import retrieve
from rag.spans import SpanModel, best_span
from training.collections import Collection, Question, collections

__all__ = [
    "Row",
    "all_rows",
    "answering",
    "file_rows",
    "held_out",
    "held_out_questions",
    "own_rows",
    "sampled_rows",
    "squad_questions",
    "surest",
]

# Licensed for redistribution of what is trained from them (docs/reader.md); English TyDi, NorQuAD and PoQuAD measure.
_XQUAD = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "tr", "vi")
_SAMPLE = {"squad_it.it": 3000, "tydi.id": 500, "tydi.sw": 400, "tydi.ar": 300, "tydi.te": 200, "tydi.bn": 100}
_ALL = {
    **dict.fromkeys(("squad_it.it", "tydi.id", "tydi.sw", "tydi.ar", "tydi.te", "tydi.bn", "tydi.ko"), 10**6),
    **dict.fromkeys(("arcd_train.ar", "arcd_test.ar"), 10**6),
    "jaquad.ja": 1500,
}
# The collections whose questions are rows, and those that hold each question beside the text that it was asked about.
_SEARCHED = ("texts", "pages", "pages, other languages")
_ASKED = ("paragraphs", "pages", "pages, other languages")
_SIZES = (300, 480, 700)  # characters of a passage; 480 is what an index holds


@dataclass(frozen=True, slots=True)
class Row:
    """``start`` and ``end`` are in characters of ``passage``; both None when the passage does not answer."""

    question: str
    title: str
    passage: str
    start: int | None
    end: int | None


def held_out(question: Question) -> bool:
    """A fifth of the development documents, kept from training to fit what combines the reader with retrieval."""
    return sum(question.group.encode()) % 5 == 0


def squad_questions(collection: Collection, chosen: Callable[[Question], bool]) -> list[SquadQuestion]:
    """The chosen questions, each with the document that it was asked about."""
    documents = {document.id: document for document in collection.documents}
    return [
        SquadQuestion(
            question.id,
            question.question,
            documents[question.document].text,
            tuple(Span(start, end) for _, start, end in question.answers),
            documents[question.document].title,
            question.group,
            documents[question.document].language,
        )
        for question in collection.questions
        if chosen(question)
    ]


def held_out_questions(data: Path) -> dict[str, list[SquadQuestion]]:
    """Our own questions that training does not see, by collection, each with the paragraph or page that it was asked
    about."""
    return {
        collection.name: squad_questions(collection, held_out)
        for collection in collections(data, "dev")
        if collection.name in _ASKED
    }


def own_rows(
    data: Path, work: Path, embedder: Embedder, draw: random.Random, cuts: int, spans: SpanModel | None = None
) -> Iterator[Row]:
    """The project's own questions, all ways they are asked: passages that answer, and what retrieval mistakes.

    A question as it was first asked has its passage in so many ``cuts``, one of another size each time. With ``spans``,
    the passages that do not answer are those in which this model is surest that they do.
    """
    for collection in collections(data, "dev"):
        if collection.name in _SEARCHED:
            store_documents(work / collection.name, collection.documents, embedder)
            index = PassageIndex.open(work / collection.name)
            documents = {document.id: document for document in collection.documents}
            for question in collection.questions:
                if not held_out(question):
                    yield from _rows(question, documents, index, embedder, draw, cuts, spans)


def _rows(
    question: Question,
    documents: Mapping[str, Document],
    index: PassageIndex,
    embedder: Embedder,
    draw: random.Random,
    cuts: int,
    spans: SpanModel | None,
) -> Iterator[Row]:
    for number, typed in enumerate((question.question, *question.others)):
        query = prepare_query(typed, index, sorted(index.languages()), embedder)
        asked = query.text  # restored, as it is read
        if question.answers:
            document = question.answers[0][0]
            answers = [(start, end) for id_, start, end in question.answers if id_ == document]
            for size in (draw.choice(_SIZES), 480)[: cuts if number == 0 else 1]:
                yield from answering(_asked(asked, draw), documents[document], answers, size)
        hits = retrieve(query, index, 8)
        wrong = [hit for hit in hits if not _holds(hit.document.id, hit.text, question, documents)][:6]
        count = (2 - bool(question.answers)) if number == 0 else int(draw.random() < 0.5)
        wrong = draw.sample(wrong, len(wrong)) if spans is None else surest(spans, asked, wrong)
        for hit in wrong[:count]:
            yield Row(_asked(asked, draw), hit.document.title, hit.text, None, None)


def surest(spans: SpanModel, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The passages, first those in which the model is surest of an answer to the question."""
    read = spans.score(question, [(hit.document.title, hit.text) for hit in hits])
    found = [best_span(windows, Span(0, sys.maxsize)) for windows in read]
    order = sorted(range(len(hits)), key=lambda i: -(span.score if (span := found[i]) else -math.inf))
    return [hits[i] for i in order]


def _holds(document: str, passage: str, question: Question, documents: Mapping[str, Document]) -> bool:
    """Whether the passage holds an answer's words (it may then answer too); of the same document or of another."""
    return any(documents[id_].text[start:end] in passage for id_, start, end in question.answers)


def sampled_rows(data: Path, draw: random.Random) -> Iterator[Row]:
    """XQuAD in six languages, and a part of the other sets."""
    return _squad_rows(data, draw, 6, _SAMPLE)


def all_rows(data: Path, draw: random.Random) -> Iterator[Row]:
    """XQuAD in eight languages, and the other sets whole."""
    return _squad_rows(data, draw, 8, _ALL)


def file_rows(path: Path, draw: random.Random) -> Iterator[Row]:
    """All questions of a file of a SQuAD layout (see `eval.squad.read_squad`)."""
    questions = read_squad(path)
    articles = _Articles(questions)
    for question in questions:
        yield from _from_squad(question, question.question, articles, draw)


def _squad_rows(data: Path, draw: random.Random, languages: int, others: dict[str, int]) -> Iterator[Row]:
    parallel: dict[str, dict[str, SquadQuestion]] = defaultdict(dict)
    for language in _XQUAD:
        for question in read_squad(data / f"xquad.{language}.jsonl"):
            parallel[question.id][language] = question
    articles = {language: _Articles([versions[language] for versions in parallel.values()]) for language in _XQUAD}
    for versions in parallel.values():
        for language in draw.sample(sorted(versions), languages):
            # Two of five are asked in another language than the passage has.
            asked = language if draw.random() < 0.6 else draw.choice(sorted(versions))
            yield from _from_squad(versions[language], versions[asked].question, articles[language], draw)
    for name, count in others.items():
        questions = read_squad(data / f"{name}.jsonl")
        passages = _Articles(questions)
        for question in draw.sample(questions, min(count, len(questions))):
            yield from _from_squad(question, question.question, passages, draw)


class _Articles:
    """Every article's passages, to find the one that a question is most likely mistaken to be answered by."""

    def __init__(self, questions: Sequence[SquadQuestion]) -> None:
        self._passages: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for question in {question.context: question for question in questions}.values():
            for piece in chunk(_document(question), 480):
                text = piece.span.of(question.context)
                self._passages[question.group][text] = frozenset(words(fold(text)))

    def mistaken(self, question: SquadQuestion, draw: random.Random) -> str | None:
        """One of the three passages with the most words in common with the question, but without its answer."""
        asked = frozenset(words(fold(question.question)))
        answer = question.answers[0].of(question.context) if question.answers else None
        found = [
            (len(asked & held), text)
            for text, held in self._passages[question.group].items()
            if answer is None or answer not in text
        ]
        best = sorted(found, reverse=True)[:3]
        return draw.choice(best)[1] if best else None


def _from_squad(question: SquadQuestion, asked: str, articles: _Articles, draw: random.Random) -> Iterator[Row]:
    """The passage that answers or, for three of ten, another one of the same article."""
    if question.answers and draw.random() < 0.7:
        answer = question.answers[0].start, question.answers[0].end
        yield from answering(_asked(asked, draw), _document(question), [answer], draw.choice(_SIZES))
        return
    passage = articles.mistaken(question, draw)
    if passage is not None:
        yield Row(_asked(asked, draw), question.title, passage, None, None)


def _document(question: SquadQuestion) -> Document:
    return Document("", "", question.context, question.title, question.language, "")


def answering(question: str, document: Document, answers: Sequence[tuple[int, int]], size: int) -> Iterator[Row]:
    """Every passage that holds an answer which no passage before it held, with the first such answer in it."""
    left = list(answers)
    for piece in chunk(document, size):
        held = [(start, end) for start, end in left if piece.span.start <= start and end <= piece.span.end]
        if held:
            start, end = (place - piece.span.start for place in held[0])
            yield Row(question, document.title, piece.span.of(document.text), start, end)
            left = [answer for answer in left if answer not in held]


def _asked(question: str, draw: random.Random) -> str:
    """Now and then as typed on a phone: without diacritics, capitals and question mark."""
    return fold(question).rstrip("?") if draw.random() < 0.07 else question
