"""What the pages show, and the little they ask of whoever has it: a forum that is, or one that is to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

TOPICS_PER_PAGE = 30
POSTS_PER_PAGE = 20
_EXCERPT, _BEFORE = 240, 60  # characters, in all and before what was found


@dataclass(frozen=True, slots=True)
class Link:
    """To a page that only some forums have."""

    label: str
    path: str  # from the root of the site, without a slash before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    username: str
    name: str = ""
    placeholder: bool = False  # an account made for somebody who has not signed up yet
    shared: bool = False  # posts for several people, and says in each post whose words they are
    picture: str | None = None  # address on this site; None: a letter


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryCard:
    id: int
    name: str
    slug: str
    color: str  # six hex digits
    description: str = ""  # plain text
    topics: int = 0
    parent: str = ""  # the name of the category it belongs to
    restricted: bool = False
    readers: tuple[str, ...] = ()  # the groups it is for, where it is restricted and they are known
    latest: TopicLine | None = None  # only in lists of categories, and there too it may be left out


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    id: int
    title: str
    slug: str
    author: Author
    replies: int
    created_at: datetime  # UTC, as all dates here
    active_at: datetime
    category: CategoryCard | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    closed: bool = False
    unlisted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Which of several pages this is; the first is 1."""

    page: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicList:
    lines: Sequence[TopicLine]
    slice: Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    number: int
    author: Author
    created_at: datetime
    html: str  # safe: from pages.markdown
    reply_to: int | None = None  # the number of a post of the same topic
    note: str = ""  # for the small traces of what was done to a topic: "closed this topic"
    links: tuple[Link, ...] = ()  # to what else there is to say of it


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    topic: TopicLine
    posts: Sequence[PostView]
    slice: Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPost:
    topic: TopicLine
    post: PostView


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPage:
    author: Author
    joined_at: datetime | None
    total: int  # posts
    posts: Sequence[UserPost]  # newest first
    slice: Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A post with what was searched for."""

    topic: TopicLine
    number: int  # of the post
    author: Author
    created_at: datetime
    excerpt: str  # plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    query: str
    found: Sequence[Found]
    slice: Slice
    total: int | None = None  # None: not counted
    note: str = ""  # what the reader should know of how it was searched


class Forum(Protocol):
    """A forum to look at. Pages count from 1; None means there is no such thing, or not for this reader."""

    @property
    def title(self) -> str: ...

    @property
    def hint(self) -> str:
        """One line for the foot of every page: what this site is."""

    @property
    def notice(self) -> str:
        """What every page says above everything else; mostly nothing."""

    @property
    def sections(self) -> Sequence[Link]:
        """Pages that only this forum has, for the head of every page."""

    def categories(self) -> Sequence[CategoryCard]: ...

    def latest(self, page: int) -> TopicList | None: ...

    def category(self, category_id: int, page: int) -> tuple[CategoryCard, TopicList] | None: ...

    def tag(self, name: str, page: int) -> TopicList | None: ...

    def search(self, query: str, page: int) -> SearchPage | None:
        """Topics and posts with all words of the query, which is not empty."""

    def topic(self, topic_id: int, page: int) -> TopicPage | None: ...

    def page_of(self, topic_id: int, number: int) -> int | None:
        """The page of a topic that the post with this number stands on, or the one after it."""

    def user(self, username: str, page: int) -> UserPage | None: ...


def pages(total: int, size: int) -> int:
    """How many pages it takes; an empty list has one as well."""
    return max(1, -(-total // size))


def excerpt(text: str, words: Sequence[str]) -> str:
    """About two lines of a text, round the first of the words that stands in it."""
    plain = " ".join(text.split())
    folded = plain.casefold()
    places = [at for word in words if (at := folded.find(word.casefold())) >= 0]
    begin = max(0, min(places, default=0) - _BEFORE)
    end = begin + _EXCERPT
    return ("…" if begin else "") + plain[begin:end].strip() + ("…" if end < len(plain) else "")
