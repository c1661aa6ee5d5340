import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning import furniture, normalise, published, title
from index.types import Span

PAGES = Path(__file__).parent / "pages"
SEEDS = Path(__file__).parents[2] / "seeds"
BODY = (
    "Upmalā ceturtdien atklāja jauno tiltu pār upi, un svētkos ieradās simtiem iedzīvotāju.\n\n"
    "Tilta būvniecība ilga divus gadus un izmaksāja trīs miljonus eiro, pastāstīja mērs Jānis Kalns."
)


def pages(held_out: bool) -> list[Path]:
    return sorted(path for path in PAGES.glob("*.txt") if path.name.startswith("held_out") == held_out)


def expectation(page: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return loaded


def shares(page: Path) -> tuple[float, float]:
    """The share of furniture characters that are found, and of article characters that are taken for furniture."""
    text = page.read_text(encoding="utf-8")
    expected, found = expectation(page)["furniture_lines"], furniture(text)
    totals, hits, start = {True: 0, False: 0}, {True: 0, False: 0}, 0
    for number, line in enumerate(text.split("\n"), 1):
        span = Span(start, start + len(line))
        totals[number in expected] += len(span)
        hits[number in expected] += sum(span.overlap(piece) for piece in found)
        start = span.end + 1
    return hits[True] / totals[True], hits[False] / totals[False]


def removed(text: str) -> list[str]:
    return [span.of(text) for span in furniture(text)]


def titled(text: str) -> str:
    return title(text, furniture(text))


def test_normalise_drops_marks_and_controls_and_composes_accents() -> None:
    assert normalise("\ufeffRi\u0304ga\r\nir\0\x07 te\run\ttur\x85\x9d.") == "Rīga\nir te\nun\ttur\n."


@pytest.mark.parametrize("text", ["Rīga\u00a0ir  te.\n\n\n Divi\u2028", "soft\u00adhyphen \u200b\u200d", ""])
def test_normalise_changes_nothing_else(text: str) -> None:
    assert normalise(text) == text


@given(st.text(st.characters(exclude_characters="\ufeff")))
def test_normalise_twice_is_normalise_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: str(path.stem)[:3])
def test_normalise_leaves_the_seeds_unchanged(seed: Path) -> None:
    raw = seed.read_bytes().decode("utf-8")
    assert normalise(raw) == raw


@pytest.mark.parametrize("page", pages(held_out=False), ids=lambda path: str(path.stem))
def test_invented_pages(page: Path) -> None:
    assert shares(page) == (1.0, 0.0)


@pytest.mark.parametrize("page", pages(held_out=True), ids=lambda path: str(path.stem))
def test_pages_kept_aside_while_the_rules_were_made(page: Path) -> None:
    found, wrong = shares(page)
    assert found >= 0.9
    assert wrong == 0


@pytest.mark.parametrize("page", [*pages(held_out=False), *pages(held_out=True)], ids=lambda path: str(path.stem))
def test_titles_and_dates_of_invented_pages(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = furniture(text)
    expected = expectation(page)
    assert (title(text, found), published(text, found)) == (expected["title"], expected["published"])


SEED_FURNITURE = {
    "000": [
        "Banner 980x90",
        "Publicitātes foto\nPublicitātes foto",
        "Dalies ar šo rakstu … Komentāri (0)",
    ],
    "001": ["AKTUĀLI", "Publiskā apspriešana Dubnas pagastā"],
    "002": [],
    "003": ["Svētdiena, 21. septembris … ReKurZeme.lv bloku ikona", "ReKurZeme.lv bloku ikona Komentāri … saglabāta."],
    "004": ["print"],
}


@pytest.mark.parametrize("seed", sorted(SEEDS.glob("*.txt")), ids=lambda path: str(path.stem)[:3])
def test_the_furniture_of_the_seeds(seed: Path) -> None:
    found = removed(seed.read_text(encoding="utf-8"))
    expected = SEED_FURNITURE[seed.stem[:3]]
    assert len(found) == len(expected)
    for piece, pattern in zip(found, expected, strict=True):
        first, _, last = pattern.partition(" … ")
        assert piece.startswith(first)
        assert piece.endswith(last or first)


def test_the_titles_of_the_seeds() -> None:
    assert [titled(seed.read_text(encoding="utf-8"))[:34] for seed in sorted(SEEDS.glob("*.txt"))] == [
        "Alūksnes\u00a0Sociālo dienestu apmeklē ",
        "Sociālā darba speciālisti piedalīj",
        "Stopiņu novada Sociālā dienesta da",
        "Azerbaidžānas delegācija Liepājā a",
        "Projekta “SocQuality” ietvaros not",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Viens teikums.",
        BODY,
        f"Jaunais tilts\n\n{BODY}\n\nI.Lāčgalve, Sociālā dienesta vadītāja",
        f"Jaunais tilts\n\n06/12/2012\n\n{BODY}\n\nInformāciju sagatavojusi:\nAnna Jegorova",
        f"Jaunais tilts\n\n{BODY}\n\nProjektu administratore\n\nLiene Maisaka\n\nFoto: D. Mažeika",
        f"Jaunais tilts\n\n{BODY}\n\nKontakti\n\nTālr. 67000000\n\ntilts@upmala.example",
        f"Jaunais tilts\n\n{BODY}\n\nBiļešu cenas\n\nPieaugušajiem 5 EUR\nBērniem 2 EUR",
        f"# Tilts\n\n{BODY}\n\n## Programma\n\n- koncerts\n- tirgus\n\n| Diena | Laiks |\n|---|---|\n| 1. | 10.00 |",
        f"Kontakti\n\n{BODY}",
        f"Jaunumi\n\n{BODY}",
        f"Jaunais tilts\n\n{BODY}\n\nMums var sekot šādos tīklos:\n\nFacebook\n\nTwitter",
        f"1. pants. Komentāri\n\n{BODY}\n\nKomentāri\n\n{BODY}",
        "Piens\nMaize\nSāls",
        "Drukāt\n\nLai drukātu dokumentu, atveriet izvēlni un izvēlieties printeri no saraksta labajā pusē.",
        "Sīkdatnes\n\nVietne izmanto sīkdatnes, un, turpinot to lietot, jūs piekrītat to izmantošanai.\n\n"
        "Sīkdatnes ir mazas teksta datnes, ko saglabā jūsu pārlūkprogramma, kad atverat kādu vietni.\n\n"
        "Sīkdatnes var izdzēst pārlūkprogrammas iestatījumos.\n\nTo veidi ir šādi: sesijas un pastāvīgās sīkdatnes.",
        "Portāls dzēsīs komentārus\n\nPortāls turpmāk dzēsīs komentārus, kas kurina naidu vai pārkāpj noteikumus, un "
        "autorus bloķēs.\n\nRedakcija atbild par saturu, tāpēc anonīmi komentāri būs aizliegti, sacīja vadītājs.",
        f"Vladimiras Dievmātes ikona\n\n{BODY}",
        f"Rīgā +30 grādu\n\n{BODY}\n\nRīt gaidāmi +25 °C un neliels lietus.",
    ],
)
def test_an_article_without_furniture_is_left_whole(text: str) -> None:
    assert removed(text) == []


