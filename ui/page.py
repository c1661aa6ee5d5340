"""The chat page: questions, cited answers, and the documents that they stand in. The only module that imports Gradio.

The page is served on the loopback interface and loads nothing from elsewhere: Gradio's telemetry is off, its theme
names system fonts only, and a content security policy makes the browser refuse any other address.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import AvotsError, DocumentNotFound
from index.types import Span
from rag.assistant import Assistant
from rag.types import Citation, Turn
from ui.examples import examples_for
from ui.feedback import record
from ui.markup import conversation, document_panel, notice_panel
from ui.messages import Language, say

# Gradio reads these when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
import gradio as gr

__all__ = ["Chat", "Session", "application", "build_page"]

_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif")
_MONO = ("ui-monospace", "Consolas", "Liberation Mono", "monospace")
_NAMES = {Language.LATVIAN: "Latviešu", Language.ENGLISH: "English"}


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor's conversation.

    ``opened`` is the number of a turn and of a citation in it; ``recorded`` are the turns that were marked wrong.
    """

    language: Language
    turns: tuple[Turn, ...] = ()
    opened: tuple[int, int] | None = None
    recorded: frozenset[int] = frozenset()


class Chat:
    """What the page does: every handler takes a session and returns it changed, with what is now to be seen.

    ``language`` is None when the visitor's browser decides.
    """

    def __init__(self, assistant: Assistant, language: Language | None) -> None:
        self.assistant = assistant
        self.language = language

    @property
    def examples(self) -> list[str]:
        """Questions to begin with, when the index holds their documents."""
        return examples_for(document.source for document in self.assistant.index.documents())

    def greet(self, request: gr.Request) -> list[object]:
        """A new session in the visitor's language."""
        session = Session(self.language or _preferred(request.headers.get("accept-language", "")))
        return [gr.update(value=session.language, label=say(session.language, "language.label")), *self.show(session)]

    def ask(self, question: str, session: Session) -> Iterator[list[object]]:
        """First the question alone, so that it is seen to be asked; then its answer."""
        closed = replace(session, opened=None)
        yield self.show(closed, pending=question, typed="")
        try:
            answer = self.assistant.ask(question, session.turns)
        except AvotsError as error:
            yield self.show(closed, notice=notice_panel(str(error), session.language), typed=question)
        else:
            yield self.show(replace(closed, turns=(*session.turns, Turn(question, answer))))

    def ask_example(self, session: Session, event: gr.EventData) -> Iterator[list[object]]:
        """As if the visitor had typed the example."""
        yield from self.ask(str(event.question), session)

    def cite(self, session: Session, event: gr.EventData) -> list[object]:
        """Open the document of a citation."""
        return self.show(replace(session, opened=(int(event.turn), int(event.number))))

    def reject(self, session: Session, event: gr.EventData) -> list[object]:
        """Record that an answer is wrong, once."""
        number = int(event.turn)
        if number not in session.recorded:
            turn, history = session.turns[number], session.turns[:number]
            try:
                record(self.assistant.index.directory, turn, history, session.language)
            except AvotsError as error:
                return self.show(session, notice=notice_panel(str(error), session.language))
        return self.show(replace(session, recorded=session.recorded | {number}))

    def close(self, session: Session) -> list[object]:
        """Close the document."""
        return self.show(replace(session, opened=None))

    def clear(self, session: Session) -> list[object]:
        """Forget the conversation."""
        return self.show(Session(session.language))

    def speak(self, language: str, session: Session) -> list[object]:
        """Change the language of the interface."""
        chosen = Language(language)
        return [gr.update(label=say(chosen, "language.label")), *self.show(replace(session, language=chosen))]

    def show(
        self, session: Session, pending: str | None = None, notice: str = "", typed: str | None = None
    ) -> list[object]:
        """The session and the values of everything on the page that depends on it, in the order of `build_page`.

        ``pending`` is a question being answered, ``typed`` replaces what stands in the question box.
        """
        language, idle = session.language, pending is None
        box: dict[str, Any] = {
            "label": say(language, "question.label"),
            "placeholder": say(language, "question.placeholder"),
        }
        if typed is not None:
            box["value"] = typed
        return [
            session,
            conversation(session.turns, language, self.examples, pending, session.recorded),
            notice or self._panel(session),
            gr.update(**box),
            gr.update(value=say(language, "question.send"), interactive=idle),
            gr.update(value=say(language, "conversation.clear"), visible=idle and bool(session.turns)),
            f'<h1>Avots</h1><p lang="{language}">{say(language, "tagline")}</p>',
        ]

    def _panel(self, session: Session) -> str:
        if session.opened is None:
            return ""
        turn, number = session.opened
        answer = session.turns[turn].answer
        citation = next(cited for cited in (*answer.citations, *answer.nearest) if cited.number == number)
        short = next((item for item in answer.short_answers if item.citation == number), None)
        inside = Span(short.start, short.end) if short else None
        return self._document(citation, inside, session.language)

    def _document(self, citation: Citation, short: Span | None, language: Language) -> str:
        try:
            document = self.assistant.index.document(citation.document)
            citation.verify(document)
        except (DocumentNotFound, ValueError):
            return notice_panel(say(language, "citation.changed"), language)
        return document_panel(document, Span(citation.start, citation.end), short, language)


