"""The JSON that commands print: stable interfaces, described in docs/interfaces.md."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from index.store import PassageIndex
from index.sync import SyncReport
from index.types import Hit
from rag.serialise import answer_to_dict, trace_to_dict
from rag.types import Answer

__all__ = ["explained_to_dict", "hit_to_dict", "index_to_dict", "report_to_dict", "to_json"]


def to_json(value: object) -> str:
    """JSON on one line, in readable letters."""
    return json.dumps(value, ensure_ascii=False)


def explained_to_dict(answer: Answer, explain: bool, identifier: object = None) -> dict[str, Any]:
    """The JSON of an answer; when ``explain``, with what each stage did under "trace"."""
    body = answer_to_dict(answer, identifier)
    return body | {"trace": trace_to_dict(answer.trace)} if explain else body


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A passage found, with its place and its text."""
    return {
        "document": hit.document.id,
        "title": hit.document.title,
        "source": hit.document.source,
        "start": hit.chunk.span.start,
        "end": hit.chunk.span.end,
        "quote": hit.text,
        "score": hit.score,
        "stage": hit.stage,
    }


def report_to_dict(report: SyncReport) -> dict[str, Any]:
    """What indexing did."""
    failures = [{"path": failure.path, "problem": failure.problem} for failure in report.failures]
    return asdict(replace(report, failures=(), seconds=round(report.seconds, 3))) | {"failures": failures}


def index_to_dict(index: PassageIndex, directory: Path) -> dict[str, Any]:
    """What is indexed."""
    documents = index.documents()
    return {
        "index": str(directory),
        "model": index.manifest.model_identity,
        "sources": list(index.manifest.sources),
        "passages": sum(document.passages for document in documents),
        "documents": [asdict(document) for document in documents],
    }
