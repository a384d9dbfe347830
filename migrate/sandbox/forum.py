"""The sandbox's forum as its pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import unquote

from migrate.pages.dressing import plain
from migrate.pages.view import (
    POSTS_PER_PAGE,
    TOPICS_PER_PAGE,
    Author,
    CategoryCard,
    Found,
    Link,
    PostView,
    SearchPage,
    Slice,
    TopicLine,
    TopicList,
    TopicPage,
    UserPage,
    UserPost,
    excerpt,
    pages,
)

from . import guard, tagging
from .dates import EPOCH
from .files import url_path
from .site import STAFF_CATEGORY_ID, Site
from .store import Cell, Row, folded, marks

DEFINITIONS = "SELECT topic_id FROM categories WHERE topic_id IS NOT NULL"
NOTES = {
    "closed.enabled": "closed this topic",
    "closed.disabled": "opened this topic",
    "archived.enabled": "archived this topic",
    "archived.disabled": "took this topic out of the archive",
    "visible.enabled": "listed this topic",
    "visible.disabled": "unlisted this topic",
    "pinned.enabled": "pinned this topic",
    "pinned.disabled": "unpinned this topic",
}


class SiteForum:
    """What one reader may see; `reader` is a row of users, or None for the public."""

    notice = ""
    sections: Sequence[Link] = ()
    hint = "A stand-in Discourse on this machine. Nothing here is on the internet."

    def __init__(self, site: Site, reader: Row | None) -> None:
        self._site, self._store, self._reader = site, site.store, reader
        self._allowed = guard.visible_categories(site, reader)
        self._listable = (
            f"topics.deleted_at IS NULL AND archetype = 'regular' AND topics.id NOT IN ({DEFINITIONS}) "
            f"AND category_id IN ({marks(self._allowed)})" + ("" if self._staff else " AND visible = 1")
        )

    @property
    def title(self) -> str:
        return str(self._site.settings["title"])

    @property
    def _staff(self) -> bool:
        return self._reader is not None and bool(self._reader["admin"])

    def categories(self) -> Sequence[CategoryCard]:
        used = [card for card in self._cards.values() if card.topics or card.id > STAFF_CATEGORY_ID]  # made for it
        used.sort(key=lambda card: (-card.topics, card.name.lower()))
        return [replace(card, latest=self._newest(card.id)) for card in used]

    def latest(self, page: int) -> TopicList | None:
        return self._list(page, "1")

    def category(self, category_id: int, page: int) -> tuple[CategoryCard, TopicList] | None:
        card = self._cards.get(category_id)
        inside = "(category_id = ? OR category_id IN (SELECT id FROM categories WHERE parent_id = ?))"
        listed = self._list(page, inside, category_id, category_id)
        return (card, listed) if card and listed else None

    def tag(self, name: str, page: int) -> TopicList | None:
        """None, too, for a tag of topics only that this reader may not see."""
        inside = "topics.id IN (SELECT topic_id FROM topic_tags WHERE tag_id = ?)"
        found = self._list(page, inside, tagging.find(self._store, name))
        return found if found and found.lines else None

    def search(self, query: str, page: int) -> SearchPage | None:
        """Posts with all words, the newest first; those of a title count for the first post of its topic."""
        words = [word for word in folded(query).split() if word]
        said = "(instr(folded(raw), ?) OR (post_number = 1 AND instr(folded(title), ?)))"
        where = " AND ".join([said] * len(words)) or "0"
        joined = "posts JOIN topics ON topics.id = topic_id WHERE posts.deleted_at IS NULL AND post_type = 1"
        order = "ORDER BY posts.created_at DESC, posts.id DESC"
        sql = f"SELECT posts.id FROM {joined} AND {self._listable} AND {where} {order}"  # noqa: S608 - conditions of ours
        found = self._store.all(sql, *self._allowed, *(word for word in words for _ in range(2)))
        slice_ = _slice(len(found), POSTS_PER_PAGE, page)
        if slice_ is None:
            return None
        shown = [row["id"] for row in found[(page - 1) * POSTS_PER_PAGE : page * POSTS_PER_PAGE]]
        hits = [self._found(post_id, query.split()) for post_id in shown]
        return SearchPage(query=query, found=hits, slice=slice_, total=len(found))

    def topic(self, topic_id: int, page: int) -> TopicPage | None:
        row = self._store.one("SELECT * FROM topics WHERE id = ? AND deleted_at IS NULL", topic_id)
        if row is None or not self._may_read(row):
            return None
        slice_ = _slice(row["posts_count"], POSTS_PER_PAGE, page)
        if slice_ is None:
            return None
        sql = (
            "SELECT posts.*, users.username, users.name, users.staged, users.avatar_id FROM posts "
            "LEFT JOIN users ON users.id = posts.user_id WHERE topic_id = ? AND deleted_at IS NULL "
            "ORDER BY post_number LIMIT ? OFFSET ?"
        )
        rows = self._store.all(sql, topic_id, POSTS_PER_PAGE, POSTS_PER_PAGE * (page - 1))
        return TopicPage(topic=self._line(row), posts=[self._post(post) for post in rows], slice=slice_)

    def page_of(self, topic_id: int, number: int) -> int | None:
        sql = "SELECT count(*) FROM posts WHERE topic_id = ? AND post_number < ? AND deleted_at IS NULL"
        total = self._store.value("SELECT posts_count FROM topics WHERE id = ?", topic_id)
        before: int = self._store.value(sql, topic_id, number)
        return None if not total else min(before, total - 1) // POSTS_PER_PAGE + 1

    def user(self, username: str, page: int) -> UserPage | None:
        user = self._store.one("SELECT * FROM users WHERE username_lower = ?", username.lower())
        if user is None:
            return None
        where = f"posts.user_id = ? AND posts.deleted_at IS NULL AND post_type = 1 AND {self._listable}"
        joined = f"FROM posts JOIN topics ON topics.id = topic_id WHERE {where}"
        total = self._store.value(f"SELECT count(*) {joined}", user["id"], *self._allowed)
        slice_ = _slice(total, POSTS_PER_PAGE, page)
        if slice_ is None:
            return None
        sql = f"SELECT posts.* {joined} ORDER BY posts.created_at DESC, posts.id DESC LIMIT ? OFFSET ?"
        rows = self._store.all(sql, user["id"], *self._allowed, POSTS_PER_PAGE, POSTS_PER_PAGE * (page - 1))
        author = self._author(user)
        said = [UserPost(topic=self._line_of(row["topic_id"]), post=_post(row, author)) for row in rows]
        return UserPage(author=author, joined_at=_moment(user["created_at"]), total=total, posts=said, slice=slice_)

    def _list(self, page: int, condition: str, *values: Cell) -> TopicList | None:
        where = f"FROM topics WHERE {condition} AND {self._listable}"
        total = self._store.value(f"SELECT count(*) {where}", *values, *self._allowed)
        slice_ = _slice(total, TOPICS_PER_PAGE, page)
        if slice_ is None:
            return None
        sql = f"SELECT * {where} ORDER BY bumped_at DESC, id DESC LIMIT ? OFFSET ?"
        rows = self._store.all(sql, *values, *self._allowed, TOPICS_PER_PAGE, TOPICS_PER_PAGE * (page - 1))
        return TopicList(lines=[self._line(row) for row in rows], slice=slice_)

    def _found(self, post_id: int, words: Sequence[str]) -> Found:
        row = self._store.one("SELECT * FROM posts WHERE id = ?", post_id)
        assert row is not None
        user = self._store.one("SELECT * FROM users WHERE id = ?", row["user_id"])
        return Found(
            topic=self._line_of(row["topic_id"]),
            number=row["post_number"],
            author=self._author(user),
            created_at=_moment(row["created_at"]),
            excerpt=excerpt(plain(row["cooked"]), words),
        )

    def _may_read(self, topic: Row) -> bool:
        if topic["archetype"] == "private_message":
            return self._staff
        return topic["category_id"] is None or topic["category_id"] in self._allowed

    def _line_of(self, topic_id: int) -> TopicLine:
        row = self._store.one("SELECT * FROM topics WHERE id = ?", topic_id)
        assert row is not None
        return self._line(row)

    def _line(self, row: Row) -> TopicLine:
        author = self._store.one("SELECT * FROM users WHERE id = ?", row["user_id"])
        return TopicLine(
            id=row["id"],
            title=row["title"],
            slug=unquote(row["slug"]),
            author=self._author(author),
            replies=max(0, row["posts_count"] - 1),
            created_at=_moment(row["created_at"]),
            active_at=_moment(row["bumped_at"]),
            category=self._cards.get(row["category_id"]),
            tags=tuple(tagging.names_of(self._store, row["id"])),
            pinned=row["pinned_at"] is not None,
            closed=bool(row["closed"]),
            unlisted=not row["visible"],
        )

    @cached_property
    def _cards(self) -> dict[int, CategoryCard]:
        """Those that the reader may see, by id."""
        count = f"SELECT category_id, count(*) AS number FROM topics WHERE {self._listable} GROUP BY 1"  # noqa: S608 - conditions of ours
        counts = {row["category_id"]: row["number"] for row in self._store.all(count, *self._allowed)}
        rows = {row["id"]: row for row in self._store.all("SELECT * FROM categories") if row["id"] in self._allowed}
        return {
            row["id"]: CategoryCard(
                id=row["id"],
                name=row["name"],
                slug=unquote(row["slug"]),
                color=row["color"],
                description=row["description"] or "",
                topics=counts.get(row["id"], 0),
                parent=rows[row["parent_id"]]["name"] if row["parent_id"] in rows else "",
                restricted=bool(row["read_restricted"]),
                readers=self._readers(row["id"]) if row["read_restricted"] else (),
            )
            for row in rows.values()
        }

    def _readers(self, category_id: int) -> tuple[str, ...]:
        sql = "SELECT name FROM category_groups JOIN groups ON groups.id = group_id WHERE category_id = ? ORDER BY name"
        return tuple(row["name"] for row in self._store.all(sql, category_id))

    def _newest(self, category_id: int) -> TopicLine | None:
        inside = f"FROM topics WHERE category_id = ? AND {self._listable}"
        row = self._store.one(
            f"SELECT * {inside} ORDER BY bumped_at DESC, id DESC LIMIT 1", category_id, *self._allowed
        )
        return self._line(row) if row else None

    def _author(self, row: Row | None) -> Author:
        if row is None or row["username"] is None:
            return Author(username="removed")
        file = self._store.one("SELECT * FROM uploads WHERE id = ?", row["avatar_id"]) if row["avatar_id"] else None
        return Author(
            username=row["username"],
            name=row["name"] or "",
            placeholder=bool(row["staged"]),
            picture=url_path(file) if file else None,
        )

    def _post(self, row: Row) -> PostView:
        return _post(row, self._author(row))


def _post(row: Row, author: Author) -> PostView:
    return PostView(
        number=row["post_number"],
        author=author,
        created_at=_moment(row["created_at"]),
        html=row["cooked"],
        reply_to=row["reply_to_post_number"] or None,
        note=NOTES.get(row["action_code"], "changed this topic") if row["action_code"] else "",
    )


def _slice(total: int, size: int, page: int) -> Slice | None:
    last = pages(total, size)
    return Slice(page=page, pages=last) if page <= last else None


def _moment(micros: int) -> datetime:
    return (EPOCH + timedelta(microseconds=micros)).replace(tzinfo=UTC)
