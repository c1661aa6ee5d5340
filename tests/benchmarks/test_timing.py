from benchmarks.timing import interleaved, ratio_of_medians


def test_every_other_round_begins_with_the_other_side() -> None:
    calls: list[str] = []
    left, right = interleaved(lambda: calls.append("left"), lambda: calls.append("right"), 3)
    assert calls == ["left", "right", "right", "left", "left", "right"]
    assert (len(left), len(right)) == (3, 3)


def test_one_slow_round_does_not_move_the_ratio() -> None:
    assert ratio_of_medians([6.0, 90.0, 6.0], [2.0, 2.0, 2.0]) == 3.0
