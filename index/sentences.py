"""Sentences as spans of a text: our own rules, because general splitters cut "28. augustā" in two.

One pass, linear in the text: lines are gathered to blocks (a heading, a list item, a paragraph), then every full
stop, question or exclamation mark inside a block is judged by the few characters on both sides of it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from index.types import Span

__all__ = ["blocks", "sentences"]


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in table.items()}


_NONE: frozenset[str] = frozenset()

# Abbreviations that do not end a sentence before a capital letter: a name or number belongs to them.
_LEADING = _sets(
    {
        "lv": "akad. apr. asoc. atb. biedr. doc. doktor. dr. dz. fil. g. gs. gadsimt. ģen. habil. hab. inž. izd. "
        "jaun. kap. kand. kl. kpt. kr. latv. lpp. ltn. ļ. mag. mācīt. med. mob. nod. nr. nr.p.k. p. p.k. "
        "panta pag. piem. piez. pil. plkst. plkv. pp. priekšs. prof. pulkst. pulkv. raj. red. reģ. resp. "
        "s.c. sal. sast. savst. sekr. serž. sēr. sk. skat. skol. st. str. sv. tālr. tel. tulk. t.i. t.s. "
        "t.sk. tek. tl. vec. vecl. vid. vietn. vlt. virsl. zin. zīm. zv. janv. febr. jūn. jūl. aug. sept. "
        "okt. nov. dec. e-p. ing. maģ. cand. adm. arh. kan. kom. krāj. šķ.",
        "en": "adm. al. apr. approx. aug. ave. bros. ca. capt. cf. ch. cmdr. co. col. corp. dec. dept. dr. e.g. "
        "ed. eds. eq. est. ex. feb. fig. figs. gen. gov. hon. i.e. jan. jul. jun. lt. maj. messrs. mr. mrs. "
        "ms. mt. no. nos. nov. oct. op. p. pp. prof. rep. rev. sec. sen. sep. sept. sgt. st. ste. supt. "
        "vol. vs. viz.",
        "ru": "акад. б. в. г. гл. гр. д. доц. др. е. ил. им. инж. к. кв. корп. л. м. напр. о. обл. оз. пл. пос. "
        "пр. проф. р. рис. с. св. см. ср. ст. стр. табл. т. тел. тов. т.е. т.н. т.к. т.ч. ул. ч. янв. февр. "
        "апр. авг. сент. окт. нояб. дек. респ. ген. полк. мин. зам. пом. чл.-корр.",
        "de": "abs. allg. art. aug. bd. bes. bzw. ca. d.h. dez. dipl. dr. e.v. ev. evtl. feb. fr. frl. gem. ggf. "
        "hl. hr. hrsg. i.d.r. inkl. jan. jh. jun. jul. kap. lt. max. min. mr. nr. okt. prof. rd. s. sept. "
        "sog. st. str. tel. u.a. u.ä. v.a. vgl. vs. z.b. z.t. zzgl. zw. i.v. geb. nov.",
        "lt": "a. akad. aut. doc. dr. el. gen. gyd. inž. įm. įv. įst. kan. kl. kt. kun. lot. m. mob. mokyt. nr. "
        "org. pan. pav. pavyzd. pig. plg. prof. pvz. rež. sav. šv. t.y. tel. vad. vid. vysk. žr. žin. liet. "
        "angl. rus. vok. up. t.p.",
        "et": "a. apr. dets. dr. hr. jaan. jne. kd. khk. kl. km. ld. lk. lp. mag. mnt. nn. nr. okt. pr. prl. "
        "prof. pst. sept. sh. s.o. s.t. st. tel. tk. tn. vt. veebr. nov. nt. näit. ingl. sks. vn.",
    }
)
# Abbreviations that often stand last: before a capital letter they end the sentence, before a digit they do not.
_TRAILING = _sets(
    {
        "lv": "u.c. u.tml. utt. u.t.t. u.t.jpr. u.tjpr. u.d.c. u.taml. h. ha. kg. km. m. cm. mm. milj. miljd. "
        "mljrd. mlrd. mljd. tūkst. proc. eir. ls. sant. sek. stund. min. pag. nov. raj. m.ē. p.m.ē. ē.",
        "en": "a.d. a.m. b.c. etc. inc. jr. ltd. p.m. sr. u.k. u.s. ph.d.",
        "ru": "гг. вв. коп. млн. млрд. н.э. п. пп. руб. т.д. т.п. тыс. и.т.д. чел. ок.",
        "de": "etc. mio. mrd. usw. u.s.w. v.chr. n.chr.",
        "lt": "d. g. mln. mlrd. tūkst. ir.t.t. ir.pan. r. sav. val. proc. t.t. min. mėn. eur. ct.",
        "et": "jms. jne. jt. mln. mlrd. p. pms. u. a.",
    }
)
# Words that open sentences and seldom anything else: after a number or an initial they decide for a new sentence.
_OPENERS = _sets(
    {
        "lv": "tas tā tie tās tam tai tajā tur tad tādēļ tāpēc tādējādi tagad taču šis šī šie šīs šajā šeit "
        "šobrīd šogad viņš viņa viņi viņas viņam viņai mēs jūs es bet un ja kad kā kas kur kāpēc arī "
        "savukārt turklāt tomēr pēc līdz no ar par vai ne nav ir bija būs jau lai gan gada tikmēr pašlaik "
        "kopš starp otrs otra pirms to tos vēl kopumā",
        "en": "the this that these those it he she they we you i but and if when how what where why also however "
        "in on at for after before there then his her its their our as by from not is a an",
        "ru": "это этот эта эти он она они мы вы я но и а если когда как что где почему также однако в на по "
        "после до там тогда его её их с из не для при у к за",
        "de": "der die das dies diese dieser es er sie wir ihr ich aber und wenn wie was wo warum auch jedoch im "
        "in am an auf für nach vor dort dann seine ihre als bei von nicht ein eine",
        "lt": "tai tas ta tie šis ši šie jis ji jie mes jūs aš bet ir jei kai kaip kas kur kodėl taip tačiau po "
        "iki nuo su",
        "et": "see need ta nad me te ma aga ja kui kuidas mis kus miks ka siis pärast enne seal selle ning",
    }
)
_ORDINAL_DOT = frozenset({"lv", "de", "et", "lt", "fi", "cs", "sk", "sl", "hr", "hu", "pl", "no", "da", "tr", "nb"})

_BREAK = re.compile(r"\n\s*|[\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_ITEM = re.compile(r"(?:[-*•▪●·■◦+–—|>#]|\d{1,3}(?:\.\d{1,3})*[.)]|[^\W\d_][).])\s|#{1,6}\s|[|>•▪●■◦]")
_ENUMERATOR = re.compile(r"\s*[(§#*-]{0,4}\s?(?:\d{1,3}(?:\.\d{1,3})*|[IVXLC]{1,6}|[^\W\d_])\.$")
_STOP = re.compile(r"(?:[.!?…]+|[。！？｡।॥؟۔]+)[\"'”’»«“)\]}*_]*(?P<gap>\s*)")
_ABBREVIATION = re.compile(r"((?:[^\W\d_]{1,3}\.\s?)*)((?:[^\W\d_]+-)?[^\W\d_]+)\.$")
_NUMBER = re.compile(r"(?:^|[\s(\[„“\"'«–-])(\d+|[IVXLC]+)\.$")
_INITIAL = re.compile(r"(?:^|\s)[^\W\d_]\.$")
_DIGRAPHS = frozenset({"dz", "dž", "kr", "ch", "th", "ju", "ст", "дж"})
_TOKEN = re.compile(r"\S{1,60}")
_WORD = re.compile(r"[^\W\d_]+")
_FIRST_WORD = re.compile(r"([^\W\d_]+)(?!\.)\b")
_GLUED = re.compile(r"[^\W\d_]{3,}(?=\.$)")
_OPENING = " \t\n\u00a0„“”\"'«»‘’‚([{*_–—-"
_SELF_ENDING = "。！？｡"
_LOOK_BACK = 32
_WRAP_WIDTH = range(50, 141)
_RAGGED = 8


def sentences(text: str, span: Span, language: str) -> tuple[Span, ...]:
    """Whole sentences of ``text`` inside ``span``, in order, without white space around them.

    ``language`` is an ISO 639-1 code; it chooses the abbreviations. Spans are in characters of ``text``. Every
    character of ``span`` that is not white space is in exactly one of them.
    """
    found: list[Span] = []
    for block in blocks(text, span):
        found += _split_block(text, block, language)
    return tuple(found)


def blocks(text: str, span: Span) -> tuple[Span, ...]:
    """Headings, list items, table rows and paragraphs inside ``span``: what no sentence reaches across.

    A line break ends a block unless the lines look hard-wrapped: the next word would not have fitted any more.
    """
    return tuple(block for lines in _paragraphs(text, span) for block in _unwrap(text, lines))


def _paragraphs(text: str, span: Span) -> Iterator[list[Span]]:
    """Runs of lines, stripped, between blank lines."""
    lines: list[Span] = []
    for line, hard in _lines(text, span):
        if len(line):
            lines.append(line)
        if hard and lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _lines(text: str, span: Span) -> Iterator[tuple[Span, bool]]:
    """Each line, stripped, and whether more than a single line feed ends it."""
    start = span.start
    for match in _BREAK.finditer(text, span.start, span.end):
        yield _strip(text, start, match.start()), match[0].count("\n") != 1
        start = match.end()
    yield _strip(text, start, span.end), True


def _unwrap(text: str, lines: list[Span]) -> Iterator[Span]:
    width, pairs = max(map(len, lines)), list(pairwise(lines))
    joints = [_wrapped(text, above, below, width) for above, below in pairs]
    lower = [text[below.start].islower() for (_, below), joint in zip(pairs, joints, strict=True) if joint]
    prose = 3 * sum(lower) >= len(lower)
    start = lines[0].start
    for (above, below), joint in zip(pairs, joints, strict=True):
        carried_on = text[above.end - 1] == "," and text[below.start].islower()
        if not (joint and prose) and not carried_on:
            yield Span(start, above.end)
            start = below.start
    yield Span(start, lines[-1].end)


def _wrapped(text: str, above: Span, below: Span, width: int) -> bool:
    """Whether ``above`` looks broken by an editor at ``width`` characters, with ``below`` as its continuation."""
    if width not in _WRAP_WIDTH or text[above.end - 1] in ";:|" or _ITEM.match(text, below.start, below.end):
        return False
    word = _TOKEN.match(text, below.start, below.end)
    slack = _RAGGED if text[below.start].islower() else 0
    return word is not None and len(above) + 1 + len(word[0]) + slack > width


def _split_block(text: str, block: Span, language: str) -> Iterator[Span]:
    start = block.start
    for match in _STOP.finditer(text, block.start, block.end):
        if match.end() < block.end and _ends_sentence(text, start, match, block.end, language):
            yield _strip(text, start, match.end())
            start = match.end()
    if rest := _strip(text, start, block.end):
        yield rest


def _ends_sentence(text: str, start: int, stop: re.Match[str], end: int, language: str) -> bool:
    """Judge one run of stops (with closing quotes and the gap behind it) inside the sentence begun at ``start``."""
    if stop[0][0] in _SELF_ENDING:
        return True
    head = text[max(start, stop.start() - _LOOK_BACK) : stop.start() + 1]
    if not stop["gap"]:
        return _is_glued(head, text[stop.end() : min(end, stop.end() + _LOOK_BACK)], language)
    follower = text[stop.end() : min(end, stop.end() + _LOOK_BACK)].lstrip(_OPENING)
    if not follower or follower[0].islower():
        return False
    if len(head) < _LOOK_BACK and _ENUMERATOR.match(head):
        return False
    if stop[0].rstrip() == ".":
        return _full_stop_ends(head, follower, text[stop.end()], language)
    return True


def _full_stop_ends(head: str, follower: str, after_gap: str, language: str) -> bool:
    opener = (word := _FIRST_WORD.match(follower)) is not None and word[1].lower() in _OPENERS.get(language, _NONE)
    if opener and (_NUMBER.search(head) or _INITIAL.search(head)):
        return True
    if number := _NUMBER.search(head):
        return _number_ends(number[1], follower, after_gap, language)
    if (kind := _abbreviation(head, language)) is not None:
        return kind == "trailing" and (opener or not follower[0].isdigit())
    return not (after_gap in "–—-" and follower[0].isdigit() and head[-2:-1].isdigit())


def _number_ends(number: str, follower: str, after_gap: str, language: str) -> bool:
    if language not in _ORDINAL_DOT:
        return True
    return len(number) >= 4 and number.isdigit() and follower[0].isalpha() and after_gap not in "–—-"


def _abbreviation(head: str, language: str) -> str | None:
    """``"leading"`` or ``"trailing"`` when ``head`` ends with an abbreviation, else None."""
    match = _ABBREVIATION.search(head)
    if match is None:
        return None
    run, last = re.sub(r"\s", "", match[1]).lower(), match[2].lower()
    if len(last) == 1 and match[2].isupper() and not run:
        return "leading"
    for form in (f"{run}{last}.", f"{last}."):
        if form in _TRAILING.get(language, _NONE):
            return "trailing"
        if form in _LEADING.get(language, _NONE):
            return "leading"
    return "leading" if len(last) == 1 or last in _DIGRAPHS or (run and len(last) <= 2) else None


def _is_glued(head: str, tail: str, language: str) -> bool:
    """Whether a stop without a gap ends a sentence: "viss.Tad" does, "Aluksne24.lv" and "I.Lāčgalve" do not."""
    word = _WORD.match(tail)
    before = _GLUED.search(head.replace("!", ".").replace("?", "."))
    if word is None or before is None or not before[0].islower() or not word[0].istitle():
        return False
    token = head.split()[-1]
    if any(sign in token[:-1] for sign in "./@:=&") or _abbreviation(head, language) is not None:
        return False
    return len(word[0]) > 2 or word[0].lower() in _OPENERS.get(language, _NONE)


def _strip(text: str, start: int, end: int) -> Span:
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end)
