"""Whether two runs over the same questions differ by more than chance, and how small a difference they can show."""

import math
from collections.abc import Iterator, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ALPHA",
    "POWER",
    "Differences",
    "minimum_detectable_difference",
    "paired_differences",
    "randomisation_p_value",
]

ALPHA, POWER = 0.05, 0.8

# One number a question, of float64.
Differences = NDArray[np.float64]

_MOST_ENUMERATED = 15
_FLIPS, _BLOCK = 20_000, 500
# Sums of the same numbers in another order differ by this much at most, and must not be told apart.
_ROUNDING = 1e-10
# With fewer, even if all differ in the same direction, p = 2 / 2**changed is above ALPHA.
_FEWEST_CHANGED = 1 + math.ceil(-math.log2(ALPHA))


def paired_differences(first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]) -> Differences | None:
    """The difference that each question makes; their mean is the mean of ``second`` minus the mean of ``first``.

    Args:
        first, second: the observations of one metric, question by question, in the same order.

    Returns:
        A number for each question that either run has observations of; None unless both runs have some.

    With one observation a question it is the second minus the first. Where the runs differ in how many there are
    (refusal precision is of what each run refused), a mean is a ratio of sums, and the difference is that of the
    residuals from the pooled ratio r, (s2 - r n2) - (s1 - r n1), scaled to the difference of the means: the linearised
    ratio (Cochran 1977, Sampling Techniques, chapter 6). Exchanging a question's results only turns its sign, which is
    what the randomisation test needs (Yeh 2000, "More accurate tests", COLING, uses it for ratios such as precision).
    """
    rows = [(sum(a), len(a), sum(b), len(b)) for a, b in zip(first, second, strict=True) if a or b]
    sum_1, count_1, sum_2, count_2 = np.asarray(rows, dtype=np.float64).reshape(-1, 4).T
    total_1, total_2 = count_1.sum(), count_2.sum()
    if not total_1 or not total_2:
        return None
    pooled = (sum_1.sum() + sum_2.sum()) / (total_1 + total_2)
    scale = len(rows) * (total_1 + total_2) / (2 * total_1 * total_2)
    differences: Differences = scale * ((sum_2 - sum_1) - pooled * (count_2 - count_1))
    return differences


def randomisation_p_value(differences: Differences, seed: int = 0) -> float:
    """Two-sided p-value of Fisher's paired randomisation test of the mean difference (Smucker, Allan and Carterette
    2007, "A comparison of statistical significance tests for information retrieval evaluation", CIKM).

    If the runs were alike, each question's difference could as well have the other sign: p is the share of all
    assignments of signs whose mean is at least as far from 0. Questions without a difference do not matter. Up to 15
    others are enumerated; of more, 20,000 assignments are drawn with ``seed``, and p = (b + 1) / (20,000 + 1) where b
    reach the observed mean (Phipson and Smyth 2010, "Permutation p-values should never be zero", SAGMB 9).
    """
    changed = _changed(differences)
    reached = abs(float(changed.sum())) - _ROUNDING
    if changed.size <= _MOST_ENUMERATED:
        return float(np.mean(np.abs(_every_sum(changed)) >= reached))
    extreme = sum(int(np.count_nonzero(np.abs(sums) >= reached)) for sums in _random_sums(changed, seed))
    return (extreme + 1) / (_FLIPS + 1)


def minimum_detectable_difference(differences: Differences) -> float | None:
    """The smallest true mean difference that so many questions show at `ALPHA`, two-sided, with probability `POWER`.

    (z(1 - alpha/2) + z(power)) * s / sqrt(n), with s the standard deviation of the n differences (Bloom 1995, "Minimum
    detectable effects", Evaluation Review 19: 2.8 standard errors). It takes the mean for normally distributed, which
    is too hopeful when few questions changed: it is never less than what six changed questions make, in the same
    direction, since the test cannot reach 0.05 with fewer. None when no question changed, which says nothing about how
    much runs vary.
    """
    changed, count = _changed(differences), differences.size
    if not changed.size or count < 2:
        return None
    deviations = NormalDist().inv_cdf(1 - ALPHA / 2) + NormalDist().inv_cdf(POWER)
    normal = deviations * float(differences.std(ddof=1)) / math.sqrt(count)
    return max(normal, _FEWEST_CHANGED * float(np.abs(changed).mean()) / count)


def _changed(differences: Differences) -> Differences:
    return differences[np.abs(differences) > _ROUNDING]


def _every_sum(changed: Differences) -> Differences:
    """The sums under all 2**n assignments of signs."""
    sums = np.zeros(1)
    for difference in changed:
        sums = np.concatenate((sums + difference, sums - difference))
    return sums


def _random_sums(changed: Differences, seed: int) -> Iterator[Differences]:
    """In blocks, so that a large set of questions needs no more memory than a small one."""
    generator = np.random.default_rng(seed)
    for _ in range(_FLIPS // _BLOCK):
        yield generator.choice((-1.0, 1.0), (_BLOCK, changed.size)) @ changed
