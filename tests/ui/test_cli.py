"""The command line: exit codes, JSON, streams. Sentences are for people; programs rely on the rest."""

import io
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from index.store import PassageIndex
from tests.ui.browser import AVOTS
from ui.cli import main
from ui.messages import Language
from ui.server import claim

ROOT = Path(__file__).parents[2]
FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
UNANSWERABLE = "Kāda ir Jupitera masa?"
CITATION = ["number", "document", "title", "source", "start", "end", "quote", "score"]
LIEPAJA = "003_1b53521e3a3cb38e.txt"


class Outcome(NamedTuple):
    code: int
    output: str
    errors: str

    def json(self) -> Any:
        """The one JSON object that stands on standard output."""
        assert self.output.count("\n") == 1
        return json.loads(self.output)

    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.output.splitlines()]


Avots = Callable[..., Outcome]


@pytest.fixture
def avots(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Avots:
    """Run a command in this process, with English messages."""
    monkeypatch.setenv("AVOTS_LANG", "en")

    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(argument) for argument in arguments])
        output, errors = capsysbinary.readouterr()
        assert b"Traceback" not in errors
        return Outcome(code, output.decode("utf-8"), errors.decode("utf-8"))

    return run


@pytest.fixture
def asking(avots: Avots, seeds_index: Path) -> Avots:
    """Run a command on the index of the seeds."""
    return lambda *arguments, **options: avots(*arguments, "--index", seeds_index, **options)


def process(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*AVOTS, *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, check=False
    )


def test_an_answer_is_printed_with_its_source(asking: Avots) -> None:
    outcome = asking("ask", FIRST)
    assert outcome.code == 0
    assert "28. augustā Liepājā viesojās" in outcome.output
    assert "[1] Azerbaidžānas delegācija Liepājā apgūst pieredzi sociālajā jomā" in outcome.output
    assert LIEPAJA in outcome.output


def test_the_json_of_an_answer_has_the_documented_keys(asking: Avots) -> None:
    body = asking("ask", FIRST, "--json").json()
    assert list(body) == [
        "question",
        "language",
        "answered",
        "reason",
        "text",
        "short_answer",
        "differing",
        "further",
        "citations",
        "confidence",
        "timings_ms",
    ]
    assert (body["question"], body["language"], body["answered"], body["reason"]) == (FIRST, "lv", True, None)
    assert all(list(citation) == CITATION for citation in body["citations"])


def test_every_citation_of_the_json_stands_in_the_shown_text(asking: Avots) -> None:
    for citation in asking("ask", FIRST, "--json").json()["citations"]:
        text = asking("show", citation["document"]).output
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_is_an_answer_with_nearest_passages(asking: Avots) -> None:
    outcome = asking("ask", UNANSWERABLE, "--json")
    body = outcome.json()
    assert outcome.code == 0
    assert (body["answered"], body["reason"], body["citations"], body["text"]) == (False, "no_support", [], "")
    assert all(list(citation) == CITATION for citation in body["nearest"])


def test_the_least_confidence_is_the_askers_choice(asking: Avots) -> None:
    assert not asking("ask", FIRST, "--min-confidence", "1", "--json").json()["answered"]
    assert asking("ask", UNANSWERABLE, "--min-confidence", "0", "--json").json()["answered"]


def test_a_reader_that_is_not_there_is_a_mistake(asking: Avots) -> None:
    outcome = asking("ask", FIRST, "--reader", "./nav")
    assert outcome.code == 2
    assert "./nav: this reader cannot be loaded" in outcome.errors


def test_a_latvian_refusal_is_in_latvian_under_an_english_interface(asking: Avots) -> None:
    assert asking("ask", UNANSWERABLE).output.startswith("Dokumentos neatradu atbildi uz šo jautājumu.\n")


def test_an_explanation_is_printed_below_the_answer(asking: Avots) -> None:
    output = asking("ask", FIRST, "--explain").output
    assert output.index("[1]") < output.index("Searched: ") < output.index("Passages found") < output.index("Decision")


def test_an_explanation_is_part_of_the_json_when_asked_for(asking: Avots) -> None:
    trace = asking("ask", FIRST, "--explain", "--json").json()["trace"]
    assert list(trace) == ["searched", "hits", "evidence", "decision"]
    assert trace["hits"]


