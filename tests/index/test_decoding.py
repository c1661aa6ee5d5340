import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.decoding import UndecodableError, decode

LATVIAN = "Liepājā 28. augustā viesojās delegācija, lai iepazītos ar pašvaldības pieredzi sociālajā jomā."
LITHUANIAN = "Rugpjūčio mėnesį į miestą atvyko svečiai, kurie domėjosi socialinių paslaugų teikimu šeimoms."
ESTONIAN = "Augustis külastas linna välisdelegatsioon, et tutvuda sotsiaaltöö kogemustega õppekäigul."
RUSSIAN = "В августе город посетила делегация, чтобы познакомиться с опытом социальной службы."
GERMAN = "Im August besuchte eine Delegation die Stadt, um über Familienhilfe für Bürger zu hören; das ist größer."
POLISH = "W sierpniu miasto odwiedziła delegacja, żeby poznać doświadczenia służby społecznej w gminie."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [LATVIAN, RUSSIAN, GERMAN])
def test_unicode_forms(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (LATVIAN, "cp1257"),
        (LATVIAN[:20], "cp1257"),
        ("Rīgā", "cp1257"),
        ("Ķekava un Ādaži", "cp1257"),
        (LITHUANIAN, "cp1257"),
        (ESTONIAN, "cp1257"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (GERMAN, "cp1252"),
        (POLISH, "cp1250"),
        ("“It costs €5,” he said – twice.", "cp1252"),
    ],
)
def test_windows_code_pages_by_their_letters(text: str, page: str) -> None:
    assert decode(text.encode(page)) == text


def test_quotes_and_dashes_do_not_hide_latvian() -> None:
    text = f"„{LATVIAN}” – “Māja bez vardarbības” … €"
    assert decode(text.encode("cp1257")) == text


def test_a_stray_nul_does_not_make_text_binary() -> None:
    assert decode(b"Labdien.\0 Te ir teksts.") == "Labdien.\0 Te ir teksts."


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        b"\0" * 100,
        b"\x89\x01\x02\x03" * 50,
        b"\xff\xfeabc",
        "社会福祉の経験を学ぶため、代表団が八月に市を訪れました。".encode("shift-jis"),
        LATVIAN.encode()[:40] + b"\xc4" + LATVIAN.encode()[40:],
    ],
)
def test_what_reads_like_no_language_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UndecodableError:
        return
    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200))
def test_utf8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")
