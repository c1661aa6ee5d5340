import pytest

from rag.parts import split


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Kas vadīja grupu, un cik cilvēku tajā bija?", ("Kas vadīja grupu?", "cik cilvēku tajā bija?")),
        ("kas vadija grupu un cik cilveku taja bija", ("kas vadija grupu?", "cik cilveku taja bija?")),
        ("Kur bija viesi, un par ko viņi tur runāja?", ("Kur bija viesi?", "par ko viņi tur runāja?")),
        ("Who led the group and in which year was it?", ("Who led the group?", "in which year was it?")),
        ("Какой была погода и сколько гостей приехало?", ("Какой была погода?", "сколько гостей приехало?")),
        (
            "Kas vadīja grupu, un cik tajā bija cilvēku, un kad tas notika?",
            ("Kas vadīja grupu?", "cik tajā bija cilvēku?", "kad tas notika?"),
        ),
    ],
)
def test_every_part_has_its_question_word(question: str, parts: tuple[str, ...]) -> None:
    assert split(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "Kad Liepājā viesojās Azerbaidžānas delegācija?",
        "Kur un kad notika sapulce?",
        "Kas un kurā dienā to uzrakstīja?",
        "Ko redzēja viesi no Turcijas un Taivānas?",
        "Dome lēma par ceļu, un kad to sāks?",
        "Ko dara pilsētas vadība un kāpēc?",
        "Un kas?",
        "",
    ],
)
def test_a_question_with_one_part_stays_as_it_is(question: str) -> None:
    assert split(question) == (question,)
