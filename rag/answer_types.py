"""What kind of answer a question asks for, and where such answers stand in a sentence: dates, numbers, names, places.

Surface patterns for Latvian first, then English, Russian, German, Lithuanian and Estonian. They are evidence for the
reader, never a filter: a sentence without the expected kind can still win.
"""

from collections.abc import Iterator
from enum import StrEnum

import regex

from index.language import fold
from index.types import Span

__all__ = ["MONTH", "AnswerType", "candidates", "expected_type"]


class AnswerType(StrEnum):
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    OTHER = "other"


# Question words, folded, in the order in which they decide ("cikos" is a time, "cik" a number).
_ASKED = (
    (
        AnswerType.DATE,
        r"kad|kops kura \w+|cikos|(?:kura|kuraja|kados|kuros|kada|kadaja) (?:gada|gados|diena|datuma|menesi)"
        r"|(?:kura|kuraja|kados|kuros|kada|kadaja) (?:gadsimta|laika)"
        r"|(?:lidz|no|kops) (?:kuram|kuru|kura|kadam|kada) (?:gadam|gada|datumam|datuma|laikam|laika|bridim)"
        r"|(?:kura|kads|kada) (?:datum|gad)\w*"
        r"|when|(?:what|which) (?:year|date|day|month|time)|since when"
        r"|когда|в каком (?:году|месяце)|какого числа|в какой день|до какого|wann|seit wann|in welchem jahr"
        r"|kada|kuriais metais|millal|mis aastal",
    ),
    (
        AnswerType.NUMBER,
        r"cik|cikiem|cikas|cik daudz|kads skaits|kadu summu|kada (?:summa|bija summa|apmera|vecuma)|par kadu summu"
        r"|kad[sau] (?:\w+ ){0,4}(?:budzet|finansejum|izmaks|cen[au]|summ|apjom|platib|garum|augstum|svar)\w*"
        r"|what (?:is|was) the (?:\w+ ){0,3}(?:budget|cost|price|amount)|какой (?:\w+ ){0,3}бюджет"
        r"|how (?:many|much|long|old|big|large|far|often|tall|high|fast)|what (?:percentage|share|number|amount)"
        r"|сколько|скольких|сколькими|какова сумма|wie ?viele?|wie (?:lange|oft|hoch|gross|alt)"
        r"|kiek|keliu|keli|kelios|mitu|mitme|kui (?:palju|kaua|suur|vana)",
    ),
    (
        AnswerType.REASON,
        r"kapec|kadel|kalab|kada iemesla|why|for what reason|почему|зачем|отчего|warum|weshalb|kodel|miks",
    ),
    (AnswerType.PLACE, r"kur|no kurienes|(?:kura|kada) (?:vieta|pilseta|valsti|novada|pagasta|ciema|iela)"
        r"|where|(?:what|which) (?:city|town|country|place)|где|куда|откуда|в каком (?:городе|месте)|wo|wohin|woher"
        r"|kus|kust|kuhu"),
    (AnswerType.PERSON, r"kas|kurs|kura|kuri|kuras|kam|ko|ar ko|ka vards|ka sauc|kads ir \w+ vards"
        r"|who|whom|whose|what is the name|кто|кого|кому|кем|как зовут|wer|wen|wem|wie heisst|kes|kelle|keda|kuris"),
)  # fmt: skip
_PATTERNS = tuple((kind, regex.compile(rf"\b(?:{words})\b")) for kind, words in _ASKED)
# Words that mean something else elsewhere: "kur" asks for a place in Latvian and Lithuanian only.
_FOREIGN = {
    "kas": ("lv", "lt"),
    "kur": ("lv", "lt"),
    "ko": ("lv",),
    "wo": ("de",),
    "kad": ("lv",),
    "kes": ("et",),
    "kada": ("lt",),
}


