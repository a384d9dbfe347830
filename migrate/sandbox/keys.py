"""API keys with fewer rights than the sandbox's own."""

from __future__ import annotations

import json
import secrets

from . import dates
from .answers import Answer, Json, not_found, ok
from .calls import Call
from .routes import route, scopes
from .site import add_key
from .store import Row


@route("POST", "/admin/api/keys", admin=True)
def create(call: Call) -> Answer:
    asked, store, user_id = call.part("key"), call.site.store, None
    if name := asked.get("username"):
        user_id = store.value("SELECT id FROM users WHERE username_lower = ?", str(name).lower())
        if user_id is None:
            raise not_found()
    listed = asked.get("scopes")
    scopes = [item["scope_id"] for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    key = secrets.token_hex(32)
    description = str(asked.get("description") or "")
    key_id = add_key(store, key, description=description, user_id=user_id, scopes=json.dumps(scopes))
    return ok({"key": _shape(call, key_id) | {"key": key}})


@route("GET", "/admin/api/keys", admin=True)
def listing(call: Call) -> Answer:
    rows = call.site.store.all("SELECT id FROM api_keys ORDER BY id")
    return ok({"keys": [_shape(call, row["id"]) for row in rows]})


@route("GET", "/admin/api/keys/scopes", admin=True)
def list_scopes(call: Call) -> Answer:
    """What a limited key may be given, by what it is about, with the addresses each part opens."""
    found: dict[str, list[Json]] = {"global": [{"scope_id": "global:read", "key": "read", "name": "read", "urls": []}]}
    for name, urls in scopes().items():
        about, _, key = name.partition(":")
        entry = {"scope_id": name, "key": key, "name": key.replace("_", " "), "parameters": None, "urls": urls}
        found.setdefault(about, []).append(entry)
    return ok({"scopes": found})


@route("GET", "/admin/api/keys/{id}", admin=True)
def show(call: Call) -> Answer:
    return ok({"key": _shape(call, _key(call)["id"])})


@route("POST", "/admin/api/keys/{id}/revoke", admin=True)
def revoke(call: Call) -> Answer:
    row = _key(call)
    call.site.store.update("api_keys", row["id"], revoked_at=dates.now())
    return ok({"key": _shape(call, row["id"])})


@route("DELETE", "/admin/api/keys/{id}", admin=True)
def delete(call: Call) -> Answer:
    row = _key(call)
    call.site.store.run("DELETE FROM api_keys WHERE id = ?", row["id"])
    return ok({"success": "OK"})


def _key(call: Call) -> Row:
    row = call.site.store.one("SELECT * FROM api_keys WHERE id = ?", call.place_id())
    if row is None:
        raise not_found()
    return row


def _shape(call: Call, key_id: int) -> Json:
    sql = (
        "SELECT api_keys.*, username FROM api_keys LEFT JOIN users ON users.id = api_keys.user_id WHERE api_keys.id = ?"
    )
    row = call.site.store.one(sql, key_id)
    if row is None:
        raise not_found()
    return {
        "id": row["id"],
        "truncated_key": row["truncated"],
        "description": row["description"],
        "last_used_at": None,
        "created_at": dates.iso(row["created_at"]),
        "updated_at": dates.iso(row["revoked_at"] or row["created_at"]),
        "revoked_at": dates.iso(row["revoked_at"]),
        "user": {"id": row["user_id"], "username": row["username"]} if row["user_id"] is not None else None,
        "api_key_scopes": [_scope(name) for name in json.loads(row["scopes"])],
    }


def _scope(name: str) -> Json:
    about, _, action = name.partition(":")
    return {"resource": about, "action": action, "key": action, "urls": scopes().get(name, [])}
