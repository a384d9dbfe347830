"""Words that somebody left without a signature before what another one signed, as the history tells them apart.

By the rules of DiscussionTools all up to a signature is one comment. Where the history is there, its first paragraphs
or points are taken out if somebody else had brought them before the signature came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser

from importers.wiki.discussion import Comment, Discussion
from importers.wiki.notices import is_machine
from importers.wiki.page import Page, Revision
from importers.wiki.titles import clean, upper_first

_Block = tuple[int, str]  # its line and its HTML


def told_apart(found: Discussion, page: Page) -> Discussion:
    """The discussion with such words as comments of their own, by nobody: whoever brought their lines wrote them."""
    if not page.lines:
        return found
    comments: list[Comment] = []
    places: dict[int | None, int | None] = {None: None}  # of a comment, now
    for number, comment in enumerate(found.comments):
        *before, last = _parts(comment, page)
        places[number] = len(comments) + len(before)
        comments += [_answering(part, places) for part in (*before, last)]
    return Discussion(found.headings, comments)


def _answering(comment: Comment, places: Mapping[int | None, int | None]) -> Comment:
    """The comment with what it answers as it is numbered now; that stands before it."""
    return replace(comment, parent=places[comment.parent], reference_parent=places[comment.reference_parent])


def _parts(comment: Comment, page: Page) -> Iterator[Comment]:
    """The comment, after what is not its author's."""
    signed = page.brought_by(comment.signature_line)
    blocks = _blocks(comment.html) if signed and _is(signed, comment.author) else []
    authors: list[str] = []
    for line, _ in blocks[:-1]:  # the last one is signed
        by = page.brought_by(line)
        if not (by and by.user and signed and _is_earlier(by, signed)):
            break
        authors.append(by.user)
    at = 0
    for _, group in groupby(authors):
        part = blocks[at : (at := at + len(list(group)))]
        yield replace(
            _with(comment, part), author=None, at=None, shown="", name="", id="", others=(), signature_line=part[-1][0]
        )
    yield _with(comment, blocks[at:]) if at else comment


def _with(comment: Comment, blocks: list[_Block]) -> Comment:
    """The comment with these blocks alone."""
    return replace(comment, html="".join(html for _, html in blocks), line=blocks[0][0])


def _is_earlier(by: Revision, signed: Revision) -> bool:
    """Whether somebody else brought it before. Later ones only mended what was there; bots put things in order."""
    return by.at < signed.at and not _is(by, signed.user) and not is_machine(by.user or "")


def _is(by: Revision, user: str | None) -> bool:
    return by.user is not None and user is not None and upper_first(clean(by.user)) == upper_first(clean(user))


def _blocks(html: str) -> list[_Block]:
    """The outermost elements of a comment; none where there is only one, or something else stands beside them."""
    if html.count("data-line") < 2:
        return []
    body = LexborHTMLParser(html).body
    blocks: list[_Block] = []
    for node in body.iter(include_text=True) if body else ():
        line = "" if node.is_text_node else node.attributes.get("data-line") or ""
        if line.isdecimal():
            blocks.append((int(line), node.html or ""))
        elif node.tag != "_comment" and (node.text() or "").strip():
            return []
    return blocks
