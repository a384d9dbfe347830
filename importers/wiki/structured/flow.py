"""Flow's answers to view-topiclist, view-topic and view-header, as topics and posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from importers.wiki.keys import digest
from importers.wiki.structured.flow_ids import flow_id, moment_at, moment_of, order_of
from importers.wiki.structured.tree import Kind, Markup, Odd, Post, Topic, untangled
from importers.wiki.structured.values import inside, is_true, items, mapping, number, plain_title, text

_LOCKED = "lock"


def topics_of(result: object, board: str) -> Iterator[Topic | Odd]:
    """The topics of a list of them, or the one of view-topic: `result` has roots, posts and revisions."""
    current = _current(result)
    by_topic: dict[str, dict[str, Mapping[str, object]]] = {}
    strays = 0
    roots = dict.fromkeys(filter(None, map(flow_id, items(mapping(result).get("roots")))))
    for each, revision in current.items():
        topic = flow_id(revision.get("workflowId"))
        if topic in roots:
            by_topic.setdefault(topic, {})[each] = revision
        else:
            strays += 1
    unreadable = len(mapping(mapping(result).get("posts"))) - len(current) + strays
    for root in roots:
        yield from _topic(root, by_topic.get(root, {}), board)
    if unreadable:
        yield Odd("post-unreadable", unreadable, board)


def _current(result: object) -> dict[str, Mapping[str, object]]:
    """By post its newest revision."""
    revisions = mapping(mapping(result).get("revisions"))
    found: dict[str, Mapping[str, object]] = {}
    for key, listed in mapping(mapping(result).get("posts")).items():
        ids = sorted((each for each in items(listed) if isinstance(each, str)), key=order_of)
        revision = mapping(revisions.get(ids[-1])) if ids else {}
        if (post := flow_id(key)) and revision:
            found[post] = revision
    return found


def _topic(root: str, revisions: dict[str, Mapping[str, object]], board: str) -> Iterator[Topic | Odd]:
    head = revisions.pop(root, {})
    page = text(head.get("articleTitle")) or f"Topic:{root.capitalize()}"
    answered = _answered(root, head, revisions)
    posts = [_post(each, revision, answered.get(each)) for each, revision in revisions.items()]
    ordered, odd = untangled(posts, root)
    yield Topic(
        id=root,
        board=board,
        title=_title(head) or next(filter(None, map(_named, revisions.values())), ""),
        page=page,
        posts=(*ordered, *_summary(root, head.get("summary"))),
        closed=is_true(head.get("isLocked")) or head.get("moderateState") == _LOCKED,
        hidden=_hidden(head) if head else "",
    )
    if odd:
        yield Odd("reply-parent-missing", odd, page)


def _answered(root: str, head: Mapping[str, object], revisions: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    """By post which one it answers: it says so itself, else the other one does."""
    found: dict[str, str] = {}
    for each, revision in {root: head, **revisions}.items():
        for reply in filter(None, map(flow_id, items(revision.get("replies")))):
            found.setdefault(reply, each)
    own = {each: flow_id(revision.get("replyToId")) for each, revision in revisions.items()}
    return found | {each: parent for each, parent in own.items() if parent}


def _post(post: str, revision: Mapping[str, object], parent: str | None) -> Post:
    content, markup = _content(revision.get("content"))
    return Post(
        id=post,
        parent=parent,
        author=_author(revision),
        at=moment_of(post) or moment_at(revision.get("timestamp")),
        text=content,
        markup=markup,
        hidden=_hidden(revision),
        fragment=f"flow-post-{post}",
    )


def _author(revision: Mapping[str, object]) -> str | None:
    """Who began it: `author` is whoever changed it last."""
    name = text(inside(revision, "creator", "name"))
    if not name and is_true(revision.get("isOriginalContent")):
        name = text(inside(revision, "author", "name"))
    return name or None


def _hidden(revision: Mapping[str, object]) -> str:
    """Why it may not be shown. Locked topics count as moderated, too."""
    state = text(revision.get("moderateState"))
    if is_true(revision.get("isModeratedNotLocked")):
        return state or "hide"
    if is_true(revision.get("isModerated")) and state != _LOCKED and not is_true(revision.get("isLocked")):
        return state or "hide"
    return "" if revision.get("content") is not None else "withheld"


def _content(value: object) -> tuple[str, Markup]:
    """The text, and what it is written in."""
    if isinstance(value, str):  # so answered the first versions, in HTML
        return text(value), "html"
    form = mapping(value).get("format")
    # What has no format is what those who may not read a post are told in its place, as HTML.
    return text(mapping(value).get("content")), "wikitext" if form == "wikitext" else "html"


def _title(head: Mapping[str, object]) -> str:
    content = mapping(head.get("content"))
    if plain := text(content.get("plaintext")):
        return plain_title(plain)
    is_html = "html" in text(content.get("format"))
    return plain_title(text(content.get("content")), is_html=is_html) or _named(head)


def _named(revision: Mapping[str, object]) -> str:
    """The title of the topic as one of its posts tells it."""
    properties = mapping(revision.get("properties"))
    for key in ("topic-of-post-text-from-html", "topic-of-post"):
        value = properties.get(key)
        for found in (value, *mapping(value).values()):
            if plain := plain_title(text(found)):
                return plain
    return ""


def _summary(topic: str, value: object) -> tuple[Post, ...]:
    revision = mapping(inside(value, "revision")) or mapping(value)
    content = revision.get("content")
    if not revision and isinstance(value, str):
        content = value
    post = _extra(f"{topic}.summary", "summary", revision, content)
    return (post,) if post else ()


def description_of(result: object, board: str) -> Topic | None:
    """What stands above the topics of a board, as a topic of its own; None where there is nothing."""
    revision = mapping(inside(result, "revision"))
    workflow = flow_id(revision.get("workflowId"))
    post = _extra(f"{workflow or digest(board)}.description", "description", revision, revision.get("content"))
    return Topic(id=post.id, board=board, title=board, page=board, posts=(post,)) if post else None


def _extra(own: str, kind: Kind, revision: Mapping[str, object], content: object) -> Post | None:
    words, markup = _content(content)
    if not words.strip():
        return None
    hidden = _hidden({"content": content, **revision})
    return Post(
        id=own,
        parent=None,
        author=_author(revision) or text(inside(revision, "author", "name")) or None,
        at=moment_of(flow_id(revision.get("revisionId"))) or moment_at(revision.get("timestamp")),
        text=words,
        markup=markup,
        kind=kind,
        hidden=hidden,
    )


def last_updated(result: object, topic: str) -> int:
    """When a topic of a list changed last, in milliseconds since 1970; 0 where it does not tell."""
    revision = _current(result).get(topic, {})
    return number(revision.get("last_updated"))
