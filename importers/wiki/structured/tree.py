"""Topics and posts as both extensions have them, before they become records; and their tree, made sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from importers.wiki.site import Site
from importers.wiki.wishes import Wishes

FLOW, LIQUID = "flow", "lqt"  # part of the keys of what they hold
Markup = Literal["wikitext", "html"]
Kind = Literal["post", "summary", "description"]
Trouble = Literal["post-unreadable", "reply-parent-missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What one person wrote, or a summary of a topic."""

    id: str  # among all posts of the wiki
    parent: str | None  # the post it answers; None for one that stands directly in its topic
    author: str | None  # the user name, or the IP address of who had none; None where it is not known
    user: int = 0  # the number of the account, where that is all that is known of the author
    at: datetime | None
    text: str
    markup: Markup = "wikitext"
    kind: Kind = "post"
    page: int = 0  # the number of the page that holds the text; 0 where the text is here
    hidden: str = ""  # why it may not be shown: "hide", "delete", "suppress"; "" if it may
    fragment: str = ""  # its place on the page of its topic
    title: str = ""  # of its own page, where it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A thread, or a part of one: its posts name it."""

    id: str  # among all topics of the wiki
    board: str  # the title of the page it stands on: "Talk:Gurken"
    title: str  # as plain text
    page: str  # the title of the topic's own page
    posts: tuple[Post, ...]
    closed: bool = False
    hidden: str = ""  # like a post's: nothing of it may be shown
    version: str = ""  # changes whenever the topic does, where its posts do not tell
    is_part: bool = False  # what it is called and where it stands is not known, only what it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where topics were read from, and what is to be known to make records of them."""

    site: Site
    wishes: Wishes
    extension: str  # FLOW or LIQUID
    locator: str  # "flow.xml", "wiki.example.org"


@dataclass(frozen=True, slots=True)
class Odd:
    """So many posts were not as they should be."""

    code: Trouble
    count: int
    page: str  # the title of the topic's page, or of the board


def untangled(posts: Sequence[Post], root: str) -> tuple[list[Post], int]:
    """The posts of a whole topic, each after the one it answers, and how many of them answered what is not there, or in
    a circle. Those stand directly in the topic, as does whatever answers `root`. What answers a hidden post answers
    the one before that.
    """
    by_id = {post.id: post for post in sorted(posts, key=lambda post: (post.at is None, post.at, post.id))}
    parents = {each: None if post.parent == root else post.parent for each, post in by_id.items()}
    loose = [each for each, parent in parents.items() if parent is not None and parent not in by_id]
    parents.update(dict.fromkeys(loose))
    circles = _opened(parents)
    shown: dict[str, str | None] = {}  # whom each one's children answer
    found: list[Post] = []
    for each in _top_down(parents):
        above = parents[each]
        parent = shown[above] if above is not None else None
        shown[each] = parent if by_id[each].hidden else each
        found.append(replace(by_id[each], parent=parent))
    return found, len(loose) + circles


def _opened(parents: dict[str, str | None]) -> int:
    """Cut each circle above its oldest post; the number of circles. `parents` begins with the oldest of all."""
    rank = {each: number for number, each in enumerate(parents)}
    done: set[str] = set()
    circles = 0
    for start in rank:
        path: dict[str, None] = {}
        each: str | None = start
        while each is not None and each not in done and each not in path:
            path[each] = None
            each = parents[each]
        if each is not None and each in path:
            way = list(path)
            parents[min(way[way.index(each) :], key=rank.__getitem__)] = None
            circles += 1
        done.update(path)
    return circles


def _top_down(parents: dict[str, str | None]) -> Iterator[str]:
    children: dict[str | None, list[str]] = {}
    for each, parent in parents.items():
        children.setdefault(parent, []).append(each)
    waiting = children.get(None, [])[::-1]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += children.get(each, [])[::-1]
