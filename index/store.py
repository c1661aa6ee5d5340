"""One index on disk: its database, and the FAISS and tantivy files derived from it, as one consistent snapshot.

DIR/index.sqlite      the source of truth
DIR/generation-7/     derived from the database's generation 7: vectors.faiss, words/
DIR/staging.sqlite    what an unfinished `avots index` has embedded so far
DIR/write.lock        held by the one process that writes
"""

import hashlib
import json
import shutil
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.database import Database, DocumentSummary, Passage
from index.errors import DocumentNotFound, IndexBusy, IndexMismatch, IndexNotFound, StoreError
from index.language import fold
from index.lexical import LexicalIndex, Term
from index.types import Document
from index.vectors import VectorIndex

__all__ = ["CHUNK_OVERLAP", "CHUNK_SIZE", "SCHEMA", "Manifest", "PassageIndex", "write_generation", "write_lock"]

SCHEMA = 2
CHUNK_SIZE = 480  # characters
CHUNK_OVERLAP = 1  # sentences


@dataclass(frozen=True, slots=True)
class Manifest:
    """What built an index; opening it with anything else is an error. ``sources`` are absolute paths."""

    model_identity: str
    model_name: str | None
    dimension: int
    sources: tuple[str, ...] = ()
    generation: int = 0
    derived: str = ""  # digest of the derived files
    schema: int = SCHEMA
    chunk_size: int = CHUNK_SIZE
    chunk_overlap: int = CHUNK_OVERLAP

    @classmethod
    def read(cls, database: Database) -> "Manifest":
        try:
            values = {key: json.loads(value) for key, value in database.meta().items()}
            return cls(**values | {"sources": tuple(values["sources"])})
        except (ValueError, TypeError, KeyError) as error:
            raise database.damaged(error) from error

    def write(self, database: Database) -> None:
        names = self.__dataclass_fields__
        database.set_meta({name: json.dumps(getattr(self, name)) for name in names})

    def check(self, directory: Path, identity: str | None = None) -> None:
        """IndexMismatch unless this code, and the model ``identity`` if one is given, built the index."""
        ours = (SCHEMA, CHUNK_SIZE, CHUNK_OVERLAP)
        again = f"to rebuild it, delete the folder {directory} and run `avots index` with your sources"
        if (self.schema, self.chunk_size, self.chunk_overlap) != ours:
            raise IndexMismatch(f"{directory}: this index was built by another version of Avots; {again}.")
        if identity is not None and identity != self.model_identity:
            raise IndexMismatch(
                f"{directory}: this index was built with the model {self.model_identity}, not with {identity}; {again} "
                "and the model that you want, or ask without naming a model."
            )


@contextmanager
def write_lock(directory: Path, timeout: float) -> Iterator[None]:
    """Hold the index's lock, in a folder that is made when missing; IndexBusy when another process has it for longer
    than ``timeout`` seconds."""
    lock = FileLock(directory / "write.lock", timeout=timeout)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise IndexBusy(
            f"{directory}: another `avots index` is writing this index; try again when it is done."
        ) from None
    except OSError as error:
        raise StoreError(
            f"{directory}: an index cannot be written here ({error.strerror}); name another folder with --index."
        ) from error
    try:
        yield
    finally:
        lock.release()


def write_generation(database: Database, directory: Path, manifest: Manifest) -> str:
    """Derive the files of ``manifest.generation`` from the database; returns their digest."""
    target = directory / f"generation-{manifest.generation}"
    work = target.with_suffix(".tmp")
    for leftover in (work, target):
        shutil.rmtree(leftover, ignore_errors=True)
    work.mkdir()
    VectorIndex.build(*database.vectors(manifest.dimension), work / "vectors.faiss")
    LexicalIndex.build(database.stems(), work / "words")
    work.rename(target)
    return _digest(target)


def _digest(derived: Path) -> str:
    digest = hashlib.sha256()
    # Lock files come and go with readers and hold nothing.
    for path in sorted(path for path in derived.rglob("*") if path.is_file() and path.suffix != ".lock"):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


