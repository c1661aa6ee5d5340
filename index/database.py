"""SQLite, here and nowhere else: the source of truth of one index. FAISS and tantivy files are derived from it.

Write-ahead logging gives each reader one unchanging snapshot while another process writes.
"""

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexBusy, IndexDamaged, StoreError
from index.types import Chunk, Document, Span

__all__ = ["Database", "DocumentSummary", "Passage", "PassageRow", "Staging"]

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, sha256 TEXT NOT NULL,
    text TEXT NOT NULL, furniture TEXT NOT NULL, published TEXT, publisher TEXT, address TEXT, indexed_at TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, sentences TEXT NOT NULL, stems TEXT NOT NULL, digest TEXT NOT NULL,
    vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL
);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_digest ON passages (digest);
CREATE TABLE spellings (
    folded TEXT NOT NULL, word TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (folded, word)
) WITHOUT ROWID;
"""
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SYSTEM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_DOCUMENT = "id, source, text, title, language, sha256, furniture, published, publisher, address"


@dataclass(frozen=True, slots=True)
class PassageRow:
    """One passage to be stored. ``stems`` are separated by spaces; ``digest`` names the texts that were embedded;
    ``vector`` holds float32 [dimension], ``sentence_vectors`` float16 [sentences, dimension]."""

    chunk: Chunk
    stems: str
    digest: str
    vector: bytes
    sentence_vectors: bytes


@dataclass(frozen=True, slots=True)
class Passage:
    """One stored passage as the reader needs it: without its vector, which FAISS has."""

    id: int
    chunk: Chunk
    stems: frozenset[str]
    sentence_vectors: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One line of "what is indexed". ``characters`` of stored text, ``indexed_at`` in ISO 8601, UTC."""

    id: str
    title: str
    source: str
    language: str
    characters: int
    passages: int
    indexed_at: str


