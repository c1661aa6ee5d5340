"""Doctor says what is wrong and what to do, and changes nothing."""

from pathlib import Path

import pytest

from index.embedding import Embedder
from index.sync import synchronise
from ui.doctor import Check, examine
from ui.messages import Language


def wrong(directory: Path) -> list[str]:
    return [check.sentence for check in examine(directory, Language.ENGLISH) if not check.healthy]


def test_nothing_is_wrong_with_a_good_index(seeds_index: Path) -> None:
    assert wrong(seeds_index) == []


def test_a_trial_query_finds_something(seeds_index: Path) -> None:
    last = list(examine(seeds_index, Language.ENGLISH))[-1]
    assert last == Check(True, "Searching the index works: a trial query found passages: 1.")


def test_a_missing_index_is_explained(tmp_path: Path) -> None:
    assert wrong(tmp_path) == [f"{tmp_path}: no index here yet; build one with `avots index FOLDER`."]


def test_a_source_that_is_gone_is_named(tmp_path: Path, embedder: Embedder) -> None:
    source = tmp_path / "a.txt"
    source.write_text("Avots ir vieta, kur ūdens iztek no zemes.", "utf-8")
    synchronise(tmp_path / "index", [source], embedder)
    source.unlink()
    assert wrong(tmp_path / "index") == [
        f"The source cannot be reached: {source}. Restore it or name the new sources: avots index FOLDER"
    ]


def test_an_unprepared_model_is_reported_and_not_prepared(
    seeds_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
    assert wrong(seeds_index) == ["The built-in model is not ready yet. Run: avots model prepare"]
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_unwritable_cache_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("")
    monkeypatch.setenv("AVOTS_CACHE", str(in_the_way))
    assert f"The cache folder {in_the_way} cannot be written: File exists. Change its permissions." in wrong(tmp_path)
