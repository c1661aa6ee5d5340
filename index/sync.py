"""Make an index equal to its sources: what is new or changed is embedded, what is gone is removed, all or nothing."""

import hashlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.chunking import chunk, context
from index.database import Database, PassageRow, Staging
from index.embedding import Embedder
from index.errors import IndexNotFound, SourceError, UnreachableSource
from index.language import fold, stems, word_spans
from index.loaders import SourceFile, list_files, parse, read, source_name
from index.store import CHUNK_OVERLAP, CHUNK_SIZE, Manifest, write_generation, write_lock
from index.types import Chunk, Document

__all__ = ["Progress", "SyncReport", "store_documents", "synchronise"]

_BATCH = 64  # passages embedded between two reports of progress

_BEFORE_FIRST = frozenset(".!?:\n")  # what may stand before the first word of a sentence


@dataclass(frozen=True, slots=True)
class Progress:
    """``stage`` is "read" (files), "embed" (passages) or "write" (1 step)."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What `synchronise` did. ``kept`` are documents whose source could not be reached, left as they were."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int
    failures: tuple[SourceError, ...]
    documents: int
    passages: int
    seconds: float


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done: ``fresh`` replaces or adds, ``gone`` leaves, the rest of the index stays."""

    fresh: tuple[Document, ...]
    gone: tuple[str, ...]
    kept: tuple[str, ...]
    failures: tuple[SourceError, ...]
    sources: tuple[str, ...]


def synchronise(
    directory: Path, sources: Sequence[Path], embedder: Embedder, progress: Report | None = None
) -> SyncReport:
    """Make the index in ``directory`` hold just the documents of ``sources``.

    Args:
        directory: of the index; made when missing.
        sources: files and folders; empty for those of the last time.
        embedder: must be the model that built the index, when there is one.
        progress: told of every file read and every batch embedded.

    Raises:
        IndexBusy: another process is writing it.
        IndexMismatch: another model or version built it.
        IndexNotFound: ``sources`` is empty and none are recorded.

    Files that cannot be used are in the report's ``failures``, not raised: the others are indexed.
    """
    report = progress or (lambda _: None)

    def plan(database: Database, manifest: Manifest) -> _Plan:
        roots = [Path(os.path.abspath(source)) for source in sources] or [Path(path) for path in manifest.sources]
        if not roots:
            raise IndexNotFound(f"{directory}: no sources yet; name the files or folders: `avots index FOLDER`.")
        return _compare(database.fingerprints(), roots, report)

    return _update(directory, embedder, plan, report)


def store_documents(
    directory: Path, documents: Iterable[Document], embedder: Embedder, progress: Report | None = None
) -> SyncReport:
    """Make the index in ``directory`` hold just ``documents``, which come from elsewhere than files."""
    report = progress or (lambda _: None)

    def plan(database: Database, manifest: Manifest) -> _Plan:
        known = database.fingerprints()
        given = {document.id: document for document in documents}
        fresh = tuple(d for d in given.values() if known.get(d.id) != (d.source, d.sha256))
        return _Plan(fresh, tuple(sorted(known.keys() - given.keys())), (), (), ())

    return _update(directory, embedder, plan, report)


def _compare(known: dict[str, tuple[str, str]], roots: Sequence[Path], report: Report) -> _Plan:
    """Read every file of ``roots`` and hold it against what is stored."""
    files, failures = list_files(roots)
    problems: list[SourceError] = list(failures)
    fresh: list[Document] = []
    unusable: set[str] = set()
    for done, file in enumerate(files, 1):
        try:
            document = _changed(file, known)
            fresh += [document] if document else []
        except SourceError as error:
            problems.append(error)
            unusable |= set() if isinstance(error, UnreachableSource) else {file.id}
        report(Progress("read", done, len(files)))
    missing = known.keys() - {file.id for file in files} | (unusable & known.keys())
    blocked = [error.path for error in problems if isinstance(error, UnreachableSource)]
    unreachable = {id_ for id_ in known if any(_below(known[id_][0], path) for path in blocked)}
    gone = tuple(sorted(missing - unreachable))
    return _Plan(tuple(fresh), gone, tuple(sorted(unreachable)), tuple(problems), tuple(map(str, roots)))


def _changed(file: SourceFile, known: dict[str, tuple[str, str]]) -> Document | None:
    data = read(file)
    stored = known.get(file.id)
    if stored == (source_name(file.path), hashlib.sha256(data).hexdigest()):
        return None
    return parse(file, data)


def _below(source: str, path: str) -> bool:
    blocked = Path(source_name(Path(path)))
    return Path(source) == blocked or blocked in Path(source).parents


def _update(
    directory: Path, embedder: Embedder, plan_of: Callable[[Database, Manifest], _Plan], report: Report
) -> SyncReport:
    began = time.monotonic()
    with _writing(directory, embedder) as (database, manifest):
        known = database.fingerprints()
        plan = plan_of(database, manifest)
        with Staging.open(directory / "staging.sqlite") as staging:
            passages = [(document, chunk(document, CHUNK_SIZE, CHUNK_OVERLAP)) for document in plan.fresh]
            _embed_missing(passages, embedder, database, staging, report)
            for document, chunks in passages:
                rows = [_row(document, piece, embedder, staging) for piece in chunks]
                _remove(database, document.id)
                database.put_document(document, rows, _spellings(document))
        for id_ in plan.gone:
            _remove(database, id_)
        manifest = replace(manifest, sources=plan.sources)
        _finish(database, directory, manifest, changed=bool(plan.fresh or plan.gone), report=report)
        totals = len(database.fingerprints()), database.passage_count()
    (directory / "staging.sqlite").unlink(missing_ok=True)
    return _summary(plan, frozenset(known), totals, time.monotonic() - began)


