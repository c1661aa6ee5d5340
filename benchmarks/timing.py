"""Two sides timed in turns, so that whatever else the machine does meets both."""

import time
from collections.abc import Callable
from statistics import median

__all__ = ["interleaved", "ratio_of_medians", "seconds"]

Action = Callable[[], object]


def seconds(action: Action) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def interleaved(left: Action, right: Action, rounds: int) -> tuple[list[float], list[float]]:
    """Wall times of ``rounds`` calls of each side, in seconds; every other round begins with the other side."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            times[side].append(seconds((left, right)[side]))
    return times


def ratio_of_medians(left: list[float], right: list[float]) -> float:
    return median(left) / median(right)