@pytest.mark.parametrize(
    ("question", "reason", "sentence"),
    [
        ("", "empty_question", "The question is empty. Write what you would like to know.\n"),
        ("?!… 🙂", "no_words", "There is no word in the question. Put it in words.\n"),
        ("when " * 2000, "question_too_long", "The question is too long. Shorten it to a few sentences.\n"),
    ],
)
def test_a_question_that_is_none_gets_a_sentence(asking: Avots, question: str, reason: str, sentence: str) -> None:
    people, program = asking("ask", question), asking("ask", question, "--json")
    assert people == (2, "", sentence)
    assert (program.code, program.json()["reason"]) == (2, reason)


def test_no_question_at_all_is_a_mistake(asking: Avots) -> None:
    assert asking("ask")[::2] == (2, "Give either a question or --batch FILE, not both.\n")


def test_a_question_and_a_batch_are_a_mistake(asking: Avots) -> None:
    assert asking("ask", "Kad?", "--batch", "-").code == 2


def test_a_batch_is_answered_line_by_line_in_order(asking: Avots, tmp_path: Path) -> None:
    questions = [UNANSWERABLE, FIRST, "When was CIF founded?"]
    file = tmp_path / "jautājumi.jsonl"
    file.write_text("".join(json.dumps({"id": n, "question": q}) + "\n" for n, q in enumerate(questions)), "utf-8")
    outcome = asking("ask", "--batch", file)
    assert outcome.code == 0
    assert [(body["id"], body["question"]) for body in outcome.lines()] == list(enumerate(questions))
    assert next(iter(outcome.lines()[1])) == "id"


def test_a_malformed_line_is_reported_in_its_place_and_in_the_exit_code(asking: Avots) -> None:
    outcome = asking(
        "ask", "--batch", "-", stdin=b'{"id": 1, "question": "Kad?"}\n{oops\n{"id": 3, "question": "Kur?"}'
    )
    assert outcome.code == 1
    assert [body["id"] for body in outcome.lines()] == [1, None, 3]
    assert outcome.lines()[1]["error"] == "Line 2 is not a valid JSON object."


def test_a_missing_batch_file_is_named(asking: Avots, tmp_path: Path) -> None:
    outcome = asking("ask", "--batch", tmp_path / "nav.jsonl")
    assert outcome.code == 2
    assert "nav.jsonl: No such file or directory" in outcome.errors


def test_a_missing_index_is_explained_with_the_command_that_builds_one(avots: Avots, tmp_path: Path) -> None:
    for command in (["ask", FIRST], ["search", "x"], ["documents"], ["show", "x"], ["chat"]):
        outcome = avots(*command, "--index", tmp_path / "nav")
        assert (outcome.code, outcome.output) == (2, "")
        assert "avots index" in outcome.errors


