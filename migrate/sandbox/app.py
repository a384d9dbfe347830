"""From HTTP to an endpoint and back."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from migrate.loopback import is_local

from . import auth, browse, endpoints
from .answers import Answer, Json, RefusalError, html, not_found, rails, server_error
from .calls import Call, File, nest, read_json
from .faults import Faults, HangUp, hang_up
from .routes import find
from .site import Site

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MAX_BODY = 64 * 1024 * 1024  # bytes; a web server in front of a real Discourse stops far earlier
log = logging.getLogger("migrate.sandbox")
endpoints.register()


def make_app(site: Site, url: str, faults: Faults | None = None) -> ASGIApp:
    """The ASGI application of one forum at `url`; `faults` has a say in every request."""
    site.base_url = url

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        try:
            answer = await _answer(site, request, faults)
        except ClientDisconnect:
            return
        except HangUp as end:
            await hang_up(end.answer, receive, send)
            return
        response = Response(answer.body, answer.status, {"X-Content-Type-Options": "nosniff"} | answer.headers)
        if answer.content_type:
            response.headers["Content-Type"] = answer.content_type
        await response(scope, receive, send)

    return app


async def _answer(site: Site, request: Request, faults: Faults | None) -> Answer:
    try:
        if not is_local(request.url.hostname):
            raise rails(400, "Bad Request")
        call = await _read(site, request)
    except RefusalError as refusal:
        return refusal.answer
    except (HTTPException, MultiPartException, ValueError):
        return rails(400, "Bad Request").answer
    # Requests are answered one after another on this one thread: the storage needs no lock, and racing is decided here.
    answer = await faults.answer(call, respond) if faults else respond(call)
    if call.user is not None:
        answer.headers["X-Discourse-Username"] = call.user["username"]
    if site.read_only:
        answer.headers["Discourse-Readonly"] = "true"
    return answer


def respond(call: Call) -> Answer:
    """Answer one request; what it changes is kept as a whole or, when it is refused, not at all."""
    try:
        with call.site.store.transaction():
            return _dispatch(call)
    except RefusalError as refusal:
        return refusal.answer
    except sqlite3.OperationalError as error:  # the disk is full, the file was taken away
        log.error("%s %s failed: %s", call.method, call.path, error)
        return server_error().answer
    except Exception:
        log.exception("%s %s failed", call.method, call.path)
        return server_error().answer


def _dispatch(call: Call) -> Answer:
    call.site.limits.arrive(call.client)
    found = find(call.method, call.path)
    auth.identify(call, found[0] if found else None)
    auth.admit(call)
    if not call.as_json and (page := browse.page(call)):
        return page
    if found is None:
        raise not_found()
    call.place = found[1]
    auth.allow(call, found[0])
    return found[0].endpoint(call)


async def _read(site: Site, request: Request) -> Call:
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise RefusalError(html("<html><body><h1>413 Request Entity Too Large</h1></body></html>", 413))
    method = "GET" if request.method == "HEAD" else request.method
    path = "/" + request.url.path.strip("/")
    accept = request.headers.get("accept", "")
    body, files = await _body(request) if method != "GET" else ({}, {})
    return Call(
        site=site,
        method=method,
        path=path.removesuffix(".json"),
        params=nest(parse_qsl(request.url.query, keep_blank_values=True)) | body,
        headers={name.lower(): value for name, value in request.headers.items()},
        client=request.client.host if request.client else "",
        raw_path=request.scope.get("raw_path", b"").decode("latin-1"),
        query=request.url.query,
        files=files,
        path_ends_in_json=path.endswith(".json"),
        as_json=method != "GET" or path.endswith(".json") or "application/json" in accept,
    )


async def _body(request: Request) -> tuple[Json, dict[str, File]]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return read_json(await _bytes(request)), {}
    if kind.startswith("application/x-www-form-urlencoded"):
        body = (await _bytes(request)).decode("utf-8")
        return nest(parse_qsl(body, keep_blank_values=True, errors="strict")), {}
    if "content-length" not in request.headers:  # or the limit would not hold
        raise rails(411, "Length Required")
    fields, files = [], {}
    async with request.form(max_files=20, max_part_size=MAX_BODY) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = File(value.filename or "", await value.read())
            else:
                fields.append((name, value))
    return nest(fields), files


async def _bytes(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise RefusalError(html("<html><body><h1>413 Request Entity Too Large</h1></body></html>", 413))
        parts.append(part)
    return b"".join(parts)
