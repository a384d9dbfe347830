"""Flow boards from the XML that Flow's dumpBackup.php writes (flow-1.0): a topic, or what stands above all of them.

Its current dumps hold of each post one version: the newest text with all else as it was first. Users are numbers there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from xml.etree.ElementTree import Element

from importers.wiki.keys import digest
from importers.wiki.structured.flow_ids import flow_id, moment_of, order_of
from importers.wiki.structured.tree import Kind, Odd, Post, Topic, untangled
from importers.wiki.structured.values import number, plain_title, text

_LOCKED = "lock"


def dumped_topics(element: Element, board: Mapping[str, str]) -> Iterator[Topic | Odd]:
    """What an element <topic> or <description> holds; `board` has the attributes of the <board> around it."""
    page = text(board.get("title")).replace("_", " ")
    name = _name(element)
    if name == "description":
        yield from _description(element, board, page)
    elif name == "topic":
        yield from _topic(element, page)


def with_names(topic: Topic | Odd, names: Mapping[int, str]) -> Topic | Odd:
    """With the names of the authors that are known by their number."""
    if isinstance(topic, Odd) or not names:
        return topic
    posts = tuple(
        replace(post, author=names[post.user]) if post.author is None and post.user in names else post
        for post in topic.posts
    )
    return replace(topic, posts=posts)


def _description(element: Element, board: Mapping[str, str], page: str) -> Iterator[Topic]:
    own = flow_id(element.get("id")) or flow_id(board.get("id")) or digest(page)
    post = _post(element, f"{own}.description", None, "description")
    if post and post.text.strip():
        yield Topic(id=post.id, board=page, title=page, page=page, posts=(post,))


def _topic(element: Element, page: str) -> Iterator[Topic | Odd]:
    first = next((each for each in element if _name(each) == "post"), None)
    # The first post of a topic is its title, and has the topic's id.
    topic = flow_id(element.get("id")) or flow_id(first.get("id") if first is not None else "")
    found, unreadable = _posts(element)
    if not topic:
        yield Odd("post-unreadable", len(found) + unreadable, page)
        return
    root = found.pop(topic, None)
    ordered, odd = untangled(list(found.values()), topic)
    name = f"Topic:{topic.capitalize()}"
    yield Topic(
        id=topic,
        board=page,
        title=plain_title(root.text, is_html=root.markup == "html") if root else "",
        page=name,
        posts=(*ordered, *_summary(element, topic)),
        closed=first is not None and any(each.get("modstate") == _LOCKED for each in _revisions(first)[-1:]),
        hidden=root.hidden if root else "",
    )
    if odd:
        yield Odd("reply-parent-missing", odd, name)
    if unreadable:
        yield Odd("post-unreadable", unreadable, name)


def _posts(element: Element) -> tuple[dict[str, Post], int]:
    """All posts of the topic, its title first, by id, and how many could not be read."""
    found: dict[str, Post] = {}
    unreadable = 0
    top: str | None = None
    waiting = [(each, top) for each in element if _name(each) == "post"][::-1]
    while waiting:
        each, parent = waiting.pop()
        own = flow_id(each.get("id"))
        post = _post(each, own, parent) if own and own not in found else None
        if post:
            found[own] = replace(post, fragment=f"flow-post-{own}")
        else:
            unreadable += 1
        below = own if post else parent
        for children in (child for child in each if _name(child) == "children"):
            waiting += [(child, below) for child in children if _name(child) == "post"][::-1]
    return found, unreadable


def _summary(element: Element, topic: str) -> tuple[Post, ...]:
    summaries = [each for each in element if _name(each) == "summary"]
    post = _post(summaries[0], f"{topic}.summary", None, "summary") if summaries else None
    return (post,) if post and post.text.strip() else ()


def _post(element: Element, own: str, parent: str | None, kind: Kind = "post") -> Post | None:
    """None where it has no version."""
    revisions = _revisions(element)
    if not revisions:
        return None
    first, newest = revisions[0], revisions[-1]
    flags = text(newest.get("flags"))
    state = text(newest.get("modstate"))
    whose = first if kind == "post" else newest
    whom = "treeoriguser" if kind == "post" else "user"
    ip = text(whose.get(f"{whom}ip")) or text(whose.get("userip"))
    user = number(whose.get(f"{whom}id")) or number(whose.get("userid"))
    return Post(
        id=own,
        parent=parent,
        author=None if user else ip or None,
        user=user,
        at=moment_of(own) if kind == "post" else moment_of(flow_id(newest.get("id"))),
        text=text("".join(newest.itertext())),
        markup="html" if "html" in flags else "wikitext",
        kind=kind,
        hidden="" if state in ("", _LOCKED) else state,
    )


def _revisions(element: Element) -> list[Element]:
    """The versions, oldest first."""
    lists = (each for each in element if _name(each) == "revisions")
    found = [each for versions in lists for each in versions if _name(each) == "revision"]
    return sorted(found, key=lambda each: order_of(flow_id(each.get("id"))))


def _name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
