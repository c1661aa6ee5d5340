from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.check import FOLLOW_UP, MULTI, check_gold
from eval.gold import GoldFile, GoldQuestion, GoldSpan, load_gold
from index.loaders import list_files, parse, read
from index.types import Document, Span
from tests.eval.examples import DOCUMENTS, LIEPAJA, VALKA, span_of

ROOT = Path(__file__).parents[2]


def asked(
    text: str,
    *answers: tuple[Document, str],
    identifier: str = "lv-1",
    kind: str = "when",
    style: str = "plain",
    short: tuple[str, ...] = (),
    history: tuple[str, ...] = (),
) -> GoldQuestion:
    spans = tuple(GoldSpan(document.id, span_of(document, words)) for document, words in answers)
    accepted = short or tuple(words for _, words in answers)
    return GoldQuestion(identifier, text, "lv", kind, style, spans, accepted, "lv", history)


def gold(*questions: GoldQuestion, split: str = "dev") -> GoldFile:
    return GoldFile("seeds", split, Path(f"seeds.{split}.jsonl"), "beef", questions)


def problems(*questions: GoldQuestion, documents: Mapping[str, Document] = DOCUMENTS) -> list[str]:
    return check_gold([gold(*questions)], documents)


def seeds() -> dict[str, Document]:
    files, errors = list_files([ROOT / "seeds"])
    assert not errors
    return {file.id: parse(file, read(file)) for file in files}


WHEN = asked("Kad Liepāja uzņēma viesus?", (LIEPAJA, "28. augustā"))


def test_good_questions_have_no_problem() -> None:
    nobody = asked("Cik maksā ieeja Valkas muzejā?", identifier="lv-u1")
    assert problems(WHEN, nobody) == []


def test_a_problem_names_file_and_question() -> None:
    (problem,) = problems(asked("Kad?", (LIEPAJA, "28. augustā"), short=("rudenī",)))
    assert problem.startswith(
        "seeds.dev.jsonl: lv-1: the answer [6, 17) of liepaja.txt holds none of the short answers"
    )


@pytest.mark.parametrize(
    ("name", "end"), [("nowhere.txt", 17), ("liepaja.txt", len(LIEPAJA.text) + 1)], ids=["document", "offset"]
)
def test_a_span_must_be_in_the_documents(name: str, end: int) -> None:
    lost = GoldQuestion("lv-1", "Kad?", "lv", "when", "plain", (GoldSpan(name, Span(6, end)),), ("x",), "lv")
    (problem,) = problems(lost)
    assert f"the answer [6, {end}) of {name} is not in the documents" in problem


def test_a_span_in_the_furniture_of_a_page_is_never_searched() -> None:
    page = Document("page.txt", "", "Sākums Par mums\n\nMuzejs ir atvērts.", "", "lv", "", furniture=(Span(0, 15),))
    documents = {page.id: page}
    assert problems(asked("Kas strādā?", (page, "Muzejs")), documents=documents) == []
    (problem,) = problems(asked("Kas ir izvēlnē?", (page, "Par mums")), documents=documents)
    assert "is in no sentence of the article" in problem


def test_the_same_question_is_found_without_case_diacritics_and_punctuation() -> None:
    again = asked("kad liepaja uznema viesus", (LIEPAJA, "28. augustā"), identifier="lv-2")
    assert problems(WHEN, again) == [
        "seeds.dev.jsonl: lv-2: the same is asked as lv-1 in seeds.dev.jsonl; leave one of them."
    ]


def test_the_same_question_is_found_in_the_other_part() -> None:
    again = asked(WHEN.question, identifier="lv-2")
    (problem,) = check_gold([gold(WHEN), gold(again, split="test")], DOCUMENTS)
    assert problem == "seeds.test.jsonl: lv-2: the same is asked as lv-1 in seeds.dev.jsonl; leave one of them."


def test_a_follow_up_is_the_same_only_after_the_same_history() -> None:
    def follow_up(identifier: str, before: str) -> GoldQuestion:
        return asked("Un kad?", identifier=identifier, style=FOLLOW_UP, history=(before,))

    assert problems(follow_up("a", "Kas bija Liepājā?"), follow_up("b", "Kas bija Valkā?")) == []
    assert len(problems(follow_up("a", "Kas bija Liepājā?"), follow_up("b", "Kas bija Liepaja?"))) == 1


