import json
from pathlib import Path

import pytest

from eval.beir import read_beir, score_beir
from eval.entry import BROKEN_INPUT, PASSED, main
from eval.errors import GoldError
from index.embedding import Embedder

CORPUS = [
    {"_id": "d1", "title": "Azerbaidžānas delegācija", "text": "28. augustā Liepājā viesojās delegācija."},
    {"_id": "d2", "title": "", "text": "Bibliotēkā notika grāmatu svētki."},
    {"_id": "d3", "title": "", "text": "Novada dome apstiprināja budžetu."},
    {"_id": "d4", "title": "", "text": "  "},
]
QUERIES = [
    {"_id": "q1", "text": "Kad Liepājā bija delegācija?"},
    {"_id": "q2", "text": "grāmatu svētki bibliotēkā"},
    {"_id": "unjudged", "text": "Kas cits?"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq2\td2\t2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("corpus", CORPUS), ("queries", QUERIES)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def test_judged_queries_and_documents_with_text_are_read(folder: Path) -> None:
    collection = read_beir(folder)
    assert [document.id for document in collection.documents] == ["d1", "d2", "d3"]
    assert list(collection.queries) == ["q1", "q2"]
    assert collection.qrels == {"q1": {"d1": 1, "d2": 0}, "q2": {"d2": 2}}
    assert collection.documents[0].text.startswith("Azerbaidžānas delegācija\n\n28. augustā")


def test_what_finds_everything_first_has_full_scores(folder: Path, embedder: Embedder, tmp_path: Path) -> None:
    scores = score_beir(read_beir(folder), embedder, tmp_path / "cache")
    assert (scores.documents, scores.queries) == (3, 2)
    assert scores.measures == pytest.approx({"ndcg@10": 1.0, "recall@10": 1.0, "recall@100": 1.0, "mrr@10": 1.0})


def test_what_is_found_second_has_the_scores_of_the_second_place(
    folder: Path, embedder: Embedder, tmp_path: Path
) -> None:
    # d3 is judged to answer what d1 is nearest to: the reciprocal rank is that of a later place.
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td3\t1\n", encoding="utf-8")
    measures = score_beir(read_beir(folder), embedder, tmp_path / "cache").measures
    assert measures["mrr@10"] in (pytest.approx(1 / 2), pytest.approx(1 / 3))
    assert measures["recall@10"] == 1.0


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        ("corpus.jsonl", "{", "line 1 is no JSON"),
        ("queries.jsonl", '{"_id": "q1"}', 'line 1 lacks "_id" or "text"'),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n", "line 2 is not query-id, corpus-id, score"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", "there is no judgement"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td9\t1\n", "judges document 'd9', which is not there"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(folder: Path, file: str, content: str, problem: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=problem):
        read_beir(folder)


def test_the_command_prints_the_scores(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--beir", str(folder), "--json"]) == PASSED
    assert json.loads(capsys.readouterr().out)["measures"]["ndcg@10"] == pytest.approx(1.0)


def test_a_folder_of_another_layout_is_broken_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--beir", str(tmp_path)]) == BROKEN_INPUT
    assert "corpus.jsonl: cannot be read" in capsys.readouterr().err
