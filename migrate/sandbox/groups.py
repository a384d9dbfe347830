"""Groups of users. Their names share one space with those of users."""

from __future__ import annotations

from .accounts import taken
from .answers import Answer, Json, done, invalid_access, not_found, ok, unprocessable
from .calls import Call
from .routes import route
from .store import Row


@route("POST", "/admin/groups", admin=True)
def create(call: Call) -> Answer:
    asked = call.part("group")
    name = str(asked.get("name") or "")
    if not name or taken(call, name):
        raise unprocessable("Name has already been taken" if name else "Name can't be blank")
    group_id = call.site.store.insert("groups", name=name, name_lower=name.lower(), full_name=asked.get("full_name"))
    _add(call, group_id, str(asked.get("usernames") or "").split(","))
    return ok({"basic_group": _shape(call, group_id)})


@route("DELETE", "/admin/groups/{id}", admin=True)
def delete(call: Call) -> Answer:
    group = call.site.store.one("SELECT * FROM groups WHERE id = ?", call.place_id())
    if group is None:
        raise not_found()
    if group["automatic"]:
        raise invalid_access()
    call.site.store.run("DELETE FROM groups WHERE id = ?", group["id"])
    return done()


@route("PUT", "/groups/{id}/members")
def add_members(call: Call) -> Answer:
    if not call.staff:
        raise invalid_access()
    sql = "SELECT 1 FROM group_users JOIN users ON users.id = user_id WHERE group_id = ? AND username_lower = ?"
    wanted = call.items("usernames")
    if any(call.site.store.value(sql, call.place_id(), name.lower()) for name in wanted):
        raise unprocessable("Some of these users are members of this group already.")
    return ok({"success": "OK", "usernames": _add(call, call.place_id(), wanted), "emails": []})


@route("GET", "/groups")
def listing(call: Call) -> Answer:
    rows = call.site.store.all("SELECT id FROM groups ORDER BY id")
    return ok({"groups": [_shape(call, row["id"]) for row in rows]})


@route("GET", "/groups/{name}")
def show(call: Call) -> Answer:
    return ok({"group": _shape(call, _named(call)["id"])})


@route("GET", "/groups/{name}/members")
def members(call: Call) -> Answer:
    sql = (
        "SELECT users.id, username, name FROM users JOIN group_users ON user_id = users.id WHERE group_id = ? "
        "ORDER BY username_lower LIMIT ? OFFSET ?"
    )
    limit, offset = call.number("limit") or 50, call.number("offset") or 0
    rows = call.site.store.all(sql, _named(call)["id"], min(limit, 1000), offset)
    return ok({"members": [dict(row) for row in rows], "meta": {"limit": limit, "offset": offset}})


def _named(call: Call) -> Row:
    row = call.site.store.one("SELECT * FROM groups WHERE name_lower = ?", call.place["name"].lower())
    if row is None:
        raise not_found()
    return row


def _add(call: Call, group_id: int, wanted: list[str]) -> list[str]:
    added = []
    for name in wanted:
        user = call.site.store.one("SELECT * FROM users WHERE username_lower = ?", name.strip().lower())
        if user is not None:
            sql = "INSERT OR IGNORE INTO group_users (group_id, user_id) VALUES (?, ?)"
            call.site.store.run(sql, group_id, user["id"])
            added.append(user["username"])
    return added


def _shape(call: Call, group_id: int) -> Json:
    row = call.site.store.one("SELECT * FROM groups WHERE id = ?", group_id)
    if row is None:
        raise not_found()
    count = call.site.store.value("SELECT count(*) FROM group_users WHERE group_id = ?", group_id)
    facts = {name: row[name] for name in ("id", "name", "full_name")}
    return facts | {"automatic": bool(row["automatic"]), "user_count": count}
