import pytest

from rag.differing import contradict


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("28. augustā", "28. jūlijā"),
        ("28. augustā", "29. augustā"),
        ("EUR 672 567.73", "EUR 93273.01"),
        ("12 darbinieki", "14 darbinieku"),
        ("2012. gadā", "2013.gadā"),
        ("28 August", "28. septembrī"),
    ],
)
def test_other_dates_and_amounts_contradict_each_other(first: str, second: str) -> None:
    assert contradict(first, second)
    assert contradict(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("28. augustā", "2012. gada 28. augustā"),
        ("28.augustā", "28. augusts"),
        ("06.12.2012", "6. decembrī"),
        ("EUR 672 567,73", "672567.73 eiro"),
        ("1.250 latu", "Ls 1250"),
        ("28. augustā", "vasaras beigās"),
        ("Sociālā dienesta vadītāja", "pašvaldības speciāliste"),
        ("", "28. augustā"),
    ],
)
def test_one_that_says_more_or_the_same_does_not(first: str, second: str) -> None:
    assert not contradict(first, second)
    assert not contradict(second, first)
