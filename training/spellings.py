"""How Latvian words that were typed without diacritics are spelled; write ``index/latvian_spellings.txt``.

    python -m training.spellings

Counted in the project's own Latvian pages and questions. A spelling is kept where it is the most frequent of all words
that look the same without diacritics, and was seen twice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.language import fold, word_spans
from training.collections import PAGES, QUESTIONS, read_lines

OUTPUT = Path(__file__).parent.parent / "index" / "latvian_spellings.txt"


def spellings(texts: Iterable[str]) -> list[str]:
    """The words to restore, sorted: those with diacritics that beat every other word of the same letters."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for span in word_spans(text):
            counts[fold(span.of(text))][span.of(text).lower()] += 1
    best = ((folded, *words.most_common(1)[0]) for folded, words in counts.items())
    return sorted(word for folded, word, count in best if word != folded and count > 1)


def _texts() -> Iterator[str]:
    for row in read_lines(PAGES):
        if row["language"] == "lv":
            yield row["text"]
    for name in ("latvian.dev", "pages.dev"):
        for row in read_lines(QUESTIONS / f"{name}.jsonl"):
            if row["language"] == "lv" and row["style"] == "plain":
                yield row["question"]


if __name__ == "__main__":
    OUTPUT.write_text("".join(f"{word}\n" for word in spellings(_texts())), "utf-8")
