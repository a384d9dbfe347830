"""Finding users, and what administrators do to them."""

from __future__ import annotations

import secrets

from . import dates, names
from .accounts import taken
from .answers import Answer, Json, done, failed, invalid_access, not_found, ok, refused, unprocessable
from .calls import Call
from .cooking import avatar
from .routes import route
from .store import Row

PAGE = 100


@route("GET", "/session/current", "users:show")
def current(call: Call) -> Answer:
    if call.user is None:
        raise not_found()
    return ok({"current_user": _public(call, call.user)})


@route("GET", "/u/check_username", "users:show")
def check_username(call: Call) -> Answer:
    name = call.text("username") or ""
    if errors := names.errors(name, call.site.settings):
        return ok({"errors": errors})
    if not taken(call, name) and not names.reserved(name, call.site.settings):
        return ok({"available": True, "is_developer": False})
    number = 1
    while taken(call, f"{name}{number}"):
        number += 1
    return ok({"available": False, "suggestion": f"{name}{number}"})


@route("GET", "/u/{name}", "users:show")
def show(call: Call) -> Answer:
    return ok({"user": _public(call, _named(call))})


@route("GET", "/u/{name}/emails", "users:check_emails")
def emails(call: Call) -> Answer:
    if not call.admin:
        raise invalid_access()
    return ok(_emails(call, _named(call)["id"]))


@route("GET", "/admin/users/list/{kind}", "users:list")
@route("GET", "/admin/users", "users:list")
def listing(call: Call) -> Answer:
    sql, values = "SELECT * FROM users", []
    if email := call.text("email"):
        sql += " WHERE id IN (SELECT user_id FROM user_emails WHERE email_lower = ?)"
        values.append(email.strip().lower())
    elif words := call.text("filter"):
        sql += " WHERE instr(username_lower, ?) OR instr(lower(name), ?)"
        sql += " OR id IN (SELECT user_id FROM user_emails WHERE instr(email_lower, ?))"
        values += [words.lower()] * 3
    first = PAGE * (max(1, call.number("page") or 1) - 1)
    rows = call.site.store.all(f"{sql} ORDER BY id LIMIT {PAGE} OFFSET ?", *values, first)
    shown = call.true("show_emails")
    return ok([_listed(call, row) | (_emails(call, row["id"]) if shown or row["staged"] else {}) for row in rows])


@route("GET", "/admin/users/{id}", "users:show")
def admin_show(call: Call) -> Answer:
    return ok(_listed(call, _by_id(call)))


@route("PUT", "/admin/users/{id}/activate")
def activate(call: Call) -> Answer:
    call.site.store.update("users", _by_id(call)["id"], active=1)
    return done()


@route("PUT", "/admin/users/{id}/deactivate")
def deactivate(call: Call) -> Answer:
    call.site.store.update("users", _by_id(call)["id"], active=0)
    return done()


@route("PUT", "/admin/users/{id}/trust_level")
def trust_level(call: Call) -> Answer:
    level = call.number("level")
    if level is None or not 0 <= level <= 4:
        raise unprocessable("Invalid trust level")
    call.site.store.update("users", _by_id(call)["id"], trust_level=level)
    return done()


@route("PUT", "/admin/users/{id}/suspend")
def suspend(call: Call) -> Answer:
    user, now = _by_id(call), dates.now()
    try:
        until = dates.parse(call.required("suspend_until"))
    except dates.ImpossibleDateError:
        until = None
    call.site.store.update("users", user["id"], suspended_at=now, suspended_till=until or now)
    suspension = {"suspended_till": dates.iso(until or now), "suspended_at": dates.iso(now)}
    return ok({"suspension": suspension | {"suspend_reason": call.text("reason")}})


@route("PUT", "/admin/users/{id}/unsuspend")
def unsuspend(call: Call) -> Answer:
    call.site.store.update("users", _by_id(call)["id"], suspended_at=None, suspended_till=None)
    return ok({"suspension": {"suspended_till": None, "suspended_at": None}})


@route("DELETE", "/admin/users/{id}", "users:delete")
def delete(call: Call) -> Answer:
    user, store = _by_id(call), call.site.store
    if _post_count(call, user["id"]) and not call.true("delete_posts"):
        message = f"Can't delete user {user['username']} because they have posts."
        return ok({"deleted": False, "message": message}, 403)
    store.run("UPDATE posts SET deleted_at = ? WHERE user_id = ? AND deleted_at IS NULL", dates.now(), user["id"])
    store.run("UPDATE topics SET deleted_at = ? WHERE user_id = ? AND deleted_at IS NULL", dates.now(), user["id"])
    store.run("DELETE FROM users WHERE id = ?", user["id"])
    return ok({"deleted": True})


