"""What goes to a terminal is harmless."""

from hypothesis import given
from hypothesis import strategies as st

from ui.streams import printable


def test_control_characters_are_replaced() -> None:
    assert printable("a\x1b[31mb\x07\x9b\r") == "a�[31mb���"


def test_line_breaks_and_tabs_stay() -> None:
    assert printable("a\n\tb") == "a\n\tb"


@given(st.text(st.characters(exclude_categories=["Cc"])))
def test_text_without_controls_is_unchanged(text: str) -> None:
    assert printable(text) == text


@given(st.text())
def test_offsets_are_kept(text: str) -> None:
    assert len(printable(text)) == len(text)
