import pytest

from index.dates import iso_date


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("06/12/2012", "2012-12-06"),
        ("14.05.2021.", "2021-05-14"),
        ("2021-05-14", "2021-05-14"),
        ("Publicēts: 02.09.2019.", "2019-09-02"),
        ("02.09.2019. 14:30", "2019-09-02"),
        ("17. jūnijs, 2021", "2021-06-17"),
        ("2021. gada 17. jūlijs", "2021-07-17"),
        ("Published 3 February 2020", "2020-02-03"),
        ("May 5, 2020", "2020-05-05"),
        ("Вторник, 5 ноября 2019 г.", "2019-11-05"),
        ("1. Mai 2020", "2020-05-01"),
    ],
)
def test_a_line_that_is_a_date(line: str, expected: str) -> None:
    assert iso_date(line) == expected


@pytest.mark.parametrize(
    "line",
    ["", "31/02/2020", "13/13/2020", "28. augustā", "5 gadi 2012", "2012. gada 2. un 3. oktobrī", "12.30", "LLI-295"],
)
def test_other_lines_are_no_dates(line: str) -> None:
    assert iso_date(line) is None
