"""What every peer is given: a folder of text files, and the questions of the development part."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import SEEDS
from benchmarks.result import ROOT
from eval.distractors import read_paragraphs
from eval.gold import GoldFile, GoldQuestion, read_gold_file
from index.loaders import list_files, parse, read
from index.types import Document

__all__ = ["Corpus", "asked", "gold", "write_corpora"]

_GOLD = ROOT / "eval" / "gold" / "seeds.dev.jsonl"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder with the ``texts``, one UTF-8 file a document, by file name."""

    name: str
    folder: Path
    texts: Mapping[str, str]


def write_corpora(directory: Path, data: Path | None) -> list[Corpus]:
    """The seeds alone, and with ``data`` also the seeds among its 4,231 Latvian paragraphs.

    A seed is written as Avots stores it, because that is the text whose characters the gold counts.
    """
    seeds = {name: document.text for name, document in _seeds().items()}
    corpora = [_write(directory / "seeds", "seeds", seeds)]
    if data is not None:
        others = {f"{each.id.replace('/', '.')}.txt": each.text for each in read_paragraphs(data)}
        corpora.append(_write(directory / "seeds+distractors", "seeds + distractors", seeds | others))
    return corpora


def gold() -> GoldFile:
    return read_gold_file(_GOLD, _seeds())


def asked(file: GoldFile) -> list[GoldQuestion]:
    """Without the follow-ups: only a language model would tell the peers what they refer to."""
    return [question for question in file.questions if not question.history]


def _seeds() -> dict[str, Document]:
    files, _ = list_files([SEEDS])
    return {file.id: parse(file, read(file)) for file in files}


def _write(folder: Path, name: str, texts: Mapping[str, str]) -> Corpus:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file, text in texts.items():
        (folder / file).write_text(text, "utf-8")
    return Corpus(name, folder, texts)
