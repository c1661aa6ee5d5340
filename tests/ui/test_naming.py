"""Names of documents for people."""

from pathlib import Path

import pytest

from ui.naming import display_title, nearby, shortened


def test_a_title_is_the_heading() -> None:
    assert display_title("Avoti", "/mape/a.txt") == "Avoti"


def test_a_document_without_a_title_is_called_by_its_file() -> None:
    assert display_title("", "/mape/a.txt") == "a.txt"
    assert display_title("", "C:\\mape\\a.txt") == "a.txt"


def test_a_path_below_the_current_folder_is_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert nearby(str(tmp_path / "mape" / "a.txt")) == str(Path("mape", "a.txt"))


def test_another_path_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert nearby("/mape/a.txt") == "/mape/a.txt"


def test_a_long_path_is_shortened_to_its_end() -> None:
    assert shortened("/home/liga/mape/a.txt") == "mape/a.txt"
    assert shortened("a.txt") == "a.txt"


def test_an_address_is_not_shortened() -> None:
    assert shortened("https://avots.lv/a/b/c.html") == "https://avots.lv/a/b/c.html"
