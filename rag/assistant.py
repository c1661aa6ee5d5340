"""Question to answer: retrieve, read, decide, compose. Orchestration only."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.embedding import Embedder
from index.language import detect, words
from index.store import PassageIndex
from index.types import Hit
from rag.answers import Abstainer, compose, decision_features, join, refuse
from rag.conversation import after, complete
from rag.parts import split
from rag.query import Query, prepare_query, restore
from rag.reader import Reader
from rag.retriever import retrieve
from rag.types import Answer, Refusal, Trace, Turn

__all__ = ["LONGEST_QUESTION", "PASSAGES_READ", "PASSAGES_RETRIEVED", "Assistant"]

LONGEST_QUESTION = 2000  # characters
# The readers are fitted with these (`training.sentence_reader`).
PASSAGES_RETRIEVED = 10
PASSAGES_READ = 8


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """One generation of the index with what belongs to it."""

    index: PassageIndex
    languages: tuple[str, ...]
    reader: Reader


class Assistant:
    """Answers questions over one index, and follows it when it is rewritten on disk."""

    def __init__(
        self, directory: Path, embedder: Embedder, make_reader: Callable[[PassageIndex], Reader], abstainer: Abstainer
    ) -> None:
        self._directory, self._embedder, self._make_reader = directory, embedder, make_reader
        self._abstainer = abstainer
        self._lock = threading.Lock()
        self._opened = self._open()

    def _open(self) -> "_Opened":
        index = PassageIndex.open(self._directory)
        index.manifest.check(self._directory, self._embedder.identity)
        return _Opened(index, tuple(sorted(index.languages())), self._make_reader(index))

    def _current(self) -> "_Opened":
        """Never closed here: another thread may still be reading the one before; it closes when nobody does."""
        with self._lock:
            if not self._opened.index.is_current():
                self._opened = self._open()
            return self._opened

    @property
    def index(self) -> PassageIndex:
        """The index as it is on disk now; reopened when another process has changed it."""
        return self._current().index

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The ``k`` passages that fit ``query`` best; none for a query without words."""
        opened = self._current()
        if not words(query) or not opened.index.passage_count():
            return []
        prepared = prepare_query(_encodable(query[:LONGEST_QUESTION]), opened.index, opened.languages, self._embedder)
        return retrieve(prepared, opened.index, k)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """An answer with citations, or a refusal with its reason; ``history`` makes follow-ups complete.

        A question that may be a follow-up or not is tried both ways, and the surer answer given; one in several parts
        is asked part by part.
        """
        question, opened = _encodable(question), self._current()
        reason = _unanswerable_as_it_stands(question) or (None if opened.index.passage_count() else Refusal.EMPTY_INDEX)
        if reason is not None:
            return refuse(question, detect(question[:LONGEST_QUESTION]), reason)
        clock = _Clock()
        # Restored before it is joined with what was asked before, which has its diacritics.
        text = restore(question, detect(question), opened.index)
        answer = self._in_parts(question, text, history, opened, clock)
        if answer is None:
            answer = self._surest(question, complete(text, history), opened, clock)
        return replace(answer, timings_ms=clock.laps())

    def _in_parts(
        self, question: str, text: str, history: Sequence[Turn], opened: _Opened, clock: "_Clock"
    ) -> Answer | None:
        """The answers to all parts of ``text`` together. None when it has one part, when a part is not answered, and
        when documents differ about one: the parts' short answers would be mistaken for what differs."""
        parts = split(text)
        if len(parts) == 1:
            return None
        answers: list[Answer] = []
        for part in parts:
            ways = after(part, answers[-1].trace.searched) if answers else complete(part, history)
            answers.append(self._surest(part, ways, opened, clock))
            if not answers[-1].answered or answers[-1].differing:
                return None
        return join(question, answers)

    def _surest(self, question: str, ways: Sequence[str], opened: _Opened, clock: "_Clock") -> Answer:
        """The answer with the highest confidence of those to the ``ways`` in which the question can be meant."""
        answers = [self._try(question, searched, opened, clock) for searched in ways]
        return max(answers, key=lambda answer: answer.confidence)

    def _try(self, question: str, searched: str, opened: _Opened, clock: "_Clock") -> Answer:
        """The answer when ``searched`` is what the question means."""
        query = prepare_query(searched, opened.index, opened.languages, self._embedder)
        clock.lap("embed")
        hits = retrieve(query, opened.index, PASSAGES_RETRIEVED)
        clock.lap("retrieve")
        trace = _read(opened.reader, query, hits)
        clock.lap("read")
        answer = self._decide(question, query, trace)
        clock.lap("compose")
        return answer

    def _decide(self, question: str, query: Query, trace: Trace) -> Answer:
        confidence = self._abstainer.probability(trace.decision) if trace.evidence else 0.0
        trace = replace(trace, decision={**trace.decision, "threshold": self._abstainer.threshold})
        if not trace.evidence or confidence < self._abstainer.threshold:
            return refuse(question, query.language, Refusal.NO_SUPPORT, trace, confidence)
        return compose(question, query, trace, confidence)


def _read(reader: Reader, query: Query, hits: Sequence[Hit]) -> Trace:
    evidence = reader.read(query, hits[:PASSAGES_READ])
    decision = decision_features(query, hits, evidence) if evidence else {}
    return Trace(query.text, tuple(hits), tuple(evidence), decision)


def _encodable(text: str) -> str:
    """``text`` with "?" for lone surrogates, which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unanswerable_as_it_stands(question: str) -> Refusal | None:
    if not question.strip():
        return Refusal.EMPTY_QUESTION
    if len(question) > LONGEST_QUESTION:
        return Refusal.QUESTION_TOO_LONG
    return None if words(question) else Refusal.NO_WORDS


class _Clock:
    """Milliseconds before each lap since the one before, summed by name, and their total."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def laps(self) -> dict[str, float]:
        return {**self._laps, "total": (self._last - self._began) * 1000}
