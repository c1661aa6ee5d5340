"""The evaluation's one entry point: index, ask, measure, write, compare with the baseline.

Exit codes: 0 nothing is worse; 1 a crash (Python's own); 2 broken input, nothing could be compared; 3 worse; 4 better,
but the baseline does not say so.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eval.beir import read_beir, score_beir
from eval.check import check_gold
from eval.compare import compare_files, comparison_markdown, comparison_to_dict
from eval.corpora import DISTRACTORS, Searched, search_documents, search_index, search_sources
from eval.distractors import PARAGRAPHS, read_paragraphs
from eval.errors import BaselineError
from eval.gate import broken_promises, drops, read_baseline, rises, update_baseline
from eval.gold import SPLITS, GoldFile, load_gold, read_gold_file, select_split
from eval.junit import junit_xml
from eval.report import Result, summarise, summary, write_result
from eval.run import Run, ask_all, save_run
from eval.squad import read_squad, score_squad
from index.embedding import load_embedder
from index.errors import AvotsError
from index.loaders import SourceFile, list_files, parse, read
from index.model import cache_directory
from index.sync import Progress
from index.types import Document
from rag.config import SENTENCE, SPAN
from rag.factory import load_span_model
from rag.reader import shipped_parameters

__all__ = ["BROKEN_INPUT", "PASSED", "UNRECORDED", "WORSE", "main"]

PASSED, BROKEN_INPUT, WORSE, UNRECORDED = 0, 2, 3, 4
_FAST = 5

Measured = tuple[Result, GoldFile, Run]


def main(argv: Sequence[str]) -> int:
    """Evaluate as the arguments say and give the exit code; messages go to stderr, results to stdout."""
    arguments = _parser().parse_args(argv)
    try:
        return _task(arguments)(arguments)
    except AvotsError as error:
        _say(str(error))
        return BROKEN_INPUT


def _task(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    if arguments.squad is not None:
        return _squad
    if arguments.beir is not None:
        return _beir
    if arguments.compare is not None:
        return _compare
    return _check if arguments.check else _evaluate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="avots eval", description="Measure the answers and compare with the baseline."
    )
    parser.add_argument("--split", choices=[*SPLITS, "all"], default="all", help="which part of the gold to ask")
    parser.add_argument(
        "--gold", type=Path, default=Path("eval/gold"), help="folder of <set>.<split>.jsonl, or one file"
    )
    parser.add_argument("--index", type=Path, metavar="DIR", help="ask an index that is there instead of --sources")
    parser.add_argument("--sources", type=Path, default=Path("seeds"), help="the documents that the gold is about")
    parser.add_argument("--data", type=Path, help=f"folder with {PARAGRAPHS}, the distractors (or set AVOTS_DATA)")
    parser.add_argument("--reader", default=SPAN, help="span, sentence, or a transformers question-answering model")
    parser.add_argument(
        "--squad", type=Path, metavar="FILE", help="measure the reader alone on a file of a SQuAD layout"
    )
    parser.add_argument("--beir", type=Path, metavar="FOLDER", help="measure the retriever alone on a BEIR collection")
    parser.add_argument("--check", action="store_true", help="only check the gold: nothing is asked")
    parser.add_argument("--fast", action="store_true", help="every fifth development question, nothing compared")
    parser.add_argument("--compare", type=Path, nargs=2, metavar="RUN", help="two saved runs (<name>.run.json)")
    parser.add_argument("--limit", type=int, metavar="N", help="with --squad: only the first N questions")
    parser.add_argument("--output", type=Path, default=Path("eval/results"), help="where JSON and Markdown go")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with plots as one page")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write the metrics as JUnit XML")
    parser.add_argument("--baseline", type=Path, default=Path("eval/baseline.json"), help="what to compare with")
    parser.add_argument("--update-baseline", action="store_true", help="record the results as the baseline")
    parser.add_argument("--questions", action="store_true", help="list wrong questions of the test part too")
    parser.add_argument("--json", action="store_true", help="print the results as JSON instead of Markdown")
    return parser


def _evaluate(arguments: argparse.Namespace) -> int:
    skipped: list[str] = []
    measured = list(_measured(arguments, skipped))
    results = [result for result, _, _ in measured]
    if arguments.json:
        print(json.dumps(results, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        print("\n".join(summary(result) for result in results))
    if arguments.fast:
        code, sentences = _promises(results)
    else:
        _say(f"the whole results are in {arguments.output}.")
        try:
            code, sentences = _gate(arguments, results, skipped)
        except BaselineError as error:
            _write_reports(arguments, measured, [str(error)])
            raise
    for sentence in sentences:
        _say(sentence)
    _write_reports(arguments, measured, sentences)
    return code


def _write_reports(arguments: argparse.Namespace, measured: Sequence[Measured], sentences: Sequence[str]) -> None:
    results = [result for result, _, _ in measured]
    if arguments.html is not None:
        from eval.html_report import html_report  # here, because it loads a plotting library

        runs = [(file, run) for _, file, run in measured]
        arguments.html.write_text(html_report(results, runs), encoding="utf-8")
    if arguments.junit is not None:
        arguments.junit.write_text(junit_xml(results, sentences), encoding="utf-8")


def _squad(arguments: argparse.Namespace) -> int:
    """The reader alone; there is no baseline for a user's own file, so nothing is compared."""
    questions = read_squad(arguments.squad, arguments.limit)
    threshold = shipped_parameters(with_spans=True)["span"]["threshold"]
    scores = score_squad(load_span_model(arguments.reader, threads=2), questions, threshold).to_dict()
    if arguments.json:
        print(json.dumps(scores))
    else:
        print("\n".join(f"{name}: {'-' if value is None else round(value, 4)}" for name, value in scores.items()))
    return PASSED


