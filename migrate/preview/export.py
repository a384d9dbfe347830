"""The forum-to-be as files for any web server, so that a community can look at it.

Every post is rendered once: what other pages say of it is kept in a table until they are written. Nothing of it holds a
whole archive in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.model import AttachmentRef
from migrate.pages import render
from migrate.pages.dressing import plain
from migrate.pages.view import (
    POSTS_PER_PAGE,
    TOPICS_PER_PAGE,
    CategoryCard,
    Link,
    PostView,
    Slice,
    TopicLine,
    TopicList,
    TopicPage,
    UserPost,
    excerpt,
    pages,
)
from migrate.plan import Category, Plan
from migrate.preview.destination import replaced
from migrate.preview.forum import PlannedForum
from migrate.preview.handed_on import handed_on, picture
from migrate.preview.static import INDEX, REPORT, SEARCH, STYLE, Static
from migrate.preview.threads import moment
from migrate.report.html import html_report
from migrate.report.known import Known
from migrate.text import mask_addresses

_KEPT = "export_post"  # the table with what pages of people say of posts
_SCRIPT = "search/find.js"
_INDEX_FILE = 1_000_000  # characters of one file of the search, about

Told = Callable[[int, int], object]


@dataclass(slots=True)
class Written:
    """What an export came to."""

    topics: int = 0
    private_topics: int = 0  # that were left out
    pages: int = 0
    pictures: int = 0
    size: int = 0  # bytes, of all files


def export(archive: Archive, plan: Plan, folder: Path, *, with_private: bool, told: Told) -> Written:
    """Write the forum that is planned to `folder`, telling how many of how many topics and people are written.

    No e-mail address is in it, and nothing of what only some may read unless `with_private`. To be called within a
    snapshot of the archive. Raises InputError where the folder holds other things or cannot be written, and where there
    is nothing to show.
    """
    with replaced(folder, private=with_private) as new:
        out = _Out(new, Known(archive), Written())
        forum = _ExportedForum(archive, plan, out, with_private=with_private)
        if not forum.index.sizes:
            raise InputError(_NOTHING + (_EARLIER if (folder / INDEX).exists() else ""))
        people = forum.usernames()
        total = len(forum.topic_ids()) + len(people)
        _write_topics(forum, out, lambda done: told(done, total))
        _write_lists(forum, out)
        _write_people(forum, out, people, lambda done: told(out.written.topics + done, total))
        _write_rest(forum, out)
        return out.written


@dataclass(frozen=True, slots=True)
class _Out:
    """The folder that is written to."""

    folder: Path
    known: Known
    written: Written

    def page(self, path: str, html: str) -> None:
        self.text(path, html)
        self.written.pages += 1

    def text(self, path: str, text: str) -> None:
        self.file(path, self.known.without(text).encode("utf-8", "replace"))

    def file(self, path: str, content: bytes) -> None:
        whole = self.folder / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        with whole.open("xb") as file:
            file.write(content)
        self.written.size += len(content)


class _ExportedForum(PlannedForum):
    """The forum as files show it: without what needs the archive at hand, the sources and findings of posts."""

    hint = "A preview of a forum to be, as files. Pictures are shown; of other files there is the name only."
    sections = (Link("Search", SEARCH), Link("Report", REPORT))

    def __init__(self, archive: Archive, plan: Plan, out: _Out, *, with_private: bool) -> None:
        self.here = Static()
        super().__init__(archive, plan, with_private=with_private, to=self.here)
        self.paths = Static(users={name.lower() for name in self.usernames()})  # of the files, from the top
        self._out = out
        self._pictures: dict[str, str] = {}  # what the copies of files are called; "" where there is none
        columns = "message_id INTEGER PRIMARY KEY, person_id, number, at, said"
        archive.db.execute(f"DROP TABLE IF EXISTS temp.{_KEPT}")
        archive.db.execute(f"CREATE TEMP TABLE {_KEPT} ({columns})")

    @cached_property
    def title(self) -> str:
        """Lists are called by their addresses now and then."""
        return mask_addresses(super().title)

    def _card(self, one: Category) -> CategoryCard:
        card = super()._card(one)
        return replace(card, name=mask_addresses(card.name), parent=mask_addresses(card.parent))

    def topic(self, topic_id: int, page: int) -> TopicPage | None:
        """A page of a topic; what other pages say of its posts is kept."""
        shown, thread = super().topic(topic_id, page), self.threads.get(topic_id)
        if shown is None or thread is None:
            return None
        posts = [replace(post, links=(), html=handed_on(post.html)) for post in shown.posts]
        places = thread.places[(page - 1) * POSTS_PER_PAGE :][: len(posts)]
        rows = [
            (one.post.message_id, one.post.person_id, one.number, one.post.created_at, excerpt(plain(post.html), ()))
            for one, post in zip(places, posts, strict=True)
            if one.part == 0
        ]
        self.archive.db.executemany(f"INSERT INTO temp.{_KEPT} VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608 - our own name
        return replace(shown, posts=posts)

    def user_posts(self, said: Sequence[tuple[int, int]]) -> list[UserPost]:
        """As they were written with their topics."""
        lines = {line.id: line for line in self.lines(list({thread for thread, _ in said}))}
        query = f"SELECT * FROM temp.{_KEPT} WHERE message_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - our own name
        rows = self.archive.db.execute(query, (json.dumps([message for _, message in said]),)).fetchall()
        kept = {message: rest for message, *rest in rows}
        return [UserPost(topic=lines[thread], post=self._kept(*kept[one])) for thread, one in said if one in kept]

    def _kept(self, person_id: int, number: int, at: int, text: str) -> PostView:
        author = self.cast.author(person_id)
        return PostView(number=number, author=author, created_at=moment(at), html=escape(text))

    def file_address(self, file: AttachmentRef) -> str:
        """That of a copy for a picture; nothing for anything else."""
        name = self._pictures.get(file.sha256)
        if name is None:
            name = self._pictures[file.sha256] = self._copied(file.sha256)
        return self.here.file(name) if name else ""

    def _copied(self, sha256: str) -> str:
        found = picture(self.archive.attachment_path(sha256))
        if found is None:
            return ""
        content, ending = found
        name = f"{sha256[:32]}.{ending}"
        self._out.file(self.paths.file(name), content)
        self._out.written.pictures += 1
        return name

    def listed(self, topics: Sequence[int]) -> Iterator[TopicList]:
        """The pages of a list of topics; an empty one has one as well."""
        last = pages(len(topics), TOPICS_PER_PAGE)
        for page in range(1, last + 1):
            lines = self.lines(topics[(page - 1) * TOPICS_PER_PAGE : page * TOPICS_PER_PAGE])
            yield TopicList(lines=lines, slice=Slice(page=page, pages=last))


def _write_topics(forum: _ExportedForum, out: _Out, told: Callable[[int], object]) -> None:
    for done, topic_id in enumerate(forum.topic_ids(), 1):
        page = last = 1
        while page <= last:
            path = forum.paths.topic_of(topic_id, page)
            forum.here.stand_in(path)
            shown = forum.topic(topic_id, page)
            if shown is None:
                break
            out.page(path, render.topic(forum, shown, forum.here))
            page, last = page + 1, shown.slice.pages
        out.written.topics += 1
        told(done)


def _write_lists(forum: _ExportedForum, out: _Out) -> None:
    """All topics, those of each category and with each tag, and what the search looks through."""
    here, paths = forum.here, forum.paths
    search = _SearchFiles(out)
    for listed in forum.listed(forum.topic_ids()):
        path = paths.latest(listed.slice.page)
        here.stand_in(path)
        out.page(path, render.latest(forum, listed, here))
        search.add(listed.lines)
    for card in forum.categories():
        for listed in forum.listed(forum.topic_ids(category_id=card.id)):
            path = paths.category(card, listed.slice.page)
            here.stand_in(path)
            out.page(path, render.category(forum, card, listed, here))
    for name in forum.index.tags:
        for listed in forum.listed(forum.topic_ids(tag=name)):
            path = paths.tag(name, listed.slice.page)
            here.stand_in(path)
            out.page(path, render.tag(forum, name, listed, here))
    here.stand_in(SEARCH)
    out.text(_SCRIPT, (render.TEMPLATES / "find.js").read_text("utf-8"))
    out.page(SEARCH, render.find(forum, here, [here.up + script for script in (*search.finish(), _SCRIPT)]))


class _SearchFiles:
    """Files of bounded size that list the topics, for the script that looks through them."""

    def __init__(self, out: _Out) -> None:
        self._out = out
        self._paths: list[str] = []
        self._rows: list[str] = []
        self._size = 0

    def add(self, lines: Sequence[TopicLine]) -> None:
        """Topics, the newest activity first."""
        for line in lines:
            row = json.dumps(_row(line), separators=(",", ":"))  # in ASCII
            self._rows.append(row)
            self._size += len(row)
        if self._size >= _INDEX_FILE:
            self.finish()

    def finish(self) -> list[str]:
        """The paths of all files."""
        if self._rows:
            self._paths.append(f"search/topics-{len(self._paths) + 1}.js")
            rows = ",\n".join(self._rows)
            self._out.text(self._paths[-1], f"window.topics = (window.topics || []).concat([\n{rows}\n]);\n")
            self._rows, self._size = [], 0
        return self._paths


def _row(topic: TopicLine) -> list[object]:
    """As the script takes it."""
    category = topic.category.name if topic.category else ""
    author = topic.author.name or topic.author.username
    day = topic.active_at.strftime("%Y-%m-%d")
    return [topic.id, topic.title or "(no title)", topic.tags, category, author, day, topic.replies]


def _write_people(forum: _ExportedForum, out: _Out, names: Sequence[str], told: Callable[[int], object]) -> None:
    """A page for everybody, with the newest posts; the others are in their topics."""
    written: set[str] = set()
    for done, name in enumerate(names, 1):
        told(done)
        found = forum.user(name, 1)
        path = forum.paths.user(found.author) if found else ""
        if found is None or path in written:
            continue
        written.add(path)
        forum.here.stand_in(path)
        out.page(path, render.user(forum, replace(found, slice=Slice(page=1, pages=1)), forum.here))


def _write_rest(forum: _ExportedForum, out: _Out) -> None:
    path = forum.paths.categories()
    forum.here.stand_in(path)
    out.page(path, render.categories(forum, forum.here))
    out.text(STYLE, render.STYLE)
    plan, summary, shown = forum.plan, forum.plan.summary(), forum.with_private
    out.written.private_topics = summary.topics - out.written.topics
    out.page(REPORT, html_report(forum.archive, plan, summary=summary, preview="", to=forum.paths, with_private=shown))


_NOTHING = (
    "There is nothing to export: nothing was read yet, or nothing is for everyone to see. See what is there with"
    " `migrate report`; --with-private exports what only some may read, too."
)
_EARLIER = (
    " The earlier export in that folder is as it was: delete it, here and where you copied it to, if not everyone may"
    " see it any more."
)
