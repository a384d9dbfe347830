"""The preview on loopback: pages, and the files of posts. Requests are answered one after another."""

from __future__ import annotations

import re
import sqlite3
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response

from migrate.errors import MigrateError
from migrate.loopback import Server, is_local
from migrate.pages import web
from migrate.preview import files, findings, source
from migrate.preview.forum import PlannedForum
from migrate.preview.watch import Preview

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# Gives the page at a path (percent-decoded, no slash at its end) for a query; None: it is none of these.
Room = Callable[[PlannedForum, str, Mapping[str, str]], web.Page | None]
ROOMS: tuple[Room, ...] = (web.page, source.page, findings.page)
_FILE = re.compile(r"/files/([0-9a-f]{64})(?:/.*)?", re.DOTALL)


def make_app(preview: Preview) -> ASGIApp:
    """The ASGI application that shows it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await answer(preview, Request(scope))(scope, receive, send)

    return app


def answer(preview: Preview, request: Request) -> Response:
    """What a browser gets."""
    if not _is_for_us(request):
        return PlainTextResponse("Bad Request: open the preview by the address that the terminal shows.", 400)
    if request.method not in ("GET", "HEAD"):
        return PlainTextResponse("There is nothing to send here.", 405, {"Allow": "GET, HEAD"})
    try:
        with preview.forum() as forum:
            return _found(forum, "/" + request.scope["path"].strip("/"), dict(request.query_params))
    except sqlite3.Error as error:
        return PlainTextResponse(f"The archive cannot be read now ({error}). Reload this page in a while.", 503)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
        return PlainTextResponse(f"Internal error: {place}. Please report this line with the address.", 500)


def _is_for_us(request: Request) -> bool:
    try:
        return is_local(urlsplit(f"//{request.headers.get('host', '')}").hostname)
    except ValueError:
        return False


def _found(forum: PlannedForum, path: str, query: Mapping[str, str]) -> Response:
    if match := _FILE.fullmatch(path):
        return _file(forum, match[1])
    found = next((page for room in ROOMS if (page := room(forum, path, query))), None) or web.missing(forum)
    if found.location:
        return RedirectResponse(found.location, found.status)
    return Response(found.html.encode("utf-8", "replace"), found.status, dict(web.HEADERS), "text/html; charset=utf-8")


def _file(forum: PlannedForum, sha256: str) -> Response:
    file = forum.file(sha256)
    if file is None:
        return PlainTextResponse("There is no such file.", 404)
    kind = "inline" if file.is_shown else "attachment"
    return FileResponse(
        file.path, 200, files.HEADERS, file.media_type, filename=file.name, content_disposition_type=kind
    )


def serve(preview: Preview, *, port: int, ready: Callable[[str], None]) -> None:
    """Show it until Ctrl-C. `ready` is told the URL once it listens. Raises MigrateError where the port is taken."""
    try:
        server = Server(lambda _: make_app(preview), port, preview.close)
    except MigrateError:
        preview.close()
        raise
    try:
        server.start()
        ready(server.url)
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