def test_search_prints_as_many_hits_as_asked_for(asking: Avots) -> None:
    body = asking("search", "Liepājas delegācija", "-k", "3", "--json").json()
    assert list(body) == ["query", "hits"]
    assert len(body["hits"]) == 3
    assert list(body["hits"][0]) == ["document", "title", "source", "start", "end", "quote", "score", "stage"]
    assert body["hits"][0]["document"] == LIEPAJA
    scores = [hit["score"] for hit in body["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_an_empty_query_is_a_mistake(asking: Avots) -> None:
    assert asking("search", " ")[::2] == (2, "The query is empty. Say what to search for.\n")


def test_show_prints_the_stored_text_byte_for_byte(asking: Avots, seeds_index: Path) -> None:
    index = PassageIndex.open(seeds_index)
    for summary in index.documents():
        assert asking("show", summary.id).output == index.document(summary.id).text


def test_show_gives_the_fields_of_a_document(asking: Avots) -> None:
    body = asking("show", "003", "--json").json()
    assert (body["id"], body["language"]) == (LIEPAJA, "lv")
    assert len(body["sha256"]) == 64


def test_an_unknown_document_is_a_mistake(asking: Avots) -> None:
    outcome = asking("show", "nav tāda")
    assert (outcome.code, outcome.output) == (2, "")
    assert "nav tāda" in outcome.errors


def test_documents_lists_what_is_indexed(asking: Avots) -> None:
    body = asking("documents", "--json").json()
    assert [document["id"][:3] for document in body["documents"]] == ["000", "001", "002", "003", "004"]
    assert body["passages"] == sum(document["passages"] for document in body["documents"])
    assert asking("documents").output.count("\n") == 1 + 5 + 1


def test_indexing_reports_what_it_did(avots: Avots, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Avots ir vieta, kur ūdens iztek no zemes.", "utf-8")
    outcome = avots("index", tmp_path / "a.txt", "--index", tmp_path / "index", "--json")
    body = outcome.json()
    assert outcome.code == 0
    assert list(body) == [
        "added",
        "changed",
        "removed",
        "kept",
        "unchanged",
        "failures",
        "documents",
        "passages",
        "seconds",
    ]
    assert (len(body["added"]), body["documents"], body["failures"]) == (1, 1, [])


def test_what_was_left_out_is_named_and_in_the_exit_code(avots: Avots, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Avots ir vieta, kur ūdens iztek no zemes.", "utf-8")
    (tmp_path / "tukšs.txt").write_text("", "utf-8")
    outcome = avots("index", tmp_path, "--index", tmp_path / "index", "--json")
    assert outcome.code == 1
    assert outcome.json()["documents"] == 1
    assert outcome.json()["failures"][0]["path"].endswith("tukšs.txt")
    assert "Left out" in outcome.errors
    assert "tukšs.txt" in outcome.errors


def test_a_conversation_reads_questions_until_the_end(asking: Avots, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter([FIRST, ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    outcome = asking("chat")
    assert outcome.code == 0
    assert "28. augustā" in outcome.output


def test_a_healthy_installation_passes_its_examination(asking: Avots) -> None:
    outcome = asking("doctor", "--json")
    assert outcome.json() == {"healthy": True, "checks": outcome.json()["checks"]}
    assert outcome.code == 0
    assert list(outcome.json()["checks"][0]) == ["healthy", "sentence"]


def test_a_missing_index_fails_the_examination(avots: Avots, tmp_path: Path) -> None:
    outcome = avots("doctor", "--index", tmp_path / "nav")
    assert outcome.code == 1
    assert "Problems: 1." in outcome.output


def test_a_taken_port_is_a_mistake(asking: Avots) -> None:
    with claim(0, Language.ENGLISH) as taken:
        outcome = asking("ui", "--port", taken.getsockname()[1])
    assert outcome.code == 2
    assert "Choose another, for example: avots ui --port" in outcome.errors


def test_the_page_ends_quietly_when_interrupted_while_it_is_open_in_a_browser(seeds_index: Path) -> None:
    command = [*AVOTS, "ui", "--port", "0", "--index", str(seeds_index), "--lang", "lv"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as serving:
        assert serving.stderr is not None
        said = serving.stderr.readline().decode("utf-8")
        assert said.startswith("Lapa ir atvērta adresē http://127.0.0.1:")
        with urllib.request.urlopen(f"{said.split()[4]}/gradio_api/heartbeat/visitor"):  # a stream without an end
            serving.send_signal(signal.SIGINT)
            assert serving.stderr.read() == b""
    assert serving.returncode == 0


def test_the_path_of_the_model_is_printed(avots: Avots) -> None:
    from index.model import checkpoint_directory

    assert avots("model", "path").output == f"{checkpoint_directory()}\n"


def test_an_unknown_command_is_a_mistake(avots: Avots) -> None:
    assert avots("aks").code == 2


def test_latvian_letters_survive_a_locale_without_them(seeds_index: Path) -> None:
    ran = process(
        "ask", FIRST, "--index", str(seeds_index), LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "Liepājā viesojās" in ran.stdout.decode("utf-8")


def test_a_reader_who_leaves_early_hears_no_complaint(seeds_index: Path) -> None:
    command = [*AVOTS, "show", "003", "--index", str(seeds_index)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        reading.stdout.close()
        assert reading.stderr.read() == b""


def test_a_question_that_is_not_text_gets_a_sentence(seeds_index: Path) -> None:
    ran = subprocess.run(
        [*(os.fsencode(part) for part in AVOTS), b"ask", b"Kad\xff?", b"--lang", b"en", b"--index", bytes(seeds_index)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr == b"The question is not valid UTF-8 text. Check the encoding of your terminal.\n"


def test_asking_loads_neither_the_page_nor_a_training_framework(seeds_index: Path) -> None:
    heavy = {"gradio", "torch", "sentence_transformers", "sklearn", "pandas", "eval", "fastapi", "uvicorn"}
    script = (
        f"import sys; from ui.cli import main; main(sys.argv[1:]); print({heavy!r} & set(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "ask", FIRST, "--index", str(seeds_index)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert ran.stderr == b"set()\n"
