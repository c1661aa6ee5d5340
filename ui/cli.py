"""The command line: ``avots``.

Exit codes: 0 done (a refusal is an answer), 1 something was left out, 2 a mistake that the user can mend, 3 an
evaluation below its gate. Results go to standard output, everything else to standard error. What a command needs is
imported inside it, so that asking a question does not load the chat page.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from index.errors import AvotsError
from rag.config import SENTENCE, SPAN, Config
from rag.types import Answer, Refusal
from ui.messages import Language, answer_language, refusal, say
from ui.model_commands import model_app
from ui.options import (
    DEFAULT_INDEX,
    ConfidenceOption,
    ExplainOption,
    IndexOption,
    JsonOption,
    LanguageOption,
    ModelOption,
    ReaderOption,
    chosen_language,
)
from ui.streams import abandon_output, complain, human, use_utf8, write_bytes, write_line

__all__ = ["app", "main"]

LEFT_OUT = 1
MISTAKE = 2
INTERRUPTED = 130

_INVALID = frozenset({Refusal.EMPTY_QUESTION, Refusal.NO_WORDS, Refusal.QUESTION_TOO_LONG})

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
app.add_typer(model_app, name="model")


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``avots`` with ``argv`` (by default the process's arguments) and return its exit code."""
    use_utf8()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()
        return LEFT_OUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        app(args=argv, prog_name="avots")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except AvotsError as error:
        complain(str(error))
        return MISTAKE
    return 0


@app.callback(invoke_without_command=True)
def avots(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Answers from your documents, word for word and with their source."""
    if version:
        write_line(f"avots {_installed_version()}")
        raise typer.Exit


@app.command("index")
def index_sources(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]...", help="Files or folders.")] = None,
    directory: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Make the index equal to SOURCES; without any, to the sources it was built from."""
    from index.embedding import load_embedder
    from index.sync import Progress, synchronise
    from ui.progress import progress_bar
    from ui.render import print_report
    from ui.serialise import report_to_dict, to_json

    language = chosen_language(lang)
    with progress_bar() as advance:

        def show(progress: Progress) -> None:
            advance(say(language, f"index.stage.{progress.stage}"), progress.done, progress.total)

        report = synchronise(directory, sources or (), load_embedder(model), show)
    for failure in report.failures:
        complain(f"{say(language, 'index.failed')}: {failure}")
    if as_json:
        write_line(to_json(report_to_dict(report)))
    else:
        print_report(human(), report, directory, language)
    raise typer.Exit(LEFT_OUT if report.failures else 0)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="FILE.jsonl", help='Lines {"id", "question"}; - reads the input.')
    ] = None,
    directory: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    reader: ReaderOption = SPAN,
    min_confidence: ConfidenceOption = None,
    as_json: JsonOption = False,
    explain: ExplainOption = False,
    lang: LanguageOption = None,
) -> None:
    """Answer a question with quotes from the indexed documents, or say that they do not answer it."""
    language, config = chosen_language(lang), Config(directory, model, reader, min_confidence)
    if batch is not None and question is None:
        raise typer.Exit(_ask_batch(batch, config, explain, language))
    if question is None or batch is not None:
        raise AvotsError(say(language, "usage.question_or_batch"))
    raise typer.Exit(_ask_one(question, config, as_json, explain, language))


def _ask_one(question: str, config: Config, as_json: bool, explain: bool, language: Language) -> int:
    from rag.factory import build_assistant

    answer = build_assistant(config).ask(_as_utf8(question, language))
    if as_json:
        from ui.serialise import explained_to_dict, to_json

        write_line(to_json(explained_to_dict(answer, explain)))
    else:
        _print_answer(answer, explain, language)
    return MISTAKE if answer.reason in _INVALID else 0


def _print_answer(answer: Answer, explain: bool, language: Language) -> None:
    from ui.render import print_answer, print_explanation

    if answer.reason is not None and answer.reason in _INVALID:
        complain(refusal(answer.reason, answer_language(answer, language)))
        return
    console = human()
    print_answer(console, answer, language)
    if explain:
        console.print()
        print_explanation(console, answer, language)


