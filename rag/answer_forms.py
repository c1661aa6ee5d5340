"""The form that a question names for its answer: a year, a day of the week, a sum of money.

Finer than `rag.answer_types`: "28. augustā" is a date, but no answer to "Kurā gadā?". Surface patterns for Latvian
first, then English, Russian, German, Lithuanian, Estonian, Finnish and Polish; evidence for the reader, never a filter.
"""

from enum import StrEnum

import regex

from index.language import fold

__all__ = ["AnswerForm", "expected_form", "has_form"]


class AnswerForm(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    SHARE = "share"
    WEEKDAY = "weekday"
    YEAR = "year"
    MONEY = "money"
    TIME = "time"
    DAY = "day"


# What the question says; the first form that matches counts.
_ASKED = {
    AnswerForm.PHONE: (
        r"(?:kāds|pa kādu|uz kādu|kādu) (?:[^ ]+ ){0,5}(?:tālrunis?|telefon[su]|(?:tālruņa|telefona) numur\w*)",
        r"(?:what|which) (?:[^ ]+ ){0,5}(?:phone|telephone)",
        r"как(?:ой|ому) (?:[^ ]+ ){0,5}телефону?|номер телефона",
        r"(?:welche|wie) (?:[^ ]+ ){0,5}telefonnummer|koks (?:[^ ]+ ){0,5}telefon\w*|mis on (?:[^ ]+ ){0,5}telefon\w*",
        r"mikä on (?:[^ ]+ ){0,5}puhelinnumero|jaki (?:[^ ]+ ){0,5}telefon\w*",
    ),
    AnswerForm.EMAIL: (
        r"(?:kāds|kāda|uz kādu) (?:[^ ]+ ){0,5}(?:e[ -]?past|ēpast)\w*|(?:what|which) (?:[^ ]+ ){0,5}e-?mail",
        r"как(?:ой|ая|ому) (?:[^ ]+ ){0,5}(?:электронн|e-?mail)\w*|(?:mis|mikä) on (?:[^ ]+ ){0,5}(?:e-post|sähköp)\w*",
    ),
    AnswerForm.SHARE: (
        r"cik(?:iem)? procent\w*|(?:what|which) (?:percentage|per cent|percent)|сколько процентов|какой процент",
        r"wie ?viel prozent|kiek procent\w*|mitu protsenti|kuinka monta prosenttia|ile procent",
    ),
    AnswerForm.WEEKDAY: (
        r"kurā nedēļas dienā|(?:what|which) (?:day of the week|weekday)|какой день недели",
        r"welchem wochentag|kurią savaitės dieną|mis nädalapäeval|minä viikonpäivänä",
    ),
    AnswerForm.YEAR: (
        r"(?:kurā|kurajā|kādā|no kura|līdz kuram|kopš kura) (?:gadā|gada|gadam)(?! laik)|kuros gados",
        r"(?:what|which) year|(?:в )?каком году|какого года|welchem jahr|(?:kuriais|kelintais) metais",
        r"(?:mis|millisel) aastal|minä vuonna|którym roku",
    ),
    AnswerForm.MONEY: (
        r"cik (?:[^ ]+ )?maksā(?:ja|s|ts)?|cik (?:liel\w+ )?(?:naudas|eiro|latu)|(?:par )?kādu (?:naudas )?summu",
        r"(?:kāda|cik liela) (?:[^ ]+ )?summa",
        r"how much (?:money|(?:does|did|will) .+ cost)|what (?:does|did|will) .+ cost",
        r"сколько (?:[^ ]+ ){0,5}(?:стоит|стоил\w*|стоят|денег|евро)|как(?:ую|ая) сумм[уа]|во сколько обо\w+",
        r"wie ?viel (?:[^ ]+ ){0,5}(?:kostet\w*|geld)|kiek (?:[^ ]+ ){0,5}(?:kainuo\w+|pinigų|eur\w*)",
        r"palju (?:[^ ]+ ){0,5}(?:maksab|maksis|raha)|paljonko (?:[^ ]+ ){0,5}maks\w+|ile (?:[^ ]+ ){0,5}kosztu\w+",
    ),
    AnswerForm.TIME: (
        r"cikos|(?:no|līdz|pēc) cikiem|(?:what|which) time(?! of (?:the )?year)",
        r"во сколько(?! (?:[^ ]+ ){0,5}(?:обо|оцен))|в котором часу|wie ?viel uhr|kelintą valandą",
        r"mis kell|mis kellast|mihin aikaan|mihin kellonaikaan|o której(?: godzinie)?",
    ),
    AnswerForm.DAY: (
        r"(?:kurā|kurajā|līdz kuram|no kura|kādā) (?:datumā|datumam|datuma|dienā)|kāds (?:[^ ]+ )?datums",
        r"(?:what|which|exact) date|(?:what|which) day|какого числа|в какой день|welche[mns] (?:datum|tag)",
        r"kurią dieną|mis kuupäeval|minä päivänä",
    ),
}
_WEEKDAYS = (
    r"(?:pirm|otr|treš|ceturt|piekt|sest|svēt)dien|(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    r"понедельник|вторник|\bсред[аыуе]\b|четверг|пятниц|суббот|воскресень",
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag",
    r"(?:pirma|antra|trečia|ketvirta|penkta|šešta|sekma)dien",
    r"(?:esmas|teisi|kolma|nelja|lau|püha)päev|reede|maanantai|tiistai|keskiviik|torstai|perjantai|lauantai|sunnuntai",
)
# What the answer then has.
_FOUND = {
    AnswerForm.PHONE: (r"\d(?:[ -]?\d){4,}",),
    AnswerForm.EMAIL: (r"@",),
    AnswerForm.SHARE: (r"%|procent|per ?cent|процент|protsen|prosent|prozent|\bpus[ei]|\bhalf\b|половин",),
    AnswerForm.WEEKDAY: _WEEKDAYS,
    AnswerForm.YEAR: (r"\b(?:1\d|20)\d\d\b",),
    AnswerForm.MONEY: (
        r"[€$£]|\b(?:eiro|eur\w*|usd|lat[ui]\w*|ls)\b|евро|рубл|rubl|доллар|dol+[aā]r|\bcent|kopi|\bzł|\b[kк]r[oо][nн]\w+",
        r"\btūkst|\bmilj|тысяч|bez ?maks|\bfree\b|бесплатн|tasuta|ilma(?:inen|iseksi)|nemokam",
    ),
    AnswerForm.TIME: (
        r"\b\d{1,2}[.:]\d\d\b|plkst|pulksten|o'clock|\d ?[ap]\.?m\b|\bkell?\w* \d|\d uhr|\d час|\bklo\b",
        r"\b(?:vien|div|tr|četr|piec|seš|septiņ|astoņ|deviņ|\w*desmit|\w+padsmit)(?:i?jos|os|iem)\b",
        r"pusdien|pusnakt|полдень|полноч|\bnoon\b|midnight",
    ),
    AnswerForm.DAY: (
        r"\b[0-3]?\d\.(?!\d{3})|\b\d{1,2}/\d{1,2}/|-\d\d-\d\d\b",
        r"\b[0-3]?\d \p{L}{3,}|\p{L}{3,} [0-3]?\d(?:st|nd|rd|th)?\b",
        *_WEEKDAYS,
    ),
}
_ASKING = {form: regex.compile(rf"\b(?:{fold('|'.join(parts))})\b") for form, parts in _ASKED.items()}
_FINDING = {form: regex.compile("|".join(parts), regex.IGNORECASE) for form, parts in _FOUND.items()}


def expected_form(question: str) -> AnswerForm | None:
    """The form that ``question`` names; None where it names none ("Kad?" does not)."""
    folded = fold(question)
    return next((form for form, pattern in _ASKING.items() if pattern.search(folded)), None)


def has_form(text: str, form: AnswerForm) -> bool:
    """Whether something in ``text`` has the form."""
    return _FINDING[form].search(text) is not None
