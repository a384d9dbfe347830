"""The HTTP server of a sandbox, in a thread."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn

from migrate.errors import MigrateError

from .app import make_app
from .faults import Faults
from .site import Site

LOOPBACK = "127.0.0.1"
PATIENCE = 5  # seconds that requests under way are given when the server stops


class Server:
    """Listens on loopback only. It owns the site, and closes it."""

    def __init__(self, site: Site, port: int, faults: Faults | None = None) -> None:
        self._socket = _listen(port)
        self.url = f"http://{LOOPBACK}:{self._socket.getsockname()[1]}"
        self._site = site
        site.base_url = self.url
        config = uvicorn.Config(
            make_app(site, faults),
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="none",
            loop="asyncio",
            timeout_graceful_shutdown=PATIENCE,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)

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
        self._site.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio switches off the delaying of small packets only where it reads it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise MigrateError(f"port {port} on {LOOPBACK} cannot be used ({error}); choose another with --port") from None
    return listener
