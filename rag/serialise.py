"""The JSON of an answer: a stable interface, described in docs/interfaces.md."""

from dataclasses import asdict
from typing import Any

from rag.types import Answer, Trace

__all__ = ["answer_to_dict", "trace_to_dict"]


def answer_to_dict(answer: Answer, identifier: object = None) -> dict[str, Any]:
    """One JSON object. ``identifier`` (when not None) comes first as "id"; "nearest" is there only for refusals."""
    body: dict[str, Any] = {} if identifier is None else {"id": identifier}
    body |= {
        "question": answer.question,
        "language": answer.language,
        "answered": answer.answered,
        "reason": None if answer.reason is None else str(answer.reason),
        "text": answer.text,
        "short_answer": None if answer.short_answer is None else asdict(answer.short_answer),
        "differing": [asdict(short) for short in answer.differing],
        "further": [asdict(short) for short in answer.further],
        "citations": [asdict(citation) for citation in answer.citations],
        "confidence": round(answer.confidence, 4),
        "timings_ms": {stage: round(ms, 3) for stage, ms in answer.timings_ms.items()},
    }
    if not answer.answered:
        body["nearest"] = [asdict(citation) for citation in answer.nearest]
    return body


def trace_to_dict(trace: Trace) -> dict[str, Any]:
    """What each stage did, as JSON: hits and evidence with their places, scores and features."""
    return {
        "searched": trace.searched,
        "hits": [
            {
                "document": hit.document.id,
                "start": hit.chunk.span.start,
                "end": hit.chunk.span.end,
                "score": hit.score,
                "stage": hit.stage,
            }
            for hit in trace.hits
        ],
        "evidence": [
            {
                "document": item.hit.document.id,
                "start": item.sentence.start,
                "end": item.sentence.end,
                "quote": item.sentence.of(item.hit.document.text),
                "score": item.score,
                "features": dict(item.features),
            }
            for item in trace.evidence
        ],
        "decision": dict(trace.decision),
    }
