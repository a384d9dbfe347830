"""Who a request acts as, and whether its key reaches what it asks for."""

from __future__ import annotations

import json

from . import dates
from .answers import BAD_KEY, RefusalError, invalid_access, not_found, refused, text
from .calls import Call, leading_int
from .routes import Route
from .site import digest
from .store import Row

HIDDEN = ("/admin/", "/tag_groups")
BACKUPS = "/admin/backups"  # where read-only mode is switched, therefore open in it
OPEN = ("/site/basic-info", "/uploads/default/", "/images/")  # for those who are not logged in, whatever is set
READ_ONLY = "The site is in read only mode. You may continue to browse, but changes are disabled for now."


def identify(call: Call, route: Route | None) -> None:
    """Set the call's key and user; RefusalError for a bad key, name or scope, and for writing without any."""
    sent = call.headers.get("api-key")
    if sent is None:
        if call.method != "GET":
            raise RefusalError(text('["BAD CSRF"]', 403))
        return
    key = call.site.store.one("SELECT * FROM api_keys WHERE digest = ? AND revoked_at IS NULL", digest(sent))
    user = _acting_user(call, key) if key else None
    if key is None or user is None or not _in_scope(key, route):
        raise _refusal(call, BAD_KEY)
    if not user["active"] or (user["suspended_till"] or 0) > dates.now():
        raise _refusal(call)
    call.key, call.user = key, user
    call.site.limits.ask(call.client)


def admit(call: Call) -> None:
    """RefusalError while the forum takes no changes, or shows itself to members only."""
    if call.site.read_only and call.method != "GET" and not call.path.startswith(BACKUPS):
        raise refused(503, READ_ONLY, error_type="read_only")
    if call.user is None and call.as_json and call.site.settings["login_required"] and not call.path.startswith(OPEN):
        raise refused(403, "You need to be logged in to do that.", error_type="not_logged_in")


def allow(call: Call, route: Route) -> None:
    """Administrators' pages do not exist for others."""
    hidden = call.path.startswith(HIDDEN)
    if hidden and not (call.staff if not route.admin else call.admin):
        raise not_found()
    if route.admin and not call.admin:
        raise invalid_access()


def _acting_user(call: Call, key: Row) -> Row | None:
    store, named = call.site.store, None
    if name := call.headers.get("api-username"):
        named = store.one("SELECT * FROM users WHERE username_lower = ?", name.lower())
    elif number := call.headers.get("api-user-id"):
        named = store.one("SELECT * FROM users WHERE id = ?", leading_int(number))
    elif key["user_id"] is not None:
        named = store.one("SELECT * FROM users WHERE id = ?", key["user_id"])
    if named is None or key["user_id"] not in (None, named["id"]):
        return None
    return named


def _in_scope(key: Row, route: Route | None) -> bool:
    scopes = json.loads(key["scopes"])
    if not scopes:
        return True
    if route is None:
        return False
    return any(scope in route.scopes or (scope == "global:read" and route.method == "GET") for scope in scopes)


def _refusal(call: Call, sentence: str = "") -> RefusalError:
    if call.path.startswith(HIDDEN):
        return not_found()
    refusal = invalid_access(sentence) if sentence else invalid_access()
    if call.method == "GET" and not call.as_json:
        return RefusalError(text(json.loads(refusal.answer.body)["errors"][0], 403))
    return refusal
