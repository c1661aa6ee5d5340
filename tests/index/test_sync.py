import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import IndexMismatch, IndexNotFound, StoreError, UnreachableSource, UnusableSource
from index.store import PassageIndex
from index.sync import Progress, store_documents, synchronise
from index.types import Document
from tests.index.examples import HashEmbedder, contents, many, write_sources

RIGA, VALKA = "Rīga ir pilsēta. Tajā ir tilti.", "Valka ir maza. Ziņas raksta reti."
TEXTS = {"riga.txt": RIGA, "valka.txt": VALKA}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write_sources(tmp_path / "texts", TEXTS)


@pytest.fixture
def directory(tmp_path: Path, sources: Path) -> Path:
    synchronise(tmp_path / "index", [sources], HashEmbedder())
    return tmp_path / "index"


def documents(directory: Path) -> dict[str, str]:
    index = PassageIndex.open(directory)
    return {summary.id: index.document(summary.id).text for summary in index.documents()}


# What a run does


def test_new_files_are_added(tmp_path: Path, sources: Path) -> None:
    report = synchronise(tmp_path / "index", [sources], HashEmbedder())
    assert (report.added, report.changed, report.removed, report.kept) == (("riga.txt", "valka.txt"), (), (), ())
    assert (report.unchanged, report.documents, report.passages, report.failures) == (0, 2, 2, ())
    assert documents(tmp_path / "index") == TEXTS


def test_an_unchanged_source_is_not_embedded_again(directory: Path, sources: Path) -> None:
    embedder, before = HashEmbedder(), contents(directory)
    report = synchronise(directory, [sources], embedder)
    assert (report.unchanged, report.added, report.changed, report.removed) == (2, (), (), ())
    assert embedder.embedded == []
    assert contents(directory) == before


def test_only_what_changed_is_embedded(directory: Path, sources: Path) -> None:
    embedder = HashEmbedder()
    (sources / "valka.txt").write_text("Valka ir liela.", "utf-8")
    report = synchronise(directory, [sources], embedder)
    assert (report.changed, report.unchanged) == (("valka.txt",), 1)
    assert set(embedder.embedded) == {"Valka ir liela."}
    assert documents(directory) == {"riga.txt": RIGA, "valka.txt": "Valka ir liela."}


def test_a_changed_document_keeps_the_embeddings_of_its_unchanged_passages(tmp_path: Path) -> None:
    lead, middle, end = (f"{word} " * 60 + "beigas." for word in ("viens", "divi", "trīs"))
    sources = write_sources(tmp_path / "texts", {"a.txt": f"{lead}\n\n{middle}\n\n{end}"})
    synchronise(tmp_path / "index", [sources], HashEmbedder())
    write_sources(sources, {"a.txt": f"{lead}\n\n{middle}\n\n{end.replace('trīs', 'četri')}"})
    embedder = HashEmbedder()
    synchronise(tmp_path / "index", [sources], embedder)
    assert embedder.embedded
    assert all("četri" in text for text in embedder.embedded)


def test_a_removed_file_leaves_the_index(directory: Path, sources: Path) -> None:
    (sources / "valka.txt").unlink()
    report = synchronise(directory, [sources], HashEmbedder())
    assert (report.removed, report.documents) == (("valka.txt",), 1)
    assert documents(directory) == {"riga.txt": RIGA}


def test_a_renamed_file_changes_its_name_and_is_not_embedded_again(directory: Path, sources: Path) -> None:
    embedder = HashEmbedder()
    (sources / "valka.txt").rename(sources / "abc.txt")
    report = synchronise(directory, [sources], embedder)
    assert (report.added, report.removed, embedder.embedded) == (("abc.txt",), ("valka.txt",), [])
    assert documents(directory) == {"abc.txt": VALKA, "riga.txt": RIGA}


@pytest.mark.parametrize(
    "texts",
    [{"riga.txt": VALKA, "valka.txt": RIGA}, {"riga.txt": "Jauns teksts.", "valka.txt": VALKA, "z.txt": RIGA}],
    ids=["swapped", "moved on and replaced"],
)
def test_texts_may_move_from_file_to_file(directory: Path, sources: Path, texts: dict[str, str]) -> None:
    embedder = HashEmbedder()
    synchronise(directory, [write_sources(sources, texts)], embedder)
    assert documents(directory) == texts
    assert set(embedder.embedded) <= {"Jauns teksts."}


