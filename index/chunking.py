"""Documents to passages: whole sentences packed up to a size, with offsets that are carried and never searched."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.sentences import blocks, sentences
from index.types import Chunk, Document, Span

__all__ = ["article_parts", "chunk", "context"]

_LONGEST_SENTENCE = 1500
_LONGEST_HEADING = 100
_HEADINGS_TOGETHER = 2
_CLAUSE_ENDS = [r"[;:—]\s+", r",\s+", r"\s+", ""]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is packed: a sentence, or a piece of one that is too long."""

    span: Span
    opens_paragraph: bool
    heading: bool


def chunk(document: Document, size: int = 480, overlap: int = 1) -> tuple[Chunk, ...]:
    """The passages of a document's article, in its order; furniture is in none of them.

    ``size`` is in characters, from the first sentence's start to the last one's end. Only a single sentence, with
    the headings above it, may be longer; one beyond 1,500 characters is cut at clauses or white space.
    ``overlap`` is how many sentences a passage repeats of the one before, where they fit and no heading begins it.
    """
    return tuple(
        Chunk(document.id, Span(run[0].span.start, run[-1].span.end), tuple(unit.span for unit in run))
        for part in article_parts(document)
        for run in _pack(_units(document, part, size), size, overlap)
    )


def context(document: Document, chunk: Chunk) -> str:
    """What the embedder reads of a passage: the document's title, a line break, the passage."""
    passage = chunk.span.of(document.text)
    return passage if not document.title or passage.startswith(document.title) else f"{document.title}\n{passage}"


def article_parts(document: Document) -> tuple[Span, ...]:
    """The stretches of the text between pieces of furniture."""
    edges = [0]
    for span in sorted(document.furniture):
        edges += [max(edges[-1], span.start), max(edges[-1], span.end)]
    edges.append(len(document.text))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(start, end) for start, end in pairs if document.text[start:end].strip())


def _units(document: Document, part: Span, size: int) -> Iterator[_Unit]:
    last_end = part.start
    for block in blocks(document.text, part):
        opens = document.text.count("\n", last_end, block.start) > 1
        heading = (opens or last_end == part.start) and _is_heading(block.of(document.text))
        for sentence in sentences(document.text, block, document.language):
            for piece in _pieces(document.text, sentence, size):
                yield _Unit(piece, opens, heading)
                opens = False
        last_end = block.end


def _is_heading(line: str) -> bool:
    return len(line) <= _LONGEST_HEADING and line[-1] not in ".!?;,…" and "\n" not in line


def _pack(units: Iterator[_Unit], size: int, overlap: int) -> Iterator[list[_Unit]]:
    run: list[_Unit] = []
    fresh = 0
    for unit in units:
        if fresh and _is_full(run, unit, size):
            headings = _trailing_headings(run, fresh)
            complete = run[: len(run) - headings]
            yield complete
            run = run[len(complete) :] or _repeated(complete, unit, size, overlap)
            fresh = headings
        run.append(unit)
        fresh += 1
    if fresh:
        yield run


def _is_full(run: Sequence[_Unit], following: _Unit, size: int) -> bool:
    if all(unit.heading for unit in run[-_HEADINGS_TOGETHER:]) and len(run) <= _HEADINGS_TOGETHER:
        return False
    start = run[0].span.start
    return following.span.end - start > size or (
        following.opens_paragraph and 2 * (run[-1].span.end - start) >= size and not run[-1].heading
    )


def _trailing_headings(run: Sequence[_Unit], fresh: int) -> int:
    """How many headings at the end belong to what follows; at least one fresh unit stays."""
    limit = min(_HEADINGS_TOGETHER, fresh - 1)
    count = 0
    while count < limit and run[-1 - count].heading:
        count += 1
    return count


def _repeated(complete: Sequence[_Unit], following: _Unit, size: int, overlap: int) -> list[_Unit]:
    if following.heading:
        return []
    shared = list(complete[max(0, len(complete) - overlap) :]) if overlap else []
    while shared and following.span.end - shared[0].span.start > size:
        shared.pop(0)
    return shared


def _pieces(text: str, sentence: Span, size: int) -> Iterator[Span]:
    if len(sentence) <= max(size, _LONGEST_SENTENCE):
        yield sentence
        return
    start = sentence.start
    for piece in _cut(sentence.of(text), size):
        end = start + len(piece)
        lead, trail = len(piece) - len(piece.lstrip()), len(piece) - len(piece.rstrip())
        if lead < len(piece):
            yield Span(start + lead, end - trail)
        start = end


def _cut(sentence: str, size: int) -> list[str]:
    """Pieces of at most ``size`` characters that make up the sentence again when put together."""
    # Imported here because it takes 0.2 s, and only texts without full stops need it.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        _CLAUSE_ENDS,
        keep_separator="end",
        is_separator_regex=True,
        chunk_size=size,
        chunk_overlap=0,
        strip_whitespace=False,
    )
    return splitter.split_text(sentence)
