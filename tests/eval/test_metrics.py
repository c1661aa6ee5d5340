import math
import re
import string
from collections import Counter
from dataclasses import replace

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from eval.gold import GoldQuestion, GoldSpan
from eval.metrics import (
    METRICS,
    answer_right,
    any_citation_right,
    covers,
    mean,
    ndcg_at,
    normalise,
    observe,
    percentile,
    recall_at,
    refusal_accuracy,
    refusal_precision,
    refusal_recall,
    risk_coverage,
    short_em,
    short_f1,
    token_f1,
    uncited_refusals,
    verbatim,
    wrongly_refused,
)
from eval.run import Outcome, Place
from index.types import Span
from tests.eval.examples import LIEPAJA, VALKA, answered, question, refused

WHEN = (LIEPAJA, "28. augustā")
FIRST = (LIEPAJA, "Šogad 28. augustā Liepājā viesojās delegācija no Baku.")
SECOND = (LIEPAJA, "To sagaidīja Anna Bērziņa.")
OTHER = (VALKA, "Muzejā strādā pieci darbinieki.")


# The official SQuAD 1.1 evaluation script's functions, to compare with.
def squad_normalise(text: str) -> str:
    kept = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def squad_f1(predicted: str, truth: str) -> float:
    ours, theirs = squad_normalise(predicted).split(), squad_normalise(truth).split()
    same = sum((Counter(ours) & Counter(theirs)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(ours), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


english = st.lists(st.sampled_from(["the", "a", "An", "U.S.", "don't", "7", "cat,", "-", "Cat", "theatre"])).map(
    " ".join
)


@given(english)
def test_english_is_normalised_as_by_the_squad_script(text: str) -> None:
    assert normalise(text, "en") == squad_normalise(text)


@given(english, english)
def test_english_f1_is_that_of_the_squad_script(ours: str, theirs: str) -> None:
    assert token_f1(ours, theirs, "en") == pytest.approx(squad_f1(ours, theirs))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("28. augustā", "28.augustā"),
        ("„Saules stars”", "«Saules Stars»"),
        ("“Saules stars“", "Saules stars"),
        ("I.Lāčgalve", "I. Lāčgalve,"),
        ("be\u0304rni", "bērni"),
        ("divi\u00a0 gadi\n", "divi gadi"),
    ],
)
def test_latvian_ways_of_writing_the_same_are_equal(ours: str, theirs: str) -> None:
    assert normalise(ours, "lv") == normalise(theirs, "lv") != ""


@pytest.mark.parametrize(("ours", "theirs"), [("gads", "gāds"), ("a klase", "klase"), ("8. augustā", "28. augustā")])
def test_latvian_words_that_differ_stay_different(ours: str, theirs: str) -> None:
    assert normalise(ours, "lv") != normalise(theirs, "lv")


def test_f1_by_hand() -> None:
    # "28 augustā" and "2013 gada 28 augustā": precision 2/2, recall 2/4.
    assert token_f1("28. augustā", "2013. gada 28. augustā", "lv") == pytest.approx(2 * 1 * 0.5 / 1.5)


def test_the_nearest_accepted_short_answer_counts() -> None:
    gold = replace(question("q", WHEN), short_answers=("augusta beigās", "28.augustā"))
    outcome = answered("q", FIRST, short="28. augustā")
    assert (short_em(gold, outcome), short_f1(gold, outcome)) == ([1.0], [1.0])


def test_no_short_answer_is_zero_and_unanswerable_questions_are_left_out() -> None:
    assert short_em(question("q", WHEN), answered("q", FIRST)) == [0.0]
    assert short_f1(question("q", WHEN), refused("q")) == [0.0]
    assert list(short_f1(question("q"), answered("q", FIRST, short="28. augustā"))) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(10, 20, True), (0, 15, True), (0, 14, False), (15, 16, False), (15, 20, True), (20, 30, False)],
)
def test_half_of_the_gold_span_is_enough(start: int, end: int, expected: bool) -> None:
    gold = GoldSpan("d", Span(10, 20))
    assert covers(Place("d", start, end, 1.0), gold) is expected
    assert not covers(Place("other", start, end, 1.0), gold)