def test_the_result_does_not_depend_on_the_way_to_it(tmp_path: Path, directory: Path, sources: Path) -> None:
    write_sources(sources, {"riga.txt": VALKA, "zeta.txt": "Ziņas par Rīgu."})
    synchronise(directory, [sources], HashEmbedder())
    synchronise(tmp_path / "anew", [sources], HashEmbedder())
    assert contents(directory) == contents(tmp_path / "anew")


def test_other_sources_replace_the_earlier_ones(tmp_path: Path, directory: Path) -> None:
    other = write_sources(tmp_path / "other", {"cits.txt": "Cits teksts."})
    report = synchronise(directory, [other], HashEmbedder())
    assert report.removed == ("riga.txt", "valka.txt")
    assert documents(directory) == {"cits.txt": "Cits teksts."}


def test_without_sources_those_of_the_last_time_are_taken(directory: Path, sources: Path) -> None:
    (sources / "jauns.txt").write_text("Jauns teksts.")
    assert synchronise(directory, [], HashEmbedder()).added == ("jauns.txt",)


def test_sources_are_remembered_as_absolute_paths(
    tmp_path: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sources)
    synchronise(tmp_path / "index", [Path("../texts")], HashEmbedder())
    monkeypatch.chdir("/")
    report = synchronise(tmp_path / "index", [], HashEmbedder())
    assert (report.unchanged, report.kept, report.failures) == (2, (), ())


def test_a_path_through_the_parent_folder_names_the_same_files(directory: Path, sources: Path) -> None:
    report = synchronise(directory, [sources / ".." / "texts"], HashEmbedder())
    assert (report.unchanged, report.changed) == (2, ())


