"""Language of a text, its words, and the stems under which words of one lexeme meet.

Folding comes before stemming, so that "Liepājā" and "liepaja" (typed on a phone) give the same stem.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import LatvianStemmer
import regex
import Stemmer

from index.types import Span

if TYPE_CHECKING:
    from lingua import LanguageDetector

__all__ = ["detect", "fold", "latinise", "latvian_spelling", "stem", "stems", "stop_words", "word_spans", "words"]

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
# Scripts that write no spaces between words: neighbouring pairs of characters stand in for words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_RUN = regex.compile(rf"(?P<unspaced>[{_UNSPACED}][{_UNSPACED}\p{{M}}]*)|[^{_UNSPACED}]+")
_ANY_UNSPACED = regex.compile(rf"[{_UNSPACED}]")
_CHARACTER = regex.compile(rf"[{_UNSPACED}]\p{{M}}*")
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Latvian words longer than this meet by their beginning: on headline retrieval it beats the light stemmer alone.
_LATVIAN_STEM = 6

# Letters that, among the six languages asked most, only one uses.
_TELLING_LETTERS = (("lv", "āīģķļņē"), ("lt", "ąęėįų"), ("et", "õ"), ("de", "ß"))
_SIX_SCRIPTS = regex.compile(r"[\p{Latin}\p{Cyrillic}]")
_SHORT = 12  # words
_STOP_WORDS = {
    "lv": "kad kas ko kam kura kurš kuri kuras kuru kurā kuros kur cik kāpēc kādēļ kā kāds kāda kādu kādi kādas kādā "
    "kādos kādam kādai kādiem no ar un vai ir bija būs tika tiek par pie uz pa līdz pēc pirms gan arī kuram kurai "
    "šis šī tas tā to tie tās šo viņš viņa viņi es jūs mēs lai ja bet ne nav jau tam tajā savu savā savas sava kopš "
    "starp caur bez dēļ ka vēl tad kuriem notiek notika esot būt",
    "en": "when who whom whose what which where why how many much is are was were did does do the a an of in on at to "
    "for by with and or from it its that this be been has have had about as their his her they he she you we i into "
    "during long there",
    "ru": "когда кто кого кому что чего какой какая какое какие каких каким какую где куда почему зачем как сколько в "
    "во на с со из и или по для от до к о об у не ли был была было были это этот эта эти тот та те его её их он она "
    "они за при чем чём кем",
    "de": "wann wer wen wem was welche welcher welches welchen wo wohin warum wie viele viel der die das den dem des "
    "ein eine einen einem einer ist sind war waren wurde wurden hat haben in im an am auf für mit von vom zu zum zur "
    "und oder nach aus bei über es sich",
    "lt": "kada kas ką kam kuris kuri kurie kurios kur kiek kodėl kaip koks kokia kokie kokios kokį iš ir ar yra buvo "
    "bus su į apie per iki po prie nuo už dėl tai šis ši jis ji jie",
    "et": "millal kes kelle keda mis mida mille milline millise millised kus kuhu miks kuidas mitu palju kui on oli "
    "olid ja või et ning see selle need tema nende kas ei aga",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower-case, compatibility-decomposed, without diacritics: "Rīgā" -> "riga"."""
    # Decomposed first: some compatibility characters ("№", "𝐑") only then show their capitals.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def _latvian_spellings() -> dict[str, str]:
    spelled = files("index").joinpath("latvian_spellings.txt").read_text("utf-8").split()
    return {fold(word): word for word in spelled}


