"""The pages that a browser gets, and old addresses that lead to them."""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

from migrate.pages import web

from .answers import HTML_TYPE, Answer, html, redirect
from .auth import OPEN
from .calls import Call
from .forum import SiteForum
from .permalinks import visit
from .routes import find
from .site import digest
from .store import Row

COOKIE = "sandbox"
SIGN_IN = "/session/browse"
LOG_IN = "<!DOCTYPE html><title>Log in</title><p>This forum is for its members only."


def page(call: Call) -> Answer | None:
    """The answer to a request for a page; None when the address is one of the API's after all."""
    if call.path == SIGN_IN:
        return _sign_in(call)
    reader = call.user or _reader(call)
    if reader is None and call.site.settings["login_required"] and not call.path.startswith(OPEN):
        return html(LOG_IN) if call.path == "/login" else redirect("/login", 302)
    forum = SiteForum(call.site, reader)
    if call.path.startswith("/t/external_id/"):
        return Answer(200, web.missing(forum).html.encode(), HTML_TYPE, dict(web.HEADERS))  # so does Discourse
    found = web.page(forum, call.path, {name: call.text(name) or "" for name in ("page", "q", "post")})
    if found is None and find("GET", call.path):
        return None
    if found is None:
        asked = call.raw_path + (f"?{call.query}" if call.query else "")
        if (elsewhere := visit(call, asked)) is not None:
            return elsewhere
        found = web.missing(forum)
    if found.location:
        return redirect(found.location, found.status)
    return Answer(found.status, found.html.encode("utf-8", "replace"), HTML_TYPE, dict(web.HEADERS))


def sign_in_path(key: str) -> str:
    """An address that opens the pages with an administrator's eyes."""
    return f"{SIGN_IN}?pass={_pass(key)}"


def _sign_in(call: Call) -> Answer:
    answer = redirect("/", 303)
    cookie = f"{COOKIE}={call.text('pass') or ''}; Path=/; HttpOnly; SameSite=Strict"
    if _opens(call, call.text("pass") or ""):
        answer.headers["Set-Cookie"] = cookie
    return answer


def _reader(call: Call) -> Row | None:
    """The administrator, for a browser that has signed in; else nobody."""
    try:
        sent = SimpleCookie(call.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    if sent is None or not _opens(call, sent.value):
        return None
    return call.site.store.one("SELECT * FROM users WHERE id = 1")


def _opens(call: Call, sent: str) -> bool:
    key = call.site.store.value("SELECT value FROM meta WHERE name = 'api_key'")
    return secrets.compare_digest(sent.encode(), _pass(key or "").encode())


def _pass(key: str) -> str:
    return digest(f"browse {key}")
