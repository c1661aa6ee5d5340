"""What of a text is the article: clean characters, furniture of saved pages, headline, date.

Nothing is removed without positive evidence: a line is furniture when a page says it and this article does not,
where a page says it: above the headline, below the body, or in company of other furniture.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import page_words as words
from index.dates import iso_date
from index.sentences import blocks
from index.types import Span

__all__ = ["furniture", "normalise", "published", "title"]

_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_DECORATION = " \t\u00a0»«›>‹<→←|:•·*[]–—-…!?#_↑✓+"
_LETTERS = re.compile(r"[^\W\d_]+")
_DOMAIN = re.compile(r"\b[\w-]+\.[a-zа-я]{2,4}\b")
_ICON = re.compile(r"\b(?:ikona|icon|иконка|ikonka)\b", re.IGNORECASE)
_CRUMBS = re.compile(r"\s+[/|]\s+|\s*[»›→>]\s*")
_SENTENCE_END = (".", "!", "?", "…", ".”", ".“", '."', ".»", ":", ".)", "!”", "?”", "?»", "!»", '?"', '!"', "。", "।")
_SHORT, _PROSE, _LONG = 70, 60, 200
_TEMPERATURE = re.compile(r"[+−–-]?\d{1,2} ?°")
_NO_HEADLINE = re.compile(r"^[-–—*•|]|[!?…]\s+\S")
_STEM = 5
_FROM_THE_EDGES, _COOKIES_IN_PASSING = 20, 3


@dataclass(frozen=True, slots=True)
class _Line:
    """A block of text; ``key`` is what is compared with the vocabulary; ``gap``: a blank line stands above."""

    span: Span
    text: str
    key: str
    gap: bool

    @property
    def short(self) -> bool:
        return len(self.text) <= _SHORT and not self.text.endswith((".", "…", ";", ","))

    @property
    def prose(self) -> bool:
        return len(self.text) >= _LONG or (len(self.text) >= _PROSE and self.text.endswith(_SENTENCE_END))


def normalise(raw: str) -> str:
    """Drop a byte-order mark and control characters, make every line end a line feed, compose accents (NFC)."""
    return unicodedata.normalize("NFC", _CONTROLS.sub("", _LINE_ENDS.sub("\n", raw.removeprefix("\ufeff"))))


def furniture(text: str) -> tuple[Span, ...]:
    """The parts of a saved web page that are not its article, in order; neighbouring lines are one span."""
    lines = _lines(text)
    body = [place for place, line in enumerate(lines) if line.prose and not _is_notice(lines, place)]
    section = _comment_section(lines, body)
    body = [place for place in body if place < section]
    if not body:
        return ()
    marks = set(range(section, len(lines)))
    marks |= _head(lines, body)
    marks |= _middle(lines, body)
    marks |= _tail(lines, body, section)
    return tuple(_merged(lines, marks))


def title(text: str, furniture: Sequence[Span]) -> str:
    """The headline, verbatim, or "" when the text has none. ``furniture``: what `furniture` found in ``text``."""
    lines = _article_lines(text, furniture)
    found = _headline(lines, set())
    return "" if found is None else re.sub(r"^#{1,6}\s+|\s+#+$", "", lines[found].text)


def published(text: str, furniture: Sequence[Span]) -> str | None:
    """The ISO date of a line between or beside headline and body that is nothing but a date; days before months."""
    lines = _article_lines(text, furniture)
    body = next((place for place, line in enumerate(lines) if line.prose), 0)
    return next((found for line in lines[:body] if (found := iso_date(line.text))), None)


def _lines(text: str) -> list[_Line]:
    found, end = [], 0
    for block in blocks(text, Span(0, len(text))):
        line = block.of(text)
        key = " ".join(line.casefold().strip(_DECORATION).split())
        found.append(_Line(block, line, key, not end or text.count("\n", end, block.start) > 1))
        end = block.end
    return found


def _article_lines(text: str, furniture: Sequence[Span]) -> list[_Line]:
    noise = sorted(furniture)
    starts = [span.start for span in noise]
    ends = [-1, *(span.end for span in noise)]
    return [line for line in _lines(text) if ends[bisect_right(starts, line.span.start)] < line.span.end]


def _merged(lines: Sequence[_Line], marks: set[int]) -> Iterator[Span]:
    start = None
    for place, line in enumerate(lines):
        if place in marks:
            start = line.span.start if start is None else start
            if place + 1 not in marks:
                yield Span(start, line.span.end)
                start = None


def _stems(texts: Sequence[str]) -> set[str]:
    return {word[:_STEM] for text in texts for word in _LETTERS.findall(text.casefold()) if len(word) >= 4}


# What single lines are


def _is_button(line: _Line) -> bool:
    return line.short and bool(words.BUTTON.match(line.key) or words.AD.match(line.key) or _is_label(line))


def _is_imprint(line: _Line) -> bool:
    """Copyright and the links to policies at the foot of a page."""
    return len(line.text) <= _LONG and words.ENDING.match(line.key) is not None


def _is_label(line: _Line) -> bool:
    """Captions that stand for a picture: "Publicitātes foto", "weather-icon", "Site.lv block icon"."""
    icon = _ICON.search(line.text) is not None and (
        _DOMAIN.search(line.key) or re.search(r"[-_](?:icon|ikona)", line.key)
    )
    return line.short and bool(words.PLACEHOLDER.match(line.key) or icon)


def _is_menu(line: _Line) -> bool:
    return line.short and bool(words.MENU.match(line.key) or words.CATEGORY.match(line.key))


def _is_comment_heading(line: _Line) -> bool:
    """ "Komentāri (3)" and the like, also behind the caption of an icon."""
    captioned = _ICON.search(line.key)
    key = line.key[captioned.end() :].strip() if captioned else line.key
    return line.short and words.COMMENTS.match(key) is not None


def _is_crumbs(line: _Line) -> bool:
    if len(line.text) > 2 * _SHORT:
        return False
    steps = [step.strip(_DECORATION) for step in _CRUMBS.split(line.key) if step.strip(_DECORATION)]
    at_home = len(steps) > 1 and not words.HOME.isdisjoint({steps[0], steps[0].split()[-1]})
    return at_home or (len(steps) > 1 and all(len(step) == 2 for step in steps))


def _is_sky(lines: Sequence[_Line], place: int) -> bool:
    """Date of the day, weather, name days."""
    line = lines[place]
    if not line.short:
        return False
    if words.WEEKDAY.match(line.key) or words.WEATHER.match(line.key) or _TEMPERATURE.match(line.text):
        return True
    names = [name.strip() for name in line.text.split(",")]
    after_date = place > 0 and words.WEEKDAY.match(lines[place - 1].key) is not None
    return bool(words.NAME_DAYS.match(line.key)) or (
        after_date and all(name.istitle() and name.isalpha() for name in names)
    )


def _is_notice(lines: Sequence[_Line], place: int) -> bool:
    """Comment rules beside a heading or button, cookie notices, copyright: prose of the page, not of the article."""
    line = lines[place]
    if _is_imprint(line):
        return True
    if words.COMMENT_STEM.search(line.key) and len(set(words.RULE_STEMS.findall(line.key))) >= 2:
        return any(_is_button(near) or _is_comment_heading(near) for near in _neighbours(lines, place))
    if _FROM_THE_EDGES <= place < len(lines) - _FROM_THE_EDGES or not _is_cookie_notice(line):
        return False
    return sum(bool(words.COOKIE_STEM.search(other.key)) for other in lines) <= _COOKIES_IN_PASSING


def _is_cookie_notice(line: _Line) -> bool:
    consent = set(words.CONSENT_STEMS.findall(line.key))
    return bool(words.COOKIE_STEM.search(line.key)) and len(consent) >= 2 and len(line.text) <= 500


def _neighbours(lines: Sequence[_Line], place: int) -> list[_Line]:
    return [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]]


# Where they stand


def _comment_section(lines: Sequence[_Line], body: Sequence[int]) -> int:
    """The place of the heading from which on all is comments, or the number of lines."""
    if not body:
        return len(lines)
    for place in range(body[0] + 1, len(lines)):
        line = lines[place]
        if not _is_comment_heading(line) or 2 * line.span.start < lines[-1].span.end:
            continue
        counted = any(sign.isdigit() for sign in line.key)
        if counted or not any(other > place for other in body):
            return place
    return len(lines)


def _head(lines: Sequence[_Line], body: Sequence[int]) -> set[int]:
    first = body[0]
    known = _stems([lines[place].text for place in body])
    page = {place for place in range(first) if _is_page_head(lines, place)}
    buttons = {place for place in range(first) if _is_foreign_button(lines[place], known)}
    weak = {place for place in range(first) if _is_menu(lines[place])}
    headline = _headline(lines[: first + 1], page | buttons | weak)
    if headline is None:
        headline = _headline(lines[: first + 1], page)
    above = range(headline or 0)
    kicker = {place for place in weak if headline is not None and place == headline + 1 and lines[place].text.isupper()}
    return (page | buttons) - {headline} | _menu_runs(lines, above, page | buttons | weak) | kicker


def _is_page_head(lines: Sequence[_Line], place: int) -> bool:
    line = lines[place]
    return _is_notice(lines, place) or _is_sky(lines, place) or _is_crumbs(line) or _is_label(line)


def _is_foreign_button(line: _Line, known: set[str]) -> bool:
    """A button that does not speak of what the article speaks of."""
    stems = _stems([line.key])
    return (_is_button(line) or _is_comment_heading(line)) and not (stems and stems <= known)


def _menu_runs(lines: Sequence[_Line], above: range, known: set[int]) -> set[int]:
    """Runs of short lines above the headline that are menus for at least half, or by three known items."""
    found: set[int] = set()
    run: list[int] = []
    for place in above:
        line = lines[place]
        if place in known or (line.short and len(line.text.split()) <= 3 and not iso_date(line.text)):
            run.append(place)
        else:
            found |= _menu(run, known)
            run = []
    return found | _menu(run, known)


def _menu(run: Sequence[int], known: set[int]) -> set[int]:
    hits = len(known.intersection(run))
    return set(run) if hits >= 3 or (hits >= 2 and 2 * hits >= len(run)) else set()


def _middle(lines: Sequence[_Line], body: Sequence[int]) -> set[int]:
    """Between paragraphs only captions and advertisement labels, and buttons that come again and again."""
    inner = range(body[0], body[-1])
    times = Counter(lines[place].key for place in inner)
    known = _stems([lines[place].text for place in body])
    return {
        place
        for place in inner
        if _is_label(lines[place])
        or (lines[place].short and words.AD.match(lines[place].key) and lines[place].gap)
        or (_is_foreign_button(lines[place], known) and times[lines[place].key] > 1)
    }


def _tail(lines: Sequence[_Line], body: Sequence[int], section: int) -> set[int]:
    marks: set[int] = set()
    last, closed, listed = body[-1], False, False
    for place in range(last + 1, section):
        line = lines[place]
        ends = _is_notice(lines, place)
        related = line.short and words.RELATED.match(line.key) is not None
        item = _is_menu(line) and (place - 1 in marks or closed)
        teaser = (listed or closed) and line.short and not _is_signature(line)
        if ends or related or item or teaser or _is_button(line):
            marks.add(place)
        closed = closed or ends
        listed = (listed and place in marks) or related
    return marks | _links_above(lines, marks, last) | _last_teaser(lines, marks, last, section)


def _links_above(lines: Sequence[_Line], marks: set[int], last: int) -> set[int]:
    """Menu words directly above a button; a list that a colon announces belongs to the article."""
    found: set[int] = set()
    for place in sorted(marks):
        above = place - 1
        while (
            above > last and above not in marks and _is_menu(lines[above]) and not lines[above - 1].text.endswith(":")
        ):
            found.add(above)
            above -= 1
    return found


def _last_teaser(lines: Sequence[_Line], marks: set[int], last: int, section: int) -> set[int]:
    """A headline of another article after the signature: no word of it occurs in this one."""
    rest = [place for place in range(last + 1, section) if place not in marks]
    if len(rest) < 2 or not lines[rest[-1]].gap or not any(_is_signature(lines[place]) for place in rest[:-1]):
        return set()
    line = lines[rest[-1]]
    names = [word for word in _LETTERS.findall(line.text) if word[0].isupper()]
    headline = line.short and 4 <= len(line.text.split()) <= 14 and not re.search(r"[\d@:/,]", line.text)
    foreign = not _stems([line.text]) & _stems([other.text for other in lines[: rest[-1]]])
    return {rest[-1]} if headline and foreign and len(names) < len(line.text.split()) else set()


def _is_signature(line: _Line) -> bool:
    return words.SIGNATURE.match(line.key) is not None


# Headline


def _headline(lines: Sequence[_Line], excluded: set[int]) -> int | None:
    """The place of the headline above the first paragraph: the first line that shares words with the body."""
    body = next(
        (place for place, line in enumerate(lines) if line.prose and not _is_question(lines, place)), len(lines)
    )
    known = _stems([line.text for line in lines[body:]])
    best: tuple[float, int] | None = None
    for place in range(body):
        line = lines[place]
        if place in excluded or not _could_be_headline(lines, place):
            continue
        if re.match(r"#{1,6}\s", line.text):
            return place
        score = len(_stems([line.text]) & known) - place / 2
        best = max(best or (score, -place), (score, -place))
    return -best[1] if best else None


def _could_be_headline(lines: Sequence[_Line], place: int) -> bool:
    line = lines[place]
    if iso_date(line.text) or _is_signature(line) or _NO_HEADLINE.search(line.text) or len(line.text) > _LONG:
        return False
    followed = place + 1 < len(lines) and (lines[place + 1].gap or lines[place + 1].prose)
    return followed and _LETTERS.search(line.text) is not None and not line.text.endswith((".", ":", ";", ","))


def _is_question(lines: Sequence[_Line], place: int) -> bool:
    """A long headline that asks or calls: alone between blank lines, above a longer paragraph."""
    line = lines[place]
    if not line.text.endswith(("?", "!")) or len(line.text) > 2 * _SHORT or place + 1 >= len(lines):
        return False
    return lines[place + 1].gap and place == 0
