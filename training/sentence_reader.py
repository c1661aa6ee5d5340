"""Fit the sentence reader and its threshold on development questions; write ``rag/sentence_reader.json``.

    python -m training.sentence_reader --data FOLDER [--work FOLDER] [--spans]

``--spans`` fits the weights that go with the span model, into ``rag/span_reader.json``, on the questions that the
model was not trained on.

The sentence weights maximise the softmax probability of the right sentence among all sentences that were read; the
decision is a logistic regression of "the documents answer" on what `rag.answers` calls decision features. Five-fold
cross-validation over documents gives the figures that are printed and stored.
"""

import argparse
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import harmonic_mean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from eval.metrics import token_f1
from eval.squad import SquadQuestion, answer_squad
from index import model as built_in
from index.embedding import Embedder
from index.onnx_runtime import OnnxEmbedder
from index.store import PassageIndex
from index.sync import store_documents
from index.types import Hit
from rag.answers import decision_features
from rag.assistant import PASSAGES_READ, PASSAGES_RETRIEVED
from rag.query import Query, prepare_query
from rag.reader import READ_FIRST, SentenceReader
from rag.retriever import retrieve
from rag.span_model import OnnxSpanModel
from rag.spans import SpanModel
from rag.types import Evidence
from training.collections import Collection, Question, collections
from training.rows import held_out, held_out_questions

RAG = Path(__file__).parent.parent / "rag"
_L2 = 1e-2
_C = 0.03  # inverse strength of the regularisation of the decision, scikit-learn's
_FOLDS = 5
_MOVED = 0.01
_MOST = 1500  # questions of one collection, so that the time does not grow with what is written
_MOST_ALONE = 800  # the same, each read with its own passage only
_FALSE_REFUSALS = 0.07  # of the answerable development questions, by their weight in the fit


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One question over one collection with all that was read. ``right`` marks the sentences that answer."""

    collection: str
    question: Question
    weight: float
    query: Query
    hits: Sequence[Hit]
    evidence: Sequence[Evidence]
    features: NDArray[np.float64]
    right: NDArray[np.bool_]

    @property
    def crossing(self) -> bool:
        """Whether the question is in another language than the documents."""
        return self.query.language != self.evidence[0].hit.document.language


# An example, whether its first sentence is right, and the probability that the documents answer it.
Judged = tuple[Example, bool, float]


def examples(collection: Collection, work: Path, embedder: Embedder, spans: SpanModel | None) -> list[Example]:
    directory = work / collection.name
    store_documents(directory, collection.documents, embedder)
    index = PassageIndex.open(directory)
    languages = sorted(index.languages())
    asked = collection.questions
    if spans is not None and not collection.name.startswith("seeds"):
        asked = tuple(question for question in asked if held_out(question))
        asked = asked[:: 1 + len(asked) // _MOST]
    return [_example(collection, question, index, languages, embedder, spans) for question in asked]


def _example(
    collection: Collection,
    question: Question,
    index: PassageIndex,
    languages: Sequence[str],
    embedder: Embedder,
    spans: SpanModel | None,
) -> Example:
    query = prepare_query(question.question, index, languages, embedder)
    hits = retrieve(query, index, PASSAGES_RETRIEVED)
    evidence = SentenceReader(index, {}, spans).read(query, hits[:PASSAGES_READ])
    features = np.array([list(item.features.values()) for item in evidence])
    right = np.array([_answers(item, question) for item in evidence])
    return Example(collection.name, question, collection.weight, query, hits, evidence, features, right)


def _answers(item: Evidence, question: Question) -> bool:
    """Whether the sentence covers at least half of a gold span."""
    span = item.sentence
    return any(
        document == item.hit.document.id and 2 * (min(end, span.end) - max(start, span.start)) >= end - start
        for document, start, end in question.answers
    )


def fit_sentences(chosen: Sequence[Example]) -> NDArray[np.float64]:
    """Weights over standardised features, turned back to raw ones. Examples whose answer was not read teach nothing."""
    useful = [example for example in chosen if example.right.any()]
    stacked = np.concatenate([example.features for example in useful])
    scale = stacked.std(0) + 1e-9
    starts = np.cumsum([0, *(len(example.features) for example in useful)])[:-1]
    group = np.repeat(np.arange(len(useful)), [len(example.features) for example in useful])
    weight = np.array([example.weight for example in useful])
    right = np.concatenate([example.right for example in useful]).astype(float)
    scaled = stacked / scale

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = scaled @ weights
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        total, among_right = np.add.reduceat(scores, starts), np.add.reduceat(scores * right, starts)
        gradient = scaled.T @ ((scores / total[group] - scores * right / among_right[group]) * weight[group])
        value = float(weight @ (np.log(total) - np.log(among_right))) / weight.sum()
        return value + _L2 / 2 * float(weights @ weights), gradient / weight.sum() + _L2 * weights

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x) / scale


def decide(example: Example, weights: NDArray[np.float64]) -> tuple[dict[str, float], bool]:
    """The decision features of an example read with ``weights``, and whether its first sentence is right."""
    scores = example.features @ weights
    order = np.argsort(-scores, kind="stable")
    ranked = [replace(example.evidence[i], score=float(scores[i])) for i in order]
    return decision_features(example.query, example.hits, ranked), bool(example.right[order[0]])


def fit_decision(rows: Sequence[tuple[Example, dict[str, float], bool]]) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of "the documents answer"; whether the first sentence is the right one plays no part."""
    names = list(rows[0][1])
    features = np.array([[features[name] for name in names] for _, features, _ in rows])
    scale = features.std(0) + 1e-9
    weight = np.array([example.weight for example, _, _ in rows])
    answerable = np.array([bool(example.question.answers) for example, _, _ in rows])
    model = LogisticRegression(C=_C, max_iter=5000).fit(features / scale, answerable, sample_weight=weight)
    return model.coef_[0] / scale, float(model.intercept_[0])