def test_only_the_first_citation_makes_the_answer_right() -> None:
    outcome = answered("q", SECOND, FIRST)
    assert answer_right(question("q", WHEN), outcome) == [0.0]
    assert any_citation_right(question("q", WHEN), outcome) == [1.0]
    assert answer_right(question("q", WHEN), answered("q", FIRST, SECOND)) == [1.0]


def test_any_gold_span_makes_the_answer_right() -> None:
    assert answer_right(question("q", (VALKA, "1970. gadā"), WHEN), answered("q", FIRST)) == [1.0]


def test_a_refused_answerable_question_is_wrong() -> None:
    assert answer_right(question("q", WHEN), refused("q", FIRST)) == [0.0]
    assert any_citation_right(question("q", WHEN), refused("q", FIRST)) == [0.0]


def test_recall_counts_gold_spans_in_the_first_hits() -> None:
    gold = question("q", WHEN, (LIEPAJA, "Anna Bērziņa"))
    outcome = answered("q", FIRST, hits=(OTHER, FIRST, FIRST, SECOND))
    assert [recall_at(k)(gold, outcome) for k in (1, 2, 3, 4)] == [[0.0], [0.5], [0.5], [1.0]]
    assert list(recall_at(1)(question("q"), outcome)) == []


def test_ndcg_by_hand() -> None:
    # Ranks: 1 other, 2 first span, 3 covers nothing new, 4 second span.
    gold = question("q", WHEN, (LIEPAJA, "Anna Bērziņa"))
    outcome = answered("q", FIRST, hits=(OTHER, FIRST, FIRST, SECOND))
    expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert ndcg_at(10)(gold, outcome) == pytest.approx([expected])
    assert ndcg_at(3)(gold, outcome) == pytest.approx([(1 / math.log2(3)) / (1 + 1 / math.log2(3))])


def test_a_hit_that_covers_two_spans_takes_two_places() -> None:
    gold = question("q", WHEN, (LIEPAJA, "Baku"), (VALKA, "pieci"))
    outcome = answered("q", FIRST, hits=(FIRST, OTHER))
    assert ndcg_at(10)(gold, outcome) == pytest.approx([1.0])
    assert ndcg_at(2)(gold, outcome) == pytest.approx([1.0])


def test_ndcg_is_zero_without_hits() -> None:
    assert ndcg_at(10)(question("q", WHEN), refused("q")) == [0.0]


def independent_ndcg(ranks: list[int], spans: int) -> float:
    """From the definition, with binary gains: ``ranks`` (from 1) are those of the spans that were found."""
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(spans, 10) + 1))
    return sum(1 / math.log2(rank + 1) for rank in ranks if rank <= 10) / ideal


@given(st.integers(1, 4), st.permutations(range(14)))
def test_ndcg_is_that_of_the_definition(spans: int, order: list[int]) -> None:
    gold = tuple(GoldSpan("d", Span(100 * number, 100 * number + 10)) for number in range(spans))
    asked = GoldQuestion("q", "?", "lv", "what", "plain", gold, ("x",), "lv")
    hits = tuple(Place("d", 100 * number, 100 * number + 50, 1.0) for number in order)
    outcome = replace(refused("q"), hits=hits)
    ranks = [order.index(number) + 1 for number in range(spans)]
    assert ndcg_at(10)(asked, outcome) == pytest.approx([independent_ndcg(ranks, spans)])


def test_refusals_by_hand() -> None:
    # Four unanswerable (three refused), five answerable (one refused): precision 3/4, recall 3/4, accuracy 7/9.
    unanswerable = [(question("n"), refused("n"))] * 3 + [(question("n"), answered("n", FIRST))]
    answerable = [(question("q", WHEN), answered("q", FIRST))] * 4 + [(question("q", WHEN), refused("q"))]
    pairs = unanswerable + answerable

    def value(metric: str) -> float | None:
        return mean([number for pair in pairs for number in METRICS[metric](*pair)])

    assert value("refusal_precision") == 0.75
    assert value("refusal_recall") == 0.75
    assert value("wrongly_refused") == 0.2
    assert value("refusal_accuracy") == pytest.approx(7 / 9)


def test_refusal_metrics_leave_out_what_they_are_not_about() -> None:
    assert list(refusal_precision(question("q", WHEN), answered("q", FIRST))) == []
    assert list(refusal_recall(question("q", WHEN), refused("q"))) == []
    assert list(wrongly_refused(question("q"), refused("q"))) == []
    assert refusal_accuracy(question("q"), answered("q", FIRST)) == [0.0]


