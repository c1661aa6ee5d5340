import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from rag.answer_types import AnswerType, candidates, expected_type

DATE, NUMBER, PERSON, PLACE, REASON, OTHER = AnswerType


@pytest.mark.parametrize(
    ("language", "question", "kind"),
    [
        ("lv", "Kad Liepājā viesojās Azerbaidžānas delegācija?", DATE),
        ("lv", "kad liepaja viesojas delegacija", DATE),
        ("lv", "Kurā gadā dibināta biedrība?", DATE),
        ("lv", "Cikos sākas pasākums?", DATE),
        ("lv", "Līdz kuram datumam jāpiesakās?", DATE),
        ("lv", "Cik cilvēku piedalījās?", NUMBER),
        ("lv", "Kāds ir projekta budžets?", NUMBER),
        ("lv", "Kāpēc tilts tika slēgts?", REASON),
        ("lv", "Kur notika sanāksme?", PLACE),
        ("lv", "Kurā pilsētā atrodas muzejs?", PLACE),
        ("lv", "Kas vadīja delegāciju?", PERSON),
        ("lv", "Ar ko tikās delegācija?", PERSON),
        ("lv", "Apraksti projektu.", OTHER),
        ("en", "When did the delegation visit Liepāja?", DATE),
        ("en", "What year was it founded?", DATE),
        ("en", "How many people took part?", NUMBER),
        ("en", "Why was the bridge closed?", REASON),
        ("en", "Where was the meeting?", PLACE),
        ("en", "Who led the delegation?", PERSON),
        ("en", "What is this page about?", OTHER),
        ("ru", "Когда делегация посетила Лиепаю?", DATE),
        ("ru", "В каком году основано общество?", DATE),
        ("ru", "Сколько человек участвовало?", NUMBER),
        ("ru", "Почему закрыли мост?", REASON),
        ("ru", "Где проходило собрание?", PLACE),
        ("ru", "Кто возглавлял делегацию?", PERSON),
        ("de", "Wann kam die Delegation?", DATE),
        ("de", "Wie viele Menschen nahmen teil?", NUMBER),
        ("de", "Wo fand das Treffen statt?", PLACE),
        ("lt", "Kada lankėsi delegacija?", DATE),
        ("lt", "Kiek žmonių dalyvavo?", NUMBER),
        ("et", "Millal delegatsioon tuli?", DATE),
        ("et", "Mitu inimest osales?", NUMBER),
    ],
)
def test_the_question_word_tells_what_is_asked_for(language: str, question: str, kind: AnswerType) -> None:
    assert expected_type(question, language) is kind


def test_the_first_question_word_decides() -> None:
    assert expected_type("Kur un kad notika sanāksme?", "lv") is PLACE


def found(text: str, kind: AnswerType) -> list[str]:
    return [span.of(text) for span in candidates(text, Span(0, len(text)), kind)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("28. augustā Liepājā viesojās delegācija.", ["28. augustā"]),
        ("Tas notika 2012. gada 17. oktobrī Rīgā.", ["2012. gada 17. oktobrī"]),
        ("Pasākums 12.05.2017 beidzās.", ["12.05.2017"]),
        ("Kopš 1998. gada strādā.", ["Kopš 1998. gada"]),
        ("It opened on 3 May 2015 in Riga.", ["3 May 2015"]),
        ("It opened on May 3, 2015.", ["May 3, 2015"]),
        ("Это было 28 августа 2017 года.", ["28 августа 2017 года"]),
        ("Nekā šeit nav.", []),
    ],
)
def test_dates_are_found_whole(text: str, dates: list[str]) -> None:
    assert found(text, DATE) == dates


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Piedalījās 45 cilvēki.", ["45"]),
        ("Budžets ir 1 234 567,89 EUR.", ["1 234 567,89 EUR"]),
        ("Tas maksāja 50 000 eiro.", ["50 000 eiro"]),
        ("Tas bija 12,5 % no visa.", ["12,5 %"]),
        ("Cena ir 7 €, nevis 7%.", ["7 €", "7%"]),
        ("Kopā 3 milj. eiro un 2 tūkst. latu.", ["3 milj. eiro", "2 tūkst. latu"]),
        ("The bridge is 320 m long.", ["320 m"]),
        ("Участвовало 45 человек.", ["45"]),
        ("Piedalījās trīs skolas.", ["trīs"]),
        ("28. augustā tas notika.", []),
        ("Nekā šeit nav.", []),
    ],
)
def test_numbers_come_with_their_units_and_without_dates(text: str, numbers: list[str]) -> None:
    assert found(text, NUMBER) == numbers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Delegāciju vadīja Māris Kučinskis.", "Māris Kučinskis"),
        ("Runāja I. Lāčgalve.", "I. Lāčgalve"),
        ("The speaker was Anna Bērziņa-Kalniņa.", "Anna Bērziņa-Kalniņa"),
        ("После этого выступил Иван Петров.", "Иван Петров"),
    ],
)
def test_full_names_come_first_among_persons(text: str, name: str) -> None:
    people = found(text, PERSON)
    assert name in people
    assert people[0] == name or len(people[0].split()) > 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Sanāksme notika Liepājā.", "Liepājā"),
        ("The meeting was held in Liepāja.", "in Liepāja"),
        ("Встреча прошла в Лиепае.", "в Лиепае"),
        ("Lekcija notika dzelzceļa muzejpilsētā.", "muzejpilsētā"),
    ],
)
def test_places_are_found(text: str, place: str) -> None:
    assert place in found(text, PLACE)


@pytest.mark.parametrize(
    ("text", "sign"),
    [("Slēgts, jo lija.", "jo"), ("Closed because of rain.", "because"), ("Закрыто из-за дождя.", "из-за")],
)
def test_signs_of_a_reason_are_found(text: str, sign: str) -> None:
    assert found(text, REASON) == [sign]


SENTENCES = st.lists(
    st.sampled_from(
        "28. augustā 2017. gada Rīgā Māris Kučinskis 45 EUR , . jo в Лиепае 1 000 % \n trīs I. May".split(" ")
    ),
    max_size=30,
).map(" ".join)


@given(SENTENCES, st.sampled_from(AnswerType), st.data())
def test_candidates_lie_inside_the_sentence_and_are_not_blank(text: str, kind: AnswerType, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    for candidate in candidates(text, span, kind):
        assert span.contains(candidate)
        assert candidate.of(text) == candidate.of(text).rstrip()
        assert candidate.of(text)
