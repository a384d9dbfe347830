"""An HTTP server for this machine alone, in a thread: that of the sandbox and of the preview."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from migrate.errors import MigrateError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
HOSTS = (LOOPBACK, "localhost")  # what a browser on this machine may call it
PATIENCE = 5  # seconds that requests under way are given when the server stops


class Server:
    """Listens on loopback only. `app` makes what answers from the URL; `closed` is called at the end."""

    def __init__(self, app: Callable[[str], ASGIApp], port: int, closed: Callable[[], None]) -> None:
        self._socket = _listen(port)
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        self._closed = closed
        config = uvicorn.Config(
            app(self.url),
            log_config=None,
            log_level="critical",  # of bytes that are no request it would tell the terminal
            access_log=False,
            lifespan="off",
            http="h11",
            ws="none",
            loop="asyncio",
            timeout_graceful_shutdown=PATIENCE,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def start(self) -> None:
        """Returns once requests are answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(0.005)

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.should_exit = True
            self._thread.join(2 * PATIENCE)
        self._socket.close()
        self._closed()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def is_local(host: str | None) -> bool:
    """Whether a request names this machine: a web page elsewhere must not read it by pointing its own name here."""
    return host in HOSTS


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio switches off the delaying of small packets only where it reads it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise MigrateError(
            f"port {port} on {LOOPBACK} cannot be used ({error}); perhaps another preview or sandbox has it."
            " Stop that one, or choose another with --port"
        ) from None
    return listener