def fold_of(question: Question) -> int:
    """Independent of `training.rows.held_out`, which goes by another hash of the same name."""
    return hashlib.sha256(question.group.encode()).digest()[0] % _FOLDS


def _probability(features: dict[str, float], weights: NDArray[np.float64], bias: float) -> float:
    return float(1 / (1 + np.exp(-(bias + np.array(list(features.values())) @ weights))))


def cross_validate(all_examples: Sequence[Example]) -> list[tuple[Example, bool, float]]:
    """(example, first sentence right, probability) of every example, each from a fit without its documents."""
    out = []
    for fold in range(_FOLDS):
        learn = [example for example in all_examples if fold_of(example.question) != fold]
        weights = fit_sentences(learn)
        decision, bias = fit_decision([(example, *decide(example, weights)) for example in learn])
        for example in (e for e in all_examples if fold_of(e.question) == fold):
            features, right = decide(example, weights)
            out.append((example, right, _probability(features, decision, bias)))
    return out


def figures(judged: Sequence[Judged], threshold: float) -> dict[str, dict[str, float]]:
    """Per collection (the small ones together): share of right first sentences, refusals, right after refusing."""
    table: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(example.collection.split("-")[0] for example, _, _ in judged):
        rows = [row for row in judged if row[0].collection.split("-")[0] == name]
        answerable = [row for row in rows if row[0].question.answers]
        rest = [row for row in rows if not row[0].question.answers]
        table[name] = {
            "answerable": len(answerable),
            "unanswerable": len(rest),
            "first_sentence_right": float(np.mean([right for _, right, _ in answerable])),
            "answered_right": float(np.mean([right and p >= threshold for _, right, p in answerable])),
            "wrongly_refused": float(np.mean([p < threshold for _, _, p in answerable])),
            "refused": float(np.mean([p < threshold for _, _, p in rest])),
        }
    return table


def calibrate(judged: Sequence[Judged]) -> dict[str, tuple[float, float]]:
    """Slope and intercept that turn the fitted log-odds into probabilities (Platt 1999), for questions in the language
    of the best sentence and in another; from predictions for documents that the fit had not seen."""
    out = {}
    for name, crossing in (("same_language", False), ("cross_lingual", True)):
        rows = [row for row in judged if row[0].crossing == crossing]
        odds = np.array([[_log_odds(p)] for _, _, p in rows])
        answerable = np.array([bool(example.question.answers) for example, _, _ in rows])
        weight = np.array([example.weight for example, _, _ in rows])
        model = LogisticRegression(C=1e6).fit(odds, answerable, sample_weight=weight)
        out[name] = (round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0]), 4))
    return out


def calibrated(judged: Sequence[Judged], lines: Mapping[str, tuple[float, float]]) -> list[Judged]:
    out = []
    for example, right, p in judged:
        slope, intercept = lines["cross_lingual" if example.crossing else "same_language"]
        out.append((example, right, float(1 / (1 + np.exp(-(slope * _log_odds(p) + intercept))))))
    return out


def reliability(judged: Sequence[Judged]) -> dict[str, list[dict[str, float]]]:
    """For tenths of the confidence: how many questions have it, its mean, and the share that the documents answer."""
    out: dict[str, list[dict[str, float]]] = {}
    for name, crossing in (("same_language", False), ("cross_lingual", True)):
        rows = [row for row in judged if row[0].crossing == crossing]
        tenths = [[row for row in rows if min(9, int(row[2] * 10)) == tenth] for tenth in range(10)]
        out[name] = [
            {
                "questions": len(tenth),
                "confidence": round(float(np.mean([p for _, _, p in tenth])), 3),
                "answerable": round(float(np.mean([bool(example.question.answers) for example, _, _ in tenth])), 3),
            }
            for tenth in tenths
            if tenth
        ]
    return out


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return float(np.log(p / (1 - p)))


