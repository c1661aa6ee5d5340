import pytest

from rag.answer_forms import AnswerForm, expected_form, has_form

PHONE, EMAIL, SHARE, WEEKDAY, YEAR, MONEY, TIME, DAY = AnswerForm


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Kāds ir Alūksnes sociālā dienesta tālrunis?", PHONE),
        ("Uz kādu telefona numuru zvanīt?", PHONE),
        ("What is the library's phone number?", PHONE),
        ("Какой телефон у библиотеки?", PHONE),
        ("Kāda ir biedrības e-pasta adrese?", EMAIL),
        ("Cik procentu iedzīvotāju piedalījās?", SHARE),
        ("Kurā nedēļas dienā viesi bija Alūksnē?", WEEKDAY),
        ("kura nedelas diena viesi bija aluksne", WEEKDAY),
        ("Kurā gadā dibināta biedrība?", YEAR),
        ("Kopš kura gada darbojas centrs?", YEAR),
        ("In which year was the centre founded?", YEAR),
        ("В каком году открыли центр?", YEAR),
        ("Mis aastal asutati ühing?", YEAR),
        ("Minä vuonna yhdistys perustettiin?", YEAR),
        ("Cik maksā biļete?", MONEY),
        ("Cik naudas piešķīra projektam?", MONEY),
        ("How much does a ticket cost?", MONEY),
        ("Сколько стоит билет?", MONEY),
        ("Во сколько обошёлся ремонт?", MONEY),
        ("Cikos sākas sapulce?", TIME),
        ("Во сколько начинается собрание?", TIME),
        ("Kurā datumā notika sapulce?", DAY),
        ("On which day did they meet?", DAY),
        ("Какого числа была встреча?", DAY),
        ("Kad notika sapulce?", None),
        ("Kurā gada laikā drīkst braukt ar laivu?", None),
        ("Cik cilvēku piedalījās?", None),
        ("Kas vadīja delegāciju?", None),
        ("At what time of the year do they sing?", None),
        ("", None),
    ],
)
def test_a_question_names_the_form_of_its_answer(question: str, form: AnswerForm | None) -> None:
    assert expected_form(question) is form


@pytest.mark.parametrize(
    ("form", "having", "lacking"),
    [
        (PHONE, "zvaniet 64 381 150", "28. augustā"),
        (EMAIL, "dome@aluksne.lv", "www.aluksne.lv"),
        (SHARE, "12,5 %", "12,5"),
        (WEEKDAY, "Trešdien, 8.jūnijā", "8.jūnijā"),
        (WEEKDAY, "в среду", "средства"),
        (YEAR, "2012.gada septembrī", "28. augustā"),
        (YEAR, "1873", "17500 paku un 21999"),
        (MONEY, "15 000 EUR", "15 000 kilometru"),
        (MONEY, "bezmaksas", "piecas dienas"),
        (TIME, "plkst. 10", "10. maijā"),
        (TIME, "divpadsmitos", "divpadsmit"),
        (DAY, "28. augustā", "2012. gadā"),
        (DAY, "06/12/2012", "pavasarī"),
        (DAY, "28 August", "augustā"),
    ],
)
def test_a_text_has_the_form_or_lacks_it(form: AnswerForm, having: str, lacking: str) -> None:
    assert (has_form(having, form), has_form(lacking, form)) == (True, False)
