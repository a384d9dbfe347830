"""Posts and comments as the Graph API gave them: for groups until 2024, for pages, and for Workplace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from importers.facebook.bodies import Contents, Event, Link, Poll, Shared
from importers.facebook.links import direct
from importers.facebook.nodes import Author, Node
from importers.facebook.streaming import Json
from importers.facebook.values import get, identity, items, line, moment, number, text

MOST_NESTED = 50  # lists of comments in comments
MOST_PARTS = 1000  # attachments of one post

_EVENT = "event"
_MEDIA = re.compile(r"photo|video|image|album|sticker|file|cover|profile_media|media", re.IGNORECASE)
_PAGE_LIKE = re.compile(r"share|link|note|event|group|map|question|poll", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\Z")
_POST_ID = re.compile(r"(\d{1,30})_(\d{1,30})\Z")


def is_post(value: Json) -> bool:
    """Whether an object is a post or comment of the API, and not a member, a file or an album."""
    stated = get(value, "message", "story", "from", "attachments", "comments", "link", "picture", "permalink_url")
    foreign = get(value, "post_id", "text", "author", "author_id", "author_name")  # of other programs
    return get(value, "created_time") is not None and stated is not None and foreign is None


def group_named(post: Json) -> str:
    """The name of the group a post says it went to; "" where it does not."""
    group = group_id(post)
    for item in items(get(post, "to")):
        if group and identity(get(item, "id")) == group:
            return line(get(item, "name"))
    return ""


def group_id(post: Json) -> str:
    """The first half of a post's id."""
    found = _POST_ID.match(identity(get(post, "id")))
    return found[1] if found else ""


def post_number(post: Json) -> str:
    """The second half of a post's id."""
    found = _POST_ID.match(identity(get(post, "id")))
    return found[2] if found else ""


def node_of(post: Json, *, reactions: bool) -> Node:
    """A post with all its comments; `reactions`: whether they are counted."""
    top = _node(post, reactions)
    waiting = [(top, post, 0)]
    while waiting:
        node, value, depth = waiting.pop()
        below = get(value, "comments", "replies")
        for item in items(below) if depth < MOST_NESTED else ():
            child = _node(item, reactions)
            node.comments.append(child)
            waiting.append((child, item, depth + 1))
        node.incomplete = _is_cut(below, len(node.comments))
    return top


def _is_cut(edge: Json, count: int) -> bool:
    return get(get(edge, "paging"), "next") is not None or number(get(get(edge, "summary"), "total_count")) > count


def _node(value: Json, reactions: bool) -> Node:
    contents, elsewhere = _contents(value, reactions)
    return Node(
        author=_author(get(value, "from")),
        sent=moment(get(value, "created_time")),
        contents=contents,
        id=identity(get(value, "id")),
        answers=identity(get(get(value, "parent"), "id")),
        url=_url(value),
        elsewhere=elsewhere,
    )


def _author(value: Json) -> Author:
    email = identity(get(value, "email")).lower()
    return Author(
        name=line(get(value, "name")),
        id=identity(get(value, "id")),
        email=email if _ADDRESS.match(email) else None,
    )


def _url(value: Json) -> str | None:
    stated = direct(text(get(value, "permalink_url", "permalink")))
    found = _POST_ID.match(identity(get(value, "id")))
    if stated or not found or get(value, "updated_time") is None:  # comments have ids of that form, too
        return stated or None
    return f"https://www.facebook.com/groups/{found[1]}/permalink/{found[2]}/"


def _contents(value: Json, reactions: bool) -> tuple[Contents, int]:
    """What a post holds, and how many pictures, videos and files of it are only linked."""
    parts = _Parts()
    for attachment in _attachments(value):
        parts.attach(attachment)
    if not parts.any:
        parts.preview(value)
    words = text(get(value, "message"))
    story = line(get(value, "story"))
    return (
        Contents(
            text=words,
            markdown=identity(get(value, "formatting")).upper() == "MARKDOWN",
            shared=tuple(parts.shared),
            links=tuple(parts.links),
            places=tuple(filter(None, [line(get(get(value, "place"), "name"))])),
            people=tuple(filter(None, (line(get(item, "name")) for item in items(get(value, "with_tags"))))),
            polls=tuple(_polls(value)),
            events=tuple(parts.events),
            notes=(story,) if story and not words else (),
            reactions=_reactions(value) if reactions else {},
        ),
        parts.elsewhere,
    )