FEAST = (
    "Muzejs katru gadu maijā rīko svētkus bērniem un vecākiem. Te atrodas Valkas Veselības un sociālās aprūpes centrs."
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kas katru gadu maijā rīko svētkus bērniem?", "katru gadu maijā rīko svētkus bērniem"),
        ("kas katru gadu maija riko svetkus berniem", "katru gadu maijā rīko svētkus bērniem"),
        ("Vai muzejs katru gadu maijā rīko svētkus bērniem?", "Muzejs katru gadu maijā rīko svētkus bērniem"),
    ],
)
def test_six_words_in_a_row_give_the_sentence_away(text: str, words: str) -> None:
    page = Document("feast.txt", "", FEAST, "", "lv", "")
    assert problems(asked(text, (page, "Muzejs")), documents={page.id: page}) == [
        f'seeds.dev.jsonl: lv-1: the words "{words}" stand so in the sentence that answers; ask in other words.'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Kas katru gadu maijā rīko svētkus?",  # five
        "Kas bērniem svētkus rīko maijā gadu katru?",  # six, in another order
        "Kas katru gadu maijā bieži rīko svētkus bērniem?",  # three and three
    ],
)
def test_fewer_words_in_a_row_do_not(text: str) -> None:
    page = Document("feast.txt", "", FEAST, "", "lv", "")
    assert problems(asked(text, (page, "Muzejs")), documents={page.id: page}) == []


def test_words_with_a_capital_letter_are_a_name_and_do_not_count() -> None:
    page = Document("feast.txt", "", FEAST, "", "lv", "")
    name = asked("Kur ir Valkas Veselības un sociālās aprūpes centrs?", (page, "Te"))
    assert problems(name, documents={page.id: page}) == []


def test_words_of_a_sentence_that_does_not_answer_may_be_asked_with() -> None:
    page = Document("feast.txt", "", FEAST, "", "lv", "")
    other = asked("Kur ir centrs, ja katru gadu maijā rīko svētkus bērniem?", (page, "Te"))
    assert problems(other, documents={page.id: page}) == []


def test_the_history_of_a_follow_up_must_not_give_the_sentence_away_either() -> None:
    page = Document("feast.txt", "", FEAST, "", "lv", "")
    before = ("Vai te katru gadu maijā rīko svētkus bērniem?",)
    follow_up = asked("Un kas?", (page, "Muzejs"), style=FOLLOW_UP, history=before)
    (problem,) = problems(follow_up, documents={page.id: page})
    assert "stand so in the sentence that answers" in problem


@pytest.mark.parametrize(("text", "style"), [("Un kas to vadīja?", "plain"), ("Kas to vadīja?", FOLLOW_UP)])
def test_a_follow_up_needs_a_history(text: str, style: str) -> None:
    (problem,) = problems(asked(text, style=style))
    assert "this is a follow-up without history" in problem


def test_an_opening_of_one_language_is_an_ordinary_word_of_another() -> None:
    assert problems(asked("Ja muzejs ir slēgts, kur vaicāt?")) == []  # "ja" is "and" in Estonian


def test_a_question_with_history_has_the_style_of_a_follow_up() -> None:
    (problem,) = problems(asked("Un kad?", style="plain", history=("Kas bija Liepājā?",)))
    assert "has the style 'follow_up', not 'plain'" in problem


@pytest.mark.parametrize(
    ("short", "complete"),
    [
        (("28. augustā",), True),
        (("28 AUGUSTA", "28. augusts"), True),
        (("28.",), True),
        (("28. augusts",), False),
        (("8. augustā",), False),
        (("!",), False),
    ],
)
def test_every_span_holds_one_of_the_short_answers(short: tuple[str, ...], complete: bool) -> None:
    found = problems(asked("Kad?", (LIEPAJA, "28. augustā"), short=short))
    assert [problem.endswith("give what it says as one of them.") for problem in found] == [True] * (not complete)


def test_an_answer_of_several_sentences_stands_in_several() -> None:
    first, second = (LIEPAJA, "28. augustā"), (LIEPAJA, "Anna Bērziņa")
    assert problems(asked("Kad un kas sagaidīja?", first, second, kind=MULTI)) == []
    assert problems(asked("Kad un kas sagaidīja?", first, (VALKA, "pieci"), kind=MULTI)) == []
    (problem,) = problems(asked("Kad un no kurienes?", first, (LIEPAJA, "no Baku"), kind=MULTI))
    assert "needs answers in two sentences" in problem


def test_the_committed_gold_has_no_problem() -> None:
    documents = seeds()
    assert check_gold(load_gold(ROOT / "eval" / "gold", documents), documents) == []


def test_both_parts_of_the_committed_gold_are_of_the_same_kind() -> None:
    def counts(file: GoldFile) -> Counter[tuple[str, str, bool]]:
        return Counter(
            (name, str(value), question.answerable)
            for question in file.questions
            for name, value in (
                ("language", question.language),
                ("kind", question.kind),
                ("style", question.style),
                ("all", True),
            )
        )

    dev, test = load_gold(ROOT / "eval" / "gold", seeds())
    assert counts(dev) == counts(test)
    assert (counts(dev)["all", "True", True], counts(dev)["all", "True", False]) == (150, 50)
    assert sum(bool(question.history) for question in dev.questions) == 20
    assert counts(dev)["kind", MULTI, True] == 10