@pytest.mark.parametrize("label", ["Komentāri (3)", "3 komentāri", "Comments (12)", "Комментарии: 4"])
def test_a_counted_comment_heading_begins_the_comments(label: str) -> None:
    text = f"Jaunais tilts\n\n{BODY}\n\n{label}\n\nPēteris\nBeidzot tilts ir gatavs, to mēs šeit gaidījām gadiem ilgi!"
    assert removed(text) == [text[text.index(label) :]]


def test_a_teaser_goes_only_when_it_shares_no_word_with_the_article() -> None:
    start = f"Jaunais tilts\n\n{BODY}\n\nAutors: Jānis Liepa\n\n"
    assert removed(start + "Publiskā apspriešana Dubnas pagastā") == ["Publiskā apspriešana Dubnas pagastā"]
    assert removed(start + "Tilta atklāšanas svētku laikā Upmalā") == []


def test_neighbouring_furniture_is_one_span() -> None:
    assert removed(f"Jaunais tilts\n\n{BODY}\n\nDrukāt\n\nUz augšu") == ["Drukāt\n\nUz augšu"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BODY, ""),
        ("Viens teikums.", ""),
        ("", ""),
        (f"Jaunais tilts\n\n{BODY}", "Jaunais tilts"),
        (f"# Jaunais tilts #\n\n{BODY}", "Jaunais tilts"),
        (f"Kas jauns Upmalā?\n\n{BODY}", "Kas jauns Upmalā?"),
        (f"06/12/2012\n\nJaunais tilts Upmalā\n\n{BODY}", "Jaunais tilts Upmalā"),
        (f"Autors: Jānis Liepa\n\nTilts Upmalā\n\n{BODY}", "Tilts Upmalā"),
        (f"- tilts Upmalā\n- upe\n\n{BODY}", ""),
        ("Iepirkumu saraksts\n\nPiens\nMaize", "Iepirkumu saraksts"),
    ],
)
def test_the_title_is_the_headline_or_nothing(text: str, expected: str) -> None:
    assert titled(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Jaunais tilts\n\n06/12/2012\n\n{BODY}", "2012-12-06"),
        (f"2021. gada 5. maijs\n\nJaunais tilts\n\n{BODY}", "2021-05-05"),
        (f"Jaunais tilts\n\n{BODY}\n\n06/12/2012", None),
        (f"Jaunais tilts 06/12/2012\n\n{BODY}", None),
        (f"Jaunais tilts\n\n31/02/2012\n\n{BODY}", None),
        ("06/12/2012", None),
    ],
)
def test_a_date_counts_only_alone_above_the_body(text: str, expected: str | None) -> None:
    assert published(text, furniture(text)) == expected


LINES = st.sampled_from(
    ["Drukāt", "Komentāri (1)", "Sākums", "# A", "Facebook", "+5 °C", "", "06/12/2012", BODY, "x. y"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(LINES, max_size=12).map("\n".join))


@given(TEXTS)
def test_furniture_is_ordered_apart_and_never_everything(text: str) -> None:
    found = furniture(text)
    assert all(0 <= span.start < span.end <= len(text) for span in found)
    assert all(one.end < other.start for one, other in pairwise(found))
    assert not text.strip() or sum(map(len, found)) < len(text.strip())


@given(TEXTS)
def test_a_title_is_verbatim_in_the_text(text: str) -> None:
    assert titled(text) in text
