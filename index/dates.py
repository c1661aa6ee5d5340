"""Dates that stand alone on a line, as pages print them, to ISO dates."""

import re
from datetime import date

__all__ = ["iso_date", "month_number"]

# How month names begin in Latvian, English, Russian, German, Lithuanian and Estonian, January first.
_MONTHS = tuple(
    tuple(starts.split())
    for starts in (
        "jan янв saus jaan",
        "feb фев vas veebr",
        "mar мар kov mär",
        "apr апр bal",
        "mai may май мая geg",
        "jūn jun июн birž juuni",
        "jūl jul июл liep juuli",
        "aug авг rugpj",
        "sep сен rugs",
        "okt oct окт spal",
        "nov ноя lapkr",
        "dec dez дек gruod dets",
    )
)
_LABEL = re.compile(
    r"^(?:(?:publicēt|publish|posted|date|datums|дата|опубликован|veröffentlicht|paskelbta|avaldatud)\w*(?: on)?"
    r"|pirmdiena|otrdiena|trešdiena|ceturtdiena|piektdiena|sestdiena|svētdiena|[a-z]+day|понедельник|вторник|среда"
    r"|четверг|пятница|суббота|воскресенье)[:,]? "
)
_TIME = re.compile(r"[,|]? ?(?:plkst\. |at )?\d{1,2}[:.]\d{2}(?::\d{2})?$")
_LONGEST = 60
_PATTERNS = (
    re.compile(r"(?P<day>\d{1,2})([./-]) ?(?P<month>\d{1,2})\2 ?(?P<year>\d{4})\.?(?: ?(?:г|g)\.)?"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[^\W\d_]+)\.?,? (?P<year>\d{4})\.?(?: ?(?:г|g|gads|года)\.?)?"),
    re.compile(r"(?P<year>\d{4})\. ?(?:gada |g\. ?|m\. )?(?P<day>\d{1,2})\. ?(?P<month>[^\W\d_]+)"),
    re.compile(r"(?P<month>[^\W\d_]+) (?P<day>\d{1,2}),? (?P<year>\d{4})"),
)


def iso_date(line: str) -> str | None:
    """The date that ``line`` consists of, perhaps with a label, a weekday or a time; a day comes before its month."""
    if len(line) > _LONGEST:
        return None
    bare = _LABEL.sub("", line.casefold().strip())
    for form in (bare, _TIME.sub("", bare)):
        for pattern in _PATTERNS:
            if match := pattern.fullmatch(form):
                return _valid(int(match["year"]), _month(match["month"]), int(match["day"]))
    return None


def _month(name: str) -> int:
    """1 to 12 from a number or a name, 0 for a word that is no month."""
    return int(name) if name.isdecimal() else month_number(name)


def month_number(name: str) -> int:
    """1 to 12 for a month's name in lower case, inflected or cut short, in six languages; 0 for another word."""
    return next((number for number, starts in enumerate(_MONTHS, 1) if name.startswith(starts)), 0)


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
