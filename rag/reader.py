"""Readers look for the answer inside retrieved passages. The sentence reader scores whole sentences.

Its score is linear in a few features that mean the same in every collection; the weights are fitted on development
questions by ``training/sentence_reader.py`` and shipped as ``sentence_reader.json``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Protocol

import numpy as np

from index.language import fold, stem, words
from index.store import PassageIndex
from index.types import Hit, Span
from rag.answer_types import AnswerType, candidates
from rag.query import Query
from rag.types import Evidence

__all__ = ["Reader", "SentenceReader"]


class Reader(Protocol):
    """Finds evidence for an answer in retrieved passages."""

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        """Evidence from ``hits``, best first. Every sentence is proposed at most once."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class _Sentence:
    """A sentence with what the features are made of. ``cosine`` is its vector's with the question."""

    hit: Hit
    span: Span
    stems: frozenset[str]
    around: frozenset[str]  # its own stems and its neighbours' in the passage
    passage: frozenset[str]
    cosine: float


class SentenceReader:
    """Scores each sentence of the passages by how well it fits the question."""

    def __init__(self, index: PassageIndex, weights: Mapping[str, float] | None = None) -> None:
        """``weights`` by feature; None for the shipped ones. Features without a weight count nothing."""
        shipped = json.loads(files("rag").joinpath("sentence_reader.json").read_text("utf-8"))["sentence"]
        self._index = index
        self._weights = shipped if weights is None else weights

    def read(self, query: Query, hits: Sequence[Hit]) -> list[Evidence]:
        sentences = self._sentences(query, hits)
        best_hit = max((hit.score for hit in hits), default=0.0)
        best_cosine = max((sentence.cosine for sentence in sentences), default=0.0)
        evidence = [self._evidence(query, sentence, best_hit, best_cosine) for sentence in sentences]
        return sorted(evidence, key=lambda item: (-item.score, item.hit.document.id, item.sentence))

    def _sentences(self, query: Query, hits: Sequence[Hit]) -> list[_Sentence]:
        """The sentences of ``hits``; one that stands in two passages is taken from the better passage."""
        passages = self._index.passages([hit.passage for hit in hits])
        seen: set[tuple[str, Span]] = set()
        found = []
        for hit in hits:
            spans = hit.chunk.sentences
            cosines = passages[hit.passage].sentence_vectors.astype(np.float32) @ query.vector
            stems = [_stems(hit.document.text, span, hit.document.language) for span in spans]
            for place, span in enumerate(spans):
                if (hit.document.id, span) not in seen:
                    seen.add((hit.document.id, span))
                    around = frozenset().union(*stems[max(0, place - 1) : place + 2])
                    passage = passages[hit.passage].stems
                    found.append(_Sentence(hit, span, stems[place], around, passage, float(cosines[place])))
        return found

    def _evidence(self, query: Query, sentence: _Sentence, best_hit: float, best_cosine: float) -> Evidence:
        hit = sentence.hit
        short = _new_candidates(query, hit, sentence.span)
        coverage = query.coverage(sentence.stems)
        document = query.coverage(self._index.document_stems(hit.document.id))
        features = {
            "hit": hit.score,
            "hit_below_best": hit.score - best_hit,
            "cosine": sentence.cosine,
            "cosine_below_best": sentence.cosine - best_cosine,
            "coverage": coverage,
            "coverage_around": query.coverage(sentence.around),
            "coverage_passage": query.coverage(sentence.passage),
            "coverage_document": document,
            "density": coverage / np.log(3 + len(sentence.stems)),
            "rarest_missing": _rarest_missing(query, sentence.stems),
            "opens_document": float(sentence.span.start == 0),
            "length": float(np.log1p(len(sentence.stems))),
            "is_title": float(sentence.span.of(hit.document.text).strip() == hit.document.title),
            **{f"new_{kind}": float(kind == query.expected and bool(short)) for kind in _TYPED},
            **{f"lacks_{kind}": float(kind == query.expected and not short) for kind in _TYPED},
        }
        score = sum(self._weights.get(name, 0.0) * value for name, value in features.items())
        return Evidence(hit, sentence.span, float(score), _certain(query.expected, short), features)


_TYPED = tuple(kind for kind in AnswerType if kind is not AnswerType.OTHER)


def _stems(text: str, span: Span, language: str) -> frozenset[str]:
    return frozenset(stem(word, language) for word in words(span.of(text)))


def _rarest_missing(query: Query, stems: frozenset[str]) -> float:
    """The share of the question's weight that its heaviest word missing from the sentence has."""
    missing = [weight for term, weight in zip(query.terms, query.weights, strict=True) if term.isdisjoint(stems)]
    return max(missing, default=0.0) / (sum(query.weights) or 1.0)


def _new_candidates(query: Query, hit: Hit, sentence: Span) -> tuple[Span, ...]:
    """Candidates of the expected kind that say something which the question does not say itself."""
    text = hit.document.text
    return tuple(span for span in candidates(text, sentence, query.expected) if not _is_said(query, span.of(text), hit))


def _is_said(query: Query, candidate: str, hit: Hit) -> bool:
    own = words(candidate)
    if all(fold(word) in query.said for word in own):
        return True
    if query.expected not in (AnswerType.PERSON, AnswerType.PLACE):
        return False
    return all(any(stem(word, hit.document.language) in term for term in query.terms) for word in own)


def _certain(kind: AnswerType, short: tuple[Span, ...]) -> Span | None:
    """The one candidate that the surest pattern found; None where there are several, or the kind is too vague."""
    if kind in (AnswerType.REASON, AnswerType.PLACE) or not short:
        return None
    first = short[0]
    rivals = [span for span in short if not first.overlap(span)]
    return None if rivals and kind is AnswerType.PERSON else first
