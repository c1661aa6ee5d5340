"""Serve a web application on the loopback interface until the user stops it."""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from index.errors import AvotsError
from ui.messages import Language, say

__all__ = ["HOST", "claim", "serve"]

HOST = "127.0.0.1"


def claim(port: int, language: Language) -> socket.socket:
    """A socket listening on ``port`` (0 for any free one); AvotsError, naming another port, when it cannot be had."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except (OSError, OverflowError) as error:
        bound.bind((HOST, 0))
        other = bound.getsockname()[1]
        bound.close()
        problem = error.strerror if isinstance(error, OSError) else error
        raise AvotsError(say(language, "page.port_taken", port=port, problem=problem, other=other)) from error
    bound.listen()
    return bound


def serve(app: ASGIApp, bound: socket.socket, ready: Callable[[str], None]) -> None:
    """Answer requests on ``bound`` until interrupted; ``ready`` is told the address as soon as it answers."""
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    address = f"http://{HOST}:{bound.getsockname()[1]}"
    with suppress(KeyboardInterrupt):  # uvicorn has shut down in good order and passes the signal on
        _Server(config, lambda: ready(address)).run(sockets=[bound])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # An open page holds a stream that never ends; cutting it is no error, though uvicorn logs a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
