"""The metrics, each a pure function of one gold question and what the assistant did with it.

A metric returns the question's observations: none where it does not apply (a short answer of an unanswerable
question), one as a rule, one a citation for `verbatim`. The value of a group of questions is the mean of all
observations in it, None when there are none.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import ir_measures
import numpy as np

from eval.gold import GoldQuestion, GoldSpan
from eval.run import Outcome, Place

__all__ = [
    "METRICS",
    "Metric",
    "answer_right",
    "any_citation_right",
    "covers",
    "mean",
    "ndcg_at",
    "normalise",
    "observe",
    "percentile",
    "recall_at",
    "refusal_accuracy",
    "refusal_precision",
    "refusal_recall",
    "risk_coverage",
    "short_em",
    "short_f1",
    "token_f1",
    "uncited_refusals",
    "verbatim",
    "wrongly_refused",
]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_DELETE_PUNCTUATION = str.maketrans("", "", string.punctuation)

Metric = Callable[[GoldQuestion, Outcome], Sequence[float]]


def mean(observations: Sequence[float]) -> float | None:
    """Their arithmetic mean; None of no observations."""
    return sum(observations) / len(observations) if observations else None


def percentile(values: Sequence[float], percent: float) -> float:
    """The ``percent``-th percentile, linear between neighbours; ``values`` must not be empty."""
    return float(np.percentile(np.asarray(values, dtype=np.float64), percent))


def covers(place: Place, gold: GoldSpan) -> bool:
    """Whether ``place`` has at least half of the gold span's characters."""
    return place.document == gold.document and 2 * place.span.overlap(gold.span) >= len(gold.span)


