"""Both languages say the same things."""

from string import Formatter

import pytest

from rag.types import Refusal
from tests.ui.answers import refused
from ui.messages import MESSAGES, Language, answer_language, environment_language, refusal, say


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert MESSAGES[Language.LATVIAN].keys() == MESSAGES[Language.ENGLISH].keys()


@pytest.mark.parametrize("key", sorted(MESSAGES[Language.ENGLISH]))
def test_both_languages_fill_the_same_placeholders(key: str) -> None:
    assert placeholders(MESSAGES[Language.LATVIAN][key]) == placeholders(MESSAGES[Language.ENGLISH][key])


def test_messages_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MESSAGES[Language.ENGLISH]["tagline"] = "something else"  # type: ignore[index]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_a_sentence(reason: Refusal, language: Language) -> None:
    assert refusal(reason, language).endswith((".", "MAPE", "FOLDER"))


def test_placeholders_are_filled() -> None:
    assert say(Language.LATVIAN, "answer.place", start=3, end=9) == "rakstzīmes 3–9"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "lv_LV.UTF-8"}, Language.LATVIAN),
        ({"LANG": "de_DE.UTF-8"}, Language.ENGLISH),
        ({}, Language.ENGLISH),
        ({"LANG": "lv_LV.UTF-8", "LC_ALL": "C"}, Language.ENGLISH),
        ({"LANG": "C", "LC_MESSAGES": "lv_LV"}, Language.LATVIAN),
    ],
)
def test_the_locale_decides_the_language(environment: dict[str, str], language: Language) -> None:
    assert environment_language(environment) is language


def test_a_latvian_question_is_refused_in_latvian_whatever_the_interface() -> None:
    assert answer_language(refused(language="lv"), Language.ENGLISH) is Language.LATVIAN


def test_a_question_in_another_language_is_refused_in_the_language_of_the_interface() -> None:
    assert answer_language(refused(language="ru"), Language.LATVIAN) is Language.LATVIAN
    assert answer_language(refused(language="ru"), Language.ENGLISH) is Language.ENGLISH


@pytest.mark.parametrize("reason", [Refusal.EMPTY_QUESTION, Refusal.NO_WORDS])
def test_a_question_without_words_has_no_language_of_its_own(reason: Refusal) -> None:
    assert answer_language(refused(reason, language="lv"), Language.ENGLISH) is Language.ENGLISH
