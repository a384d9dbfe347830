"""The validations a new topic or post must pass, unless it skips them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import dates
from .calls import Call
from .store import Row
from .text import entropy

_LINK = re.compile(r"https?://[^\s)\]>\"]+")
_UPLOAD_IMAGE = re.compile(r"!\[[^\]\n]{0,1000}\]\(")
_ATTACHMENT = re.compile(r"\|attachment\]\(")
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9_.-]{2,60})")
_EXTERNAL_ID = re.compile(r"[\w-]+", re.ASCII)


def mentions(raw: str) -> set[str]:
    """The names mentioned in a body, in lower case."""
    return {name.lower().rstrip("._-") for name in _MENTION.findall(raw)}


def title_errors(call: Call, title: str) -> list[str]:
    """What is wrong with a title, in words for people."""
    return list(_title_errors(call, title))


def _title_errors(call: Call, title: str) -> Iterator[str]:
    settings = call.site.settings
    low, high = 1 if call.admin else settings["min_topic_title_length"], settings["max_topic_title_length"]
    if not title.strip():
        yield "Title can't be blank"
    if len(title) < low:
        yield f"Title is too short (minimum is {low} characters)"
    if len(title) > high:
        yield f"Title is too long (maximum is {high} characters)"
    if entropy(title) < min(settings["title_min_entropy"], low):
        yield "Title seems unclear, most of the words contain the same letters over and over?"
    if max(map(len, title.split()), default=0) > settings["title_max_word_length"]:
        yield "Title seems unclear, one or more words is very long?"


def topic_errors(call: Call, title: str, category_id: int | None, external_id: str | None) -> list[str]:
    store, settings = call.site.store, call.site.settings
    found = title_errors(call, title)
    if not settings["allow_duplicate_topic_titles"]:
        sql = "SELECT 1 FROM topics WHERE lower(title) = lower(?) AND deleted_at IS NULL AND archetype = 'regular'"
        if store.value(sql, title):
            found.append("Title has already been used")
    if category_id is None and not settings["allow_uncategorized_topics"]:
        found.append("Category can't be blank")
    if external_id is not None:
        if not _EXTERNAL_ID.fullmatch(external_id):
            found.append("External is invalid")
        if len(external_id) > 50:
            found.append("External is too long (maximum is 50 characters)")
        if store.value("SELECT 1 FROM topics WHERE lower(external_id) = lower(?)", external_id):
            found.append("External has already been taken")
    return found


def body_errors(call: Call, raw: str, topic_id: int | None) -> list[str]:
    """What is wrong with a body; staged authors are asked nothing."""
    user = call.member()
    if user["staged"]:
        return []
    found = length_errors(call, raw, first=topic_id is None)
    if entropy(raw) < min(call.site.settings["body_min_entropy"], len(raw)):
        found.append("Body seems unclear, is it a complete sentence?")
    if _posted_before(call, user, raw):
        found.append("Body is too similar to what you recently posted")
    if user["trust_level"] == 0 and not call.staff:
        found += _newcomer_errors(call, raw)
    if topic_id is not None and not call.staff:
        found += _crowding_errors(call, user, topic_id)
    return found


def length_errors(call: Call, raw: str, first: bool) -> list[str]:
    settings = call.site.settings
    low = settings["min_first_post_length" if first else "min_post_length"]
    high = settings["max_post_length"]
    if len(raw) < low:
        return [f"Body is too short (minimum is {low} characters)"]
    if len(raw) > high:
        return [f"Body is limited to {high} characters; you entered {len(raw)}."]
    return []


def _posted_before(call: Call, user: Row, raw: str) -> bool:
    if call.staff or call.true("import_mode"):
        return False
    since = dates.now() - call.site.settings["unique_posts_mins"] * 60_000_000
    sql = "SELECT 1 FROM posts WHERE user_id = ? AND updated_at > ? AND raw = ? AND deleted_at IS NULL"
    return call.site.store.value(sql, user["id"], since, raw) is not None


def _newcomer_errors(call: Call, raw: str) -> Iterator[str]:
    settings = call.site.settings
    counted = (
        ("newuser_max_links", len(_LINK.findall(raw)), "put {} links in a post"),
        ("newuser_max_mentions_per_post", len(mentions(raw)), "mention {} users in a post"),
        ("newuser_max_attachments", len(_ATTACHMENT.findall(raw)), "put {} attachments in a post"),
        ("newuser_max_embedded_media", len(_UPLOAD_IMAGE.findall(raw)), "put {} embedded media items in a post"),
    )
    for setting, count, words in counted:
        if count > settings[setting]:
            yield f"Sorry, new users can only {words.format(settings[setting])}."


def _crowding_errors(call: Call, user: Row, topic_id: int) -> Iterator[str]:
    store, settings = call.site.store, call.site.settings
    most = settings["newuser_max_replies_per_topic"]
    sql = "SELECT count(*) FROM posts WHERE topic_id = ? AND user_id = ? AND post_number > 1 AND deleted_at IS NULL"
    topic_owner = store.value("SELECT user_id FROM topics WHERE id = ?", topic_id)
    if user["trust_level"] == 0 and topic_owner != user["id"] and store.value(sql, topic_id, user["id"]) >= most:
        yield f"We're sorry, but new users are temporarily limited to {most} replies in the same topic."
    most = settings["max_consecutive_replies"]
    sql = "SELECT user_id FROM posts WHERE topic_id = ? AND deleted_at IS NULL ORDER BY post_number DESC LIMIT ?"
    last = store.all(sql, topic_id, most)
    if most and len(last) == most and all(row["user_id"] == user["id"] for row in last) and topic_owner != user["id"]:
        yield f"No more than {most} consecutive replies are allowed. Please edit your previous reply instead."
