"""Train the span reader on the built-in encoder: word embeddings frozen, twelve layers and a two-logit head trained.

    python -m training.reader --data FOLDER [--work FOLDER] [--rows N]

Seeded, and resumable from the last checkpoint in the work folder. The passage's title stands before it and is never
part of a span; the first token stands for "no answer" (Devlin et al. 2019, section 4.3).
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

from eval.squad import score_squad
from index.bert_graph import build_encoder
from index.embedding import load_embedder
from index.language import fold, words
from index.model import checkpoint_directory, load
from index.onnx_runtime import Vocabulary, quantise
from rag.span_model import OnnxSpanModel
from rag.spans import SpanModel
from training.rows import Row, all_rows, file_rows, held_out_questions, own_rows, sampled_rows

OUTPUT = Path(__file__).parent.parent / "rag" / "span_reader.onnx"
CURVE = Path(__file__).parent / "results" / "curve.json"
_TOKENS = 256
_BATCH = 16
_RATE = 1.2e-4
_WARMUP = 0.06
_SEED = 20
# In these two layers one activation reaches five to ten times what all others do (Sun et al. 2024, "Massive
# activations"): most of what int8 costs the reader is lost in these products.
_OUTLYING = ("encoder.layer.4.output.dense.product", "encoder.layer.5.output.dense.product")
PASSES = ("mixed", "others", "own", "own again")


class SpanReader(nn.Module):
    """Start and end logits of every token, shape [batch, tokens, 2]."""

    def __init__(self) -> None:
        super().__init__()
        # Dropout in the attention keeps PyTorch from its fused kernel: steps take longer.
        self.bert = BertModel.from_pretrained(
            checkpoint_directory(), add_pooling_layer=False, attention_probs_dropout_prob=0.0
        )
        self.bert.embeddings.word_embeddings.weight.requires_grad_(False)
        self.span = nn.Linear(self.bert.config.hidden_size, 2)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.span(self.bert(input_ids=ids, attention_mask=mask).last_hidden_state)
        return logits


def encode(tokenizer: Tokenizer, row: Row) -> tuple[list[int], int, int]:
    """Token ids, and the answer's first and last token (0, 0 where there is none or it was cut off)."""
    head = f"{row.title}\n" if row.title and not row.passage.startswith(row.title) else ""
    encoding = tokenizer.encode(row.question, head + row.passage)
    if row.start is None or row.end is None:
        return encoding.ids, 0, 0
    start, end = row.start + len(head), row.end + len(head)
    inside = [
        token
        for token, ((first, last), part) in enumerate(zip(encoding.offsets, encoding.sequence_ids, strict=True))
        if part == 1 and first < end and last > start
    ]
    return (encoding.ids, inside[0], inside[-1]) if inside else (encoding.ids, 0, 0)


def batches(
    rows: Sequence[tuple[list[int], int, int]], questions: Sequence[str], draw: random.Random
) -> list[list[int]]:
    """The places of ``rows`` in batches, in random order: rows of one of the ``questions`` together, as far as a batch
    holds them, and batches of similar length, since padding costs as much as words."""
    of_question: dict[str, list[int]] = defaultdict(list)
    for place, question in enumerate(questions):
        of_question[question].append(place)
    parts = [
        places[start : start + _BATCH] for places in of_question.values() for start in range(0, len(places), _BATCH)
    ]
    parts.sort(key=lambda part: max(len(rows[place][0]) for place in part) + draw.random() * 16)
    groups: list[list[int]] = [[]]
    for part in parts:
        if len(groups[-1]) + len(part) > _BATCH:
            groups.append([])
        groups[-1].extend(part)
    draw.shuffle(groups)
    return groups


