"""Bytes to text: Unicode in its forms, else the single-byte code page in which the text reads like a language.

Detectors made for web pages take Windows-1257 for other code pages more often than not, so the judge is our own:
how likely the letters are, in the languages that the code page serves.
"""

import codecs
import math
import re
from collections import Counter
from functools import cache

__all__ = ["UndecodableError", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = {
    "cp1257": ("lv", "lt", "et"),
    "cp1251": ("ru",),
    "cp1252": ("de", "en", "es", "fr"),
    "cp1250": ("pl",),
    "koi8-r": ("ru",),
    "cp866": ("ru",),
}
# Letters in 10,000 letters of running text.
_LETTERS = {
    "lv": "a1138 i963 s801 t649 e626 r525 u525 n455 ā413 k400 m359 o356 l315 d299 p297 v279 j246 ī206 z190 ē190 "
    "b171 g145 c117 š105 ņ58 ū47 ļ33 f28 ž21 ķ13 ģ12 h9 č8",
    "lt": "i1326 a1082 s798 t689 o606 e591 r572 n558 m431 k402 u400 p336 d290 l286 j213 g186 v159 y148 ė143 "
    "b121 š110 ų102 ą90 c85 į78 ž59 č35 ū30 f24 h16 ę14 z13",
    "et": "a1180 e1150 i930 s820 t800 l600 u570 n560 k480 d470 o390 m360 r330 v240 p190 g190 j160 h150 ä130 "
    "õ120 b100 ü70 ö25 f20 š2 ž1 c2 z1 w2 y2 x1",
    "ru": "о1041 е855 и835 а790 н686 т611 с532 р530 в479 л437 к325 м321 д303 п296 у214 ы195 я187 г181 б148 з148 "
    "ь138 ч133 й117 х100 ж86 ю78 ц59 ш53 ф43 э40 щ32 ъ4 ё4",
    "de": "e1640 n1007 i819 r763 t632 s601 a574 d513 u380 l372 h371 o314 g288 m268 c255 b174 f156 k146 w146 "
    "z120 v118 p112 ü59 ä59 j28 ö27 y24 ß15 x7 q7",
    "en": "e1219 t907 a826 i766 n758 o740 s657 r642 h460 l432 c387 d371 m270 u265 p229 f211 g192 y152 b145 w143 "
    "v100 k50 x23 j20 q13 z11 é1",
    "es": "e1297 a1125 o819 n746 s740 i681 r649 l572 d541 c466 t465 u373 m300 p259 b119 g117 v93 f88 y86 ó80 "
    "h74 q62 í43 á38 j35 é29 z28 x20 k14 ñ14 ú13 w11 ü1",
    "fr": "e1470 s790 a760 i750 t720 n710 r660 u630 l550 o540 d370 c330 p300 m300 é190 v160 q140 f110 b90 g90 "
    "h70 j50 à50 x40 y30 è30 ê20 z10 w10 ç10 ù6 k5 î5 ô2 û2 â2 œ2 ï1 ë1",
    "pl": "a890 i820 o780 e770 z560 n550 r470 w460 s430 t400 c400 y380 k350 d330 p310 m280 u250 j230 l210 ł180 b150 "
    "g140 ę110 h110 ą100 ó85 ż83 ś66 ć40 f30 ń20 v4 x2 ź6 q1",
}
_UNKNOWN, _FOREIGN = math.log(0.05 / 10_000), math.log(20 / 10_000)
_PUNCTUATION = frozenset("\u00a0–—‘’‚“”„…•€£§°«»©®™№±²½·×\u00ad")
_SAMPLE = 100_000
_LEAST_LIKELY, _LEAST_LIKELY_LONG, _LONG = -4.5, -3.7, 200
_HOME, _HOME_BONUS = "cp1257", 3.0
_MOST_CONTROLS, _MOST_NULS, _MOST_STRANGE = 0.01, 0.05, 0.05
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ALPHABETS = re.compile(r"[\x00-\u017f\u0370-\u052f\u2010-\u205f\u20a0-\u20bf\ufeff]+")
_SYMBOL_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s\x00-\x7f\u00ad‘’](?=[^\W\d_])")