def _ask_batch(path: str, config: Config, explain: bool, language: Language) -> int:
    from rag.factory import build_assistant
    from ui.batch import answer_lines
    from ui.serialise import to_json

    try:
        lines = sys.stdin.buffer if path == "-" else Path(path).open("rb")  # noqa: SIM115
    except OSError as error:
        raise AvotsError(say(language, "batch.unreadable", path=path, problem=error.strerror)) from error
    code = 0
    with lines:
        for body in answer_lines(lines, build_assistant(config).ask, language, explain):
            write_line(to_json(body))
            code = LEFT_OUT if "error" in body else code
    return code


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words or a question.")],
    k: Annotated[int, typer.Option("-k", min=1, help="How many passages.")] = 10,
    directory: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Print the passages nearest to QUERY, best first."""
    from rag.factory import build_assistant
    from ui.render import print_hits
    from ui.serialise import hit_to_dict, to_json

    language = chosen_language(lang)
    query = _as_utf8(query, language)
    if not query.strip():
        raise AvotsError(say(language, "usage.empty_query"))
    hits = build_assistant(Config(directory, model, reader=SENTENCE)).search(query, k)
    if as_json:
        write_line(to_json({"query": query, "hits": [hit_to_dict(hit) for hit in hits]}))
    else:
        print_hits(human(), hits, language)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="A document's id or file name, or an unambiguous part of it.")],
    directory: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
) -> None:
    """Print the stored text of DOCUMENT, byte for byte: what offsets count in."""
    from dataclasses import asdict

    from index.store import PassageIndex
    from ui.serialise import to_json

    found = PassageIndex.open(directory).document(document)
    if as_json:
        write_line(to_json(asdict(found)))
    else:
        write_bytes(found.text.encode("utf-8"))


@app.command()
def documents(directory: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False, lang: LanguageOption = None) -> None:
    """List what is indexed."""
    from index.store import PassageIndex
    from ui.render import print_documents
    from ui.serialise import index_to_dict, to_json

    index = PassageIndex.open(directory)
    if as_json:
        write_line(to_json(index_to_dict(index, directory)))
    else:
        print_documents(human(), index, directory, chosen_language(lang))


@app.command()
def chat(
    directory: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    reader: ReaderOption = SPAN,
    min_confidence: ConfidenceOption = None,
    lang: LanguageOption = None,
) -> None:
    """Talk in the terminal; a question may lean on the ones before it."""
    from rag.factory import build_assistant
    from ui.chat import converse

    converse(
        build_assistant(Config(directory, model, reader, min_confidence)).ask, input, human(), chosen_language(lang)
    )


@app.command()
def ui(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 7860,
    directory: IndexOption = DEFAULT_INDEX,
    model: ModelOption = None,
    reader: ReaderOption = SPAN,
    min_confidence: ConfidenceOption = None,
    lang: LanguageOption = None,
) -> None:
    """Open the chat page on this machine."""
    from rag.factory import build_assistant
    from ui.server import claim, serve

    language = chosen_language(lang)
    bound = claim(port, language)
    assistant = build_assistant(Config(directory, model, reader, min_confidence))
    from ui.page import Chat, application, build_page  # last: it takes seconds, and the mistakes above come first

    page = build_page(Chat(assistant, lang))
    serve(application(page), bound, lambda address: complain(say(language, "page.address", address=address)))


@app.command()
def feedback(
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="A new file.")] = Path("candidates.jsonl"),
    directory: IndexOption = DEFAULT_INDEX,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Make gold candidates, for a person to finish, of the answers marked wrong on the chat page."""
    from dataclasses import asdict

    from ui.feedback import export
    from ui.serialise import to_json

    language = chosen_language(lang)
    exported = export(directory, output, language)
    if as_json:
        write_line(to_json(asdict(exported)))
    else:
        key = "feedback.none" if exported.output is None else "feedback.written"
        counts = {"recorded": exported.recorded, "candidates": exported.candidates}
        complain(say(language, key, index=directory, path=output, **counts))


@app.command("eval", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def evaluate(context: typer.Context) -> None:
    """Measure answers against questions written by hand; `avots eval --help` lists its options."""
    from eval.entry import main as measure

    raise typer.Exit(measure(context.args))


@app.command()
def doctor(directory: IndexOption = DEFAULT_INDEX, as_json: JsonOption = False, lang: LanguageOption = None) -> None:
    """Check that everything is in place, and say what to do where it is not."""
    from dataclasses import asdict

    from ui.doctor import examine
    from ui.render import print_checks
    from ui.serialise import to_json

    language = chosen_language(lang)
    checks = list(examine(directory, language))
    healthy = all(check.healthy for check in checks)
    if as_json:
        write_line(to_json({"healthy": healthy, "checks": [asdict(check) for check in checks]}))
    else:
        print_checks(human(), checks, language)
    raise typer.Exit(0 if healthy else LEFT_OUT)


def _installed_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("avots")
    except PackageNotFoundError as error:
        raise AvotsError("avots runs from a folder where it is not installed; run `pip install .` in it.") from error


def _as_utf8(argument: str, language: Language) -> str:
    """What was typed, although Python may have read it as ASCII (bytes it could not read are lone surrogates)."""
    try:
        return argument.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError as error:
        raise AvotsError(say(language, "usage.encoding")) from error
