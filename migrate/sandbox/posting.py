"""POST /posts.json: new topics and replies."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from urllib.parse import urlsplit

from migrate.pages.slugs import slug

from . import checks, dates, guard, notify, review, tagging
from .answers import Answer, RefusalError, invalid_access, invalid_parameters, ok, rails, server_error
from .calls import Call, leading_int
from .cooking import cook
from .memo import digest
from .posts import find_post, post_json
from .routes import route
from .site import UNCATEGORIZED_ID
from .store import Row
from .text import pretty_title, stored

_PERMITTED = (
    "raw title topic_id category tags reply_to_post_number archetype target_recipients target_usernames featured_link "
    "auto_track visible unlist_topic typing_duration_msecs composer_open_duration_msecs image_sizes draft_key no_bump "
    "whisper is_warning shared_draft nested_post meta_data"
)
PERMITTED = {
    False: tuple(_PERMITTED.split()),
    True: tuple({*_PERMITTED.split()} - {"target_usernames", "meta_data"} | {"composer_version", "locale"}),
}
WITH_KEY = ("skip_validations", "import_mode", "created_at", "external_id", "embed_url")
GONE = "Something has gone wrong. Perhaps this topic was closed or deleted while you were looking at it?"


@dataclass(slots=True)
class Draft:
    """A post about to be created."""

    user: Row
    raw: str
    created_at: int
    skip: bool
    quiet: bool  # import_mode
    bump: bool
    topic: Row | None = None  # None: a new one
    embed_url: str | None = None


@route("POST", "/posts", "topics:write")
def create(call: Call) -> Answer:
    call.member()
    permitted = (*PERMITTED[call.site.later], *WITH_KEY)
    asked = {name: call.params[name] for name in permitted if name in call.params}
    agent, referer = call.headers.get("user-agent"), call.headers.get("referer")
    key = digest(asked, call.member()["id"], call.client, agent, referer)
    if (answer := call.site.memo.recall(key)) is not None:
        return answer
    try:
        with call.site.store.transaction():
            answer = _create(call)
    except RefusalError as refusal:
        answer = refusal.answer
    if answer.status in (200, 422):
        call.site.memo.keep(key, answer)
    return answer


def _create(call: Call) -> Answer:
    if call.site.later and call.part("topic_custom_fields"):  # only what a plugin registers, and there are none
        raise invalid_parameters("topic_custom_fields")
    draft = _draft(call)
    category_id = _category(call, draft) if draft.topic is None else None
    settled_in = category_id if draft.topic is None else draft.topic["category_id"]
    if call.text("archetype") != "private_message" and review.needed(call, draft.topic is None, settled_in):
        return review.enqueue(call, draft.raw, topic_id=call.number("topic_id"), category_id=settled_in)
    if draft.topic is None:
        topic_id = _new_topic(call, draft, category_id)
    else:
        topic_id = draft.topic["id"]
        if not draft.skip:
            _refuse_if(checks.body_errors(call, draft.raw, topic_id))
            call.site.pace.check(draft.user, "post")
    post_id = _add_post(call, draft, topic_id)
    _aftermath(call, draft, topic_id, post_id)
    post = post_json(call, find_post(call, post_id), raw=True) | {"draft_sequence": 0}
    return ok({"action": "create_post", "post": post, "success": True} if review.nested(call) else post)


def _draft(call: Call) -> Draft:
    if call.told("no_bump") and not call.staff:
        raise invalid_parameters("no_bump")
    topic_id = call.number("topic_id")
    topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", topic_id) if call.text("topic_id") else None
    if call.text("topic_id") and (topic is None or not guard.may_reply(call, topic)):
        _refuse_if([GONE])
    skip = call.true("skip_validations")
    if topic is None and call.text("title") is None and skip:
        raise server_error()
    return Draft(
        user=call.member(),
        raw=stored(call.text("raw") or ""),
        created_at=_created_at(call),
        skip=skip,
        quiet=call.true("import_mode"),
        bump=not call.told("no_bump"),
        topic=topic,
        embed_url=_embed_url(call),
    )


def _created_at(call: Call) -> int:
    try:
        found = dates.parse(call.text("created_at") or "")
    except dates.ImpossibleDateError:
        raise server_error() from None
    return dates.now() if found is None else found


def _embed_url(call: Call) -> str | None:
    url = call.text("embed_url")
    if not url or (call.text("topic_id") and not call.site.honours_reply_keys):
        return None
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        raise server_error() from None
    if re.search(r"\s", url) or len(url) > 1000:
        raise server_error()
    if scheme not in ("http", "https"):
        raise invalid_parameters("embed_url")
    if call.site.store.value("SELECT 1 FROM topic_embeds WHERE embed_url = ? AND deleted_at IS NULL", url):
        _refuse_if(["Embed url has already been taken"])
    return url


def _category(call: Call, draft: Draft) -> int | None:
    if call.text("archetype") == "private_message":
        return None
    asked = call.text("category")
    if not asked:
        return UNCATEGORIZED_ID
    category_id: int | None = call.site.store.value("SELECT id FROM categories WHERE id = ?", leading_int(asked))
    if category_id is None:
        raise invalid_parameters("category") if call.staff else rails(404, "Not Found")
    if not draft.skip and guard.permission(call.site, draft.user, category_id) not in (guard.FULL, guard.CREATE):
        raise invalid_access()
    return category_id


def _new_topic(call: Call, draft: Draft, category_id: int | None) -> int:
    title, external_id = call.text("title") or "", call.text("external_id") or None
    private = call.text("archetype") == "private_message"
    if not draft.skip:
        if call.site.settings["title_prettify"]:
            title = pretty_title(title, call.site.settings["allow_uppercase_posts"])
        _refuse_if(checks.topic_errors(call, title, category_id, external_id))
        _refuse_if(checks.body_errors(call, draft.raw, None))
        call.site.pace.check(draft.user, "message" if private else "topic")
    try:
        topic_id = call.site.store.insert(
            "topics",
            title=title,
            slug=slug(title, call.site.settings["slug_generation_method"]),
            external_id=external_id,
            user_id=draft.user["id"],
            category_id=category_id,
            archetype="private_message" if private else "regular",
            created_at=draft.created_at,
            bumped_at=draft.created_at if draft.bump else dates.now(),
            visible=0 if _unlisted(call, draft) else 1,
            featured_link=call.text("featured_link"),
        )
    except sqlite3.IntegrityError:
        raise server_error() from None
    if private:
        _invite(call, draft, topic_id)
    _refuse_if(tagging.tag_topic(call, topic_id, call.params.get("tags"), skip=draft.skip))
    return topic_id


def _unlisted(call: Call, draft: Draft) -> bool:
    if call.site.later and draft.embed_url and call.site.settings["embed_unlisted"]:
        return True
    return call.staff and (call.true("unlist_topic") or not call.true("visible", otherwise=True))


def _invite(call: Call, draft: Draft, topic_id: int) -> None:
    names = call.items("target_recipients")
    if not names and not call.site.later:
        names = call.items("target_usernames")
    store = call.site.store
    found = [store.one("SELECT id FROM users WHERE username_lower = ?", name.lower()) for name in names]
    if not names or None in found:
        _refuse_if(["Target recipients not found"])
    for user_id in {row["id"] for row in found if row} | {draft.user["id"]}:
        store.insert("topic_allowed_users", topic_id=topic_id, user_id=user_id)


def _add_post(call: Call, draft: Draft, topic_id: int) -> int:
    store = call.site.store
    number = 1 + (draft.topic["highest_post_number"] if draft.topic else 0)
    answered = _answered(call, topic_id) if draft.topic else None
    post_id = store.insert(
        "posts",
        topic_id=topic_id,
        post_number=number,
        user_id=draft.user["id"],
        raw=draft.raw,
        cooked=cook(call.site, draft.raw),
        created_at=draft.created_at,
        updated_at=dates.now(),
        reply_to_post_number=call.number("reply_to_post_number") if draft.topic else None,
        reply_to_user_id=answered["user_id"] if answered else None,
    )
    if answered:
        store.run("UPDATE posts SET reply_count = reply_count + 1 WHERE id = ?", answered["id"])
    store.run(
        "UPDATE topics SET posts_count = posts_count + 1, highest_post_number = ?, reply_count = reply_count + ?, "
        "last_posted_at = ?, last_post_user_id = ?, bumped_at = CASE WHEN ? THEN ? ELSE bumped_at END WHERE id = ?",
        number,
        int(answered is not None),
        draft.created_at,
        draft.user["id"],
        draft.bump,
        draft.created_at,
        topic_id,
    )
    return post_id


def _answered(call: Call, topic_id: int) -> Row | None:
    """The post replied to; a number that no post has is stored all the same."""
    number = call.number("reply_to_post_number")
    sql = "SELECT id, user_id FROM posts WHERE topic_id = ? AND post_number = ? AND deleted_at IS NULL"
    return call.site.store.one(sql, topic_id, number) if number else None


def _aftermath(call: Call, draft: Draft, topic_id: int, post_id: int) -> None:
    store = call.site.store
    if draft.embed_url:
        store.insert("topic_embeds", embed_url=draft.embed_url, topic_id=topic_id, post_id=post_id)
    if call.true("auto_track", otherwise=True):
        notify.watch(store, topic_id, draft.user["id"], starter=draft.topic is None)
    if not draft.quiet and draft.topic is not None:
        _list_embedded(call, draft.topic)
    if not draft.quiet:
        notify.mentioned(store, draft.raw, topic_id, post_id, draft.user["id"])


def _list_embedded(call: Call, topic: Row) -> None:
    """A reply brings a topic to light that was unlisted only because of its embed_url."""
    embedded = "SELECT 1 FROM topic_embeds WHERE topic_id = ? AND deleted_at IS NULL"
    if call.site.settings["embed_unlisted"] and not topic["visible"] and call.site.store.value(embedded, topic["id"]):
        call.site.store.update("topics", topic["id"], visible=1)


def _refuse_if(errors: list[str]) -> None:
    if errors:
        raise RefusalError(ok({"action": "create_post", "errors": errors}, 422))