@route("PUT", "/admin/users/{id}/anonymize", "users:anonymize")
def anonymize(call: Call) -> Answer:
    user, store = _by_id(call), call.site.store
    name = f"anon{secrets.randbelow(10**9):09d}"
    store.update("users", user["id"], username=name, username_lower=name, name="", avatar_id=None, staged=0)
    store.run("DELETE FROM user_emails WHERE user_id = ?", user["id"])
    store.insert(
        "user_emails", email=f"{name}@anonymized.invalid", email_lower=f"{name}@anonymized.invalid", user_id=user["id"]
    )
    return ok({"success": "OK", "username": name})


@route("POST", "/admin/users/{id}/merge")
def merge(call: Call) -> Answer:
    user, store = _by_id(call), call.site.store
    target = store.one("SELECT * FROM users WHERE username_lower = ?", call.required("target_username").lower())
    if target is None or target["id"] == user["id"]:
        raise not_found()
    for table, column in (
        ("posts", "user_id"),
        ("posts", "reply_to_user_id"),
        ("topics", "user_id"),
        ("topics", "last_post_user_id"),
        ("uploads", "user_id"),
    ):
        store.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", target["id"], user["id"])  # noqa: S608 - only our own words are put in
    store.run("UPDATE user_emails SET user_id = ?, is_primary = 0 WHERE user_id = ?", target["id"], user["id"])
    store.run("DELETE FROM users WHERE id = ?", user["id"])
    return done()


@route("PUT", "/u/{name}/preferences/username")
def rename(call: Call) -> Answer:
    user, new = _named(call), call.required("new_username")
    if not (call.staff or call.member()["id"] == user["id"]):
        raise invalid_access()
    wrong = names.errors(new, call.site.settings)
    if wrong or taken(call, new, user["id"]):
        raise unprocessable(*(wrong or ["must be unique"]))
    call.site.store.update("users", user["id"], username=new, username_lower=new.lower())
    return ok({"id": user["id"], "username": new})


@route("PUT", "/u/{name}/preferences/avatar/pick")
def pick_avatar(call: Call) -> Answer:
    user, kind = _named(call), call.text("type")
    if not (call.staff or call.member()["id"] == user["id"]):
        raise invalid_access()
    if kind not in ("uploaded", "custom", "gravatar", "system"):
        raise failed()
    upload_id = call.number("upload_id") if kind in ("uploaded", "custom") else None
    if upload_id is not None and call.site.store.one("SELECT 1 FROM uploads WHERE id = ?", upload_id) is None:
        raise refused(422, "That upload does not exist.")
    call.site.store.update("users", user["id"], avatar_id=upload_id)
    return done()


@route("GET", "/notifications", "notifications:read")
def notifications(call: Call) -> Answer:
    sql = "SELECT * FROM notifications WHERE user_id = ? ORDER BY id DESC LIMIT 60"
    rows = call.site.store.all(sql, call.member()["id"])
    items = [
        {
            "id": row["id"],
            "notification_type": row["type"],
            "read": False,
            "created_at": dates.iso(row["created_at"]),
            "post_number": row["post_number"],
            "topic_id": row["topic_id"],
        }
        for row in rows
    ]
    return ok({"notifications": items, "total_rows_notifications": len(items)})


def _named(call: Call) -> Row:
    row = call.site.store.one("SELECT * FROM users WHERE username_lower = ?", call.place["name"].lower())
    if row is None:
        raise not_found()
    return row


def _by_id(call: Call) -> Row:
    row = call.site.store.one("SELECT * FROM users WHERE id = ?", call.place_id())
    if row is None:
        raise not_found()
    return row


def _public(call: Call, user: Row) -> Json:
    return {
        "id": user["id"],
        "username": user["username"],
        "name": user["name"],
        "avatar_template": avatar(call.site, user["username"], user["avatar_id"]),
        "admin": bool(user["admin"]),
        "moderator": bool(user["moderator"]),
        "trust_level": user["trust_level"],
        "created_at": dates.iso(user["created_at"]),
        "staged": bool(user["staged"]),
    }


def _listed(call: Call, user: Row) -> Json:
    shape = _public(call, user) | {
        "active": bool(user["active"]),
        "approved": bool(user["approved"]),
        "last_seen_at": None,
        "days_visited": 0,
        "posts_read_count": 0,
        "topics_entered": 0,
        "post_count": _post_count(call, user["id"]),
    }
    if user["suspended_at"] is not None:
        shape |= {"suspended_at": dates.iso(user["suspended_at"]), "suspended_till": dates.iso(user["suspended_till"])}
    return shape


def _emails(call: Call, user_id: int) -> Json:
    rows = call.site.store.all("SELECT email, is_primary FROM user_emails WHERE user_id = ? ORDER BY email", user_id)
    first = next((row["email"] for row in rows if row["is_primary"]), None)
    others = [row["email"] for row in rows if not row["is_primary"]]
    return {"email": first, "secondary_emails": others, "unconfirmed_emails": [], "associated_accounts": []}


def _post_count(call: Call, user_id: int) -> int:
    count: int = call.site.store.value("SELECT count(*) FROM posts WHERE user_id = ? AND deleted_at IS NULL", user_id)
    return count
