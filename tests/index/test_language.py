import subprocess
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.language import detect, fold, latinise, latvian_spelling, stem, stems, stop_words, word_spans, words

# Without unassigned characters: Python and the regex package may know different versions of Unicode.
ASSIGNED = st.characters(exclude_categories=["Cs", "Cn"])
MIXED = st.one_of(
    st.text(ASSIGNED, max_size=80),
    st.lists(st.sampled_from(["Rīgā", "手机", "漢字語", "ไทย", "iPhone", " ", "-", "28.", "й", "́"]), max_size=20).map(
        "".join
    ),
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rīgā", "riga"),
        (unicodedata.normalize("NFD", "Šķēršļaiņš"), "skerslains"),
        ("STRAßE", "strasse"),
        ("Ёлка", "елка"),
        ("İstanbul", "istanbul"),
        ("№ 5", "no 5"),
        ("𝐑𝐢𝐠𝐚", "riga"),
    ],
)
def test_folding_leaves_lower_case_letters_without_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "forms",
    [
        "Liepāja Liepājā Liepāju Liepājas liepaja liepaju LIEPĀJĀ",
        "delegācija delegācijas delegācijai delegāciju delegacija delegacijas",
        "Azerbaidžāna Azerbaidžānas Azerbaidžānā azerbaidzana azerbaidzanas",
        "viesojās viesojas",
        "Rīga Rīgā Rīgu Rīgas riga rigas",
        "projekts projekta projektam projektu projektā projektiem",
    ],
)
def test_latvian_forms_meet_with_and_without_diacritics(forms: str) -> None:
    assert len(set(stems(forms, "lv"))) == 1


def test_different_latvian_words_keep_apart() -> None:
    names = ["Liepāja", "Jelgava", "Valka", "delegācija", "projekts", "Rīga"]
    assert len({stem(name, "lv") for name in names}) == len(names)


def test_numbers_are_never_cut_as_words_are() -> None:
    assert [stem(number, "lv") for number in ("20170828", "20170829")] == ["20170828", "20170829"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "delegations", "delegation"),
        ("ru", "делегации", "делегация"),
        ("de", "Häuser", "häuser"),
        ("lt", "Lietuvos", "lietuva"),
        ("et", "raamatud", "raamat"),
    ],
)
def test_forms_of_other_languages_meet(language: str, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_language_without_a_stemmer_is_only_folded() -> None:
    assert stem("Čeština", "xx") == "cestina"


@pytest.mark.parametrize(
    ("russian", "latvian"),
    [
        ("Лиепаю", "Liepāju"),
        ("Лиепае", "Liepājā"),
        ("Елгава", "Jelgava"),
        ("Юрмала", "Jūrmala"),
        ("Даугавпилс", "Daugavpils"),
        ("Валка", "Valka"),
        ("Азербайджан", "Azerbaidžāna"),
    ],
)
def test_russian_names_meet_latvian_stems(russian: str, latvian: str) -> None:
    assert stem(latinise(russian), "lv") == stem(latvian, "lv")


@pytest.mark.parametrize(("word", "spelled"), [("Елгава", "jelgava"), ("объявление", "objavlenie"), ("Щука", "scuka")])
def test_cyrillic_is_spelled_as_folded_latvian(word: str, spelled: str) -> None:
    assert latinise(word) == spelled


@pytest.mark.parametrize("word", ["Liepāja", "東京", "2017", ""])
def test_other_scripts_are_not_latinised(word: str) -> None:
    assert latinise(word) == word


@given(MIXED)
def test_word_spans_lie_in_order_inside_the_text_and_cover_its_letters(text: str) -> None:
    spans = list(word_spans(text))
    assert all(span.start < span.end <= len(text) for span in spans)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(spans))
    covered = {place for span in spans for place in range(span.start, span.end)}
    assert covered == {place for place, char in enumerate(text) if unicodedata.category(char)[0] in "LMN"}


@given(st.text(st.characters(max_codepoint=0x52F), max_size=80))
def test_word_spans_do_not_overlap_where_words_are_spaced(text: str) -> None:
    assert all(one.end < other.start for one, other in pairwise(word_spans(text)))


def test_words_of_spaced_scripts_end_at_anything_but_letters_marks_and_digits() -> None:
    assert words("Rīgā, 28.augustā – “LLI-295”!") == ["Rīgā", "28", "augustā", "LLI", "295"]


def test_a_decomposed_letter_does_not_split_a_word() -> None:
    assert len(words(unicodedata.normalize("NFD", "Liepājā"))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京都", ["東京", "京都"]),
        ("京", ["京"]),
        ("ไทย", ["ไท", "ทย"]),
        ("น้ำใจ", ["น้ำ", "ำใ", "ใจ"]),
        ("iPhone手机 Pro", ["iPhone", "手机", "Pro"]),
    ],
)
def test_unspaced_scripts_give_neighbouring_pairs_and_keep_words_beside_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("typed", "spelled"), [("cilveku", "cilvēku"), ("KAPEC", "kāpēc"), ("tilts", None), ("qwerty", None)]
)
def test_frequent_latvian_words_typed_without_diacritics_are_spelled(typed: str, spelled: str | None) -> None:
    assert latvian_spelling(typed) == spelled


def test_stop_words_are_folded_and_empty_for_other_languages() -> None:
    assert {"kapec", "kads", "kad"} <= stop_words("lv")
    assert stop_words("sw") == frozenset()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("lv", "Kad Liepājā viesojās Azerbaidžānas delegācija?"),
        ("lv", "kad liepaja viesojas azerbaidzanas delegacija"),
        ("lv", "Cik maksaja projekts un kur tas notika?"),
        ("lv", "azerbaidzanas delegacija liepaja"),
        ("lv", "Pašvaldība ir apstiprinājusi budžetu nākamajam gadam, un domes sēde notiks rīt."),
        ("en", "When did the delegation of Azerbaijan visit Liepāja?"),
        ("en", "Where does Māris Kučinskis work?"),
        ("ru", "Когда делегация Азербайджана посетила Лиепаю?"),
        ("de", "Wann besuchte die Delegation aus Aserbaidschan Liepāja?"),
        ("lt", "Kada Liepojoje lankėsi Azerbaidžano delegacija?"),
        ("et", "Millal külastas Aserbaidžaani delegatsioon Liepāja linna?"),
        ("ja", "アゼルバイジャンの代表団はいつ訪れましたか"),
        ("fr", "Le conseil municipal a décidé hier soir de construire une nouvelle école près de la gare centrale."),
    ],
)
def test_the_language_is_detected(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "  \n", "2017 – 2018", "?!…", "🎉🎉"])
def test_a_text_without_letters_has_the_default_language(text: str) -> None:
    assert (detect(text), detect(text, default="en")) == ("lv", "en")


def test_a_usual_question_is_recognised_without_loading_the_language_models() -> None:
    code = "import sys; from index.language import detect; detect('Kad tas bija?'); sys.exit('lingua' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
