"""LiquidThreads over the API: the threads of a page, then their texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from importers.wiki.site import Site
from importers.wiki.structured.flow_api import Ask
from importers.wiki.structured.flow_ids import moment_at
from importers.wiki.structured.liquid import post_id
from importers.wiki.structured.tree import Odd, Post, Topic, untangled
from importers.wiki.structured.values import inside, items, mapping, number, plain_title, text
from migrate.model import Finding

_PROPS = "id|subject|page|parent|ancestor|created|modified|author|summaryid|rootid|type"
_AT_ONCE = 50  # pages in a request
_TYPES = {1: "moved", 2: "delete", 4: "hide"}


def threads(ask: Ask, pages: Sequence[str] = ()) -> Iterator[Topic | Odd | Finding]:
    """All threads of these pages (at most 50), or of the whole wiki, without their texts: posts name the page that
    holds theirs, and are known by a number."""
    groups: dict[int, list[Mapping[str, object]]] = {}
    seen: set[int] = set()
    for row in _rows(ask, "|".join(pages)):
        if isinstance(row, Finding):
            yield row
            continue
        own = number(row.get("id"))
        if own and own not in seen:
            seen.add(own)
            groups.setdefault(number(row.get("ancestor")) or own, []).append(row)
    for root, rows in groups.items():
        yield from _topic(root, rows, pages[0] if pages else "")


def with_texts(ask: Ask, topics: Sequence[Topic], site: Site) -> Iterator[Topic]:
    """The same topics with texts and summaries, their posts known by title as everywhere."""
    pages = _pages(ask, sorted({post.page for topic in topics for post in topic.posts if post.page}))
    for topic in topics:
        titles = {post.id: text(pages.get(post.page, {}).get("title")) for post in topic.posts}
        ids = {post: post_id(site, title) if title else f"#{post}" for post, title in titles.items()}
        posts = [
            replace(
                _filled(post, pages.get(post.page, {})),
                id=_summary_id(topic, ids) if post.kind == "summary" else ids[post.id],
                parent=ids[post.parent] if post.parent is not None else None,
                title=titles[post.id],
            )
            for post in topic.posts
        ]
        root = ids.get(topic.id, f"#{topic.id}")
        yield replace(topic, id=root, page=titles.get(topic.id) or topic.page, posts=tuple(posts))


def _summary_id(topic: Topic, ids: Mapping[str, str]) -> str:
    return f"{ids.get(topic.id, f'#{topic.id}')}.summary"


def _rows(ask: Ask, pages: str) -> Iterator[Mapping[str, object] | Finding]:
    wanted: dict[str, str | int] = {"thpage": pages} if pages else {}
    going_on: dict[str, str | int] = {}
    seen: set[str] = set()
    while True:
        answer = ask("query", list="threads", thprop=_PROPS, thlimit="max", **wanted, **going_on)
        yield from map(mapping, items(inside(answer, "query", "threads")))
        going_on = _following(answer)
        if not going_on:
            return
        if repr(going_on) in seen:
            words = "A wiki's list of threads goes in a circle; it was read once."
            yield Finding(stage="read", severity="warning", code="list-circular", text=words)
            return
        seen.add(repr(going_on))


def _following(answer: Mapping[str, object]) -> dict[str, str | int]:
    """What to send along for the next answer; older wikis say it below the name of the list."""
    said = mapping(answer.get("continue"))
    if not said:
        said = {key: value for each in items(answer.get("query-continue")) for key, value in mapping(each).items()}
    return {key: value for key, value in said.items() if isinstance(value, str | int) and isinstance(key, str)}


def _topic(root: int, rows: Sequence[Mapping[str, object]], page: str) -> Iterator[Topic | Odd]:
    posts = [_post(row) for row in rows]
    ordered, odd = untangled(posts, "")
    head = next((row for row in rows if number(row.get("id")) == root), rows[0])
    summary = number(head.get("summaryid"))
    if summary:
        ordered.append(
            Post(id=f"{root}.summary", parent=None, author=None, at=None, text="", kind="summary", page=summary)
        )
    yield Topic(
        id=str(root),
        board=text(head.get("pagetitle")) or page,
        title=plain_title(text(head.get("subject")).replace("_", " ")),
        page=page,
        posts=tuple(ordered),
        version=max(text(row.get("modified")) for row in rows),
    )
    if odd:
        yield Odd("reply-parent-missing", odd, page)


def _post(row: Mapping[str, object]) -> Post:
    parent = number(row.get("parent"))
    return Post(
        id=str(number(row.get("id"))),
        parent=str(parent) if parent and parent != number(row.get("id")) else None,
        author=text(inside(row, "author", "name")) or None,
        at=moment_at(row.get("created")),
        text="",
        page=number(row.get("rootid")),
        hidden=_TYPES.get(number(row.get("type")), ""),
    )


def _pages(ask: Ask, numbers: Sequence[int]) -> dict[int, Mapping[str, object]]:
    """By number what the wiki says of a page and its newest revision."""
    found: dict[int, Mapping[str, object]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        wanted = set(numbers[start : start + _AT_ONCE])
        going_on: dict[str, str | int] = {}
        seen: set[str] = set()
        while repr(going_on) not in seen:
            seen.add(repr(going_on))
            answer = ask(
                "query",
                prop="revisions",
                pageids="|".join(map(str, sorted(wanted))),
                rvprop="ids|timestamp|user|content",
                rvslots="main",
                **going_on,
            )
            for page in map(mapping, items(inside(answer, "query", "pages"))):
                if (own := number(page.get("pageid"))) in wanted and (own not in found or page.get("revisions")):
                    found[own] = page
            going_on = _following(answer)
            if not going_on:
                break
    return found


def _filled(post: Post, page: Mapping[str, object]) -> Post:
    revision = mapping(next(iter(items(page.get("revisions"))), None))
    slot = mapping(inside(revision, "slots", "main")) or revision
    words = slot["content"] if "content" in slot else slot.get("*")
    filled = replace(post, text=text(words), hidden=post.hidden or ("" if isinstance(words, str) else "withheld"))
    if post.kind == "summary":
        return replace(filled, author=text(revision.get("user")) or None, at=moment_at(revision.get("timestamp")))
    return filled