class Database:
    """One connection. Calls from several threads are taken one after another."""

    def __init__(self, path: Path) -> None:
        """Open the file, made empty when missing; IndexDamaged when it is no SQLite database."""
        self._path = path
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        except sqlite3.OperationalError as error:
            raise self._explained(error) from error
        try:
            self._execute("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON")
        except StoreError:
            self._connection.close()
            raise

    def _execute(self, *statements: str) -> None:
        with self._intact() as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def _intact(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                raise self._explained(error) from error

    def _explained(self, error: Exception) -> StoreError:
        """What the user can do about an error of SQLite: only a damaged file has to go."""
        kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the bits above it say more
        if kind in _BUSY:
            return IndexBusy(f"{self._path}: another process is using this database; try again when it is done.")
        if kind in _SYSTEM:
            return StoreError(f"{self._path}: {error}; check the free space and the permissions of this folder.")
        return self.damaged(error)

    def damaged(self, error: object) -> IndexDamaged:
        """The error to raise when what was read contradicts itself."""
        return IndexDamaged(
            f"{self._path}: the index database cannot be read ({error}); delete the folder {self._path.parent} and run "
            "`avots index` with your sources again."
        )

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple]:  # type: ignore[type-arg]
        with self._intact() as connection:
            return connection.execute(query, parameters).fetchall()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def create(self) -> None:
        """Make the tables in a new file, in a transaction that the caller commits when they hold what they must."""
        with self._intact() as connection:
            connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}")

    def has_tables(self) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"))

    def begin(self, write: bool) -> None:
        """Start a transaction: a snapshot for a reader, or the one writer's."""
        with self._intact() as connection:
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            connection.execute("SELECT 1 FROM meta").fetchone()  # the snapshot is taken by the first read

    def commit(self) -> None:
        with self._intact() as connection:
            connection.execute("COMMIT")

    def rollback(self) -> None:
        with self._intact() as connection:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    # What the index knows of itself

    def meta(self) -> dict[str, str]:
        return dict(self._rows("SELECT key, value FROM meta"))

    def set_meta(self, values: dict[str, str]) -> None:
        with self._intact() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    # Documents

    def fingerprints(self) -> dict[str, tuple[str, str]]:
        """(source, SHA-256 of the original) by document id."""
        return {id_: (source, sha) for id_, source, sha in self._rows("SELECT id, source, sha256 FROM documents")}

    def summaries(self) -> tuple[DocumentSummary, ...]:
        rows = self._rows(
            "SELECT d.id, d.title, d.source, d.language, length(d.text), count(p.id), d.indexed_at "
            "FROM documents d LEFT JOIN passages p ON p.document = d.id GROUP BY d.id ORDER BY d.id"
        )
        return tuple(DocumentSummary(*row) for row in rows)

    def document(self, id_: str) -> Document | None:
        rows = self._rows(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (id_,))
        if not rows:
            return None
        id_, source, text, title, language, sha256, furniture, published, publisher, address = rows[0]
        spans = tuple(Span(start, end) for start, end in json.loads(furniture))
        return Document(id_, source, text, title, language, sha256, spans, published, publisher, address)

    def put_document(
        self, document: Document, passages: Iterable[PassageRow], spellings: Counter[tuple[str, str]]
    ) -> None:
        """Add ``document``; whatever was stored under its id must have been removed."""
        from datetime import UTC, datetime

        furniture = json.dumps([(span.start, span.end) for span in document.furniture])
        now = datetime.now(UTC).isoformat(timespec="seconds")
        d = document
        fields = (d.id, d.source, d.text, d.title, d.language, d.sha256, furniture)
        with self._intact() as connection:
            connection.execute(
                f"INSERT INTO documents ({_DOCUMENT}, indexed_at) VALUES ({', '.join('?' * 11)})",
                (*fields, d.published, d.publisher, d.address, now),
            )
            connection.executemany(
                "INSERT INTO passages (document, start, end, sentences, stems, digest, vector, sentence_vectors) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                map(_passage_values, passages),
            )
        self._count_spellings(spellings)

    def remove_document(self, id_: str, spellings: Counter[tuple[str, str]]) -> None:
        with self._intact() as connection:
            connection.execute("DELETE FROM documents WHERE id = ?", (id_,))
        self._count_spellings(Counter({key: -count for key, count in spellings.items()}))

    # Spellings: which written forms stand behind a word typed without diacritics

    def _count_spellings(self, counts: Counter[tuple[str, str]]) -> None:
        with self._intact() as connection:
            connection.executemany(
                "INSERT INTO spellings VALUES (?, ?, ?) "
                "ON CONFLICT (folded, word) DO UPDATE SET count = count + excluded.count",
                ((folded, word, count) for (folded, word), count in counts.items()),
            )
            connection.execute("DELETE FROM spellings WHERE count <= 0")

    def spelling(self, folded: str) -> str | None:
        """The most frequent written form of a folded word, as lower case goes, in its most frequent case; None when it
        stands nowhere."""
        rows = self._rows("SELECT word, count FROM spellings WHERE folded = ? ORDER BY word", (folded,))
        lowered: Counter[str] = Counter()
        for word, count in rows:
            lowered[word.lower()] += count
        if not lowered:
            return None
        best = min(lowered, key=lambda word: (-lowered[word], word))
        return str(max((row for row in rows if row[0].lower() == best), key=lambda row: row[1])[0])

    # Passages

    def passage_count(self) -> int:
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages ``ids`` by id; ids that are not stored are left out."""
        marks = ", ".join("?" * len(ids))
        rows = self._rows(
            f"SELECT id, document, start, end, sentences, stems, sentence_vectors FROM passages WHERE id IN ({marks})",
            ids,
        )
        return {row[0]: self._passage(row) for row in rows}

    def _passage(self, row: tuple[int, str, int, int, str, str, bytes]) -> Passage:
        id_, document, start, end, sentences, stems, blob = row
        spans = tuple(Span(*pair) for pair in json.loads(sentences))
        vectors = np.frombuffer(blob, np.float16).reshape(len(spans), -1)
        return Passage(id_, Chunk(document, Span(start, end), spans), frozenset(stems.split()), vectors)

    def document_stems(self, id_: str) -> frozenset[str]:
        """All stems of a document's passages."""
        rows = self._rows("SELECT stems FROM passages WHERE document = ?", (id_,))
        return frozenset(stem for (stems,) in rows for stem in stems.split())

    def stems(self) -> Iterator[tuple[int, str]]:
        """(passage id, stems) of every passage, in order of ids."""
        with self._intact() as connection:
            yield from connection.execute("SELECT id, stems FROM passages ORDER BY id")

    def vectors(self, dimension: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids [n] and vectors [n, dimension] of all passages."""
        rows = self._rows("SELECT id, vector FROM passages ORDER BY id")
        ids = np.array([id_ for id_, _ in rows], np.int64)
        return ids, np.frombuffer(b"".join(blob for _, blob in rows), np.float32).reshape(-1, dimension)

    def embedded(self, digest: str) -> tuple[bytes, bytes] | None:
        """The stored (vector, sentence vectors) of a passage with this digest, when there is one."""
        rows = self._rows("SELECT vector, sentence_vectors FROM passages WHERE digest = ? LIMIT 1", (digest,))
        return rows[0] if rows else None


def _passage_values(row: PassageRow) -> tuple[object, ...]:
    chunk = row.chunk
    sentences = json.dumps([(span.start, span.end) for span in chunk.sentences], separators=(",", ":"))
    place = (chunk.document, chunk.span.start, chunk.span.end, sentences)
    return (*place, row.stems, row.digest, row.vector, row.sentence_vectors)


class Staging:
    """Embeddings of an `avots index` that has not finished: if it is killed, the next one goes on from here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator["Staging"]:
        try:
            connection = cls._connect(path)
        except sqlite3.DatabaseError:  # cut off by a crash: it holds nothing that cannot be embedded again
            path.unlink()
            connection = cls._connect(path)
        try:
            yield cls(connection)
        finally:
            connection.close()

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS embeddings (digest TEXT PRIMARY KEY, vector BLOB, sentence_vectors BLOB)"
        )
        return connection

    def put(self, embeddings: Iterable[tuple[str, bytes, bytes]]) -> None:
        """Store (digest, vector, sentence vectors) rows, committed at once."""
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)", embeddings)

    def embedded(self, digest: str) -> tuple[bytes, bytes] | None:
        found: tuple[bytes, bytes] | None = self._connection.execute(
            "SELECT vector, sentence_vectors FROM embeddings WHERE digest = ?", (digest,)
        ).fetchone()
        return found
