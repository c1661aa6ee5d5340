"""Answers and documents as HTML. Everything that comes from outside is escaped: a document may contain markup."""

from collections.abc import Collection, Iterable, Sequence
from html import escape
from itertools import pairwise
from textwrap import shorten

from index.types import Document, Span
from rag.types import Answer, Citation, Refusal, Turn
from ui.messages import Language, answer_language, refusal, say
from ui.naming import differing_answers, display_title, shortened

__all__ = ["conversation", "document_panel", "notice_panel"]

_CONTEXT = 20_000
"""Characters of a document shown on each side of a quote: a browser is slow with a text of megabytes."""
_NAMED = 80
"""Characters of a question in the name of a button that is about its answer."""


def conversation(
    turns: Sequence[Turn],
    language: Language,
    examples: Sequence[str] = (),
    pending: str | None = None,
    recorded: Collection[int] = (),
) -> str:
    """All turns, oldest first; an invitation with ``examples`` when there are none.

    ``pending`` is being answered; ``recorded`` are the numbers of the turns that were marked wrong.
    """
    parts = [_turn(number, turn, language, number in recorded) for number, turn in enumerate(turns)]
    if pending is not None:
        parts.append(_pending(pending, language))
    body = "".join(parts) or _invitation(examples, language)
    label = escape(say(language, "conversation.label"))
    return f'<section lang="{language}" data-lang="{language}" aria-label="{label}" aria-live="polite">{body}</section>'


def document_panel(document: Document, quote: Span, short: Span | None, language: Language) -> str:
    """The document's text with ``quote`` marked in its context, and ``short`` emphasised inside it."""
    facts = (document.publisher, document.published, document.address, shortened(document.source))
    shown = Span(max(0, quote.start - _CONTEXT), min(len(document.text), quote.end + _CONTEXT))
    cut = len(shown) < len(document.text)
    note = say(language, "document.shortened", document=document.id) if cut else ""
    title = display_title(document.title, document.source)
    return _panel(
        f'<h2 tabindex="-1" lang="{escape(document.language)}">{escape(title)}</h2>'
        f'<p class="facts">{" · ".join(escape(fact) for fact in facts if fact)}</p>'
        + (f'<p class="facts">{escape(note)}</p>' if note else "")
        + f'<div class="text" lang="{escape(document.language)}">{_marked(document, shown, quote, short)}</div>',
        language,
        f"{document.id}:{quote.start}",
    )


def notice_panel(sentence: str, language: Language) -> str:
    """A panel that says why there is no document to show."""
    heading = escape(say(language, "document.label"))
    return _panel(f'<h2 tabindex="-1">{heading}</h2><p>{escape(sentence)}</p>', language, "notice")


def _panel(body: str, language: Language, place: str) -> str:
    """``place`` tells the page whether a panel shows something else than the one before it."""
    label, close = escape(say(language, "document.label")), escape(say(language, "document.close"))
    return (
        f'<aside lang="{language}" aria-label="{label}" data-place="{escape(place)}">'
        f'<button type="button" class="close" data-action="close">{close}</button>{body}</aside>'
    )


def _marked(document: Document, shown: Span, quote: Span, short: Span | None) -> str:
    """``shown`` cut at every border of furniture, quote and short answer, each piece with its own element."""
    spans = [*document.furniture, quote, *([short] if short else [])]
    borders = {border for span in spans for border in (span.start, span.end) if shown.start < border < shown.end}
    edges = sorted({shown.start, shown.end, *borders})
    pieces = (Span(start, end) for start, end in pairwise(edges))
    return "".join(_piece(piece, document, quote, short) for piece in pieces)


def _piece(piece: Span, document: Document, quote: Span, short: Span | None) -> str:
    text = escape(piece.of(document.text))
    if short is not None and short.contains(piece):
        text = f"<strong>{text}</strong>"
    if quote.contains(piece):
        return f"<mark>{text}</mark>"
    if any(furniture.contains(piece) for furniture in document.furniture):
        return f'<span class="furniture">{text}</span>'
    return text


def _invitation(examples: Sequence[str], language: Language) -> str:
    buttons = "".join(f"<li>{_example(example)}</li>" for example in examples)
    heading = f"<p>{escape(say(language, 'conversation.examples'))}</p>" if examples else ""
    return (
        f'<div class="invitation"><p>{escape(say(language, "conversation.invitation"))}</p>'
        + (f"{heading}<ul>{buttons}</ul>" if examples else "")
        + "</div>"
    )


def _example(question: str) -> str:
    text = escape(question)
    return f'<button type="button" class="example" data-action="example" data-question="{text}">{text}</button>'