def answer_right(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """1 if the first citation covers a gold span, of answerable questions; refusing one is 0."""
    return _any_right(question, outcome.citations[:1])


def any_citation_right(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """1 if any citation covers a gold span, of answerable questions; refusing one is 0."""
    return _any_right(question, outcome.citations)


def _any_right(question: GoldQuestion, citations: Iterable[Place]) -> Sequence[float]:
    if not question.answerable:
        return []
    return [float(any(covers(place, gold) for place in citations for gold in question.answers))]


def normalise(text: str, language: str) -> str:
    """A short answer as it is compared; ``language`` is that of the text.

    English ("en"): the SQuAD rules exactly (Rajpurkar et al. 2016, the official evaluation script): lower case, ASCII
    punctuation deleted, articles deleted, single spaces. Other languages have no such articles, use other quotation
    marks („“, «»), and write marks where spaces may follow ("28.augustā" is "28. augustā"): there every punctuation
    mark and symbol of Unicode becomes a space. Diacritics are kept, composed (NFC) first.
    """
    lowered = unicodedata.normalize("NFC", text.lower())
    if language == "en":
        kept = lowered.translate(_DELETE_PUNCTUATION)
        return " ".join(_ARTICLES.sub(" ", kept).split())
    return " ".join("".join(" " if unicodedata.category(sign)[0] in "PS" else sign for sign in lowered).split())


def token_f1(predicted: str, accepted: str, language: str) -> float:
    """Harmonic mean of the precision and recall of words, counted with repeats (official SQuAD script)."""
    ours, theirs = normalise(predicted, language).split(), normalise(accepted, language).split()
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def short_em(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """1 if the short answer equals an accepted one, normalised; answerable questions, 0 without a short answer."""

    def equal(ours: str, theirs: str, language: str) -> float:
        return float(normalise(ours, language) == normalise(theirs, language))

    return _best_short(question, outcome, equal)


def short_f1(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """`token_f1` with the nearest accepted short answer; answerable questions, 0 without a short answer."""
    return _best_short(question, outcome, token_f1)


def _best_short(
    question: GoldQuestion, outcome: Outcome, likeness: Callable[[str, str, str], float]
) -> Sequence[float]:
    if not question.answerable:
        return []
    ours = outcome.short_answer
    if ours is None:
        return [0.0]
    return [max(likeness(ours, theirs, question.text_language) for theirs in question.short_answers)]


def recall_at(k: int) -> Metric:
    """Recall of gold spans in the first ``k`` hits: spans covered by one of them / spans, of answerable questions."""

    def recall(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
        found = [any(covers(hit, gold) for hit in outcome.hits[:k]) for gold in question.answers]
        return [sum(found) / len(found)] if found else []

    return recall


def ndcg_at(k: int) -> Metric:
    """nDCG@k = DCG@k / IDCG@k with DCG@k = sum of rel_i / log2(i + 1) (Järvelin and Kekäläinen 2002), by ir-measures.

    Gold names spans, never chunks, so what is ranked are gold spans: each stands where the first hit that covers it
    stands, a hit that covers two new ones takes two places, a hit that covers no new one takes one without gain.
    """
    measure = ir_measures.nDCG @ k

    def ndcg(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
        if not question.answerable:
            return []
        relevant = {f"gold-{number}": 1 for number in range(len(question.answers))}
        ranking = _ranked_spans(outcome.hits, question.answers)
        scores = {name: float(-rank) for rank, name in enumerate(ranking)}
        return [float(measure.calc_aggregate({"q": relevant}, {"q": scores or {"none": 0.0}}))]

    return ndcg


def _ranked_spans(hits: Iterable[Place], answers: Sequence[GoldSpan]) -> list[str]:
    ranking: list[str] = []
    left = dict(enumerate(answers))
    for rank, hit in enumerate(hits):
        new = [number for number, gold in left.items() if covers(hit, gold)]
        ranking += [f"gold-{number}" for number in new] or [f"other-{rank}"]
        left = {number: gold for number, gold in left.items() if number not in new}
    return ranking


def refusal_precision(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Unanswerable and refused / refused."""
    return [] if outcome.answered else [float(not question.answerable)]


def refusal_recall(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Unanswerable and refused / unanswerable."""
    return [] if question.answerable else [float(not outcome.answered)]


def wrongly_refused(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Answerable and refused / answerable."""
    return [float(not outcome.answered)] if question.answerable else []


def refusal_accuracy(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Answerable and answered, or unanswerable and refused / all."""
    return [float(question.answerable == outcome.answered)]


def verbatim(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Citations whose quote equals the stored text at their place / citations (of every question)."""
    quotes = [item["quote"] for item in outcome.answer["citations"]]
    return [float(quote == stored) for quote, stored in zip(quotes, outcome.stored, strict=True)]


def uncited_refusals(question: GoldQuestion, outcome: Outcome) -> Sequence[float]:
    """Refusals that carry neither citation, text nor short answer / refusals."""
    if outcome.answered:
        return []
    answer = outcome.answer
    return [float(not answer["citations"] and not answer["text"] and answer["short_answer"] is None)]


METRICS: Mapping[str, Metric] = {
    "answer_right": answer_right,
    "any_citation_right": any_citation_right,
    "short_em": short_em,
    "short_f1": short_f1,
    "recall@1": recall_at(1),
    "recall@3": recall_at(3),
    "recall@5": recall_at(5),
    "recall@10": recall_at(10),
    "ndcg@10": ndcg_at(10),
    "refusal_precision": refusal_precision,
    "refusal_recall": refusal_recall,
    "wrongly_refused": wrongly_refused,
    "refusal_accuracy": refusal_accuracy,
    "verbatim": verbatim,
    "uncited_refusals": uncited_refusals,
}


def observe(question: GoldQuestion, outcome: Outcome) -> dict[str, Sequence[float]]:
    """The observations of every metric."""
    return {name: metric(question, outcome) for name, metric in METRICS.items()}


def risk_coverage(pairs: Sequence[tuple[GoldQuestion, Outcome]], points: int = 10) -> list[dict[str, float]]:
    """The risk-coverage curve (El-Yaniv and Wiener 2010): if only the surest share of all questions were answered
    ("coverage"), the share of them whose best sentence is wrong ("risk"), and the least "confidence" among them.

    A question that the documents do not answer is answered wrongly by any sentence. Questions of equal confidence
    stand in the order of ``pairs``.
    """
    surest = sorted(pairs, key=lambda pair: -float(pair[1].answer["confidence"]))
    wrong = [not _best_sentence_right(question, outcome) for question, outcome in surest]
    curve = []
    for point in range(1, points + 1):
        kept = -(-len(surest) * point // points)
        least = float(surest[kept - 1][1].answer["confidence"])
        curve.append({"coverage": kept / len(surest), "risk": sum(wrong[:kept]) / kept, "confidence": least})
    return curve


def _best_sentence_right(question: GoldQuestion, outcome: Outcome) -> bool:
    return any(covers(place, gold) for place in outcome.evidence[:1] for gold in question.answers)
