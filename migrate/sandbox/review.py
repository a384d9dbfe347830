"""Posts that must be approved before they exist, and the queue they wait in."""

from __future__ import annotations

import json

from . import dates, guard
from .answers import Answer, Json, RefusalError, invalid_access, invalid_parameters, not_found, ok, unprocessable
from .calls import Call
from .routes import route
from .store import Row

WAITING, REJECTED = 0, 2
NEWCOMERS = 1  # the highest level of trust that approve_post_count asks of
PER_PAGE = 10


def needed(call: Call, new_topic: bool, category_id: int | None) -> bool:
    """Whether the acting user's post must be approved first: staff is exempt, and nothing else."""
    user = call.member()
    if call.staff:
        return False
    if _too_new(call, user) or _untrusted(call, user, new_topic):
        return True
    if user["staged"] and call.site.settings["approve_unless_staged"]:
        return True
    column = "topic_review" if new_topic else "reply_review"
    return bool(call.site.store.value(f"SELECT {column} FROM categories WHERE id = ?", category_id))  # noqa: S608 - only our own words are put in


def _too_new(call: Call, user: Row) -> bool:
    most = call.site.settings["approve_post_count"]
    if not most or user["trust_level"] > NEWCOMERS:
        return False
    written = "SELECT count(*) FROM posts WHERE user_id = ? AND deleted_at IS NULL"
    return bool(call.site.store.value(written, user["id"]) < most)


def _untrusted(call: Call, user: Row, new_topic: bool) -> bool:
    site = call.site
    if site.later and user["staged"]:  # in no group of any level, and not asked for one
        return False
    if not guard.trusted(site, user, "approve_unless_trust_level", "approve_unless_allowed_groups"):
        return True
    asked = ("approve_new_topics_unless_trust_level", "approve_new_topics_unless_allowed_groups")
    return new_topic and not guard.trusted(site, user, *asked)


def nested(call: Call) -> bool:
    """Whether the answer to a creation is to say what was done; 2.9 takes any word for a yes."""
    return call.true("nested_post") if call.site.later else bool(call.text("nested_post"))


def enqueue(call: Call, raw: str, *, topic_id: int | None, category_id: int | None) -> Answer:
    store, now, user_id = call.site.store, dates.now(), call.member()["id"]
    kept = ("raw", "title", "category", "tags", "archetype", "reply_to_post_number")  # no date, no key
    payload = json.dumps({name: call.params[name] for name in kept if name in call.params})
    queue_id = store.insert(
        "review_queue",
        user_id=user_id,
        payload=payload,
        created_at=now,
        topic_id=topic_id,
        category_id=category_id,
    )
    waiting = store.value("SELECT count(*) FROM review_queue WHERE user_id = ? AND status = ?", user_id, WAITING)
    if not nested(call) and not call.site.later:
        return ok(None)
    pending = {"id": queue_id, "raw": raw, "created_at": dates.iso(now)}
    return ok({"action": "enqueued", "success": True, "pending_count": waiting, "pending_post": pending})


@route("GET", "/review")
def listing(call: Call) -> Answer:
    _staff_only(call)
    store, wanted = call.site.store, call.text("status") or "pending"
    condition = {"pending": f"status = {WAITING}", "rejected": f"status = {REJECTED}", "all": "1"}.get(wanted, "0")
    first = max(0, call.number("offset") or 0)
    found = f"FROM review_queue WHERE {condition}"
    rows = store.all(f"SELECT * {found} ORDER BY id LIMIT {PER_PAGE} OFFSET ?", first)
    ids = dict.fromkeys(row["user_id"] for row in rows)
    users = [store.one("SELECT id, username, name FROM users WHERE id = ?", user_id) for user_id in ids]
    meta = {"total_rows_reviewables": store.value(f"SELECT count(*) {found}"), "status": wanted}
    return ok(
        {
            "reviewables": [_shape(row) for row in rows],
            "users": [dict(user) for user in users if user],
            "meta": meta,
        }
    )


@route("GET", "/review/{id}")
def show(call: Call) -> Answer:
    _staff_only(call)
    return ok({"reviewable": _shape(_item(call))})


@route("PUT", "/review/{id}/perform/{action}")
def perform(call: Call) -> Answer:
    """Reject a post that waits. (Approving is for people who look at it.)"""
    _staff_only(call)
    item = _item(call)
    if call.text("version") is None:
        raise unprocessable("The version of the item under review is missing.")
    if call.number("version") != item["version"]:
        raise RefusalError(ok({"errors": ["The item was changed by somebody else meanwhile."]}, 409))
    if call.place["action"] != "reject_post" or item["status"] != WAITING:
        raise invalid_parameters(call.place["action"])
    version = item["version"] + 1
    call.site.store.update("review_queue", item["id"], status=REJECTED, version=version)
    result = {"success": True, "transition_to": "rejected", "transition_to_id": REJECTED, "version": version}
    left = call.site.store.value("SELECT count(*) FROM review_queue WHERE status = ?", WAITING)
    done = result | {"remove_reviewable_ids": [item["id"]], "reviewable_count": left}
    return ok({"reviewable_perform_result": done})


def _shape(row: Row) -> Json:
    payload = json.loads(row["payload"])
    return {
        "id": row["id"],
        "type": "ReviewableQueuedPost",
        "status": row["status"],
        "topic_id": row["topic_id"],
        "category_id": row["category_id"],
        "created_at": dates.iso(row["created_at"]),
        "target_created_by_id": row["user_id"],
        "payload": payload,
        "version": row["version"],
    }


def _item(call: Call) -> Row:
    row = call.site.store.one("SELECT * FROM review_queue WHERE id = ?", call.place_id())
    if row is None:
        raise not_found()
    return row


def _staff_only(call: Call) -> None:
    if not call.staff:
        raise invalid_access()
