"""From evidence to an answer: decide, compose, verify. Refusing is a value with a reason."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from index.types import Document, Hit
from rag.query import Query
from rag.types import Answer, Citation, Evidence, Refusal, ShortAnswer, Trace

__all__ = ["Abstainer", "compose", "decision_features", "refuse"]

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

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        """``parameters`` hold "weights" by feature, "bias" and "threshold"; they belong to one reader."""
        self._weights: Mapping[str, float] = parameters["weights"]
        self._bias: float = parameters["bias"]
        self.threshold: float = parameters["threshold"]

    def probability(self, features: Mapping[str, float]) -> float:
        """Logistic regression over `decision_features`."""
        logit = self._bias + sum(self._weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-logit))


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


def compose(question: str, language: str, trace: Trace, confidence: float) -> Answer:
    """The answer that the evidence of ``trace`` carries: the best sentence, and others that nearly equal it."""
    chosen = _chosen(trace.evidence)
    documents = {item.hit.document.id: item.hit.document for item in chosen}
    citations = tuple(
        Citation.of(item.hit.document, item.sentence, number, item.score) for number, item in enumerate(chosen, 1)
    )
    _verify(citations, documents)
    text = "\n".join(f"{citation.quote} [{citation.number}]" for citation in citations)
    short = _short_answer(chosen[0], confidence)
    return Answer(question, language, text, citations, confidence, short_answer=short, trace=trace)


def _chosen(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and rivals so close that a reader should see them too: at most three, best first."""
    distinct = _distinct(evidence)
    best = distinct[0]
    return [item for item in distinct[:_MOST_CITATIONS] if item is best or best.score - item.score <= _CLOSE]


# Of score: among development questions the second sentence is the right one every fifth time when it is this close.
_CLOSE = 0.75


def _distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence without sentences that say the same word for word (the same news on two pages)."""
    by_text = {item.sentence.of(item.hit.document.text): item for item in reversed(evidence)}
    return [item for item in evidence if by_text[item.sentence.of(item.hit.document.text)] is item]


def _short_answer(item: Evidence, confidence: float) -> ShortAnswer | None:
    if item.short is None:
        return None
    text = item.short.of(item.hit.document.text)
    return ShortAnswer(text, 1, item.short.start, item.short.end, confidence)


def _verify(citations: Sequence[Citation], documents: Mapping[str, Document]) -> None:
    for citation in citations:
        citation.verify(documents[citation.document])
