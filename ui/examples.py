"""Example questions, each with the file whose text answers it."""

import json
from collections.abc import Iterable
from importlib.resources import files

__all__ = ["examples_for"]


def examples_for(sources: Iterable[str]) -> list[str]:
    """The questions whose file is among ``sources`` (paths as the index records them)."""
    indexed = {source.replace("\\", "/").rsplit("/", 1)[-1] for source in sources}
    examples = json.loads(files("ui").joinpath("examples.json").read_text("utf-8"))
    return [example["question"] for example in examples if example["source"] in indexed]
