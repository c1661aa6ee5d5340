"""Whether two short answers to one question contradict each other: other dates, other amounts."""

from collections.abc import Iterator

import regex

from index.dates import month_number
from rag.answer_types import MONTH

__all__ = ["contradict"]

_TOKEN = regex.compile(
    r"(?P<date>\d{1,2}[./]\d{1,2}[./]\d{2,4}\b)"
    r"|(?P<number>\d{1,3}(?:[ \u00a0.]\d{3})+(?!\d)(?:,\d+|\.\d{1,2}(?!\d))?|\d+[.,]\d{1,2}(?![\d.])|\d+)"
    rf"|(?P<month>\b{MONTH})",
    regex.IGNORECASE,
)
_GROUPING = regex.compile(r"[ \u00a0.](?=\d{3}(?!\d))")


def contradict(first: str, second: str) -> bool:
    """True when both name numbers or months and each names one that the other does not.

    So "28. augustā" contradicts "28. jūlijā", and not "2012. gada 28. augustā", which says more. Words other than
    months are not compared: two descriptions of one thing differ in words without contradicting each other.
    """
    ours, theirs = _values(first), _values(second)
    return bool(ours - theirs) and bool(theirs - ours)


def _values(text: str) -> frozenset[float]:
    """The numbers in ``text`` as they are meant ("672 567,73" is one), and months by their number."""
    return frozenset(value for token in _TOKEN.finditer(text) for value in _meant(token))


def _meant(token: "regex.Match[str]") -> Iterator[float]:
    if token["date"]:
        yield from map(float, regex.split("[./]", token["date"]))
    elif token["number"]:
        yield float(_GROUPING.sub("", token["number"]).replace(",", "."))
    else:
        yield float(month_number(token["month"].casefold()))
