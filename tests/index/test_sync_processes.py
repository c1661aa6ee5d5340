"""`synchronise` in several processes at once, and in processes that are killed."""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from index.database import Staging
from index.errors import IndexBusy, IndexNotFound
from index.store import PassageIndex
from index.sync import synchronise
from tests.index.examples import HashEmbedder, contents, many, write_sources

ROOT = Path(__file__).parents[2]
TEXTS = {"riga.txt": "Rīga ir pilsēta. Tajā ir tilti.", "valka.txt": "Valka ir maza. Ziņas raksta reti."}


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


HOLD = """
import sys, time
from pathlib import Path
from index.sync import synchronise
from tests.index.examples import HashEmbedder
directory, sources, started, go_on = map(Path, sys.argv[1:])
class Waiting(HashEmbedder):
    def embed_passages(self, texts):
        started.touch()
        while not go_on.exists():
            time.sleep(0.02)
        return super().embed_passages(texts)
synchronise(directory, [sources], Waiting())
"""


def test_a_second_run_at_once_says_that_another_is_writing(tmp_path: Path, directory: Path, sources: Path) -> None:
    (sources / "jauns.txt").write_text("Jauns teksts.")
    started, go_on = tmp_path / "started", tmp_path / "go-on"
    command = [sys.executable, "-c", HOLD, directory, sources, started, go_on]
    with subprocess.Popen(command, cwd=ROOT) as other:
        try:
            while not started.exists():
                assert other.poll() is None
            with pytest.raises(IndexBusy, match=r"another `avots index` is writing this index; try again when it is"):
                synchronise(directory, [sources], HashEmbedder())
            assert documents(directory) == TEXTS
        finally:
            go_on.touch()
    assert other.returncode == 0
    assert set(documents(directory)) == {*TEXTS, "jauns.txt"}
    assert synchronise(directory, [sources], HashEmbedder()).unchanged == 3


def kill_runs(start: Path, sources: Path, results: Path) -> list[Path]:
    results.mkdir()
    command = [sys.executable, "-m", "tests.index.killed_index", start, sources, results, "12"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    killed = [Path(line) for line in run.stdout.splitlines()]
    assert len(killed) >= 12
    return killed


def embeddings_kept(directory: Path) -> int:
    path = directory / "staging.sqlite"
    if not path.exists():
        return 0
    with Staging.open(path) as staging:
        return int(staging._connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def test_a_run_killed_at_any_moment_leaves_the_old_index_or_the_new_one_whole(tmp_path: Path) -> None:
    sources = write_sources(tmp_path / "texts", many())
    synchronise(tmp_path / "old", [sources], HashEmbedder())
    changed = many(changed=" un Valku") | {"jauns.txt": "Pavisam jauns."}
    del changed["001.txt"]
    write_sources(sources, changed)
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    synchronise(tmp_path / "new", [sources], HashEmbedder())
    old, new = contents(tmp_path / "old"), contents(tmp_path / "new")
    found, staged = [], set()
    for directory in kill_runs(tmp_path / "old", sources, tmp_path / "runs"):
        found.append(contents(directory))
        assert found[-1] in (old, new), f"{directory.name} is a mixture"
        kept, resumed = embeddings_kept(directory), HashEmbedder()
        synchronise(directory, [sources], resumed)
        assert contents(directory) == new
        # Each of the 80 passages is one sentence, so that it is embedded twice: as a passage and as a sentence.
        assert len(resumed.embedded) == (0 if found[-1] == new else 2 * (80 - kept)), directory.name
        staged.add(kept)
    assert staged >= {0, 64, 80}
    assert old in found
    assert new in found
    assert all(one == old or other == new for one, other in pairwise(found)), "once new, an index stays new"


def test_a_first_run_killed_at_any_moment_leaves_no_index_or_a_whole_one(tmp_path: Path) -> None:
    sources = write_sources(tmp_path / "texts", many())
    synchronise(tmp_path / "new", [sources], HashEmbedder())
    new, outcomes = contents(tmp_path / "new"), []
    for directory in kill_runs(tmp_path / "nothing", sources, tmp_path / "runs"):
        try:
            outcomes.append(contents(directory) == new)
        except IndexNotFound:
            outcomes.append(None)
        synchronise(directory, [sources], HashEmbedder())
        assert contents(directory) == new
    assert set(outcomes) == {None, True}
