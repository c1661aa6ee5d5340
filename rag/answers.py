"""From evidence to an answer: decide, compose, verify. Refusing is a value with a reason."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from index.types import Document, Hit
from rag.answer_types import AnswerType
from rag.differing import contradict
from rag.query import Query
from rag.types import Answer, Citation, Evidence, Refusal, ShortAnswer, Trace

__all__ = ["Abstainer", "compose", "decision_features", "join", "refuse"]

_NEAREST = 3
_MOST_CITATIONS = 3


def decision_features(query: Query, hits: Sequence[Hit], evidence: Sequence[Evidence]) -> dict[str, float]:
    """What speaks for and against an answer in the best evidence, as numbers that mean the same in every collection."""
    best = evidence[0]
    second = evidence[1].score if len(evidence) > 1 else best.score
    other = [item.score for item in evidence if item.hit.document.id != best.hit.document.id]
    same_language = float(query.language == best.hit.document.language)
    features = dict(best.features) | {
        "margin": best.score - second,
        "margin_document": best.score - max(other, default=best.score),
        "score": best.score,
        "hit_margin": hits[0].score - hits[-1].score,
        "top_hit": float(best.hit.passage == hits[0].passage),
        "same_language": same_language,
        "terms": math.log1p(len(query.terms)),
    }
    if "span" in best.features:
        features["span_rival"] = max((item.features["span"] for item in evidence[1:]), default=-30.0)
    crossing = {
        f"crossing_{name}": features[name] * (1 - same_language) for name in ("hit", "cosine", "coverage_document")
    }
    return features | crossing


class Abstainer:
    """The probability that the documents answer, as fitted on development questions, and the threshold under which
    Avots refuses."""

    def __init__(self, parameters: Mapping[str, Any], min_confidence: float | None = None) -> None:
        """``parameters`` hold "weights" by feature, "bias", "calibration" and "threshold"; they belong to one reader.
        ``min_confidence`` takes the place of the threshold."""
        self._weights: Mapping[str, float] = parameters["weights"]
        self._bias: float = parameters["bias"]
        self._calibration: Mapping[str, tuple[float, float]] = parameters["calibration"]
        self.threshold: float = parameters["threshold"] if min_confidence is None else min_confidence

    def probability(self, features: Mapping[str, float]) -> float:
        """Logistic regression over `decision_features`, calibrated apart for questions in the language of the documents
        and in another (Platt 1999: a slope and an intercept for the log-odds)."""
        log_odds = self._bias + sum(self._weights.get(name, 0.0) * value for name, value in features.items())
        slope, intercept = self._calibration["same_language" if features["same_language"] else "cross_lingual"]
        return 1.0 / (1.0 + math.exp(-(slope * log_odds + intercept)))


def refuse(
    query_text: str, language: str, reason: Refusal, trace: Trace | None = None, confidence: float = 0.0
) -> Answer:
    """A refusal, with the nearest passages shown as what they are."""
    trace = trace or Trace()
    nearest = tuple(
        Citation.of(item.hit.document, item.sentence, number, item.score)
        for number, item in enumerate(_distinct(trace.evidence)[:_NEAREST], 1)
    )
    return Answer(query_text, language, "", (), confidence, reason=reason, nearest=nearest, trace=trace)


def compose(question: str, query: Query, trace: Trace, confidence: float) -> Answer:
    """The answer that the evidence of ``trace`` carries: the best sentence, others that nearly equal it, and what
    another document says differently."""
    rival = _rival(query, trace.evidence)
    chosen = _chosen(trace.evidence, rival)
    documents = {item.hit.document.id: item.hit.document for item in chosen}
    citations = tuple(
        Citation.of(item.hit.document, item.sentence, number, item.score) for number, item in enumerate(chosen, 1)
    )
    _verify(citations, documents)
    short = _short_answer(chosen[0], 1, confidence)
    differing = [_short_answer(item, number, confidence) for number, item in enumerate(chosen, 1) if item is rival]
    return Answer(
        question,
        query.language,
        _text(citations),
        citations,
        confidence,
        short_answer=short,
        differing=tuple(item for item in differing if item is not None),
        trace=trace,
    )


def join(question: str, parts: Sequence[Answer]) -> Answer:
    """One answer from those to the parts of ``question``, all answered: the best sentence of each, then the others.

    It is as sure as the least sure part; its trace is that of this part, with what all of them found.
    """
    citations: dict[tuple[str, int, int], Citation] = {}
    for rank in zip_longest(*(part.citations for part in parts)):
        for citation in filter(None, rank):
            place = citation.document, citation.start, citation.end
            citations.setdefault(place, replace(citation, number=len(citations) + 1))
    found = [_renumbered(part.short_answer, part, citations) for part in parts if part.short_answer is not None]
    shorts = tuple({(short.start, short.end, short.citation): short for short in found}.values())
    least = min(parts, key=lambda part: part.confidence)
    hits = {hit.passage: hit for rank in zip_longest(*(part.trace.hits for part in parts)) for hit in rank if hit}
    evidence = tuple(item for part in parts for item in part.trace.evidence)
    return Answer(
        question,
        parts[0].language,
        _text(citations.values()),
        tuple(citations.values()),
        least.confidence,
        short_answer=shorts[0] if shorts else None,
        further=shorts[1:],
        trace=replace(least.trace, searched=question, hits=tuple(hits.values()), evidence=evidence),
    )


def _renumbered(short: ShortAnswer, part: Answer, citations: Mapping[tuple[str, int, int], Citation]) -> ShortAnswer:
    home = next(citation for citation in part.citations if citation.number == short.citation)
    return replace(short, citation=citations[home.document, home.start, home.end].number)


def _text(citations: Iterable[Citation]) -> str:
    return "\n".join(f"{citation.quote} [{citation.number}]" for citation in citations)


# Of score, found on development questions: this near, the second sentence is the right one every fifth time, and
_CLOSE = 0.75
# this near, a contradiction is worth showing.
_CLOSE_RIVAL = 1.5


def _chosen(evidence: Sequence[Evidence], rival: Evidence | None) -> list[Evidence]:
    """The best sentence, and rivals so close that a reader should see them too: at most three, best first."""
    distinct = _distinct(evidence)
    best = distinct[0]
    close = [item for item in distinct[1:_MOST_CITATIONS] if best.score - item.score <= _CLOSE and item is not rival]
    return [best, *([rival] if rival else []), *close][:_MOST_CITATIONS]


def _rival(query: Query, evidence: Sequence[Evidence]) -> Evidence | None:
    """The best sentence of another document whose date or amount contradicts that of the best sentence."""
    best = evidence[0]
    if best.short is None or query.expected not in (AnswerType.DATE, AnswerType.NUMBER):
        return None
    ours = best.short.of(best.hit.document.text)
    for item in evidence:
        other = item.hit.document
        if other.id == best.hit.document.id or item.short is None or best.score - item.score > _CLOSE_RIVAL:
            continue
        if contradict(ours, item.short.of(other.text)):
            return item
    return None


def _distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence without sentences that say the same word for word (the same news on two pages)."""
    by_text = {item.sentence.of(item.hit.document.text): item for item in reversed(evidence)}
    return [item for item in evidence if by_text[item.sentence.of(item.hit.document.text)] is item]


def _short_answer(item: Evidence, number: int, confidence: float) -> ShortAnswer | None:
    """The short answer that stands in citation ``number``."""
    if item.short is None:
        return None
    text = item.short.of(item.hit.document.text)
    return ShortAnswer(text, number, item.short.start, item.short.end, confidence)


def _verify(citations: Sequence[Citation], documents: Mapping[str, Document]) -> None:
    for citation in citations:
        citation.verify(documents[citation.document])