def _summary(plan: _Plan, known: frozenset[str], totals: tuple[int, int], seconds: float) -> SyncReport:
    fresh = {document.id for document in plan.fresh}
    documents, passages = totals
    return SyncReport(
        added=tuple(sorted(fresh - known)),
        changed=tuple(sorted(fresh & known)),
        removed=plan.gone,
        kept=plan.kept,
        unchanged=documents - len(fresh) - len(plan.kept),
        failures=plan.failures,
        documents=documents,
        passages=passages,
        seconds=seconds,
    )


@contextmanager
def _writing(directory: Path, embedder: Embedder) -> Iterator[tuple[Database, Manifest]]:
    """The one write transaction: committed by `_finish`, rolled back when anything goes wrong before."""
    with write_lock(directory, timeout=0):
        database = Database(directory / "index.sqlite")
        new = Manifest(embedder.identity, embedder.name, embedder.dimension)
        try:
            if not database.has_tables():
                database.create()
                new.write(database)
                database.commit()
            database.begin(write=True)
            stored = Manifest.read(database)
            manifest = stored if stored.generation else new  # an unfinished first run binds nobody to its model
            manifest.check(directory, embedder.identity)
            yield database, manifest
        finally:
            database.rollback()
            database.close()


def _finish(database: Database, directory: Path, manifest: Manifest, changed: bool, report: Report) -> None:
    """Derive the next generation's files, then switch to it by committing; then drop the files of earlier ones.

    Killed before the commit, the old generation is still there whole; killed after it, the new one is.
    """
    report(Progress("write", 0, 1))
    if changed or manifest.generation == 0:
        manifest = replace(manifest, generation=manifest.generation + 1)
        manifest = replace(manifest, derived=write_generation(database, directory, manifest))
    manifest.write(database)
    database.commit()
    for path in directory.glob("generation-*"):
        if path.name != f"generation-{manifest.generation}":
            shutil.rmtree(path, ignore_errors=True)  # a reader on Windows may still hold it; the next run drops it
    report(Progress("write", 1, 1))


def _embed_missing(
    passages: Sequence[tuple[Document, Sequence[Chunk]]],
    embedder: Embedder,
    database: Database,
    staging: Staging,
    report: Report,
) -> None:
    """Bring the embedding of every passage into the staging file; embed what neither the index nor an interrupted
    run has.

    What the index has is copied, because its rows may go before those that share their text are written.
    """
    wanted = {
        _embedding_digest(document, piece, embedder): (document, piece)
        for document, chunks in passages
        for piece in chunks
    }
    stored = [(digest, *found) for digest in wanted if (found := database.embedded(digest)) is not None]
    staging.put(stored)
    items = [(digest, pair) for digest, pair in wanted.items() if staging.embedded(digest) is None]
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        staging.put(_embed([pair for _, pair in batch], [digest for digest, _ in batch], embedder))
        report(Progress("embed", min(start + _BATCH, len(items)), len(items)))


def _embed(
    pairs: Sequence[tuple[Document, Chunk]], digests: Sequence[str], embedder: Embedder
) -> list[tuple[str, bytes, bytes]]:
    """(digest, vector, sentence vectors) of each passage; a sentence that two passages share is embedded once."""
    vectors = embedder.embed_passages([context(document, piece) for document, piece in pairs])
    texts = [[sentence.of(document.text) for sentence in piece.sentences] for document, piece in pairs]
    unique = list(dict.fromkeys(text for group in texts for text in group))
    rows = {text: row for row, text in enumerate(unique)}
    sentence_vectors = embedder.embed_passages(unique).astype(np.float16)
    return [
        (digest, vector.astype(np.float32).tobytes(), sentence_vectors[[rows[text] for text in group]].tobytes())
        for digest, vector, group in zip(digests, vectors, texts, strict=True)
    ]


def _embedding_digest(document: Document, piece: Chunk, embedder: Embedder) -> str:
    """Names what was embedded and by what, so that equal texts are embedded once."""
    sentences = [sentence.of(document.text) for sentence in piece.sentences]
    key = json.dumps([embedder.identity, context(document, piece), sentences])
    return hashlib.sha256(key.encode()).hexdigest()


def _row(document: Document, piece: Chunk, embedder: Embedder, staging: Staging) -> PassageRow:
    digest = _embedding_digest(document, piece, embedder)
    embedded = staging.embedded(digest)
    assert embedded is not None, "every passage was embedded before"
    # The title is matched with each passage: a passage seldom repeats what the whole document is about.
    words_of = " ".join(stems(f"{document.title} {piece.span.of(document.text)}", document.language))
    return PassageRow(piece, words_of, digest, *embedded)


def _remove(database: Database, id_: str) -> None:
    document = database.document(id_)
    if document is not None:
        database.remove_document(id_, _spellings(document))


def _spellings(document: Document) -> Counter[tuple[str, str]]:
    """How often each word is written how, by (folded, written form); numbers have one spelling. The first word of a
    sentence counts as lower case: its capital tells nothing."""
    counts: Counter[tuple[str, str]] = Counter()
    end = 0
    for span in word_spans(document.text):
        word = span.of(document.text)
        if not word.isnumeric():
            first = end == 0 or not _BEFORE_FIRST.isdisjoint(document.text[end : span.start])
            counts[fold(word), word.lower() if first else word] += 1
        end = span.end
    return counts
