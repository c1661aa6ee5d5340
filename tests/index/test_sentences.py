from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences
from index.types import Span

TRICKY = st.text(alphabet="aBcĀž19IV .!?…。,;:-–|#*\"'„“”()[]\n\r\t\u00a0\u2028\x0b", max_size=200)
TEXTS = st.one_of(st.text(max_size=200), TRICKY, TRICKY.map(lambda text: text * 3))
LANGUAGES = st.sampled_from(["lv", "en", "ru", "de", "lt", "et", "ja", "xx", ""])


def split(text: str, language: str = "lv") -> list[str]:
    return [span.of(text) for span in sentences(text, Span(0, len(text)), language)]


def check_whole(text: str, language: str = "lv") -> None:
    assert split(text, language) == [text]


@pytest.mark.parametrize(
    "sentence",
    [
        "Svētki notika 28. augustā Liepājā.",
        "Grupa mācās no 2012. gada 17.oktobra līdz 2013.gada 16. janvārim.",
        "To apstiprina I.Lāčgalve un A. Bērziņš.",
        "Sākums plkst. 10 pie Dz. Kļaviņas.",
        "Ieradās Jonišķu, Auces u.c. novadu ļaudis.",
        "Ieradās Jonišķu, Auces u. c. novadu ļaudis.",
        "Projekta Nr. LLI-295 īstenošanas laiks ir no 01.03.2018. – 29.02.2020.",
        "Centra “Vīgante” 2. stāvu atjaunoja par EUR 109 732.96 gadā.",
        "Vairāk lasiet www.latlit.eu / www.europa.eu lapās.",
        "Tas bija, t.i., notika XX gs. sākumā, piem., 5 milj. cilvēku priekšā.",
        "Rīgas 1. slimnīca un 13. Saeima par to vienojās.",
        "Informē prof. Dr. med. J. Bērziņš.",
        "Portālu Aluksne24.lv raksta I.Ozola.",
        "„Vai nāksi?” viņa jautāja.",
        "1. Vispārīgie noteikumi.",
    ],
)
def test_latvian_full_stops_inside_a_sentence_do_not_cut_it(sentence: str) -> None:
    check_whole(sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Strādā ar ģimenēm utt. Viesus tas interesēja.", ["Strādā ar ģimenēm utt.", "Viesus tas interesēja."]),
        ("Ilgst līdz 29.02.2020. Šo projektu finansē ES.", ["Ilgst līdz 29.02.2020.", "Šo projektu finansē ES."]),
        ("Budžets EUR 93273.01. Kopā viss.", ["Budžets EUR 93273.01.", "Kopā viss."]),
        ("Biedrība dibināta 2012. Tās mērķis ir labs.", ["Biedrība dibināta 2012.", "Tās mērķis ir labs."]),
        ("Mēs gājām mājās.Tad lija.", ["Mēs gājām mājās.", "Tad lija."]),
        ("Lasa “Par robežām.” Apmācību izmaksas sedz.", ["Lasa “Par robežām.”", "Apmācību izmaksas sedz."]),
        ("(Skat. 5. lpp.) Tālāk ir kopsavilkums.", ["(Skat. 5. lpp.)", "Tālāk ir kopsavilkums."]),
        ("Viņš klusēja... Tad runāja... lēni.", ["Viņš klusēja...", "Tad runāja... lēni."]),
        ("Tiešām?! Jā! 28. augustā.", ["Tiešām?!", "Jā!", "28. augustā."]),
        ("1. Ievads. 2. Padome lemj.", ["1. Ievads.", "2. Padome lemj."]),
    ],
)
def test_latvian_sentence_ends_are_found(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            ["Dr. Smith met Mr. J. R. Brown at 5 p.m. on Jan. 3, 2012.", "It cost $3.50, e.g. a lot.", "No. 5 won."],
        ),
        ("en", ["Acme Inc. was founded in 1999.", "The U.S. is large.", '"It works."', "She agreed (see Fig. 3)."]),
        ("ru", ["В 1999 г. в Москве, т.е. давно, жил А. С. Пушкин и т.д.", "Он писал стихи.", "Адрес: ул. Ленина."]),
        ("de", ["Am 28. August 2012 kam Dr. Müller, z. B. aus Berlin.", "Der 2. Weltkrieg endete 1945.", "Es war so."]),
        ("lt", ["Š. m. rugsėjo 5 d. įvyko susitikimas.", "Dalyvavo A. Jonaitis ir kt. svečiai."]),
        ("et", ["24. veebruaril 1918. a. kuulutati see välja.", "See oli hea."]),
    ],
)
def test_other_languages_with_their_abbreviations(language: str, expected: list[str]) -> None:
    assert split(" ".join(expected), language) == expected


def test_scripts_without_spaces_or_capitals() -> None:
    assert split("你好。我很好！再见。", "zh") == ["你好。", "我很好！", "再见。"]
    assert split("यह है। वह है।", "hi") == ["यह है।", "वह है।"]


def test_headings_and_list_items_are_sentences_of_their_own() -> None:
    text = "Virsraksts\nTeksts sākas šeit.\n\n- pirmais;\n- otrais\nKartupeļi\nBurkāni\n# Nodaļa\nBeigas."
    assert split(text) == [
        "Virsraksts",
        "Teksts sākas šeit.",
        "- pirmais;",
        "- otrais",
        "Kartupeļi",
        "Burkāni",
        "# Nodaļa",
        "Beigas.",
    ]


def test_a_paragraph_end_cuts_even_in_the_middle_of_a_sentence() -> None:
    assert split("Teikums bez beigām\n\nun turpinājums.") == ["Teikums bez beigām", "un turpinājums."]


def test_hard_wrapped_lines_are_not_cut() -> None:
    first = "Šis ir ar roku aplauzts teksts, kura rindas beidzas teikuma vidū, jo\nplatums ir ierobežots līdz 28.\n"
    text = first.replace("līdz 28.", "līdz septiņdesmit zīmēm rindā un 28.") + "augustā tā bija. Beigas\nir šeit."
    assert split(text)[0].startswith("Šis ir")
    assert split(text)[0].endswith("augustā tā bija.")


def test_only_the_given_span_is_split() -> None:
    text = "Nē. Viens. Divi. Nē."
    assert sentences(text, Span(4, 16), "lv") == (Span(4, 10), Span(11, 16))


@given(TEXTS, LANGUAGES, st.data())
def test_sentences_are_ordered_stripped_and_cover_every_character(
    text: str, language: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    found = sentences(text, span, language)
    assert all(span.contains(sentence) and sentence.of(text) == sentence.of(text).strip() for sentence in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    covered = Counter("".join("".join(sentence.of(text).split()) for sentence in found))
    assert covered == Counter("".join(span.of(text).split()))
    assert all(len(sentence) for sentence in found)