def choose_threshold(judged: Sequence[Judged]) -> float:
    """The threshold that refuses the allowed share of the answerable questions, counted by weight."""
    answerable = sorted((p, example.weight) for example, _, p in judged if example.question.answers)
    below = np.cumsum([weight for _, weight in answerable]) / sum(weight for _, weight in answerable)
    return round(answerable[int(np.searchsorted(below, _FALSE_REFUSALS))][0], 4)


def certainty(examples: Sequence[Example], weights: NDArray[np.float64]) -> float:
    """The lowest span score in the passages read first from which reading on changes the best sentence of at most one
    question in a hundred."""
    rows = []
    for example in examples:
        first = {hit.passage for hit in example.hits[:READ_FIRST]}
        best = example.evidence[int(np.argmax(example.features @ weights))]
        scores = [item.features["span"] for item in example.evidence if item.hit.passage in first]
        rows.append((max(scores, default=-math.inf), best.hit.passage not in first))
    for score in np.arange(0.0, 40.0, 0.5).tolist():
        moved = [elsewhere for highest, elsewhere in rows if highest >= score]
        if sum(moved) <= _MOVED * len(moved):
            break
    return float(score)


def span_threshold(model: SpanModel, data: Path) -> dict[str, float]:
    """The span score from which the model alone, given one passage, answers: where the harmonic mean of the F1 of the
    answerable questions and the share of the others that are left without an answer is highest. (Their sum would sooner
    leave most questions of both kinds unanswered.) Of each collection some questions that the model was not trained on,
    and all collections count the same, however large."""
    f1, scores, answered, weights = (np.array(column) for column in zip(*_alone(model, data), strict=True))

    def quality(threshold: float) -> tuple[float, float]:
        kept = scores >= threshold
        right = np.average((f1 * kept)[answered], weights=weights[answered])
        return float(right), float(np.average((~kept)[~answered], weights=weights[~answered]))

    best = max(np.arange(-6.0, 30.0, 0.25).tolist(), key=lambda threshold: harmonic_mean(quality(threshold)))
    f1_answerable, accuracy = quality(best)
    return {
        "threshold": best,
        "questions": len(f1),
        "f1_always_answering": round(quality(-math.inf)[0], 3),
        "f1_answerable": round(f1_answerable, 3),
        "no_answer_accuracy": round(accuracy, 3),
    }


def _alone(model: SpanModel, data: Path) -> Iterator[tuple[float, float, bool, float]]:
    """F1, span score, whether there is an answer, and weight, of each question with its own passage."""
    for questions in held_out_questions(data).values():
        chosen = questions[:: 1 + len(questions) // _MOST_ALONE]
        count = Counter(bool(question.answers) for question in chosen)
        for question in chosen:
            text, score = answer_squad(model, question)
            answered = bool(question.answers)
            yield _f1(question, text), score, answered, 1 / count[answered]


def _f1(question: SquadQuestion, text: str) -> float:
    accepted = [span.of(question.context) for span in question.answers]
    return max((token_f1(text, other, "lv") for other in accepted), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with fullstack_lv/ and gnome_help/")
    parser.add_argument("--work", type=Path, default=Path("build/sentence_reader"), help="where the indexes are kept")
    parser.add_argument("--spans", action="store_true", help="fit the weights that go with the span model")
    arguments = parser.parse_args()
    embedder = OnnxEmbedder(built_in.load(), 2)
    spans = OnnxSpanModel(RAG / "span_reader.onnx", embedder.vocabulary, 2) if arguments.spans else None
    found: list[Example] = []
    for collection in collections(arguments.data, "dev"):
        found += examples(collection, arguments.work, embedder, spans)
        print(
            f"{collection.name}: {len(collection.documents)} documents, {len(collection.questions)} questions",
            flush=True,
        )
    judged = cross_validate(found)
    lines = calibrate(judged)
    judged = calibrated(judged, lines)
    threshold = choose_threshold(judged)
    table = figures(judged, threshold)
    for name, row in table.items():
        print(name, {key: round(value, 3) for key, value in row.items()})
    weights = fit_sentences(found)
    rows = [(example, *decide(example, weights)) for example in found]
    decision, bias = fit_decision(rows)
    content = {
        "fitted": {
            "by": " ".join(["python -m training.sentence_reader", *(["--spans"] if spans else [])]),
            "figures": table,
            "reliability": reliability(judged),
        },
        "sentence": _named(found[0].evidence[0].features, weights),
        "decision": {"weights": _named(rows[0][1], decision), "bias": round(bias, 5)}
        | {"calibration": lines, "threshold": threshold},
    }
    if spans is not None:
        content["span"] = span_threshold(spans, arguments.data) | {"certain": certainty(found, weights)}
    output = RAG / ("span_reader.json" if arguments.spans else "sentence_reader.json")
    output.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _named(features: object, weights: NDArray[np.float64]) -> dict[str, float]:
    return {str(name): round(float(weight), 5) for name, weight in zip(features, weights, strict=True)}  # type: ignore[call-overload]


if __name__ == "__main__":
    main()
