"""Changing topics: title and tags, dates, owners, status, deletion."""

from __future__ import annotations

from migrate.pages.slugs import slug

from . import checks, dates, guard, tagging
from .answers import (
    Answer,
    done,
    empty,
    failed,
    invalid_access,
    invalid_parameters,
    missing,
    not_found,
    ok,
    unprocessable,
)
from .calls import Call, leading_int
from .posts import SMALL_ACTION, recount
from .routes import route
from .store import Row
from .text import pretty_title

STATUSES = {
    "closed": "closed",
    "archived": "archived",
    "visible": "visible",
    "pinned": "pinned_at",
    "pinned_globally": "pinned_at",
}


@route("PUT", "/t/-/{id}", "topics:update")
@route("PUT", "/t/{slug}/{id}", "topics:update")
def update(call: Call) -> Answer:
    topic = _topic(call)
    if topic is None or not guard.may_edit(call, topic["user_id"], topic["created_at"]):
        raise invalid_access()
    call.site.pace.check(call.member(), "edit")
    store = call.site.store
    if (title := call.text("title")) is not None:
        if call.site.settings["title_prettify"]:
            title = pretty_title(title, call.site.settings["allow_uppercase_posts"])
        if errors := checks.title_errors(call, title):
            raise unprocessable(*errors)
        address = slug(title, call.site.settings["slug_generation_method"])
        store.update("topics", topic["id"], title=title, slug=address)
    if (category := call.number("category_id")) is not None:
        if store.one("SELECT 1 FROM categories WHERE id = ?", category) is None:
            raise invalid_access()
        store.update("topics", topic["id"], category_id=category)
    if errors := tagging.tag_topic(call, topic["id"], call.params.get("tags")):
        raise unprocessable(*errors)
    changed = store.one("SELECT id, title, slug, posts_count FROM topics WHERE id = ?", topic["id"])
    basic = dict(changed) if changed else {}
    return ok({"basic_topic": basic | {"fancy_title": basic.get("title")}})


@route("PUT", "/t/{id}/change-timestamp")
def change_timestamp(call: Call) -> Answer:
    moment = leading_int(call.required("timestamp")) * 1_000_000  # an ISO date is read as its year
    topic = _topic(call)
    if topic is None:
        raise not_found()
    _staff_only(call)
    now = dates.now()
    if moment > now:
        raise failed()
    store = call.site.store
    first = store.value("SELECT created_at FROM posts WHERE topic_id = ? AND post_number = 1", topic["id"])
    store.run(
        "UPDATE posts SET created_at = min(?, created_at + ?) WHERE topic_id = ?", now, moment - first, topic["id"]
    )
    recount(call, topic["id"])
    store.run("UPDATE topics SET created_at = ?, bumped_at = last_posted_at WHERE id = ?", moment, topic["id"])
    return done()


@route("PUT", "/t/{id}/reset-bump-date")
def reset_bump_date(call: Call) -> Answer:
    topic = _topic(call)
    if topic is None:
        raise not_found()
    _staff_only(call)
    sql = (
        "SELECT created_at FROM posts WHERE topic_id = ? AND deleted_at IS NULL AND post_type = 1 "
        "ORDER BY post_number DESC LIMIT 1"
    )
    call.site.store.update("topics", topic["id"], bumped_at=call.site.store.value(sql, topic["id"]))
    return empty()


@route("POST", "/t/{id}/change-owner")
def change_owner(call: Call) -> Answer:
    name, ids = call.required("username"), call.items("post_ids")
    if not ids:
        raise missing("post_ids")
    topic, store = _topic(call), call.site.store
    _staff_only(call)
    user = store.one("SELECT id FROM users WHERE username_lower = ?", name.lower())
    if topic is None or user is None:
        raise failed()
    for post_id in map(leading_int, ids):
        post = store.one("SELECT * FROM posts WHERE id = ? AND topic_id = ?", post_id, topic["id"])
        if post is None:
            raise failed()
        store.update("posts", post_id, user_id=user["id"], version=post["version"] + 1)
        if post["post_number"] == 1:
            store.update("topics", topic["id"], user_id=user["id"])
        number = post["post_number"]
        sql = "UPDATE posts SET reply_to_user_id = ? WHERE topic_id = ? AND reply_to_post_number = ?"
        store.run(sql, user["id"], topic["id"], number)
    recount(call, topic["id"])
    return done()


@route("PUT", "/t/{id}/status", "topics:update")
def status(call: Call) -> Answer:
    name, enabled = call.required("status"), call.true("enabled")
    if name not in STATUSES:
        raise invalid_parameters("status")
    topic = _topic(call)
    if topic is None or not call.staff:
        raise invalid_access()
    column = STATUSES[name]
    if bool(topic[column]) != enabled:
        value = (dates.now() if enabled else None) if column == "pinned_at" else int(enabled)
        call.site.store.update("topics", topic["id"], **{column: value})
        if column == "pinned_at":
            call.site.store.update("topics", topic["id"], pinned_globally=int(enabled and name == "pinned_globally"))
        _small_post(call, topic, f"{name}.{'enabled' if enabled else 'disabled'}")
    return ok({"success": "OK", "topic_status_update": None})


def _small_post(call: Call, topic: Row, code: str) -> None:
    """The visible trace of a status change: it takes a number, and is dated now."""
    now, user_id = dates.now(), call.member()["id"]
    call.site.store.insert(
        "posts",
        topic_id=topic["id"],
        post_number=topic["highest_post_number"] + 1,
        user_id=user_id,
        raw="",
        cooked="",
        created_at=now,
        updated_at=now,
        post_type=SMALL_ACTION,
        action_code=code,
    )
    call.site.store.run("UPDATE topics SET highest_post_number = highest_post_number + 1 WHERE id = ?", topic["id"])
    recount(call, topic["id"])


@route("DELETE", "/t/{id}")
def delete(call: Call) -> Answer:
    topic, store = _topic(call), call.site.store
    definition = topic and store.value("SELECT 1 FROM categories WHERE topic_id = ?", topic["id"])
    if topic is None or definition or topic["deleted_at"] is not None or not call.staff:
        raise unprocessable("You can't delete that topic.")
    trash(call, topic["id"])
    return empty()


def trash(call: Call, topic_id: int) -> None:
    """Delete a topic as Discourse does: with its first post and its first key, but no more."""
    store, now, by = call.site.store, dates.now(), call.member()["id"]
    store.update("topics", topic_id, deleted_at=now, deleted_by=by)
    sql = "UPDATE posts SET deleted_at = ?, deleted_by = ? WHERE topic_id = ? AND post_number = 1"
    store.run(sql, now, by, topic_id)
    sql = (
        "UPDATE topic_embeds SET deleted_at = ? WHERE id ="
        " (SELECT min(id) FROM topic_embeds WHERE topic_id = ? AND deleted_at IS NULL)"
    )
    store.run(sql, now, topic_id)
    recount(call, topic_id)


@route("PUT", "/t/{id}/recover")
def recover(call: Call) -> Answer:
    topic = _topic(call)
    if topic is None or not call.staff:
        raise invalid_access()
    call.site.store.update("topics", topic["id"], deleted_at=None, deleted_by=None)
    sql = "UPDATE posts SET deleted_at = NULL, deleted_by = NULL WHERE topic_id = ? AND post_number = 1"
    call.site.store.run(sql, topic["id"])
    recount(call, topic["id"])
    return empty()


def _topic(call: Call) -> Row | None:
    return call.site.store.one("SELECT * FROM topics WHERE id = ?", call.place_id())


def _staff_only(call: Call) -> None:
    if not call.staff:
        raise invalid_access()