def _attachments(value: Json) -> Iterator[Json]:
    """The attachments of a post, those of an album one by one; a comment has one at most."""
    single = get(value, "attachment")
    found = [*items(get(value, "attachments")), *([single] if isinstance(single, dict) else [])]
    for item in found[:MOST_PARTS]:
        inner = list(items(get(item, "subattachments")))[:MOST_PARTS]
        yield from inner or [item]


class _Parts:
    """What is attached, sorted."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.shared: list[Shared] = []
        self.events: list[Event] = []
        self.elsewhere = 0

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.links or self.events or self.shared)

    def attach(self, item: Json) -> None:
        """One attachment."""
        kind = identity(get(item, "type", "media_type"))
        title = line(get(item, "title", "name"))
        page = text(get(item, "url")) or text(get(get(item, "target"), "url"))
        source = text(get(get(get(item, "media"), "image"), "src")) or text(get(get(item, "media"), "source"))
        if kind == _EVENT:
            self.event(item, page, title)
            return
        if _MEDIA.search(kind) and not _PAGE_LIKE.search(kind):
            self.media(kind, page or source, title or line(get(item, "description")))
            return
        self.page(page or source, title, text(get(item, "description")))

    def preview(self, value: Json) -> None:
        """What old dumps say of what a post links to."""
        page, title = text(get(value, "link")), line(get(value, "name", "caption"))
        kind = identity(get(value, "type"))
        if kind == _EVENT:
            self.event(value, page, title)
        elif kind in ("photo", "video"):
            self.media(kind, page or text(get(value, "full_picture", "picture", "source")), title)
        elif page:
            self.page(page, title, text(get(value, "description")))
        elif picture := text(get(value, "full_picture", "picture")):
            self.media("photo", picture, title)

    def event(self, value: Json, url: str, title: str) -> None:
        """Something to go to, with its page."""
        self.events.append(_event(value, title))
        if direct(url):
            self.links.append(Link(url, title))

    def media(self, kind: str, url: str, title: str) -> None:
        """A picture, video or file that is at Facebook only."""
        if direct(url):
            self.elsewhere += 1
            word = "Video" if "video" in kind.lower() else "File" if "file" in kind.lower() else "Picture"
            self.links.append(Link(url, f"{word}: {title}" if title else word))

    def page(self, url: str, title: str, description: str) -> None:
        """Another page, or another's post that is passed on."""
        if _is_facebook(url) and description:
            self.shared.append(Shared(description, title))
        if direct(url):
            self.links.append(Link(url, title))


def _is_facebook(url: str) -> bool:
    try:
        host = urlsplit(direct(url)).hostname or ""
    except ValueError:
        return False
    return host == "facebook.com" or host.endswith((".facebook.com", ".workplace.com"))


def _event(value: Json, title: str) -> Event:
    inner = get(value, "event")
    event = inner if isinstance(inner, dict) else value
    return Event(
        name=line(get(event, "name")) or title or "Event",
        start=moment(get(event, "start_time")).at,
        end=moment(get(event, "end_time")).at,
        place=line(get(get(event, "place"), "name")),
        description=text(get(event, "description")),
    )


def _polls(value: Json) -> Iterator[Poll]:
    """A question with its options, as an object of its own or among the post's own members."""
    stated = get(value, "poll", "question")
    poll = stated if isinstance(stated, dict) else value
    question = line(stated) if isinstance(stated, str) else line(get(poll, "question", "text", "title"))
    options = get(poll, "options", "poll_options")
    if stated is None and options is None:
        return
    answers = [(line(get(item, "name", "text", "title", "option")), _votes(item)) for item in items(options)]
    if isinstance(options, list):
        answers += [(line(item), None) for item in options if isinstance(item, str)]
    found = tuple((name, votes) for name, votes in answers if name)
    if question or found:
        yield Poll(question, found)


def _votes(option: Json) -> int | None:
    stated = get(option, "vote_count", "votes", "votes_count")
    if isinstance(stated, dict | list):
        return number(get(get(stated, "summary"), "total_count")) or sum(1 for _ in items(stated))
    return None if stated is None else number(stated)


def _reactions(value: Json) -> dict[str, int]:
    """How many there are of each kind, as far as the kinds are known."""
    edge = get(value, "reactions")
    listed = Counter(line(get(item, "type")) or "like" for item in items(edge))
    total = number(get(get(edge, "summary"), "total_count"))
    if total > sum(listed.values()):
        return {"all": total}
    if listed:
        return dict(listed)
    likes = get(value, "likes")
    listed_likes = sum(1 for _ in items(likes))
    counts = (number(get(value, "like_count")), number(get(get(likes, "summary"), "total_count")), number(likes))
    count = max(listed_likes, *counts)
    return {"like": count} if count else {}
