import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import store
from index.database import Database
from index.errors import DocumentNotFound, IndexDamaged, IndexMismatch, IndexNotFound
from index.language import stem
from index.language import stems as stems_of
from index.store import SCHEMA, Manifest, PassageIndex
from index.sync import synchronise
from tests.index.examples import HashEmbedder, contents, write_sources

TEXTS = {
    "riga.txt": "Rīga ir Latvijas galvaspilsēta. Rīgā dzīvo daudz cilvēku, un tajā notiek dziesmu svētki.",
    "valka.txt": "Valka ir pilsēta pie robežas. Par Valku raksta ziņas.",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", TEXTS)], HashEmbedder())
    return tmp_path / "index"


def derived_files(directory: Path) -> list[Path]:
    return [path for path in sorted(directory.glob("generation-*/**/*")) if path.is_file() and path.suffix != ".lock"]


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["nothing", "empty", "file"])
def test_without_an_index_the_next_command_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexNotFound, match="no index here yet; build one with `avots index FOLDER`"):
        PassageIndex.open(tmp_path / name)


def test_opening_what_is_not_there_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound):
        PassageIndex.open(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_a_first_run_that_never_finished_is_no_index_yet(tmp_path: Path) -> None:
    database = Database(tmp_path / "index.sqlite")
    database.create()
    Manifest("hash/1", None, 8).write(database)
    database.commit()
    database.close()
    with pytest.raises(IndexNotFound):
        PassageIndex.open(tmp_path)


def test_an_index_of_another_version_says_how_to_rebuild(directory: Path) -> None:
    database = Database(directory / "index.sqlite")
    database.set_meta({"schema": str(SCHEMA + 1)})
    database.close()
    with pytest.raises(
        IndexMismatch, match=r"another version of Avots; to rebuild it, delete the folder .* `avots index`"
    ):
        PassageIndex.open(directory)


def test_a_manifest_accepts_only_the_model_that_built_it() -> None:
    manifest = Manifest("hash/1", None, 8)
    manifest.check(Path("x"), "hash/1")
    with pytest.raises(IndexMismatch, match=r"built with the model hash/1, not with hash/2; to rebuild it, delete"):
        manifest.check(Path("x"), "hash/2")


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[: len(data) // 2], lambda data: b"\0" * len(data), lambda data: b"not a database " * 999],
    ids=["cut", "zeros", "other"],
)
def test_a_damaged_database_says_what_to_do(directory: Path, damage: object) -> None:
    path = directory / "index.sqlite"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(IndexDamaged, match=r"index\.sqlite: .* delete the folder .* and run `avots index`"):
        contents(directory)


@pytest.mark.parametrize("value", ["{", '"text"', "[1]"])
def test_a_damaged_manifest_says_what_to_do(directory: Path, value: str) -> None:
    database = Database(directory / "index.sqlite")
    database.set_meta({"sources": value} if value == "{" else {"surplus": value})
    database.close()
    with pytest.raises(IndexDamaged, match="delete the folder"):
        PassageIndex.open(directory)


def test_missing_derived_files_are_rebuilt(directory: Path) -> None:
    before = contents(directory)
    for place in range(len(derived_files(directory))):
        derived_files(directory)[place].unlink()
        assert contents(directory) == before
    shutil.rmtree(directory / "generation-1")
    assert contents(directory) == before


def test_truncated_derived_files_are_rebuilt(directory: Path) -> None:
    before = contents(directory)
    names = [path.name for path in derived_files(directory)]
    assert {"vectors.faiss", "meta.json", ".managed.json"} <= set(names)
    for place in range(len(names)):
        path = derived_files(directory)[place]
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert contents(directory) == before


def test_one_flipped_bit_in_a_derived_file_is_noticed_and_mended(directory: Path) -> None:
    before = contents(directory)
    for place in range(len(derived_files(directory))):
        path = derived_files(directory)[place]
        flip(path, path.stat().st_size // 2)
        assert contents(directory) == before


def test_opening_an_intact_index_rewrites_nothing(directory: Path) -> None:
    def state() -> list[tuple[str, int]]:
        return [(str(path), path.stat().st_mtime_ns) for path in derived_files(directory)]

    contents(directory)
    before = state()
    contents(directory)
    assert state() == before


def test_problems_name_a_derived_file_that_contradicts_the_database(directory: Path) -> None:
    index = PassageIndex.open(directory)
    assert index.problems() == []
    index._database._rows("ROLLBACK")
    index._database._rows("DELETE FROM passages WHERE id = 1")
    vectors, words = index.problems()
    assert "vectors.faiss holds 2 passages, the database 1; delete generation-1 and ask again" in vectors
    assert "words holds 2 passages" in words


def test_a_reader_keeps_its_snapshot_while_the_index_changes(tmp_path: Path, directory: Path) -> None:
    index = PassageIndex.open(directory)
    query = HashEmbedder().embed_queries(["x"])[0]
    before = index.documents(), index.nearest(query, 9), index.match([frozenset({"valk"})], 9)
    assert index.is_current()
    write_sources(tmp_path / "texts", {"valka.txt": "Valka. Pavisam cits teksts."})
    synchronise(directory, [], HashEmbedder())
    assert not index.is_current()
    assert (index.documents(), index.nearest(query, 9), index.match([frozenset({"valk"})], 9)) == before
    assert index.document("riga.txt").text == TEXTS["riga.txt"]
    assert list(index.passages([1, 2])) == [1, 2]
    index.close()
    assert [document.id for document in PassageIndex.open(directory).documents()] == ["valka.txt"]


@pytest.mark.parametrize("first", ["write", "look"])
def test_a_generation_that_is_replaced_while_it_is_opened_gives_way_to_the_next(
    tmp_path: Path, directory: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    def write() -> None:
        monkeypatch.setattr(store, "_digest", digest_of)
        write_sources(tmp_path / "texts", {"jauns.txt": "Jauns teksts."})
        synchronise(directory, [], HashEmbedder())

    def interrupted(derived: Path) -> str:
        digest = digest_of(derived)
        write()
        return digest if first == "look" else digest_of(derived)

    digest_of = store._digest
    monkeypatch.setattr(store, "_digest", interrupted)
    index = PassageIndex.open(directory)
    assert [document.id for document in index.documents()] == ["jauns.txt"]
    assert index.problems() == []


def test_an_index_stays_current_when_a_run_changes_nothing(directory: Path) -> None:
    index = PassageIndex.open(directory)
    synchronise(directory, [], HashEmbedder())
    assert index.is_current()


def test_an_index_that_was_deleted_or_built_anew_is_not_current(tmp_path: Path, directory: Path) -> None:
    index = PassageIndex.open(directory)
    shutil.rmtree(directory)
    assert not index.is_current()
    synchronise(directory, [write_sources(tmp_path / "other", {"cits.txt": "Cits teksts."})], HashEmbedder())
    assert not index.is_current()


@pytest.mark.parametrize("name", ["riga.txt", "riga", "ga.txt", "texts/riga.txt"])
def test_a_document_is_found_by_the_beginning_or_end_of_its_name(directory: Path, name: str) -> None:
    assert PassageIndex.open(directory).document(name).id == "riga.txt"


def test_an_exact_name_wins_over_longer_ones(tmp_path: Path) -> None:
    texts = {"a.txt": "Viens.", "b-a.txt": "Divi."}
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", texts)], HashEmbedder())
    index = PassageIndex.open(tmp_path / "index")
    assert index.document("a.txt").text == "Viens."
    assert index.document(str(tmp_path / "texts" / "a.txt")).text == "Viens."


def test_an_ambiguous_name_lists_the_documents_that_match(directory: Path) -> None:
    with pytest.raises(DocumentNotFound, match=r"\.txt: 2 documents match: riga\.txt, valka\.txt\."):
        PassageIndex.open(directory).document(".txt")


@pytest.mark.parametrize("name", ["tukums", "RIGA.TXT", "%", "riga.txt "])
def test_an_unknown_name_says_where_to_look(directory: Path, name: str) -> None:
    with pytest.raises(DocumentNotFound, match=r"no such document in the index; `avots documents` lists them\."):
        PassageIndex.open(directory).document(name)


def test_spelling_is_the_most_frequent_written_form(tmp_path: Path) -> None:
    text = "Māja, māja, maja, MĀJA. Kāsis kasis. Un Rīgā, jā, Rīgā. Rīgā un ESF."
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", {"a.txt": text})], HashEmbedder())
    index = PassageIndex.open(tmp_path / "index")
    assert [index.spelling(word) for word in ("maja", "MAJA", "māja", "nekas")] == ["māja", "māja", "māja", None]
    assert [index.spelling(word) for word in ("riga", "esf", "un")] == ["Rīgā", "ESF", "un"]


def test_document_stems_hold_the_words_of_all_its_passages(directory: Path) -> None:
    stems = PassageIndex.open(directory).document_stems("riga.txt")
    assert set(stems_of("Latvijas galvaspilsēta dziesmu", "lv")) < stems
    assert stem("Valka", "lv") not in stems


READ = """
import os, sys
from pathlib import Path
from index.errors import AvotsError
from index.store import PassageIndex
os.setgroups([]), os.setgid(65534), os.setuid(65534)
try:
    print("opened", PassageIndex.open(Path(sys.argv[1])).passage_count())
except AvotsError as error:
    print("error", error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, whom the permissions stop")
def test_an_index_in_a_folder_that_may_only_be_read_opens_or_says_what_is_wrong(directory: Path) -> None:
    folder = Path("/tmp") / f"avots-read-only-{os.getpid()}"
    shutil.copytree(directory, folder)
    folder.chmod(0o755)
    try:
        run = subprocess.run(
            [sys.executable, "-c", READ, folder],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "HOME": "/"},
        )
    finally:
        shutil.rmtree(folder)
    assert run.stderr == ""
    assert run.stdout.startswith(("opened 2", "error "))
    print(run.stdout)
