"""Readers look for the answer inside retrieved passages.

A sentence's score is linear in its features. The weights are fitted on development questions by
``python -m training.sentence_reader`` and shipped as JSON, one file without and one with a span model.
"""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Protocol

import numpy as np

from index.language import stem, words
from index.store import PassageIndex
from index.types import Hit, Span
from rag.answer_types import AnswerType
from rag.features import Sentence, features, lacking, new_candidates
from rag.query import Query
from rag.spans import ScoredSpan, SpanModel, TokenScores, best_span
from rag.types import Evidence

__all__ = ["READ_FIRST", "Reader", "SentenceReader", "shipped_parameters"]

READ_FIRST = 3  # passages, before it is judged whether to read on
_SURE = 0.0  # the score of "no answer"
# A lower span is not marked in its sentence as the answer. Between this and "no answer" the sentence is known by more
# than its span, and on development questions the span is right often enough to be shown; belongs to the weights.
_MARKED = -4.0


class Reader(Protocol):
    """Finds evidence for an answer in retrieved passages."""

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        """Evidence from ``hits``, best first. Every sentence is proposed at most once."""
        ...


def shipped_parameters(with_spans: bool) -> dict[str, Any]:
    """The fitted parameters: "sentence" (weights by feature) and "decision" (see `rag.answers.Abstainer`)."""
    name = "span_reader.json" if with_spans else "sentence_reader.json"
    parameters: dict[str, Any] = json.loads(files("rag").joinpath(name).read_text("utf-8"))
    return parameters


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A sentence with the best span that the model sees in it, in characters of the document."""

    sentence: Sentence
    span: ScoredSpan | None


class SentenceReader:
    """Scores each sentence of the passages by how well it fits the question."""

    def __init__(
        self,
        index: PassageIndex,
        weights: Mapping[str, float],
        spans: SpanModel | None = None,
        certain: float = math.inf,
    ) -> None:
        """``weights`` by feature; features without a weight count nothing. When one of the first passages holds a span
        that scores ``certain``, the others are not read."""
        self._index, self._weights, self._spans, self._certain = index, weights, spans, certain

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        read = self._sentences(query, hits)
        rows = features(query, [item.sentence for item in read], self._index.document_stems)
        if self._spans is not None:
            rows = [row | extra for row, extra in zip(rows, _span_features(query, read), strict=True)]
        evidence = [self._evidence(query, item, row) for item, row in zip(read, rows, strict=True)]
        return sorted(evidence, key=lambda item: (-item.score, item.hit.document.id, item.sentence))

    def _sentences(self, query: Query, hits: Sequence[Hit]) -> list[_Read]:
        """The sentences of ``hits``; one that stands in two passages is taken from the better passage, with the best
        span that was seen in it in either."""
        passages = self._index.passages([hit.passage for hit in hits])
        scored = self._scored(query, hits)
        found: dict[tuple[str, Span], _Read] = {}
        for hit, scores in zip(hits, scored, strict=False):  # what was not read is not proposed
            vectors = passages[hit.passage].sentence_vectors.astype(np.float32)
            stems = [_stems(hit.document.text, span, hit.document.language) for span in hit.chunk.sentences]
            for place, span in enumerate(hit.chunk.sentences):
                best, known = _best_in(scores, hit, span), found.get((hit.document.id, span))
                if known is None:
                    around = frozenset().union(*stems[max(0, place - 1) : place + 2])
                    sentence = Sentence(hit, span, stems[place], around, passages[hit.passage].stems, vectors[place])
                    found[hit.document.id, span] = _Read(sentence, best)
                elif best is not None and (known.span is None or best.score > known.span.score):
                    found[hit.document.id, span] = replace(known, span=best)
        return list(found.values())

    def _scored(self, query: Query, hits: Sequence[Hit]) -> Sequence[tuple[TokenScores, ...]]:
        """Scores of all hits, or of the first ones where these are certain."""
        if self._spans is None:
            return [()] * len(hits)
        passages = [(hit.document.title, hit.text) for hit in hits]
        scores = self._spans.score(query.text, passages[:READ_FIRST])
        if _may_contradict(query, hits) or _best_score(scores) < self._certain:
            scores += self._spans.score(query.text, passages[READ_FIRST:])
        return scores

    def _evidence(self, query: Query, read: _Read, row: dict[str, float]) -> Evidence:
        sentence = read.sentence
        score = sum(self._weights.get(name, 0.0) * value for name, value in row.items())
        if self._spans is None:
            short = _certain(query.expected, new_candidates(query, sentence.hit, sentence.span))
        else:
            short = read.span.span if read.span is not None and read.span.score > _MARKED else None
        return Evidence(sentence.hit, sentence.span, float(score), short, row)


def _best_score(scores: Sequence[Sequence[TokenScores]]) -> float:
    """The score of the best span of all, minus infinity where there is none."""
    found = [best_span(windows, Span(0, sys.maxsize)) for windows in scores]
    return max((span.score for span in found if span is not None), default=-math.inf)


def _may_contradict(query: Query, hits: Sequence[Hit]) -> bool:
    """Whether a passage further down could give another date or amount than the first ones (`rag.differing`)."""
    first = {hit.document.id for hit in hits[:READ_FIRST]}
    others = any(hit.document.id not in first for hit in hits[READ_FIRST:])
    return others and query.expected in (AnswerType.DATE, AnswerType.NUMBER)


def _best_in(windows: Sequence[TokenScores], hit: Hit, sentence: Span) -> ScoredSpan | None:
    """The best span inside ``sentence``, moved from places in the passage to places in the document."""
    offset = hit.chunk.span.start
    found = best_span(windows, Span(sentence.start - offset, sentence.end - offset))
    if found is None:
        return None
    return ScoredSpan(Span(found.span.start + offset, found.span.end + offset), found.score)


def _span_features(query: Query, read: Sequence[_Read]) -> list[dict[str, float]]:
    """The score of each sentence's best span, how far it is below the best of all, and whether it has the form asked
    for."""
    scores = [-30.0 if item.span is None else max(-30.0, item.span.score) for item in read]
    best = max(scores, default=0.0)
    return [
        {"span": score, "span_below_best": score - best, "span_sure": float(score > _SURE)}
        | lacking("span", query.form, _text(item))
        for item, score in zip(read, scores, strict=True)
    ]


def _text(read: _Read) -> str:
    return "" if read.span is None else read.span.span.of(read.sentence.hit.document.text)


def _stems(text: str, span: Span, language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in words(span.of(text)))


def _certain(kind: AnswerType, short: tuple[Span, ...]) -> Span | None:
    """The one candidate that the surest pattern found; None where there are several, or the kind is too vague."""
    if kind in (AnswerType.REASON, AnswerType.PLACE) or not short:
        return None
    first = short[0]
    rivals = [span for span in short if not first.overlap(span)]
    return None if rivals and kind is AnswerType.PERSON else first
