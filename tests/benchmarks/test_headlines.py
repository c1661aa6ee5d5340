import pytest

from benchmarks.headlines import half, measure
from eval.errors import EvaluationError


def test_a_headline_belongs_to_a_half_by_the_characters_of_its_id() -> None:
    assert half("p1") == "test"  # 112 + 49
    assert half("p2") == "development"  # 112 + 50


def test_without_data_it_says_what_is_missing() -> None:
    with pytest.raises(EvaluationError, match="name their folder: --data"):
        measure(None)
