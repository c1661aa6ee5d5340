import math
import random

import pytest
import torch

from training.reader import batches, span_loss

NOWHERE = [0, 0]


def loss(logits: torch.Tensor, places: list[list[int]], questions: list[str]) -> float:
    return span_loss(logits, torch.ones(logits.shape[:2]), torch.tensor(places), questions).item()


def test_passages_of_one_question_are_normalised_together_besides_each_alone() -> None:
    # Alone one of three tokens, twice; together one of four tokens that are not "no answer", once for two rows.
    assert loss(torch.zeros(2, 3, 2), [[1, 2], NOWHERE], ["a", "a"]) == pytest.approx(math.log(3) + math.log(4) / 2)


@pytest.mark.parametrize(
    ("places", "questions"),
    [([[1, 2], NOWHERE], ["a", "b"]), ([[1, 1], [2, 2]], ["a", "a"]), ([NOWHERE] * 2, ["a"] * 2)],
)
def test_passages_that_all_answer_or_none_count_alone(places: list[list[int]], questions: list[str]) -> None:
    assert loss(torch.zeros(2, 3, 2), places, questions) == pytest.approx(math.log(3))


def test_a_passage_surer_of_a_wrong_answer_than_another_of_the_right_one_costs() -> None:
    right, wrong = torch.zeros(2, 3, 2), torch.zeros(2, 3, 2)
    right[0, 1], wrong[1, 1] = 2.0, 2.0
    questions = ["a", "a"]
    together = [loss(each, [[1, 1], NOWHERE], questions) for each in (right, wrong)]
    assert together[0] < together[1]


def test_padding_is_never_an_answer() -> None:
    logits = torch.zeros(2, 4, 2)
    logits[:, 3] = 50.0
    mask = torch.tensor([[1, 1, 1, 0]] * 2)
    found = span_loss(logits, mask, torch.tensor([[1, 2], NOWHERE]), ["a", "a"]).item()
    assert found == pytest.approx(math.log(3) + math.log(4) / 2)


def test_every_row_is_in_one_batch_beside_the_others_of_its_question() -> None:
    draw = random.Random(1)
    questions = [str(draw.randrange(30)) for _ in range(100)]
    rows = [([0] * draw.randrange(5, 200), 0, 0) for _ in questions]
    found = batches(rows, questions, draw)
    assert sorted(place for batch in found for place in batch) == list(range(100))
    assert max(len(batch) for batch in found) <= 16
    for question in set(questions):
        assert sum(any(questions[place] == question for place in batch) for batch in found) == 1