def expected_type(question: str, language: str) -> AnswerType:
    """What ``question`` asks for; the earliest question word decides where several kinds match."""
    folded = fold(question)
    found = []
    for rank, (kind, pattern) in enumerate(_PATTERNS):
        for match in pattern.finditer(folded):
            if language in _FOREIGN.get(match.group(), (language,)):
                found.append((match.start(), rank, kind))
                break
    return min(found)[2] if found else AnswerType.OTHER


# A pattern for the names of months, inflected, in six languages.
MONTH = (
    r"(?:janvār|februār|mart[aāsu]|aprī[lļ]|maij|jūnij|jūlij|august|septembr|oktobr|novembr|decembr"
    r"|january|february|march|april|may\b|june|july|october|december"
    r"|январ|феврал|март|апрел|ма[йея]\b|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|januar|februar|märz|mai\b|juni|juli|oktober|dezember|jaanuar|veebruar|aprill|juuni|juuli|oktoober|detsember"
    r"|sausio|vasario|kovo|balandžio|gegužės|birželio|liepos|rugpjūčio|rugsėjo|spalio|lapkričio|gruodžio)\w*"
)
_YEAR = r"(?:1\d|20)\d\d"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])\.?"
_DAYS = rf"{_DAY}(?:\s?(?:,|un|and|и|und|ir|ja|–|-|līdz)\s?{_DAY})*"
_YEAR_WORD = r"(?:gad\w*|g\.|год\w*|г\.|metais|metų|aasta\w*)"
_POINT = (
    rf"(?:(?:{_YEAR}\.?\s?(?:gada|g\.|m\.|metų|aasta)|šā gada|šī gada|šogad|pagājušā gada)\s*,?\s*)?"
    rf"(?:{_DAYS}\s*)?\b{MONTH}(?:,?\s+{_YEAR}\b(?:\.?\s?{_YEAR_WORD})?|\s+{_DAY}(?:,\s+{_YEAR})?)?"
    rf"|\b\d{{1,2}}[./]\d{{1,2}}[./](?:{_YEAR}|\d\d)\b\.?"
    rf"|\b{_YEAR}-\d\d-\d\d\b"
    rf"|(?:\b{_YEAR}\.?\s?(?:gada|g\.)|šā gada|šī gada|pagājušā gada)\s+(?:pavasar|vasar|ruden|rudē|ziem)\w*"
    rf"|\b{_YEAR}\b\.?(?:\s?{_YEAR_WORD})?(?!\s*(?:EUR|eiro|Ls\b|lat))"
    r"|\b[IVX]+\s?gadsimt\w*|\b\d{1,2}\.\s?(?:gadsimt\w*(?:\s\d0\.\s?gad\w*)?|gs\.)"
    r"|\bplkst\.?\s?\d{1,2}(?:[.:]\d\d)?|\b(?:1?\d|2[0-3])[:]\d\d\b"
    r"|\b(?:pirmdien|otrdien|trešdien|ceturtdien|piektdien|sestdien|svētdien)\w*|\bšodien\b|\bvakar\b|\bšogad\b|\bpērn\b"
)
_DATE = regex.compile(
    rf"(?:\bno\s+|\bkopš\s+)?(?:{_POINT})(?:\s?(?:–|—|-|līdz|to|until|bis|до|по|iki|kuni)\s?(?:{_POINT}))?",
    regex.IGNORECASE,
)
# Atomic, so that a number that is refused (a year, a day) is not found again without its last digit.
_DIGITS = r"(?>(?<![\d.,])(?:\d{1,3}(?:[ \u00a0.]\d{3})+(?:,\d+|\.\d{1,2}\b)?|\d+(?:[.,]\d+)*))"
_NUMBER_WORD = (
    r"(?:vien[asiuāo]\w{0,2}|div[iasuāo]\w{0,3}|trīs|trij\w+|četr\w+|piec\w{1,4}|seš\w{1,4}|septiņ\w+|astoņ\w+|deviņ\w+|desmit\w*"
    r"|vienpadsmit|divpadsmit|\w+padsmit\w*|simt\w*|tūksto\w+|miljon\w*|pus[ei]|abi|abas|vairāk(?:i|as)|dažas|daži"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|half|dozen"
    r"|од(?:ин|на|но)|дв[ае]|двух|тр[ие]|трёх|трех|четыре\w*|пят\w+|шест\w+|сем[ьи]|восем\w+|девят\w+|десят\w+|сто|тысяч\w*)"
)
_UNIT = (
    r"(?:[%€]|(?:tūkst|milj|mljrd)\.|(?:eiro|euro|EUR|latu?s?|Ls|procent\w*|tūkst\w*|milj\w*|miljard\w*|gad\w+|mēne\w+|nedēļ\w+"
    r"|dien\w+|stund\w+|minū\w+|sekun\w+|reiz\w*|kilometr\w+|metr\w+|hektār\w*|km|m2|kg|gram\w*|litr\w*|ha|cm|mm|m|t)\b)"
)
_NUMBER = regex.compile(
    rf"(?:(?:EUR|€|Ls|USD|\$)\s?)?(?:{_DIGITS}(?!\.?\s?(?:{MONTH}|(?:gada|gadā|gadam|g\.)(?!\p{{L}})))|\b{_NUMBER_WORD}\b)(?:\s?{_UNIT})*",
    regex.IGNORECASE,
)
_INITIALS = r"(?:\p{Lu}\.\s?)+"
_NAME = r"\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?"
_PERSON = regex.compile(rf"\b{_INITIALS}{_NAME}|\b{_NAME}(?:\s{_NAME})+")
_ONE_NAME = regex.compile(rf"(?<=[\p{{L}}\p{{N}},;:]\s|[„“”\"«(]){_NAME}|\b\p{{Lu}}{{2,}}\b")
# Proper names in the Latvian locative, or after a preposition of place elsewhere; common nouns of places.
_PLACE = regex.compile(
    r"(?<=[\p{L},;]\s)\p{Lu}\p{L}*(?:ā|ē|ī|ū|os|ās|ēs|īs)\b"
    r"|\b(?:in|at|from|в|на|из|in der|aus)\s\p{Lu}\p{L}+"
    r"|\b\p{L}+(?:nīcā|vietā|namā|ielā|centrā|pilsētā|novadā|pagastā|ciemā|skolā|muzejā|zālē|telpās|pilī|baznīcā|laukumā"
    r"|parkā|universitātē|izvēlnē|logā|cilnē|iestatījumos|sadaļā|mapē)\b",
)
_REASON = regex.compile(
    r"\b(?:jo|tāpēc|tādēļ|tādēļ ka|lai|dēļ|sakarā ar|pateicoties|iemesl\w*|cēlon\w*|mērķ\w+|rezultātā"
    r"|because|since|due to|in order to|so that|reason\w*|потому|поскольку|так как|из-за|чтобы"
    r"|weil|denn|damit|nes|kadangi|sest|kuna|et)\b",
    regex.IGNORECASE,
)
_FINDERS = {
    AnswerType.DATE: (_DATE,),
    AnswerType.NUMBER: (_NUMBER,),
    AnswerType.PERSON: (_PERSON, _ONE_NAME),
    AnswerType.PLACE: (_PLACE,),
    AnswerType.REASON: (_REASON,),
    AnswerType.OTHER: (),
}


def candidates(text: str, span: Span, kind: AnswerType) -> Iterator[Span]:
    """Places inside ``span`` of ``text`` that could answer a question for ``kind``; surer patterns first."""
    for pattern in _FINDERS[kind]:
        for match in pattern.finditer(text, span.start, span.end):
            end = match.end() - (len(match.group()) - len(match.group().rstrip()))
            if end > match.start():
                yield Span(match.start(), end)