def _beir(arguments: argparse.Namespace) -> int:
    """The retriever alone; nothing is compared either."""
    collection = read_beir(arguments.beir)
    _say(f"preparing the index of {len(collection.documents)} documents.")
    scores = score_beir(collection, load_embedder(), cache_directory() / "beir")
    if arguments.json:
        print(json.dumps(scores.to_dict()))
    else:
        print("\n".join(f"{name}: {value:.4f}" for name, value in scores.measures.items()))
    return PASSED


def _compare(arguments: argparse.Namespace) -> int:
    """Two runs of the same questions; it judges nothing, so there is no exit code for worse."""
    gold = _gold(arguments, _documents(arguments))
    first, second = arguments.compare
    comparison = compare_files(first, second, gold, show_questions=arguments.questions)
    if arguments.json:
        print(json.dumps(comparison_to_dict(comparison), ensure_ascii=False, indent=2))
    else:
        print(comparison_markdown(comparison))
    return PASSED


def _check(arguments: argparse.Namespace) -> int:
    """Only the gold itself."""
    documents = _documents(arguments)
    files = _gold(arguments, documents)
    problems = check_gold(files, documents)
    for problem in problems:
        print(problem)
    _say(f"{sum(len(file.questions) for file in files)} questions checked, {len(problems)} problems.")
    return BROKEN_INPUT if problems else PASSED


def _documents(arguments: argparse.Namespace) -> Mapping[str, Document]:
    """What the gold is about, without embedding it."""
    if arguments.index is not None:
        return search_index(arguments.index, SENTENCE).documents
    return {document.id: document for document in map(_parsed, list_files([arguments.sources])[0])}


def _parsed(file: SourceFile) -> Document:
    return parse(file, read(file))


def _gold(arguments: argparse.Namespace, documents: Mapping[str, Document]) -> Sequence[GoldFile]:
    """The gold files that were asked for, all or every fifth question."""
    if arguments.gold.is_file():
        return (read_gold_file(arguments.gold, documents),)
    split = "dev" if arguments.fast else arguments.split
    files = select_split(load_gold(arguments.gold, documents), split)
    return [replace(file, questions=file.questions[::_FAST]) for file in files] if arguments.fast else files


def _promises(results: Sequence[Result]) -> tuple[int, Sequence[str]]:
    broken = broken_promises(results)
    return WORSE if broken else PASSED, [f"worse: {change}" for change in broken]


def _gate(
    arguments: argparse.Namespace, results: Sequence[Result], skipped: Sequence[str]
) -> tuple[int, Sequence[str]]:
    """The exit code, and a sentence for everything that led to it."""
    code, sentences = _promises(results)
    if code != PASSED:
        return code, sentences
    if arguments.update_baseline:
        update_baseline(results, arguments.baseline)
        _say(f"the baseline {arguments.baseline} is recorded.")
        return PASSED, []
    baseline = read_baseline(arguments.baseline)
    worse = drops(results, baseline, SPLITS if arguments.split == "all" else (arguments.split,), skipped)
    better = rises(results, baseline)
    sentences = [f"worse: {change}" for change in worse]
    sentences = [*sentences, *(f"better: {change}; record it with --update-baseline." for change in better)]
    return WORSE if worse else UNRECORDED if better else PASSED, sentences


def _measured(arguments: argparse.Namespace, skipped: list[str]) -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="avots-eval-") as directory:
        for searched in _corpora(arguments, Path(directory), skipped):
            for file in _gold(arguments, searched.documents):
                yield _measure(arguments, searched, file)


def _corpora(arguments: argparse.Namespace, directory: Path, skipped: list[str]) -> Iterator[Searched]:
    """The documents alone, then among distractors; the latter joins ``skipped``, visibly, when there is no data."""
    if arguments.index is not None:
        yield search_index(arguments.index, arguments.reader)
        return
    embedder = load_embedder()
    seeds = search_sources(arguments.sources, directory, embedder, arguments.reader)
    yield seeds
    data = arguments.data or os.environ.get("AVOTS_DATA")
    if arguments.fast:
        return
    if not data:
        skipped.append(DISTRACTORS)
        _say(f"skipped: {DISTRACTORS}, because no folder of data is given (--data or AVOTS_DATA).")
        return
    documents = [*seeds.documents.values(), *read_paragraphs(Path(data))]
    _say(f"preparing the index of {len(documents)} documents (a few minutes the first time, then it is kept).")
    yield search_documents(documents, cache_directory() / "eval", embedder, _show_progress, arguments.reader)


def _measure(arguments: argparse.Namespace, searched: Searched, file: GoldFile) -> Measured:
    name = f"{file.set}.{file.split}"
    name = f"{name}+distractors" if searched.corpus.name == DISTRACTORS else name
    _say(f"asking {name}: {len(file.questions)} questions.")
    outcomes = ask_all(searched.assistant.ask, searched.assistant.index.document, file.questions)
    run = Run(name, searched.assistant.index.manifest.model_identity, outcomes)
    listed = file.split == "dev" or arguments.questions
    result = summarise(file, run, searched.corpus, list_wrong=listed)
    if not arguments.fast:
        write_result(result, arguments.output)
        if listed:
            save_run(run, arguments.output / f"{name}.run.json")
    return result, file, run


def _show_progress(progress: Progress) -> None:
    if progress.stage == "embed" and sys.stderr.isatty():
        end = "\n" if progress.done == progress.total else "\r"
        print(f"{progress.done} of {progress.total} passages", end=end, file=sys.stderr, flush=True)


def _say(line: str) -> None:
    print(f"avots eval: {line}", file=sys.stderr, flush=True)