def test_a_name_that_is_no_utf_8_is_unchanged_the_next_time(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    write_sources(folder, {os.fsdecode(b"\xfe.txt"): RIGA})
    assert synchronise(tmp_path / "index", [folder], HashEmbedder()).added == ("\\xfe.txt",)
    assert synchronise(tmp_path / "index", [], HashEmbedder()).unchanged == 1


def test_a_folder_without_texts_gives_an_empty_index(tmp_path: Path) -> None:
    report = synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", {})], HashEmbedder())
    assert (report.documents, report.passages) == (0, 0)
    assert PassageIndex.open(tmp_path / "index").problems() == []


def test_progress_counts_files_and_passages_to_the_end(tmp_path: Path, sources: Path) -> None:
    seen: list[Progress] = []
    synchronise(tmp_path / "index", [sources], HashEmbedder(), seen.append)
    assert [step for step in seen if step.stage == "read"] == [Progress("read", 1, 2), Progress("read", 2, 2)]
    assert [step for step in seen if step.stage == "embed"] == [Progress("embed", 2, 2)]
    assert seen[-2:] == [Progress("write", 0, 1), Progress("write", 1, 1)]


def test_a_run_leaves_one_generation_and_no_working_files(directory: Path, sources: Path) -> None:
    (sources / "jauns.txt").write_text("Jauns teksts.")
    synchronise(directory, [sources], HashEmbedder())
    assert {path.name for path in directory.iterdir()} == {"index.sqlite", "generation-2", "write.lock"}


def test_spellings_are_counted_up_and_down_to_nothing(directory: Path, sources: Path) -> None:
    index = PassageIndex.open(directory)
    assert index.spelling("riga") == "rīga"
    index.close()
    synchronise(directory, [write_sources(sources, {"a.txt": "Riga Riga."})], HashEmbedder())
    index = PassageIndex.open(directory)
    assert (index.spelling("riga"), index.spelling("valka")) == ("Riga", None)
    index.close()
    synchronise(directory, [write_sources(sources, {})], HashEmbedder())
    assert PassageIndex.open(directory)._database._rows("SELECT * FROM spellings") == []


def test_documents_from_elsewhere_are_stored_and_replaced(tmp_path: Path) -> None:
    def document(id_: str, text: str) -> Document:
        return Document(id_, f"https://example.org/{id_}", text, "Virsraksts", "lv", str(hash(text)))

    first = [document("a", RIGA), document("b", VALKA)]
    assert store_documents(tmp_path, first, HashEmbedder()).added == ("a", "b")
    report = store_documents(tmp_path, [document("a", RIGA), document("b", "Cits.")], HashEmbedder())
    assert (report.changed, report.unchanged) == (("b",), 1)
    assert store_documents(tmp_path, [document("b", "Cits.")], HashEmbedder()).removed == ("a",)
    assert documents(tmp_path) == {"b": "Cits."}


# Sources that cannot be read or used


def test_an_unreachable_folder_keeps_its_documents(directory: Path, sources: Path) -> None:
    sources.rename(sources.with_name("unplugged"))
    report = synchronise(directory, [], HashEmbedder())
    assert (report.kept, report.removed, report.unchanged) == (("riga.txt", "valka.txt"), (), 0)
    assert [type(failure) for failure in report.failures] == [UnreachableSource]
    assert documents(directory) == TEXTS


def test_an_unreachable_path_through_the_parent_folder_keeps_its_documents(directory: Path, sources: Path) -> None:
    sources.rename(sources.with_name("unplugged"))
    report = synchronise(directory, [sources.parent / "index" / ".." / "texts"], HashEmbedder())
    assert report.kept == ("riga.txt", "valka.txt")


def test_an_unreachable_file_keeps_its_document_and_a_like_named_one_is_no_part_of_it(tmp_path: Path) -> None:
    texts = write_sources(tmp_path / "texts", {"a.txt": RIGA, "a.txt.md": VALKA})
    synchronise(tmp_path / "index", [texts / "a.txt", texts / "a.txt.md"], HashEmbedder())
    (texts / "a.txt").unlink()
    report = synchronise(tmp_path / "index", [texts / "a.txt"], HashEmbedder())
    assert (report.kept, report.removed) == (("a.txt",), ("a.txt.md",))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x00\x01\x02\xff" * 99])
def test_a_file_that_became_unusable_leaves_the_index_and_is_reported(
    directory: Path, sources: Path, data: bytes
) -> None:
    (sources / "valka.txt").write_bytes(data)
    report = synchronise(directory, [sources], HashEmbedder())
    assert report.removed == ("valka.txt",)
    assert [(type(failure), failure.path) for failure in report.failures] == [
        (UnusableSource, str(sources / "valka.txt"))
    ]
    assert documents(directory) == {"riga.txt": RIGA}


# Runs that must not be


def test_without_sources_ever_named_the_command_is_told(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"name the files or folders: `avots index FOLDER`\."):
        synchronise(tmp_path / "index", [], HashEmbedder())
    assert synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", TEXTS)], HashEmbedder()).documents == 2


def test_another_model_is_refused_and_changes_nothing(directory: Path, sources: Path) -> None:
    before = contents(directory)
    (sources / "jauns.txt").write_text("Jauns teksts.")
    with pytest.raises(IndexMismatch, match=r"built with the model hash/1, not with hash/2; to rebuild it, delete the"):
        synchronise(directory, [sources], HashEmbedder("hash/2"))
    assert contents(directory) == before


class Interrupted(HashEmbedder):
    """Stops at the third call, in the second batch, as Ctrl-C does."""

    calls = 0

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        if self.calls == 3:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def test_an_interrupted_first_run_binds_nobody_to_its_model(tmp_path: Path) -> None:
    sources = write_sources(tmp_path / "texts", many())
    with pytest.raises(KeyboardInterrupt):
        synchronise(tmp_path / "index", [sources], Interrupted("hash/1"))
    synchronise(tmp_path / "index", [sources], HashEmbedder("hash/2"))
    assert PassageIndex.open(tmp_path / "index").manifest.model_identity == "hash/2"


def test_an_interrupted_run_is_gone_on_with_from_where_it_stopped(tmp_path: Path) -> None:
    sources = write_sources(tmp_path / "texts", many())
    first, second, whole = Interrupted(), HashEmbedder(), HashEmbedder()
    with pytest.raises(KeyboardInterrupt):
        synchronise(tmp_path / "index", [sources], first)
    synchronise(tmp_path / "index", [sources], second)
    synchronise(tmp_path / "anew", [sources], whole)
    assert first.embedded
    assert sorted(first.embedded + second.embedded) == sorted(whole.embedded)
    assert contents(tmp_path / "index") == contents(tmp_path / "anew")


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.6])
def test_a_damaged_staging_file_is_no_obstacle(tmp_path: Path, keep: float) -> None:
    sources = write_sources(tmp_path / "texts", many())
    with pytest.raises(KeyboardInterrupt):
        synchronise(tmp_path / "index", [sources], Interrupted())
    staging = tmp_path / "index" / "staging.sqlite"
    staging.write_bytes(staging.read_bytes()[: int(staging.stat().st_size * keep)] + b"garbage" * 99)
    assert synchronise(tmp_path / "index", [sources], HashEmbedder()).documents == 80


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path, sources: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(StoreError, match=r"an index cannot be written here .*; name another folder with --index\."):
            synchronise(place, [sources], HashEmbedder())
