"""What administrators do to accounts: activate, suspend, rename, anonymize, merge, delete."""

from __future__ import annotations

import re
import secrets

from . import dates, names
from .accounts import taken
from .answers import Answer, done, invalid_access, not_found, ok, unprocessable
from .calls import Call
from .cooking import cook
from .members import by_id, named, post_count
from .posts import recount
from .routes import route
from .store import Row
from .topic_edits import trash

NOBODY = 0  # stands where a post's author is gone
ANONYMIZED = "@anonymized.invalid"


@route("PUT", "/admin/users/{id}/activate")
def activate(call: Call) -> Answer:
    call.site.store.update("users", by_id(call)["id"], active=1)
    return done()


@route("PUT", "/admin/users/{id}/deactivate")
def deactivate(call: Call) -> Answer:
    call.site.store.update("users", by_id(call)["id"], active=0)
    return done()


@route("PUT", "/admin/users/{id}/trust_level")
def trust_level(call: Call) -> Answer:
    level = call.number("level")
    if level is None or not 0 <= level <= 4:
        raise unprocessable("Invalid trust level")
    call.site.store.update("users", by_id(call)["id"], trust_level=level)
    return done()


@route("PUT", "/admin/users/{id}/suspend")
def suspend(call: Call) -> Answer:
    user, now = by_id(call), dates.now()
    try:
        until = dates.parse(call.required("suspend_until"))
    except dates.ImpossibleDateError:
        until = None
    call.site.store.update("users", user["id"], suspended_at=now, suspended_till=until or now)
    suspension = {"suspended_till": dates.iso(until or now), "suspended_at": dates.iso(now)}
    return ok({"suspension": suspension | {"suspend_reason": call.text("reason")}})


@route("PUT", "/admin/users/{id}/unsuspend")
def unsuspend(call: Call) -> Answer:
    call.site.store.update("users", by_id(call)["id"], suspended_at=None, suspended_till=None)
    return ok({"suspension": {"suspended_till": None, "suspended_at": None}})


@route("DELETE", "/admin/users/{id}", "users:delete")
def delete(call: Call) -> Answer:
    """Only without posts, unless they are to go as well. What is left of deleted ones belongs to nobody then."""
    user, store = by_id(call), call.site.store
    if user["admin"]:
        raise invalid_access()
    if call.true("delete_posts"):
        _delete_posts(call, user)
    elif post_count(call, user["id"]):
        message = f"Can't delete user {user['username']} because they have posts."
        return ok({"deleted": False, "message": message}, 403)
    for table, column in (("posts", "user_id"), ("topics", "user_id"), ("topics", "last_post_user_id")):
        store.run(f"UPDATE {table} SET {column} = {NOBODY} WHERE {column} = ?", user["id"])  # noqa: S608 - only our own words are put in
    store.run("DELETE FROM users WHERE id = ?", user["id"])
    return ok({"deleted": True})


def _delete_posts(call: Call, user: Row) -> None:
    store, now = call.site.store, dates.now()
    own = "SELECT id FROM topics WHERE user_id = ? AND deleted_at IS NULL"
    for topic in store.all(own, user["id"]):
        trash(call, topic["id"])
    topics = store.all("SELECT DISTINCT topic_id FROM posts WHERE user_id = ? AND deleted_at IS NULL", user["id"])
    sql = "UPDATE posts SET deleted_at = ?, deleted_by = ? WHERE user_id = ? AND deleted_at IS NULL"
    store.run(sql, now, call.member()["id"], user["id"])
    for topic in topics:
        recount(call, topic["topic_id"])


@route("PUT", "/admin/users/{id}/anonymize", "users:anonymize")
def anonymize(call: Call) -> Answer:
    user, store = by_id(call), call.site.store
    address = store.value("SELECT email_lower FROM user_emails WHERE user_id = ?", user["id"]) or ""
    if user["admin"] or user["moderator"] or address.endswith(ANONYMIZED):
        raise invalid_access()
    name = f"anon{secrets.randbelow(10**9):09d}"
    store.update("users", user["id"], username=name, username_lower=name, name="", avatar_id=None, staged=0)
    store.run("DELETE FROM user_emails WHERE user_id = ?", user["id"])
    store.insert("user_emails", email=name + ANONYMIZED, email_lower=name + ANONYMIZED, user_id=user["id"])
    _rename_in_posts(call, user["username"], name)
    return ok({"success": "OK", "username": name})


@route("POST", "/admin/users/{id}/merge")
def merge(call: Call) -> Answer:
    """Discourse does it a moment later; here it is done when the answer is there."""
    user, store = by_id(call), call.site.store
    target = store.one("SELECT * FROM users WHERE username_lower = ?", call.required("target_username").lower())
    if target is None or target["id"] == user["id"]:
        raise not_found()
    if user["admin"] or user["moderator"]:
        raise invalid_access()
    for table, column in (
        ("posts", "user_id"),
        ("posts", "reply_to_user_id"),
        ("topics", "user_id"),
        ("topics", "last_post_user_id"),
        ("uploads", "user_id"),
        ("permalinks", "user_id"),
    ):
        store.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", target["id"], user["id"])  # noqa: S608 - only our own words are put in
    store.run("UPDATE OR IGNORE group_users SET user_id = ? WHERE user_id = ?", target["id"], user["id"])
    store.run("UPDATE user_emails SET user_id = ?, is_primary = 0 WHERE user_id = ?", target["id"], user["id"])
    store.run("DELETE FROM users WHERE id = ?", user["id"])
    _rename_in_posts(call, user["username"], target["username"])
    return done()


@route("PUT", "/u/{name}/preferences/username")
def rename(call: Call) -> Answer:
    user, new = named(call), call.required("new_username")
    if not (call.staff or call.member()["id"] == user["id"]):
        raise invalid_access()
    wrong = names.errors(new, call.site.settings)
    if taken(call, new, user["id"]):
        wrong.append("must be unique")
    if wrong:
        raise unprocessable(*(f"Username {words}" for words in wrong))
    call.site.store.update("users", user["id"], username=new, username_lower=new.lower())
    _rename_in_posts(call, user["username"], new)
    return ok({"id": user["id"], "username": new})


def _rename_in_posts(call: Call, old: str, new: str) -> None:
    """Quotes and mentions follow a new name, without a revision of the posts they stand in."""
    store, name = call.site.store, re.escape(old)
    quoted = re.compile(rf"(\[quote\s*=\s*[\"']?){name}(?=[,\"'\]])", re.IGNORECASE)
    mentioned = re.compile(rf"(?<![\w@`/])@{name}(?![\w.-]*\w)", re.IGNORECASE)
    for row in store.all("SELECT id, raw FROM posts WHERE instr(lower(raw), ?)", old.lower()):
        raw = quoted.sub(lambda match: match[1] + new, row["raw"])
        raw = mentioned.sub(f"@{new}", raw)
        if raw != row["raw"]:
            store.update("posts", row["id"], raw=raw, cooked=cook(call.site, raw))
