"""Files and folders to documents: which files there are, their bytes, their text."""

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.chunking import article_parts
from index.cleaning import furniture, normalise, published, title
from index.decoding import UndecodableError, decode
from index.errors import SourceError, UnreachableSource, UnusableSource
from index.language import detect
from index.types import Document

__all__ = ["EXTENSIONS", "LARGEST_FILE", "SourceFile", "list_files", "parse", "read", "source_name"]

EXTENSIONS = (".txt", ".md", ".text", ".markdown")
LARGEST_FILE = 20_000_000  # bytes
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to index; ``id`` names its document: stable, encodable as UTF-8, unique in one listing."""

    id: str
    path: Path


def list_files(sources: Sequence[Path]) -> tuple[tuple[SourceFile, ...], tuple[SourceError, ...]]:
    """The readable-looking files of ``sources`` (files or folders), and what of them could not be reached or used.

    A folder is walked in the order of its names; hidden entries and other extensions are skipped, symbolic links
    followed, each real file listed once. An id is the path below its folder with "/", or the name of a file that
    is a source itself; files that would share one get their absolute paths instead.
    """
    errors: list[SourceError] = []
    seen: set[str] = set()
    named: dict[str, list[Path]] = defaultdict(list)
    for source in sources:
        for path in _walk(source, errors):
            if (real := os.path.realpath(path)) not in seen:
                seen.add(real)
                named[_relative_id(path, source)].append(path)
    files = [
        SourceFile(name if len(paths) == 1 else source_name(path), path)
        for name, paths in named.items()
        for path in paths
    ]
    return tuple(files), tuple(errors)


def read(file: SourceFile) -> bytes:
    """The bytes of a file.

    Raises `UnreachableSource` when it is missing, not permitted or a folder, `UnusableSource` when it is no regular
    file or larger than `LARGEST_FILE`.
    """
    try:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise UnusableSource(str(file.path), "is a pipe or a device, not a regular file; copy its text to a file.")
        with file.path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _unreachable(file.path, error) from error
    if len(data) > LARGEST_FILE:
        size, limit = max(status.st_size, len(data)) / 1e6, LARGEST_FILE // 10**6
        raise UnusableSource(
            str(file.path), f"has {size:.1f} MB, the limit is {limit} MB; split it into smaller files."
        )
    return data


def parse(file: SourceFile, data: bytes) -> Document:
    """The document that ``data``, the bytes of ``file``, holds; raises `UnusableSource` when they are no text."""
    text = _text(file.path, data)
    noise = furniture(text)
    document = Document(
        id=file.id,
        source=source_name(file.path),
        text=text,
        title=title(text, noise),
        language="",
        sha256=hashlib.sha256(data).hexdigest(),
        furniture=noise,
        published=published(text, noise),
    )
    article = "\n".join(part.of(text) for part in article_parts(document))
    return replace(document, language=detect(article))


def source_name(path: Path) -> str:
    """What a document's ``source`` says of the file at ``path``: its absolute path, encodable as UTF-8."""
    return _encodable(os.path.abspath(path))


def _walk(source: Path, errors: list[SourceError]) -> Iterator[Path]:
    try:
        mode = source.stat().st_mode
    except OSError as error:
        errors.append(_unreachable(source, error))
        return
    if stat.S_ISDIR(mode):
        yield from _walk_folder(source, errors)
    elif not _is_readable_name(source.name):
        readable = ", ".join(EXTENSIONS)
        errors.append(UnusableSource(str(source), f"is not of a kind that is read; these extensions are: {readable}."))
    else:
        yield source


def _walk_folder(folder: Path, errors: list[SourceError]) -> Iterator[Path]:
    """Files below ``folder`` in the order of their names; no real folder twice, so that loops of links end."""
    walked: set[str] = set()
    ahead: list[tuple[Path, bool]] = [(folder, True)]
    while ahead:
        path, is_folder = ahead.pop()
        if not is_folder:
            yield path
        elif (real := os.path.realpath(path)) not in walked:
            walked.add(real)
            ahead += reversed(_entries(path, errors))


def _entries(folder: Path, errors: list[SourceError]) -> list[tuple[Path, bool]]:
    """The visible folders (True) and readable files (False) of a folder."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        errors.append(_unreachable(folder, error))
        return []
    visible = [(entry, _is_folder(entry)) for entry in entries if not entry.name.startswith(".")]
    return [(folder / entry.name, inner) for entry, inner in visible if inner or _is_readable_name(entry.name)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: no folder, and reading it says what is wrong
        return False


def _is_readable_name(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in EXTENSIONS


def _relative_id(path: Path, source: Path) -> str:
    return _encodable(path.name if path == source else path.relative_to(source).as_posix())


def _encodable(name: str) -> str:
    """``name`` with bytes that are no UTF-8 written as in "\\xff"; every other name as it is."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _unreachable(path: Path, error: OSError) -> UnreachableSource:
    if isinstance(error, FileNotFoundError):
        return UnreachableSource(str(path), "there is no such file or folder; check the name.")
    if isinstance(error, IsADirectoryError):
        return UnreachableSource(str(path), "is a folder where a file was expected; index the folder anew.")
    reason = error.strerror or type(error).__name__
    return UnreachableSource(str(path), f"cannot be read ({reason}); check its permissions.")


def _text(path: Path, data: bytes) -> str:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise UnusableSource(str(path), f"looks like {kind}, not like text; save it as plain text first.")
    try:
        text = normalise(decode(data))
    except UndecodableError as error:
        advice = "if it is text, save it as UTF-8, for example: iconv -f ENCODING -t UTF-8 FILE > NEW.txt"
        raise UnusableSource(str(path), f"is binary or in an unknown encoding ({error}); {advice}") from error
    if not text.strip():
        raise UnusableSource(str(path), "is empty; there is nothing in it to index.")
    return text