def tensors(rows: Sequence[tuple[list[int], int, int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    # A multiple of 16: every new shape costs a compilation of its kernels.
    width = -(-max(len(ids) for ids, _, _ in rows) // 16) * 16
    ids = torch.full((len(rows), width), 1)
    for place, (row, _, _) in zip(ids, rows, strict=True):
        place[: len(row)] = torch.tensor(row)
    return ids, (ids != 1).long(), torch.tensor([[start, end] for _, start, end in rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with qa/, fullstack_lv/ and gnome_help/")
    parser.add_argument(
        "--work", type=Path, default=Path("build/reader"), help="where checkpoints and indexes are kept"
    )
    parser.add_argument(
        "--squad", type=Path, nargs="*", default=(), metavar="FILE", help="more files of a SQuAD layout"
    )
    arguments = parser.parse_args()
    torch.manual_seed(_SEED)
    torch.set_num_threads(2)
    model = SpanReader()
    curve = {}
    before = None
    for name in PASSES:
        rows = rows_of(name, arguments.data, arguments.work, arguments.squad, before)
        train(model, rows, arguments.work / f"{name}.pt")
        export(model, arguments.work / f"{name}.onnx")
        curve[name] = {"rows": len(rows)} | held_out_figures(arguments.work / f"{name}.onnx", arguments.data)
        before = OnnxSpanModel(arguments.work / f"{name}.onnx", Vocabulary(load()), 2)
        print(name, curve[name], flush=True)
    model.load_state_dict(average([arguments.work / f"{name}.pt" for name in PASSES[-2:]]))
    export(model, OUTPUT)
    curve["mean of the last two"] = {"rows": 0} | held_out_figures(OUTPUT, arguments.data)
    CURVE.write_text(json.dumps(curve, indent=1) + "\n", "utf-8")


def average(checkpoints: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of checkpoints of one run, which reads better than either (Izmailov et al. 2018)."""
    states = [torch.load(path)["model"] for path in checkpoints]
    return {
        name: sum(state[name] for state in states) / len(states) if values.is_floating_point() else values
        for name, values in states[0].items()
    }


def rows_of(name: str, data: Path, work: Path, more: Sequence[Path] = (), before: SpanModel | None = None) -> list[Row]:
    """A pass's rows: "mixed" has both kinds, "others" the sets of others whole, the last ones mostly our own; the very
    last with the passages that the model as it was ``before`` mistakes for an answer."""
    draw = random.Random(f"{_SEED} {name}")
    if name == "others":
        return [*all_rows(data / "qa", draw), *(row for path in more for row in file_rows(path, draw))]
    cuts, share = {"mixed": (2, 1), "own": (2, 5), "own again": (1, 2)}[name]
    mistaking = before if name == PASSES[-1] else None
    own = list(own_rows(data, work, load_embedder(), draw, cuts, mistaking))
    others = list(sampled_rows(data / "qa", draw))
    return own + (others if name == "mixed" else draw.sample(others, len(own) // share))


def train(model: SpanReader, rows: Sequence[Row], checkpoint: Path) -> None:
    """One pass over ``rows``, from the checkpoint where there is one; written every hundred steps."""
    draw = random.Random(_SEED)
    tokenizer = Tokenizer.from_file(str(checkpoint_directory() / "tokenizer.json"))
    tokenizer.enable_truncation(_TOKENS)
    encoded = [encode(tokenizer, row) for row in rows]
    questions = ["".join(words(fold(row.question))) for row in rows]  # the same however it was typed
    groups = batches(encoded, questions, draw)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=_RATE, weight_decay=0.01)
    warmup = max(1, int(_WARMUP * len(groups)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warmup, max(0.0, (len(groups) - step) / (len(groups) - warmup)))
    )
    done = _resume(checkpoint, model, optimiser, schedule)
    print(f"{checkpoint.stem}: {len(rows)} rows, {len(groups)} steps, {done} done", flush=True)
    model.train()
    began, total = time.monotonic(), 0.0
    for step in range(done, len(groups)):
        ids, mask, places = tensors([encoded[i] for i in groups[step]])
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids, mask)
        loss = span_loss(logits.float(), mask, places, [questions[i] for i in groups[step]])
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        total += loss.item()
        if math.isnan(loss.item()):
            raise SystemExit(f"step {step}: the loss is not a number; nothing was written")
        if (step + 1) % 20 == 0:
            pace = (time.monotonic() - began) / (step + 1 - done)
            print(
                json.dumps({"step": step + 1, "of": len(groups), "loss": round(total / 20, 3), "s": round(pace, 2)}),
                flush=True,
            )
            total = 0.0
        if (step + 1) % 100 == 0 or step + 1 == len(groups):
            state = {
                "step": step + 1,
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
            }
            torch.save(state, checkpoint.with_suffix(".tmp"))
            checkpoint.with_suffix(".tmp").replace(checkpoint)


def span_loss(logits: torch.Tensor, mask: torch.Tensor, places: torch.Tensor, questions: Sequence[str]) -> torch.Tensor:
    """The mean over rows of each passage's loss by itself, and of each question's over its passages together.

    By itself a passage is normalised over its tokens and "no answer". Together the scores against "no answer", those
    that passages are ranked by, are normalised over all tokens of a question's passages (shared normalisation, Clark
    and Gardner 2018, section 3.3); that counts where some of them answer and others do not.

    Args:
        logits: shape [rows, tokens, 2], start and end.
        mask: shape [rows, tokens], 0 for padding.
        places: shape [rows, 2], the answer's first and last token; 0 and 0 where the passage does not answer.
        questions: one for each row.
    """
    logits = logits.masked_fill(mask.unsqueeze(2) == 0, -1e4)
    alone = sum(nn.functional.cross_entropy(logits[..., side], places[:, side]) for side in (0, 1)) / 2
    odds = (logits - logits[:, :1])[:, 1:]
    total = alone * len(questions)
    for question in sorted(set(questions)):
        rows = [row for row, other in enumerate(questions) if other == question]
        right = [row for row in rows if places[row, 0] > 0]
        if 0 < len(right) < len(rows):
            for side in (0, 1):
                found = torch.stack([odds[row, places[row, side] - 1, side] for row in right])
                total = total + (odds[rows, :, side].flatten().logsumexp(0) - found.logsumexp(0)) / 2
    return total / len(questions)


def held_out_figures(graph: Path, data: Path) -> dict[str, float | None]:
    """F1 and EM of a graph on our own questions that training does not see, always answering (`eval.squad`)."""
    spans = OnnxSpanModel(graph, Vocabulary(load()), 2)
    questions = [question for kept in held_out_questions(data).values() for question in kept if question.answers]
    scores = score_squad(spans, questions, -math.inf)
    return {"questions": scores.count, "f1": scores.f1, "exact_match": scores.exact_match}


def export(model: SpanReader, target: Path) -> None:
    """Write the model as an int8 ONNX graph; its word table is the built-in model's."""
    state = {name.removeprefix("bert."): values.numpy() for name, values in model.state_dict().items()}
    config = model.bert.config
    graph = build_encoder(
        state, config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, head="span"
    )
    quantise(graph, target, _OUTLYING)


def _resume(checkpoint: Path, model: SpanReader, optimiser: torch.optim.Optimizer, schedule: object) -> int:
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])  # type: ignore[attr-defined]
    return int(state["step"])


if __name__ == "__main__":
    main()
