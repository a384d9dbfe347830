"""Words that somebody left without a signature before what another one signed, as the history tells them apart.

By the rules of DiscussionTools all up to a signature is one comment. Where the history is there, its first paragraphs
or points are taken out if somebody else had brought them before the signature came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby, islice

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.wiki.discussion import Comment, Discussion
from importers.wiki.notices import is_machine
from importers.wiki.page import Page, Revision
from importers.wiki.titles import clean, upper_first

_LISTS = frozenset({"dl", "ul", "ol"})
_LAYERS = frozenset({"li", "dd", "dt", "div"}) | _LISTS
_MOST_PARTS = 20  # of a comment; each is cut out of the whole
_MEANINGLESS = 3  # characters of a line, such as an indent, that any version may have
_MINUTE = timedelta(minutes=1)  # signatures have no seconds


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a point of a list."""

    node: LexborNode
    line: int
    depth: int  # lists around it


def told_apart(found: Discussion, page: Page) -> Discussion:
    """The discussion with such words as comments of their own, by nobody: whoever brought their lines wrote them."""
    if not page.lines:
        return found
    comments: list[Comment] = []
    places: list[range] = []  # of what has become of each comment
    for comment in found.comments:
        above, first = _answered(comment, comment.parent, places, comments), len(comments)
        reference = _answered(comment, comment.reference_parent, places, comments)
        for part in _parts(comment, page):
            within = range(first, len(comments))
            number = next((each for each in reversed(within) if comments[each].level < part.level), None)
            parents = (above, reference) if number is None else (number, number)
            comments.append(replace(part, parent=parents[0], reference_parent=parents[1]))
        places.append(range(first, len(comments)))
    return Discussion(found.headings, comments)


def doubtful(found: Discussion, text: str) -> frozenset[str]:
    """The lines of a page's text whose authors its history has to tell: what nobody signed, and what stands above a
    signed paragraph that is deeper, as an answer to it would be. (All that could be told apart would be most pages.)"""
    lines = text.split("\n")
    asked: set[str] = set()
    for comment in found.comments:
        if comment.author is None:
            asked.update(lines[comment.line : comment.signature_line + 1])
        elif (blocks := _blocks(comment)) and blocks[0].depth < blocks[-1].depth:
            asked.update(lines[blocks[0].line : blocks[0].line + 1])
    return frozenset(line for line in asked if len(line.strip()) > _MEANINGLESS)


def _answered(comment: Comment, parent: int | None, places: list[range], comments: list[Comment]) -> int | None:
    """Which one it answers of what its parent has become: the last one that is not as deep as it is itself."""
    if parent is None:
        return None
    above = [each for each in places[parent] if comments[each].level < comment.level]
    return (above or places[parent])[-1]


def _parts(comment: Comment, page: Page) -> Iterator[Comment]:
    """The comment, after what is not its author's."""
    signed = page.brought_by(comment.signature_line)
    blocks = _blocks(comment) if _is(signed, comment.author) else []
    authors: list[str] = []
    for block in blocks[:-1]:  # the last one is signed
        by = page.brought_by(block.line)
        if not (by and by.user and signed and _is_earlier(by, signed, comment)):
            break
        authors.append(by.user)
    at = 0
    for _, group in islice(groupby(authors), _MOST_PARTS):
        stop = at + len(list(group))
        part = _cut(comment, blocks, at, stop)
        yield replace(
            part, author=None, at=None, shown="", name="", id="", others=(), signature_line=blocks[stop].line - 1
        )
        at = stop
    yield _cut(comment, blocks, at, len(blocks)) if at else comment


def _is_earlier(by: Revision, signed: Revision, comment: Comment) -> bool:
    """Whether somebody else brought it before the signature came. Later ones only mended what was there, be it that the
    author came back after them; bots put things in order."""
    if (by.at, by.id) >= (signed.at, signed.id) or (comment.at and by.at >= comment.at + _MINUTE):
        return False
    return not _is(by, signed.user) and not is_machine(by.user or "")


def _is(by: Revision | None, user: str | None) -> bool:
    return bool(by and by.user and user and upper_first(clean(by.user)) == upper_first(clean(user)))


def _blocks(comment: Comment) -> list[_Block]:
    """Those of a comment; none where there is only one, or something else stands beside them."""
    if comment.html.count("data-line") < 2:
        return []
    blocks = _blocks_of(LexborHTMLParser(comment.html))
    return blocks if len(blocks) > 1 else []


def _blocks_of(tree: LexborHTMLParser) -> list[_Block]:
    blocks: list[_Block] = []
    waiting = [(node, 0) for node in _children(tree.body)]
    if not all(node.tag in _LISTS or _line(node) is not None for node, _ in waiting):
        return []
    waiting.reverse()
    while waiting:
        node, depth = waiting.pop()
        line = _line(node)
        if line is not None:
            blocks.append(_Block(node, line, depth))
        if node.tag in _LAYERS:
            inner = depth + (node.tag in _LISTS)
            below = [each for each in _children(node) if each.tag in _LAYERS or _line(each) is not None]
            waiting += [(each, inner) for each in reversed(below)]
    return blocks


def _children(node: LexborNode | None) -> list[LexborNode]:
    """What is in it, but for white space and remarks."""
    inside = node.iter(include_text=True) if node is not None else ()
    return [
        each for each in inside if each.tag != "_comment" and (not each.is_text_node or (each.text() or "").strip())
    ]


def _line(node: LexborNode) -> int | None:
    line = "" if node.is_text_node else node.attributes.get("data-line") or ""
    return int(line) if line.isdecimal() else None


def _cut(comment: Comment, blocks: list[_Block], start: int, stop: int) -> Comment:
    """The comment with the blocks from one number up to another alone."""
    tree = LexborHTMLParser(comment.html)
    nodes = [block.node for block in _blocks_of(tree)]
    gone = [*_beside(nodes[stop], following=True), nodes[stop]] if stop < len(nodes) else []
    for node in [*gone, *_beside(nodes[start], following=False)]:
        node.decompose()
    level = comment.level + blocks[start].depth - blocks[0].depth
    return replace(comment, html=_unlayered(tree), line=blocks[start].line, level=level)


def _beside(node: LexborNode, *, following: bool) -> Iterator[LexborNode]:
    """All that stands behind it, or before it."""
    around: LexborNode | None = node
    while around is not None and around.tag != "body":
        beside = around.next if following else around.prev
        while beside is not None:
            yield beside
            beside = beside.next if following else beside.prev
        around = around.parent


def _unlayered(tree: LexborHTMLParser) -> str:
    """What is left of a comment, without the lists that indent all of it, but with the points that it makes."""
    node, inside = tree.body, _children(tree.body)
    while len(inside) == 1 and inside[0].tag in _LAYERS and not inside[0].attributes.get("class"):
        node, inside = inside[0], _children(inside[0])
    if node is None or node.tag in ("ul", "ol"):
        return node.html or "" if node is not None else ""
    if node.tag == "dl":
        return "".join(f"<div>{each.inner_html}</div>" for each in inside)
    return node.inner_html or "" if node.tag == "body" else f"<div>{node.inner_html}</div>"
