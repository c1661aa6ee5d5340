import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.database import Database, PassageRow, Staging
from index.errors import IndexBusy, IndexDamaged, StoreError
from index.types import Chunk, Document, Span

DOCUMENT = Document(
    "a/ž.txt",
    "/texts/a/ž.txt",
    "Izvēlne\r\nRīga.  Valka\u2028😀.",
    "Rīga",
    "lv",
    "f" * 64,
    (Span(0, 7),),
    "2017-08-28",
    "Avīze",
    "https://example.org",
)


def row(start: int = 9, end: int = 14, digest: str = "d1", stems: str = "rig rig") -> PassageRow:
    vector = np.arange(4, dtype=np.float32) + start
    chunk = Chunk(DOCUMENT.id, Span(start, end), (Span(start, end),))
    return PassageRow(chunk, stems, digest, vector.tobytes(), vector.astype(np.float16).tobytes())


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "index.sqlite")
    database.create()
    database.commit()
    yield database
    database.close()


def test_a_new_file_has_no_tables(tmp_path: Path) -> None:
    database = Database(tmp_path / "index.sqlite")
    assert not database.has_tables()
    database.create()
    database.rollback()
    assert not database.has_tables(), "tables are there only once they are committed"
    database.close()


def test_a_document_comes_back_as_it_was(database: Database) -> None:
    database.put_document(DOCUMENT, [], Counter())
    assert database.document(DOCUMENT.id) == DOCUMENT
    assert database.document("other") is None
    assert database.fingerprints() == {DOCUMENT.id: (DOCUMENT.source, DOCUMENT.sha256)}


def test_a_summary_counts_characters_and_passages(database: Database) -> None:
    database.put_document(DOCUMENT, [row(), row(16, 22)], Counter())
    (summary,) = database.summaries()
    assert (summary.id, summary.title, summary.language, summary.passages) == (DOCUMENT.id, "Rīga", "lv", 2)
    assert summary.characters == len(DOCUMENT.text)


def test_passages_come_back_with_their_sentences_and_vectors(database: Database) -> None:
    database.put_document(DOCUMENT, [row(), row(16, 22, "d2", "valk")], Counter())
    found = database.passages([2, 1, 99])
    assert {id_: passage.chunk.span for id_, passage in found.items()} == {1: Span(9, 14), 2: Span(16, 22)}
    assert found[2].stems == {"valk"}
    assert found[1].sentence_vectors.tolist() == [[9, 10, 11, 12]]
    ids, vectors = database.vectors(4)
    assert (ids.tolist(), vectors[1].tolist()) == ([1, 2], [16, 17, 18, 19])
    assert list(database.stems()) == [(1, "rig rig"), (2, "valk")]
    assert database.document_stems(DOCUMENT.id) == {"rig", "valk"}
    assert database.embedded("d2") == (row(16, 22).vector, row(16, 22).sentence_vectors)
    assert database.embedded("d3") is None


def test_removing_a_document_removes_its_passages(database: Database) -> None:
    database.put_document(DOCUMENT, [row()], Counter({("riga", "rīga"): 1}))
    database.remove_document(DOCUMENT.id, Counter({("riga", "rīga"): 1}))
    assert (database.passage_count(), database.summaries(), database.spelling("riga")) == (0, (), None)


def test_the_number_of_a_passage_is_never_given_again(database: Database) -> None:
    for _ in range(2):
        database.put_document(DOCUMENT, [row()], Counter())
        database.remove_document(DOCUMENT.id, Counter())
    database.put_document(DOCUMENT, [row()], Counter())
    assert list(database.passages(range(9))) == [3]


def test_the_most_frequent_spelling_wins_and_ties_go_by_the_alphabet(database: Database) -> None:
    database.put_document(
        DOCUMENT, [], Counter({("kase", "kāse"): 2, ("kase", "kase"): 1, ("a", "ā"): 1, ("a", "a"): 1})
    )
    assert (database.spelling("kase"), database.spelling("a"), database.spelling("b")) == ("kāse", "a", None)


def test_a_rollback_undoes_what_was_written(database: Database) -> None:
    database.begin(write=True)
    database.put_document(DOCUMENT, [row()], Counter({("riga", "rīga"): 1}))
    database.rollback()
    assert (database.fingerprints(), database.passage_count(), database.spelling("riga")) == ({}, 0, None)


def test_a_reader_sees_one_snapshot_while_another_connection_writes(tmp_path: Path, database: Database) -> None:
    reader = Database(tmp_path / "index.sqlite")
    reader.begin(write=False)
    database.put_document(DOCUMENT, [row()], Counter())
    assert reader.passage_count() == 0
    reader.rollback()
    assert reader.passage_count() == 1
    reader.close()


def test_several_threads_may_ask_at_once(database: Database) -> None:
    database.put_document(DOCUMENT, [row()], Counter())
    found: list[Document | None] = []
    threads = [
        threading.Thread(target=lambda: found.extend(database.document(DOCUMENT.id) for _ in range(50)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [DOCUMENT] * 400


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_bytes(b"Kaut kas cits. " * 99)
    with pytest.raises(
        IndexDamaged, match=r"index\.sqlite: the index database cannot be read \(.*\); delete the folder"
    ):
        Database(tmp_path / "index.sqlite")


def test_a_folder_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(
        StoreError, match="unable to open database file; check the free space and the permissions"
    ) as found:
        Database(tmp_path / "nothing" / "index.sqlite")
    assert not isinstance(found.value, IndexDamaged)


def test_a_database_that_another_process_holds_is_busy_and_not_damaged(tmp_path: Path, database: Database) -> None:
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database._connection.execute("PRAGMA busy_timeout = 1")
    with pytest.raises(IndexBusy, match="another process is using this database; try again when it is done"):
        database.begin(write=True)
    other.close()


def test_staging_keeps_embeddings_between_runs(tmp_path: Path) -> None:
    with Staging.open(tmp_path / "staging.sqlite") as staging:
        staging.put([("d", b"1", b"2"), ("e", b"3", b"4")])
        staging.put([("d", b"5", b"6")])
    with Staging.open(tmp_path / "staging.sqlite") as staging:
        assert [staging.embedded(digest) for digest in "def"] == [(b"5", b"6"), (b"3", b"4"), None]


def test_a_staging_file_that_is_no_database_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "staging.sqlite").write_bytes(b"garbage" * 500)
    with Staging.open(tmp_path / "staging.sqlite") as staging:
        assert staging.embedded("d") is None
        staging.put([("d", b"1", b"2")])