def test_a_quote_that_differs_from_the_stored_text_is_not_verbatim() -> None:
    outcome = answered("q", FIRST, SECOND)
    shifted = replace(outcome, stored=(outcome.stored[0], LIEPAJA.text[1:9]))
    assert verbatim(question("q"), outcome) == [1.0, 1.0]
    assert verbatim(question("q"), shifted) == [1.0, 0.0]
    assert verbatim(question("q"), replace(outcome, stored=(None, None))) == [0.0, 0.0]


@pytest.mark.parametrize("claim", [{"text": "28. augustā"}, {"citations": [{"quote": "x"}]}, {"short_answer": {}}])
def test_a_refusal_that_claims_something_is_seen(claim: dict[str, object]) -> None:
    outcome = refused("q")
    broken = replace(outcome, answer=outcome.answer | claim)
    assert uncited_refusals(question("q"), outcome) == [1.0]
    assert uncited_refusals(question("q"), broken) == [0.0]


def test_the_mean_of_nothing_is_none() -> None:
    assert (mean([]), mean([1.0, 0.0, 0.5])) == (None, 0.5)


def test_percentiles_are_linear_between_neighbours() -> None:
    assert (percentile([10.0, 20.0], 50), percentile([0.0, 10.0, 20.0], 95)) == pytest.approx((15.0, 19.0))


@pytest.mark.parametrize("outcome", [refused("q"), answered("q", FIRST, short="28. augustā")])
def test_every_metric_gives_fractions(outcome: Outcome) -> None:
    observed = observe(question("q", WHEN), outcome)
    assert observed.keys() == METRICS.keys()
    assert all(0 <= value <= 1 for values in observed.values() for value in values)


def sure(outcome: Outcome, confidence: float) -> Outcome:
    return replace(outcome, answer=outcome.answer | {"confidence": confidence})


def test_the_risk_is_the_share_of_wrong_best_sentences_among_the_surest() -> None:
    pairs = [
        (question("unanswerable"), sure(refused("unanswerable", OTHER), 0.1)),
        (question("right", WHEN), sure(answered("right", FIRST), 0.9)),
        (question("wrong", WHEN), sure(answered("wrong", SECOND), 0.8)),
        (question("right too", WHEN), sure(answered("right too", FIRST), 0.7)),
    ]
    assert risk_coverage(pairs, points=4) == [
        {"coverage": 0.25, "risk": 0.0, "confidence": 0.9},
        {"coverage": 0.5, "risk": 0.5, "confidence": 0.8},
        {"coverage": 0.75, "risk": pytest.approx(1 / 3), "confidence": 0.7},
        {"coverage": 1.0, "risk": 0.5, "confidence": 0.1},
    ]


@given(st.integers(1, 5), st.lists(st.integers(0, 8), max_size=12, unique=True), st.sampled_from([1, 3, 5, 10]))
def test_recall_and_ndcg_are_those_of_trec_eval(golds: int, ranked: list[int], k: int) -> None:
    """Span number n is [10 n, 10 n + 5); the first ``golds`` of them answer, and each hit is one of them."""
    spans = [Span(10 * number, 10 * number + 5) for number in range(9)]
    asked = GoldQuestion(
        "q", "Kas?", "lv", "who", "plain", tuple(GoldSpan("d", span) for span in spans[:golds]), ("x",), "lv"
    )
    hits = tuple(Place("d", spans[number].start, spans[number].end, 1.0) for number in ranked)
    found = replace(refused("q"), hits=hits)
    judged = {"q": {str(number): 1 for number in range(golds)}}
    run = {"q": {str(number): float(-place) for place, number in enumerate(ranked)}}

    measured = (
        pytrec_eval.RelevanceEvaluator(judged, {f"recall.{k}", "ndcg_cut.10"}).evaluate(run)["q"] if ranked else {}
    )

    assert recall_at(k)(asked, found) == [pytest.approx(measured.get(f"recall_{k}", 0.0))]
    assert ndcg_at(10)(asked, found) == [pytest.approx(measured.get("ndcg_cut_10", 0.0))]