def build_page(chat: Chat) -> gr.Blocks:
    """Lay the page out and connect it to ``chat``."""
    language = chat.language or Language.LATVIAN
    script = files("ui").joinpath("page.js").read_text("utf-8")
    page = gr.Blocks(title="Avots", analytics_enabled=False)
    with page:
        session = gr.State(Session(language))
        with gr.Row(elem_id="header"):
            banner = gr.HTML(elem_id="banner", js_on_load=None)
            clear = gr.Button(elem_id="clear", visible=False, size="sm", scale=0)
            choices = [(name, str(code)) for code, name in _NAMES.items()]
            speech = gr.Radio(choices, value=str(language), elem_id="language", container=False, scale=0)
        with gr.Row(elem_id="body"):
            with gr.Column(elem_id="talk"):
                talk = gr.HTML(elem_id="conversation", js_on_load=script)
                with gr.Row(elem_id="ask"):
                    question = gr.Textbox(elem_id="question", lines=1, max_lines=4, autofocus=True, scale=1)
                    send = gr.Button(variant="primary", elem_id="send", scale=0, min_width=96)
            panel = gr.HTML(elem_id="document", js_on_load=script)
        shown = [session, talk, panel, question, send, clear, banner]
        _connect(page, chat, shown, speech)
    return page


def _connect(page: gr.Blocks, chat: Chat, shown: list[Any], speech: gr.Radio) -> None:
    session, talk, panel, question, send, clear, _ = shown
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_id": "assistant"}
    page.load(chat.greet, None, [speech, *shown], **quiet)
    gr.on([question.submit, send.click], chat.ask, [question, session], shown, **quiet)
    talk.example(chat.ask_example, session, shown, **quiet)
    talk.cite(chat.cite, session, shown, **quiet)
    talk.wrong(chat.reject, session, shown, **quiet)
    panel.close(chat.close, session, shown, **quiet)
    clear.click(chat.clear, session, shown, **quiet)
    speech.input(chat.speak, [speech, session], [speech, *shown], **quiet)


def application(page: gr.Blocks) -> FastAPI:
    """The page as a web application that answers to loopback names only."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Confined)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    theme = gr.themes.Default(font=_SANS, font_mono=_MONO, primary_hue="teal", neutral_hue="slate")
    style = files("ui").joinpath("page.css").read_text("utf-8")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme,
        css=style,
    )
    return mounted


class _Confined:
    """Adds the content security policy to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def confine(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", _POLICY.encode("ascii"))]
            await send(message)

        await self.app(scope, receive, confine)


def _preferred(accepted: str) -> Language:
    """The first language of an Accept-Language header that the interface speaks, otherwise English."""
    for part in accepted.lower().split(","):
        code = part.strip()[:2]
        if code in set(Language):
            return Language(code)
    return Language.ENGLISH