_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


class UndecodableError(ValueError):
    """Bytes that are text in none of the encodings known here."""


def decode(data: bytes) -> str:
    """The text of ``data``: a byte-order mark decides, then UTF-8, UTF-16 without a mark, a Windows code page.

    Raises `UndecodableError` for binary data and for code pages in which it does not read like a language.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    text = _attempt(data, "utf-8")
    if text is not None and _is_readable(text):
        return text
    for encoding in _wide(data):
        text = _attempt(data, encoding)
        if text is not None and _is_readable(text) and _is_alphabetic(text[:_SAMPLE]):
            return text
    if _is_damaged_utf8(data[:_SAMPLE]):
        raise UndecodableError("it is UTF-8 with damaged bytes")
    return _legacy(data)


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _strictly(data: bytes, encoding: str) -> str:
    text = _attempt(data, encoding)
    if text is None or not _is_readable(text):
        raise UndecodableError(f"its byte-order mark says {encoding}, its bytes do not")
    return text


def _is_readable(text: str) -> bool:
    sample = text[:_SAMPLE]
    controls, nuls = len(_CONTROL.findall(sample)), sample.count("\0")
    return controls <= _MOST_CONTROLS * len(sample) and nuls <= max(1, _MOST_NULS * len(sample))


def _is_alphabetic(text: str) -> bool:
    """Nearly all of it Latin, Greek or Cyrillic with their punctuation."""
    return len(_ALPHABETS.sub("", text)) <= _MOST_STRANGE * len(text)


def _wide(data: bytes) -> list[str]:
    """UTF-16 in the byte order whose high bytes hardly differ, if there is one: alphabets, not Chinese."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(data) < 4:
        return []
    varieties = {"utf-16-le": _repetition(sample[1::2]), "utf-16-be": _repetition(sample[0::2])}
    return [encoding for encoding, share in varieties.items() if share >= 0.7 and share == max(varieties.values())]


def _repetition(high_bytes: bytes) -> float:
    """The share of the two most frequent bytes that stand for alphabets (below 0x20)."""
    return sum(count for byte, count in Counter(high_bytes).most_common(2) if byte < 0x20) / len(high_bytes)


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether at least half of the bytes beyond ASCII form UTF-8 characters: code pages hardly ever do that."""
    beyond = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    return beyond > 0 and 2 * sum(map(len, _MULTIBYTE.findall(data))) >= beyond


def _legacy(data: bytes) -> str:
    readings = [
        (*max(_judge(text[:_SAMPLE], language, _HOME_BONUS * (page == _HOME)) for language in languages), text)
        for page, languages in _CODE_PAGES.items()
        if (text := _attempt(data, page)) is not None and _is_readable(text)
    ]
    likelihood, letters, text = max(readings, default=(-math.inf, 0, ""))
    if likelihood < (_LEAST_LIKELY_LONG if letters >= _LONG else _LEAST_LIKELY):
        raise UndecodableError("in no code page does it read like a language")
    return text


def _judge(text: str, language: str, bonus: float) -> tuple[float, int]:
    """Mean logarithm of the probability of a letter, and their number; odd signs count as unlikely letters."""
    table, total, count = _table(language), bonus, 0
    for char, times in Counter(text.lower()).items():
        if char.isalpha() or (char > "\x7f" and char not in _PUNCTUATION):
            total += times * table.get(char, _FOREIGN if char.isascii() else _UNKNOWN)
            count += times
    odd = len(_SYMBOL_IN_WORD.findall(text))
    return (total + odd * _UNKNOWN) / max(1, count + odd), count + odd


@cache
def _table(language: str) -> dict[str, float]:
    return {entry[0]: math.log(int(entry[1:]) / 10_000) for entry in _LETTERS[language].split()}