class PassageIndex:
    """An index opened for reading: one generation, unchanged while others write."""

    def __init__(self, directory: Path, database: Database, manifest: Manifest) -> None:
        self.directory = directory
        self.manifest = manifest
        self._database = database
        derived = directory / f"generation-{manifest.generation}"
        self._vectors = VectorIndex.read(derived / "vectors.faiss")
        self._words = LexicalIndex(derived / "words")
        weakref.finalize(self, database.close)
        # Bounded caches of this snapshot: nothing in it changes.
        self._document = lru_cache(512)(database.document)
        self._document_stems = lru_cache(512)(database.document_stems)

    @classmethod
    def open(cls, directory: Path) -> "PassageIndex":
        """Open the index in ``directory``.

        Raises:
            IndexNotFound: there is none, or its first `avots index` never finished.
            IndexMismatch: another version of this code built it.
            IndexDamaged: its database cannot be read. Damaged derived files are rebuilt.
        """
        path = directory / "index.sqlite"
        if not path.is_file():
            raise _not_found(directory)
        database = Database(path)
        try:
            return cls._open(directory, database)
        except BaseException:
            database.close()
            raise

    @classmethod
    def _open(cls, directory: Path, database: Database) -> "PassageIndex":
        if not database.has_tables():
            raise _not_found(directory)
        database.begin(write=False)
        manifest = Manifest.read(database)
        if manifest.generation == 0:
            raise _not_found(directory)
        manifest.check(directory)
        damage: Exception | None = None
        try:
            if _digest(directory / f"generation-{manifest.generation}") == manifest.derived:
                return cls(directory, database, manifest)
        except (OSError, RuntimeError, ValueError) as error:
            damage = error
        database.rollback()
        if Manifest.read(database) == manifest:  # else a writer has dropped these files for those of its generation
            if damage is not None:
                raise database.damaged(damage) from damage
            _rederive(directory, database)
        return cls._open(directory, database)

    def close(self) -> None:
        """Let go of the files now, and not when the last who uses this index does."""
        self._database.close()

    def is_current(self) -> bool:
        """False once another generation has been written, or the index was deleted."""
        path = self.directory / "index.sqlite"
        if not path.is_file():
            return False
        database = Database(path)
        try:
            # Not the generation alone: an index that was deleted and built anew counts from one again.
            return database.has_tables() and Manifest.read(database) == self.manifest
        finally:
            database.close()

    def documents(self) -> tuple[DocumentSummary, ...]:
        return self._database.summaries()

    def document(self, name: str) -> Document:
        """The document whose id or source ``name`` is, or the only one whose id or source begins or ends with it."""
        exact = self._document(name)
        if exact is not None:
            return exact
        fingerprints = self._database.fingerprints()
        matches = [id_ for id_, (source, _) in fingerprints.items() if _names(name, id_, source)]
        if len(matches) == 1:
            return self.document(matches[0])
        problem = f"{len(matches)} documents match" if matches else "no such document in the index"
        listed = f": {', '.join(sorted(matches)[:5])}" if matches else "; `avots documents` lists them"
        raise DocumentNotFound(f"{name}: {problem}{listed}.")

    def passage_count(self) -> int:
        return len(self._vectors)

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[int, float]:
        """Cosine by passage id of the ``k`` passages nearest to ``vector``, best first."""
        return self._vectors.nearest(vector, k)

    def cosines(self, ids: Sequence[int], vector: NDArray[np.float32]) -> dict[int, float]:
        return self._vectors.cosines(ids, vector)

    def match(self, terms: Sequence[Term], k: int) -> dict[int, float]:
        """BM25 by passage id of the ``k`` best passages for ``terms``, best first."""
        return self._words.match(terms, k)

    def idf(self, term: Term) -> float:
        return self._words.idf(term)

    def ceiling(self, terms: Sequence[Term]) -> float:
        return self._words.ceiling(terms)

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        return self._database.passages(ids)

    def document_stems(self, document: str) -> frozenset[str]:
        return self._document_stems(document)

    def spelling(self, word: str) -> str | None:
        """How the documents most often write a word that was typed without diacritics and capitals; None when they do
        not."""
        return self._database.spelling(fold(word))

    def languages(self) -> frozenset[str]:
        return frozenset(summary.language for summary in self.documents())

    def problems(self) -> list[str]:
        """Contradictions between the database and the derived files, as sentences; empty when all is well."""
        stored = self._database.passage_count()
        counts = {"vectors.faiss": len(self._vectors), "words": len(self._words)}
        return [
            f"{self.directory}: {name} holds {count} passages, the database {stored}; delete "
            f"generation-{self.manifest.generation} and ask again: it is rebuilt."
            for name, count in counts.items()
            if count != stored
        ]


def _names(name: str, id_: str, source: str) -> bool:
    return name == source or id_.startswith(name) or id_.endswith(name) or source.endswith(name)


def _not_found(directory: Path) -> IndexNotFound:
    return IndexNotFound(f"{directory}: no index here yet; build one with `avots index FOLDER`.")


def _rederive(directory: Path, database: Database) -> None:
    """Rebuild missing or damaged derived files, unless a writer has meanwhile written a newer, whole generation."""
    with write_lock(directory, timeout=60):
        database.begin(write=True)
        manifest = Manifest.read(database)
        if _digest(directory / f"generation-{manifest.generation}") != manifest.derived:
            digest = write_generation(database, directory, manifest)
            database.set_meta({"derived": json.dumps(digest)})
        database.commit()
