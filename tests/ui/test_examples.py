"""Examples are offered only where they can be answered."""

from pathlib import Path

from ui.examples import examples_for

FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"


def test_an_index_of_the_seeds_offers_the_first_question_first() -> None:
    seeds = Path(__file__).parents[2] / "seeds"
    assert examples_for(str(path) for path in seeds.glob("*.txt"))[0] == FIRST


def test_an_index_of_other_documents_offers_none() -> None:
    assert examples_for(["/home/liga/rēķini/2024.txt"]) == []


def test_only_examples_about_indexed_documents_are_offered() -> None:
    assert FIRST not in examples_for(["seeds/000_7559c3ecbe752e6a.txt"])


def test_a_windows_path_is_understood() -> None:
    assert FIRST in examples_for(["C:\\avots\\seeds\\003_1b53521e3a3cb38e.txt"])
