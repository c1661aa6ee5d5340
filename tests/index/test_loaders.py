import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import UnreachableSource, UnusableSource
from index.loaders import LARGEST_FILE, SourceFile, list_files, parse, read
from index.types import Document

NOBODY = 65534


def write(path: Path, data: bytes = b"Teksts.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ids(*sources: Path) -> list[str]:
    files, errors = list_files(sources)
    assert errors == ()
    return [file.id for file in files]


def problems(*sources: Path) -> list[str]:
    return [str(error) for error in list_files(sources)[1]]


def load(data: bytes, name: str = "a.txt") -> Document:
    return parse(SourceFile(name, Path(name)), data)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, and no privileges while the test runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        os.seteuid(os.getuid())


def drop_privileges() -> None:
    if os.geteuid() == 0:
        os.seteuid(NOBODY)


def test_a_folder_is_walked_in_order_for_text_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c/d.TXT", "c/e.markdown", "c/f.text", "g.pdf", "h", "c/i.html"):
        write(tmp_path / name)
    assert ids(tmp_path) == ["a.md", "b.txt", "c/d.TXT", "c/e.markdown", "c/f.text"]


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    write(tmp_path / ".a.txt")
    write(tmp_path / ".git" / "b.txt")
    assert ids(tmp_path) == []


def test_a_file_that_is_named_has_its_name_as_id(tmp_path: Path) -> None:
    assert ids(write(tmp_path / "c" / "d.txt")) == ["d.txt"]


def test_a_link_loop_ends_and_each_real_file_is_listed_once(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "z.txt").symlink_to(tmp_path / "a" / "b.txt")
    assert ids(tmp_path) == ["a/b.txt"]


def test_the_same_source_twice_lists_its_files_once(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    assert ids(tmp_path, tmp_path / "a.txt", tmp_path) == ["a.txt"]


def test_files_that_would_share_an_id_get_their_absolute_paths(tmp_path: Path) -> None:
    one, other = write(tmp_path / "x" / "a.txt"), write(tmp_path / "y" / "a.txt")
    write(tmp_path / "y" / "b.txt")
    assert ids(tmp_path / "x", tmp_path / "y") == [str(one), str(other), "b.txt"]


@pytest.mark.parametrize("name", ["a 'b' \"c\".txt", "a\nb.txt", "ā ž.txt", "$(rm).txt"])
def test_odd_names_are_kept(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    assert ids(tmp_path) == [name]


def test_a_name_that_is_no_utf8_gets_an_id_that_is(tmp_path: Path) -> None:
    path = write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/r\xeeg\xe2.txt")), "Rīgā līst.".encode("cp1257"))
    files, _ = list_files([tmp_path])
    document = parse(files[0], read(files[0]))
    assert (files[0].id, document.text) == ("r\\xeeg\\xe2.txt", "Rīgā līst.")
    assert document.source == f"{tmp_path}/r\\xeeg\\xe2.txt"
    assert str(UnreachableSource(str(path), "x")).encode("utf-8")


def test_a_missing_source_is_reported(tmp_path: Path) -> None:
    assert problems(tmp_path / "nav") == [f"{tmp_path}/nav: there is no such file or folder; check the name."]


def test_a_named_file_of_another_kind_is_reported_with_the_kinds_that_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx")
    assert problems(path) == [
        f"{path}: is not of a kind that is read; these extensions are: .txt, .md, .text, .markdown."
    ]


def test_one_bad_source_does_not_hide_the_others(tmp_path: Path) -> None:
    files, errors = list_files([tmp_path / "nav", write(tmp_path / "a.txt")])
    assert ([file.id for file in files], len(errors)) == (["a.txt"], 1)


def test_a_folder_without_permission_is_reported_and_the_rest_is_listed(open_folder: Path) -> None:
    write(open_folder / "a.txt").chmod(0o644)
    write(open_folder / "closed" / "b.txt")
    (open_folder / "closed").chmod(0)
    drop_privileges()
    files, errors = list_files([open_folder])
    assert [file.id for file in files] == ["a.txt"]
    assert [type(error) for error in errors] == [UnreachableSource]
    assert errors[0].path == str(open_folder / "closed")


def test_a_file_without_permission_is_unreachable(open_folder: Path) -> None:
    path = write(open_folder / "a.txt")
    path.chmod(0)
    drop_privileges()
    with pytest.raises(UnreachableSource, match="Permission denied"):
        read(SourceFile("a.txt", path))


def test_read_gives_the_bytes(tmp_path: Path) -> None:
    assert read(SourceFile("a.txt", write(tmp_path / "a.txt", b"\xef\xbb\xbfa\r\n"))) == b"\xef\xbb\xbfa\r\n"


@pytest.mark.parametrize("name", ["missing.txt", "file.txt/below.txt", "folder.txt", "broken.txt", "itself.txt"])
def test_what_cannot_be_opened_is_unreachable(tmp_path: Path, name: str) -> None:
    write(tmp_path / "file.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "itself.txt").symlink_to(tmp_path / "itself.txt")
    with pytest.raises(UnreachableSource, match=name.split("/")[0]):
        read(SourceFile(name, tmp_path / name))


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(UnusableSource, match="not a regular file"):
        read(SourceFile("a.txt", tmp_path / "a.txt"))


def test_a_file_over_the_limit_is_named_with_its_size(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    os.truncate(path, 50_000_000)
    with pytest.raises(UnusableSource, match=r"has 50\.0 MB, the limit is 20 MB"):
        read(SourceFile("a.txt", path))


def test_a_file_at_the_limit_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    os.truncate(path, LARGEST_FILE)
    assert len(read(SourceFile("a.txt", path))) == LARGEST_FILE


def test_a_saved_page_becomes_a_document() -> None:
    data = (
        "Sākums\r\nJaunumi\r\nKontakti\r\n\r\nJaunais tilts Upmalā\r\n\r\n06/12/2012\r\n\r\n"
        "Upmalā ceturtdien atklāja jauno tiltu pār upi, un svētkos ieradās simtiem iedzīvotāju.\r\n\r\nDrukāt\r\n"
    ).encode()
    document = load(data, "tilts.txt")
    assert (document.title, document.published, document.language) == ("Jaunais tilts Upmalā", "2012-12-06", "lv")
    assert [span.of(document.text) for span in document.furniture] == ["Sākums\nJaunumi\nKontakti", "Drukāt"]
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.source == str(Path.cwd() / "tilts.txt")


def test_legacy_encodings_are_read() -> None:
    text = "Liepājā 28. augustā viesojās delegācija."
    assert load(text.encode("cp1257")).text == text


def test_marks_line_ends_nuls_and_split_accents_are_made_plain() -> None:
    assert load("\ufeffRi\u0304ga\r\nir\0 te.\r".encode()).text == "Rīga\nir te.\n"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_nothing_but_white_space_is_unusable(data: bytes) -> None:
    with pytest.raises(UnusableSource, match=r"a\.txt: is empty"):
        load(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 x", "a PDF"),
        (b"PK\x03\x04x", "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"{\\rtf1 x}", "an RTF document"),
    ],
)
def test_other_formats_are_recognised_behind_the_wrong_extension(data: bytes, kind: str) -> None:
    with pytest.raises(UnusableSource, match=f"looks like {kind}"):
        load(data)


def test_binary_data_is_unusable_and_the_message_says_what_to_do() -> None:
    with pytest.raises(UnusableSource, match="save it as UTF-8"):
        load(bytes(range(256)) * 20)
