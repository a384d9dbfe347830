"""Posts and comments as other people's tools saved them, and the plain form that docs/facebook.md describes."""

from __future__ import annotations

from collections.abc import Iterator

from importers.facebook.bodies import Contents, Link, Shared
from importers.facebook.links import direct
from importers.facebook.nodes import Author, Moment, Node
from importers.facebook.streaming import Json
from importers.facebook.values import get, identity, items, line, moment, number, text

MOST_NESTED = 50  # replies to replies
MOST_MEDIA = 200  # of one post

# What facebook-scraper, warcex and the documented form call one thing; the first that is there counts.
_ID = ("post_id", "comment_id", "id")
_NAME = ("commenter_name", "author_name", "author", "username", "name")
_AUTHOR_ID = ("commenter_id", "author_id", "user_id")
_WORDS = ("comment_text", "post_text", "text", "message")
_DATE = ("timestamp", "comment_timestamp", "created_time", "comment_time", "time", "date")
_URL = ("post_url", "comment_url", "permalink", "url")
_BELOW = ("comments_full", "comments", "replies")
_LISTS_OF_MEDIA = ("images", "videos", "files")
_MEDIA = ("image", "video", "comment_image")
_REACTIONS = ("reactions", "comment_reactions")


def is_post(value: Json) -> bool:
    """Whether an object is a post as one of the tools writes it."""
    who = get(value, *_NAME, *_AUTHOR_ID)
    what = get(value, *_WORDS, *_BELOW, *_LISTS_OF_MEDIA, *_MEDIA)
    return (get(value, "post_id") is not None or who is not None) and what is not None


def node_of(post: Json, known_id: str, *, reactions: bool) -> Node:
    """A post with its comments; `known_id`: the key it stands under, for one that does not say its own."""
    top = _node(post, reactions)
    top.id = top.id or known_id
    waiting = [(top, post, 0)]
    while waiting:
        node, value, depth = waiting.pop()
        for item in _below(value) if depth < MOST_NESTED else ():
            child = _node(item, reactions)
            node.comments.append(child)
            waiting.append((child, item, depth + 1))
        node.incomplete = number(get(value, "comments")) > len(node.comments)
    return top


def _below(value: Json) -> Iterator[dict[str, Json]]:
    for name in _BELOW:
        yield from items(get(value, name))


def _node(value: Json, reactions: bool) -> Node:
    media = [url for url in _media(value) if direct(url)][:MOST_MEDIA]
    sharing = text(get(value, "shared_text"))
    page = text(get(value, "link"))
    links = [Link(url, "Picture or video") for url in media]
    return Node(
        author=Author(name=line(get(value, *_NAME)), id=identity(get(value, *_AUTHOR_ID))),
        sent=_sent(value),
        contents=Contents(
            text=text(get(value, *_WORDS)),
            shared=(Shared(sharing, line(get(value, "shared_username"))),) if sharing else (),
            links=(*([Link(page, line(get(value, "link_title")))] if direct(page) else []), *links),
            people=tuple(filter(None, (line(get(item, "name")) for item in items(get(value, "with"))))),
            reactions=_reactions(value) if reactions else {},
        ),
        id=identity(get(value, *_ID)),
        answers=identity(get(value, "reply_to", "parent_id")),
        url=direct(text(get(value, *_URL))) or None,
        elsewhere=len(media),
    )


def _sent(value: Json) -> Moment:
    """The first of its dates that can be."""
    found = (moment(get(value, name)) for name in _DATE)
    return next((date for date in found if date.at is not None), Moment())


def _media(value: Json) -> Iterator[str]:
    seen: dict[str, None] = {}
    for name in _LISTS_OF_MEDIA:
        listed = get(value, name)
        for item in listed if isinstance(listed, list) else ():
            seen[text(item if isinstance(item, str) else get(item, "url", "src", "link"))] = None
    for name in _MEDIA:
        seen[text(get(value, name))] = None
    yield from seen


def _reactions(value: Json) -> dict[str, int]:
    stated = get(value, *_REACTIONS)
    if isinstance(stated, dict):
        return {kind: count for name in list(stated)[:20] if (kind := line(name)) and (count := number(stated[name]))}
    count = number(stated) or number(get(value, "reaction_count", "comment_reaction_count", "likes"))
    return {"all": count} if count else {}
