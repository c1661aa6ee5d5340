import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import index
from eval.distractors import corpus_sha256, index_key, read_paragraphs
from eval.errors import EvaluationError
from tests.eval.examples import LIEPAJA, VALKA


def write_paragraphs(data: Path, text: str) -> None:
    (data / "fullstack_lv").mkdir()
    (data / "fullstack_lv" / "paragraphs.jsonl").write_text(text, encoding="utf-8")


def test_each_paragraph_is_a_latvian_document(tmp_path: Path) -> None:
    rows = [{"id": "c1-p16", "text": "Viņš palika."}, {"id": "c1-p20", "text": "Lielā harta."}]
    write_paragraphs(tmp_path, "".join(json.dumps(row) + "\n" for row in rows))
    first, second = read_paragraphs(tmp_path)
    assert (first.id, first.text, first.language, first.title) == ("fullstack_lv/c1-p16", "Viņš palika.", "lv", "")
    assert second.id == "fullstack_lv/c1-p20"
    assert first.sha256 != second.sha256


@pytest.mark.parametrize("text", ["{", '{"id": "c1"}\n'])
def test_damaged_paragraphs_are_named(tmp_path: Path, text: str) -> None:
    write_paragraphs(tmp_path, text)
    with pytest.raises(EvaluationError, match=r"paragraphs\.jsonl: the distractor paragraphs cannot be read"):
        read_paragraphs(tmp_path)


def test_a_data_folder_without_the_paragraphs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_paragraphs(tmp_path)


def test_the_corpus_is_the_same_in_any_order() -> None:
    assert corpus_sha256([LIEPAJA, VALKA]) == corpus_sha256([VALKA, LIEPAJA])


@pytest.mark.parametrize("field", ["id", "text", "title", "language"])
def test_any_change_of_a_document_changes_the_corpus_and_the_key(field: str) -> None:
    change: dict[str, Any] = {field: "cits"}
    changed = replace(VALKA, **change)
    assert corpus_sha256([LIEPAJA, changed]) != corpus_sha256([LIEPAJA, VALKA])
    assert index_key([LIEPAJA, changed], "model") != index_key([LIEPAJA, VALKA], "model")


def test_the_key_is_stable_and_depends_on_the_model() -> None:
    assert index_key([LIEPAJA], "model") == index_key([LIEPAJA], "model") != index_key([LIEPAJA], "other")


def test_the_key_depends_on_the_code_that_makes_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = tmp_path / "chunking.py"
    code.write_text("SIZE = 480\n", encoding="utf-8")
    monkeypatch.setattr(index, "__path__", [str(tmp_path)])
    before = index_key([LIEPAJA], "model")
    code.write_text("SIZE = 481\n", encoding="utf-8")
    assert index_key([LIEPAJA], "model") != before