def latvian_spelling(word: str) -> str | None:
    """How Latvian mostly spells a word typed without diacritics ("cilveku" -> "cilvēku"); None where it has none there
    or is not among the frequent ones (``python -m training.spellings``)."""
    return _latvian_spellings().get(fold(word))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Folded function and question words of a language; empty for languages without a list."""
    return frozenset(fold(word) for word in _STOP_WORDS.get(language, "").split())


def word_spans(text: str) -> Iterator[Span]:
    """Places of the words of ``text``: runs of letters, marks and digits; pairs in scripts without spaces."""
    if _ANY_UNSPACED.search(text) is None:  # nearly every text, and three times as fast
        yield from (Span(*match.span()) for match in _WORD.finditer(text))
        return
    for match in _WORD.finditer(text):
        for run in _RUN.finditer(text, *match.span()):
            if run["unspaced"] is None:
                yield Span(*run.span())
            else:
                yield from _pairs(text, run.span())


def _pairs(text: str, run: tuple[int, int]) -> Iterator[Span]:
    units = [unit.span() for unit in _CHARACTER.finditer(text, *run)]
    ends = units[1:] or units
    return (Span(first[0], second[1]) for first, second in zip(units, ends, strict=False))


def words(text: str) -> list[str]:
    """The words of ``text`` as they stand, in order."""
    return [span.of(text) for span in word_spans(text)]


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The folded stem of one word; languages without a stemmer are only folded."""
    if language == "lv":
        stemmed: str = LatvianStemmer.stem(fold(word))
        return stemmed if stemmed.isdigit() else stemmed[:_LATVIAN_STEM]
    stemmer = _snowball(language)
    return fold(word if stemmer is None else stemmer.stemWord(word.casefold()))


@cache
def _snowball(language: str) -> "Stemmer.Stemmer | None":
    name = _SNOWBALL.get(language)
    return None if name is None else Stemmer.Stemmer(name)


def stems(text: str, language: str) -> list[str]:
    """The stems of the words of ``text``, in order, stop words included."""
    return [stem(word, language) for word in words(text)]


# How Latvian writes Russian names; ь and ъ are silent.
_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюяьъ",
        "a b v g d e jo z z i i k l m n o p r s t u f h c c s sc i e ju ja".split() + ["", ""],
        strict=True,
    )
)
_IOTATED = regex.compile(r"(?:^|(?<=[аоуыэюя]))е")


def latinise(word: str) -> str:
    """A Cyrillic word as folded Latvian would spell it ("Лиепаю" -> "liepaju"); other scripts come back unchanged.

    It lets names typed in Russian meet the Latvian text. An "е" that opens the word or follows a vowel is "je"
    ("Елгава" -> "jelgava", "Лиепае" -> "liepaje"); after "и" Latvian writes "ie".
    """
    lower = word.casefold()
    if not any(char in _CYRILLIC for char in lower):
        return word
    return "".join(_CYRILLIC.get(char, char) for char in _IOTATED.sub("je", lower))


def detect(text: str, default: str = "lv") -> str:
    """ISO 639-1 code of the language of ``text``; ``default`` where nothing tells.

    Function words decide first, then letters that one language alone uses, then character n-grams (lingua), which
    need 0.7 s to load: most questions never get there.
    """
    sample = text[:4000]
    folded = [fold(word) for word in words(sample) if not word.isnumeric()]
    if not folded:
        return default
    if _SIX_SCRIPTS.search(sample) is None:
        return _by_ngrams(sample, all_languages=True) or default
    found = _by_stop_words(folded) or _by_letters(sample.casefold())
    return found or _by_ngrams(sample, all_languages=len(folded) > _SHORT) or default


def _by_stop_words(folded: list[str]) -> str | None:
    """The language whose function words make up a fifth of the text, clearly more of it than any other's."""
    counts = {language: sum(word in stop_words(language) for word in folded) for language in _STOP_WORDS}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    frequent = counts[best] * 5 >= len(folded)
    return best if frequent and counts[best] >= 1.5 * counts[second] else None


def _by_letters(lower: str) -> str | None:
    counts = {language: sum(map(lower.count, letters)) for language, letters in _TELLING_LETTERS}
    best = max(counts, key=lambda language: counts[language])
    # One foreign name must not decide a long text: the letters have to be about as frequent as in the language.
    return best if counts[best] * 50 >= len(lower) else None


def _by_ngrams(text: str, all_languages: bool) -> str | None:
    found = _lingua(all_languages).detect_language_of(text)
    return None if found is None else found.iso_code_639_1.name.lower()


@cache
def _lingua(all_languages: bool) -> "LanguageDetector":
    """The six languages asked most, accurately (for short texts), or all in the quick mode (for long ones)."""
    from lingua import Language, LanguageDetectorBuilder

    if all_languages:
        return LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()
    usual = (Language.LATVIAN, Language.ENGLISH, Language.RUSSIAN, Language.GERMAN, Language.LITHUANIAN)
    return LanguageDetectorBuilder.from_languages(*usual, Language.ESTONIAN).build()
