import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.metrics import mean
from eval.significance import (
    ALPHA,
    POWER,
    Differences,
    minimum_detectable_difference,
    paired_differences,
    randomisation_p_value,
)

Pair = tuple[Sequence[float], Sequence[float]]

fractions = st.integers(0, 6).map(lambda sixths: sixths / 6)
observations = st.lists(fractions, max_size=3)
pairs = st.lists(st.tuples(observations, observations), min_size=1, max_size=10)


def differences_of(pairs: Sequence[Pair]) -> Differences | None:
    return paired_differences([first for first, _ in pairs], [second for _, second in pairs])


def test_with_one_observation_each_a_difference_is_the_second_minus_the_first() -> None:
    found = paired_differences([[1.0], [0.0], [0.25], []], [[0.0], [0.0], [1.0], []])
    assert found is not None
    assert found.tolist() == [-1.0, 0.0, 0.75]


def test_differences_of_a_ratio_by_hand() -> None:
    # Both runs refuse the first question, rightly; the first run also the second, wrongly: 1/2 and 1/1, pooled 2/3.
    # Residuals (1 - 1) - 2/3 (1 - 1) = 0 and (0 - 0) - 2/3 (0 - 1) = 2/3; scale 2 questions * 3 / (2 * 2 * 1) = 3/2.
    found = paired_differences([[1.0], [0.0]], [[1.0], []])
    assert found == pytest.approx(np.array([0.0, 1.0]))


@given(pairs)
def test_the_mean_of_the_differences_is_the_difference_of_the_means(pairs: Sequence[Pair]) -> None:
    first, second = (mean([value for pair in pairs for value in pair[run]]) for run in (0, 1))
    found = differences_of(pairs)
    if first is None or second is None:
        assert found is None
    else:
        assert found is not None
        assert found.mean() == pytest.approx(second - first)
        assert found.size == sum(bool(a or b) for a, b in pairs)


def test_a_metric_that_applies_to_nothing_has_no_differences() -> None:
    assert paired_differences([[], []], [[], []]) is None
    assert paired_differences([], []) is None


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([1, 1, 1], 2 / 8),
        ([1, 1, -1], 1.0),
        ([1, 1, 1, -1], 10 / 16),
        ([2, 1], 2 / 4),
        ([0.5] * 6, 2 / 64),
        ([1, -1], 1.0),
        ([], 1.0),
    ],
)
def test_p_values_by_hand(differences: Sequence[float], expected: float) -> None:
    assert randomisation_p_value(np.array(differences, np.float64)) == expected


def test_questions_without_a_difference_do_not_matter() -> None:
    changed = [1.0, 0.5, 1.0, -0.5, 0.25]
    assert randomisation_p_value(np.array(changed + [0.0] * 100)) == randomisation_p_value(np.array(changed))


def test_sums_that_are_equal_but_for_rounding_are_equal() -> None:
    # 0.4 + 0.4 + 0.4 - 0.4 is 0.8000000000000002 in one order and 0.8 in another; by hand 10 / 16, as for ones.
    assert randomisation_p_value(np.array([-0.4, -0.4, -0.4, 0.4])) == 10 / 16


@given(st.lists(st.tuples(fractions, fractions), min_size=2, max_size=9))
def test_the_exact_p_value_is_scipys(rows: Sequence[tuple[float, float]]) -> None:
    found = differences_of([([first], [second]) for first, second in rows])
    assert found is not None
    data = np.array(rows).T

    def statistic(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        # Rounded, for scipy tells sums apart that differ only by rounding when they are near 0.
        return np.round((second - first).mean(axis=axis), 9)

    oracle = stats.permutation_test((data[0], data[1]), statistic, permutation_type="samples", n_resamples=np.inf)
    assert randomisation_p_value(found) == pytest.approx(oracle.pvalue)


@given(st.lists(st.tuples(observations, observations), min_size=2, max_size=7))
def test_the_p_value_of_a_ratio_is_scipys_when_the_results_of_questions_are_exchanged(rows: Sequence[Pair]) -> None:
    found = differences_of(rows)
    if found is None:
        return
    sums = np.array([sum(values) for run in (0, 1) for values in (row[run] for row in rows)])
    counts = np.array([len(values) for run in (0, 1) for values in (row[run] for row in rows)])

    def statistic(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        # S2 N1 - S1 N2 is N1 N2 times the difference of the ratios, and defined when one run has no observations.
        one, two = (tuple(numbers[rows].sum(axis=axis) for numbers in (sums, counts)) for rows in (first, second))
        return np.round(two[0] * one[1] - one[0] * two[1], 9)

    numbers = np.arange(2 * len(rows)).reshape(2, -1)
    oracle = stats.permutation_test((numbers[0], numbers[1]), statistic, permutation_type="samples", n_resamples=np.inf)
    assert randomisation_p_value(found) == pytest.approx(oracle.pvalue)


def test_many_differences_are_drawn_close_to_the_exact_p_value() -> None:
    # 16 up and 8 down: the sign test's p, 2 * P(at least 16 of 24).
    differences = np.array([1.0] * 16 + [-1.0] * 8)
    exact = stats.binomtest(16, 24).pvalue
    assert randomisation_p_value(differences) == pytest.approx(exact, abs=4 * math.sqrt(exact / 20_000))


def test_a_drawn_p_value_is_never_zero() -> None:
    assert randomisation_p_value(np.ones(60)) == 1 / 20_001


def test_a_drawn_p_value_is_repeatable_and_depends_on_the_seed() -> None:
    differences = np.array([1.0] * 16 + [-1.0] * 8)
    assert randomisation_p_value(differences) == randomisation_p_value(differences)
    assert len({randomisation_p_value(differences, seed) for seed in range(4)}) > 1


def test_runs_that_are_alike_are_seldom_told_apart() -> None:
    # Under the null hypothesis p <= 0.05 in at most 0.05 of cases; 400 of them keep below 0.09.
    generator = np.random.default_rng(5)
    drawn = generator.choice((-1.0, 0.0, 1.0), (400, 60), p=(0.1, 0.8, 0.1))
    assert np.mean([randomisation_p_value(each) <= ALPHA for each in drawn]) <= 0.09


def test_the_detectable_difference_by_hand() -> None:
    # Mean 0 and squares 1 for 50 of 100: s = sqrt(50 / 99), and 1.95996 + 0.84162 = 2.80159 standard errors.
    differences = np.array([1.0, -1.0] * 25 + [0.0] * 50)
    assert minimum_detectable_difference(differences) == pytest.approx(2.80159 * math.sqrt(50 / 99) / 10, abs=1e-6)


def test_a_detectable_difference_is_detected_four_times_in_five() -> None:
    noise = np.random.default_rng(7).normal(0.0, 0.3, (2000, 120))
    detectable = minimum_detectable_difference(noise[0])
    assert detectable is not None
    true = detectable * 0.3 / noise[0].std(ddof=1)
    assert np.mean(stats.ttest_1samp(noise + true, 0.0, axis=1).pvalue <= ALPHA) == pytest.approx(POWER, abs=0.03)


def test_a_few_changes_cannot_show_less_than_six_changes_make() -> None:
    assert minimum_detectable_difference(np.array([0.5] + [0.0] * 99)) == pytest.approx(6 * 0.5 / 100)
    assert randomisation_p_value(np.ones(5)) > ALPHA >= randomisation_p_value(np.ones(6))


@pytest.mark.parametrize("differences", [[0.0] * 50, [1.0], []])
def test_without_changes_nothing_is_known_of_what_could_be_shown(differences: Sequence[float]) -> None:
    assert minimum_detectable_difference(np.array(differences)) is None
