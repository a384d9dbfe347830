"""What will be on the forum, in the forum's words: categories, accounts, topics, posts. No bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COLOR = "0088CC"  # Discourse's own default
_NAMED = 6  # categories


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category that topics go to. One of that name that is there already is used."""

    ref: int  # the journal's number for it, made of its names
    name: str
    parent: str | None = None  # the category it stands in, by its name
    color: str = COLOR  # six hex digits
    read_by: tuple[str, ...] = ()  # the only groups that may read it; none: everyone may
    is_reserved: bool = False  # for staff, since what comes there is private and nobody said who may read it
    description: str = ""  # plain text; given to a category that we make


def for_staff(names: Sequence[str]) -> str:
    """What to say of categories that are reserved: why, and what to do about it."""
    shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    return (
        f"Taken for private, so that only staff may read it: {shown}. To let others, say in a mapping"
        ' read = ["GROUP"], or public = true.'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The account of a person who wrote something planned, or belongs to the community all the same."""

    person_id: int
    username: str
    name: str  # as shown, may be empty
    address: str
    fallback_address: str  # under a reserved domain, for when `address` is a member's
    wished: str | None = None  # the user name that the people file asks for
    account: str | None = None  # a member's user name, where the people file says that it is this person's
    wrote_nothing: bool = False  # that is planned
    anonymous: bool = False  # had no account in the source and gets none; then `username` is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message that will be a post, or several where the forum takes no text as long."""

    message_id: int
    message_key: str
    person_id: int
    author: str  # as shown, may be empty: for a byline
    parent_id: int | None  # the message it answers, or where that is left out the nearest planned one above it
    created_at: int  # milliseconds since 1970-01-01 UTC
    claimed_at: int | None  # the same by the message itself, which may have none, or one in the future
    subject: str | None = None  # where it is not that of what it answers
    is_removed: bool = False  # its author asked that the words be left out; it keeps its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A thread that will be a topic, its posts in their order."""

    thread_id: int
    thread_key: str
    source_id: int
    source_key: str
    title: str
    category: int  # its `ref`
    tags: tuple[str, ...] = ()  # as Discourse cleans them
    states: tuple[str, ...] = ()  # that it is to be in once all its posts are there: closed, pinned
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySize:
    """What goes to one category."""

    name: str
    parent: str | None
    read_by: tuple[str, ...]  # as of Category
    topics: int  # itself, without those of the categories in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What will be created, in numbers."""

    categories: int
    users: int
    topics: int
    replies: int
    uploads: int
    upload_bytes: int
    left_out: dict[str, int] = field(default_factory=dict)  # reason → messages
    requests: int  # to send all of it
    verify_requests: int  # to read all of it back
    seconds: int  # to send all of it at the forum's limit
    tags: int = 0
    tags_cut: int = 0  # tags of topics that the forum has no room for, or does not take at all
    by_category: tuple[CategorySize, ...] = ()  # parents before what is in them
    nameless: int = 0  # people whose names are withheld
    silent: int = 0  # of them, those whose words are left out, too
    members: int = 0  # of the users, those who wrote nothing
    anonymous: int = 0  # people who get no account, since they had none; one account posts for them
    licences: tuple[str, ...] = ()  # that posts name, with where they come from
    reserved: tuple[str, ...] = ()  # categories that only staff may read, since nobody said who may
    pinned: int = 0  # topics
    closed: int = 0
