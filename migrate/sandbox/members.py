"""Finding users, and how they are shown."""

from __future__ import annotations

from . import dates, names
from .accounts import taken
from .answers import Answer, Json, done, failed, invalid_access, not_found, ok, refused
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
    return ok({"user": _public(call, named(call))})


@route("GET", "/u/{name}/emails", "users:check_emails")
def emails(call: Call) -> Answer:
    if not call.admin:
        raise invalid_access()
    return ok(_emails(call, named(call)["id"]))


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
    return ok(_listed(call, by_id(call)))


@route("PUT", "/u/{name}/preferences/avatar/pick")
def pick_avatar(call: Call) -> Answer:
    user, kind = named(call), call.text("type")
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


def named(call: Call) -> Row:
    """The user that the path names; RefusalError (404) if there is none."""
    row = call.site.store.one("SELECT * FROM users WHERE username_lower = ?", call.place["name"].lower())
    if row is None:
        raise not_found()
    return row


def by_id(call: Call) -> Row:
    """As above, by the number in the path."""
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
        "post_count": post_count(call, user["id"]),
    }
    if user["suspended_at"] is not None:
        shape |= {"suspended_at": dates.iso(user["suspended_at"]), "suspended_till": dates.iso(user["suspended_till"])}
    return shape


def _emails(call: Call, user_id: int) -> Json:
    rows = call.site.store.all("SELECT email, is_primary FROM user_emails WHERE user_id = ? ORDER BY email", user_id)
    first = next((row["email"] for row in rows if row["is_primary"]), None)
    others = [row["email"] for row in rows if not row["is_primary"]]
    return {"email": first, "secondary_emails": others, "unconfirmed_emails": [], "associated_accounts": []}


def post_count(call: Call, user_id: int) -> int:
    """How many posts of a user can be read; those in deleted topics cannot."""
    sql = (
        "SELECT count(*) FROM posts JOIN topics ON topics.id = topic_id "
        "WHERE posts.user_id = ? AND posts.deleted_at IS NULL AND topics.deleted_at IS NULL"
    )
    count: int = call.site.store.value(sql, user_id)
    return count
