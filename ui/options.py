"""The options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

from ui.messages import Language, environment_language

__all__ = [
    "DEFAULT_INDEX",
    "ConfidenceOption",
    "ExplainOption",
    "IndexOption",
    "JsonOption",
    "LanguageOption",
    "ModelOption",
    "ReaderOption",
    "chosen_language",
]

DEFAULT_INDEX = Path(".avots")

IndexOption = Annotated[Path, typer.Option("--index", envvar="AVOTS_INDEX", metavar="DIR", help="The index.")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME_OR_PATH", help="A sentence-transformers model instead of the built-in one."),
]
ReaderOption = Annotated[
    str,
    typer.Option(
        "--reader",
        metavar="NAME_OR_PATH",
        help="span: the trained reader; sentence: faster, less often right; or a transformers QA model.",
    ),
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option("--min-confidence", min=0, max=1, help="Refuse below this confidence (by default as fitted)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Show what each stage did.")]
LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", envvar="AVOTS_LANG", help="Language of messages; by default that of the locale."),
]


def chosen_language(chosen: Language | None) -> Language:
    """The language that was asked for, or that of the locale."""
    return chosen or environment_language(os.environ)