def _pending(question: str, language: Language) -> str:
    waiting = escape(say(language, "question.pending"))
    return f'<article class="turn">{_question(question, language)}<p class="pending">{waiting}</p></article>'


def _turn(number: int, turn: Turn, language: Language, recorded: bool) -> str:
    answer = turn.answer
    if answer.reason is None:
        body = _answer(number, answer, language)
    else:
        body = _refusal(number, answer, answer.reason, answer_language(answer, language))
    question = _question(turn.question, language, answer.language)
    return f'<article class="turn">{question}{body}{_wrong(number, turn.question, language, recorded)}</article>'


def _wrong(number: int, question: str, language: Language, recorded: bool) -> str:
    """The button that marks the answer as wrong; none where nothing was asked.

    Once it is ``recorded`` the button stays what the keyboard is at, which a button with "disabled" would not.
    """
    if not question.strip():
        return ""
    text = say(language, "answer.recorded" if recorded else "answer.wrong")
    label = escape(f"{text}: {shorten(question, _NAMED, placeholder=' …')}")
    note = escape(say(language, "answer.wrong.note"))
    state = 'aria-disabled="true"' if recorded else f'data-action="wrong" data-turn="{number}" title="{note}"'
    return f'<button type="button" class="wrong" aria-label="{label}" {state}>{escape(text)}</button>'


def _question(question: str, language: Language, spoken: str = "") -> str:
    if not question.strip():
        return ""
    asked = f'<span class="unseen">{escape(say(language, "conversation.asked"))}: </span>'
    return f'<h2 class="question">{asked}<span lang="{escape(spoken)}">{escape(question)}</span></h2>'


def _answer(number: int, answer: Answer, language: Language) -> str:
    quotes = "".join(_quote(number, citation, answer, language) for citation in answer.citations)
    sources = escape(say(language, "answer.sources"))
    return (
        f'<div class="answer">{_short_answer(answer, language)}{quotes}'
        f'<p class="sources-label">{sources}</p><ol class="sources">'
        f"{_sources(number, answer.citations, language)}</ol></div>"
    )


def _short_answer(answer: Answer, language: Language) -> str:
    if answer.short_answer is None:
        return ""
    label = escape(say(language, "answer.short"))
    differing = f"{say(language, 'answer.differing')}: {differing_answers(answer)}" if answer.differing else ""
    short_answers = "".join(
        f'<p class="short"><span class="unseen">{label}: </span>{escape(short.text)}</p>'
        for short in (answer.short_answer, *answer.further)
    )
    return short_answers + (f'<p class="differing">{escape(differing)}</p>' if differing else "")


def _quote(number: int, citation: Citation, answer: Answer, language: Language) -> str:
    quote, done = citation.quote, 0
    text = ""
    for short in sorted(answer.short_answers, key=lambda short: short.start):
        start, end = short.start - citation.start, short.end - citation.start
        if short.citation == citation.number and start >= done:  # those to two parts can overlap
            text += f"{escape(quote[done:start])}<strong>{escape(quote[start:end])}</strong>"
            done = end
    text += escape(quote[done:])
    return f"<blockquote>{text} {_cite(number, citation, language, f'[{citation.number}]')}</blockquote>"


def _refusal(number: int, answer: Answer, reason: Refusal, language: Language) -> str:
    nearest = f'<p class="sources-label">{escape(say(language, "answer.nearest"))}</p>' if answer.nearest else ""
    items = "".join(
        f"<li>{_source(number, citation, language)}<q>{escape(citation.quote)}</q></li>" for citation in answer.nearest
    )
    return (
        f'<div class="refusal" lang="{language}"><p class="reason">{escape(refusal(reason, language))}</p>{nearest}'
        + (f'<ul class="sources nearest">{items}</ul>' if items else "")
        + "</div>"
    )


def _sources(number: int, citations: Iterable[Citation], language: Language) -> str:
    return "".join(
        f'<li value="{citation.number}">{_source(number, citation, language)}</li>' for citation in citations
    )


def _source(number: int, citation: Citation, language: Language) -> str:
    place = say(language, "answer.place", start=citation.start, end=citation.end)
    where = escape(f"{shortened(citation.source)}, {place}")
    return (
        _cite(number, citation, language, display_title(citation.title, citation.source))
        + f' <span class="facts" title="{escape(citation.source)}">{where}</span>'
    )


def _cite(number: int, citation: Citation, language: Language, text: str) -> str:
    label = escape(
        say(language, "citation.open", number=citation.number, title=display_title(citation.title, citation.source))
    )
    return (
        f'<button type="button" class="cite" data-action="cite" data-turn="{number}" '
        f'data-number="{citation.number}" aria-label="{label}">{escape(text)}</button>'
    )
