"""What a wiki with DiscussionTools says of its own discussions, as headings and comments.

Its answer leaves out what nobody signed below the last comment of a section, and comments whose dates are not written
the wiki's own way. Those are added as our own reading of the page has them, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from importers.wiki.api.client import Answer, RefusedError, Wiki, things
from importers.wiki.body import references_of
from importers.wiki.discussion import Comment, Discussion, Heading, discussion
from importers.wiki.discussion.levels import heading_parents
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.structured.values import inside, number, text
from importers.wiki.templates import AskWiki, Templates
from importers.wiki.titles import Title, clean, page_url, parse_title
from importers.wiki.wikitext import render

_PLACEHOLDER_LEVEL = 99
_UNKNOWN_LINE = -1
_BELOW_ALL = 10**9  # a line that no page has
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII)
_DIGITS = re.compile(r"\d{14}", re.ASCII)
# What Parsoid tells editors, and where pages are related to each other: neither is text.
_NOT_TEXT = "link, meta, [data-mw-comment-start], [data-mw-comment-end]"
_CITED = re.compile(r'href="#(cite_note-[^"<>]{1,200})"')


def discussion_of(wiki: Wiki, site: Site, page: Page, ask: AskWiki) -> Discussion | None:
    """The discussion on a page; None where the wiki sees none there, or does not answer. Raises InputError where it
    cannot be read at all."""
    try:
        answer = wiki.ask(
            "discussiontoolspageinfo",
            oldid=page.revision.id if page.revision else None,
            prop="threaditemshtml",
            threaditemsflags="excludesignatures",
        )
    except RefusedError:  # the module may change, and fails on some pages
        return None
    threads = things(inside(answer, "discussiontoolspageinfo", "threaditemshtml"))
    if not threads:
        return None
    title = parse_title(site, page.title)
    html = render(page.text, site, title, Templates(site, page, ask).expand).html
    # Older ones do not know the flag, and answer with signatures.
    signed = "threaditemsflags" in repr(answer.get("warnings"))
    theirs = _Answer(site, title, references_of(html), signed=signed).read(threads)
    return merged(theirs, discussion(html, site, title)) if theirs.comments else None


class _Answer:
    """Reads threaditemshtml of one page."""

    def __init__(self, site: Site, title: Title, references: Mapping[str, str], *, signed: bool) -> None:
        self._site = site
        self._title = title
        self._references = references
        self._signed = signed
        self._headings: list[Heading] = []
        self._comments: list[Comment] = []

    def read(self, threads: list[Answer]) -> Discussion:
        # A sub-heading stands in the list, and once more among the replies to the heading above it.
        waiting = deque(threads)
        known = {text(thread.get("id")) for thread in threads}
        while waiting:
            thread = waiting.popleft()
            inner = self._section(thread)
            waiting.extendleft(reversed([each for each in inner if text(each.get("id")) not in known]))
            known.update(text(each.get("id")) for each in inner)
        above = heading_parents(heading.level for heading in self._headings)
        headings = [replace(heading, parent=parent) for heading, parent in zip(self._headings, above, strict=True)]
        return Discussion(headings, self._comments)

    def _section(self, thread: Answer) -> list[Answer]:
        """Take up a heading with the comments below it; returns the headings among its replies."""
        self._headings.append(self._heading(thread))
        before = len(self._comments)
        headings: list[Answer] = []
        waiting: list[tuple[Answer, int | None]] = [(each, None) for each in reversed(things(thread.get("replies")))]
        while waiting:
            item, parent = waiting.pop()
            if item.get("type") == "heading":
                headings.append(item)
                continue
            place = self._comment(item, parent)
            waiting += [(each, place) for each in reversed(things(item.get("replies")))]
        if len(self._comments) == before and text(thread.get("othercontent")).strip():
            self._unsigned(self._html(thread.get("othercontent")))
        return headings

    def _heading(self, thread: Answer) -> Heading:
        html = self._html(thread.get("html"))
        level = number(thread.get("headingLevel"))
        placeholder = not 1 <= level <= 6
        return Heading(
            level=_PLACEHOLDER_LEVEL if placeholder else level,
            text="" if placeholder else _plain(html),
            html=html,
            name=text(thread.get("name")),
            id=text(thread.get("id")),
            placeholder=placeholder,
            line=_UNKNOWN_LINE,
            parent=None,
        )

    def _comment(self, item: Answer, parent: int | None) -> int | None:
        """Take up a comment; tells its number, or that of the one it answers where it is unreadable."""
        author, at = clean(text(item.get("author"))), _moment(item.get("timestamp"))
        html = self._html(item.get("html"))
        if not author or at is None:
            if html.strip():
                self._unsigned(html)
            return parent
        comment = Comment(
            author=author,
            shown=text(item.get("displayName")) or author,
            at=at,
            level=min(number(item.get("level")) or 1, 1000),
            parent=parent,
            reference_parent=parent,
            heading=len(self._headings) - 1,
            html=self._without_signature(html, author) if self._signed else html,
            name=text(item.get("name")),
            id=text(item.get("id")),
            line=_UNKNOWN_LINE,
            signature_line=_UNKNOWN_LINE,
        )
        self._comments.append(comment)
        return len(self._comments) - 1

    def _unsigned(self, html: str) -> None:
        self._comments.append(_nobodys(html, len(self._headings) - 1))

    def _html(self, value: object) -> str:
        html = plain_html(text(value), self._site, self._title)
        cited = [place for place in dict.fromkeys(_CITED.findall(html)) if place in self._references]
        notes = "".join(f'<li id="{place}">{self._references[place]}</li>' for place in cited)
        return f'{html}<ol class="references">{notes}</ol>' if notes else html

    def _without_signature(self, html: str, author: str) -> str:
        found = discussion(f"<div>{html}</div>", self._site, self._title).comments
        return found[0].html if len(found) == 1 and found[0].author == author else html


def plain_html(html: str, site: Site, title: Title) -> str:
    """Parsoid's HTML with full addresses, and without what it tells editors."""
    if "<" not in html:
        return html
    tree = LexborHTMLParser(html)
    for node in tree.css(_NOT_TEXT):
        node.decompose()
    here = page_url(site, title)
    for link in tree.css('a[href^="./"]'):
        name, _, place = (link.attributes.get("href") or "")[2:].partition("#")
        target = page_url(site, parse_title(site, unquote(name.partition("?")[0], errors="replace")), unquote(place))
        # A place on this very page: a reference, above all.
        link.attrs["href"] = f"#{place}" if place and target.partition("#")[0] == here else target
    return (tree.body.inner_html or "") if tree.body is not None else ""


def _plain(html: str) -> str:
    tree = LexborHTMLParser(html)
    return " ".join(tree.body.text().split()) if tree.body is not None else ""


def _moment(value: object) -> datetime | None:
    written = text(value)
    try:
        if found := _ISO.fullmatch(written):
            return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        if _DIGITS.fullmatch(written):
            return datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        pass
    return None


def _nobodys(html: str, heading: int) -> Comment:
    return Comment(
        author=None,
        shown="",
        at=None,
        level=1,
        parent=None,
        reference_parent=None,
        heading=heading,
        html=html,
        name="",
        id="",
        line=_UNKNOWN_LINE,
        signature_line=_UNKNOWN_LINE,
    )


def merged(theirs: Discussion, ours: Discussion) -> Discussion:
    """Their discussion, with lines of the page's text and what is only in ours."""
    return _Merging(theirs, ours).result()


@dataclass
class _Merging:
    """Two readings of a page on their way to one."""

    theirs: Discussion
    ours: Discussion
    same: dict[int, int] = field(default_factory=dict)  # their comment → ours
    sections: dict[int, int] = field(default_factory=dict)  # our heading → theirs
    extra: defaultdict[int, list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )  # what only we have, by heading

    def result(self) -> Discussion:
        self._match_comments()
        self._match_headings()
        self._find_ours_only()
        headings = list(self.theirs.headings)
        for place, heading in enumerate(self.ours.headings):
            if place in self.sections:
                said = headings[self.sections[place]]
                headings[self.sections[place]] = replace(said, line=heading.line, text=heading.text or said.text)
            elif self.extra.get(place):
                self.sections[place] = len(headings)
                headings.append(replace(heading, parent=None))
        return _with_lines(headings, self._comments(len(headings)))

    def _match_comments(self) -> None:
        """By author and minute; else by the minute, for names are written in several ways."""
        self._match([comment.name for comment in self.theirs.comments], [each.name for each in self.ours.comments])
        self._match([comment.at for comment in self.theirs.comments], [each.at for each in self.ours.comments])

    def _match(self, theirs: Sequence[object], ours: Sequence[object]) -> None:
        taken = set(self.same.values())
        waiting: defaultdict[object, deque[int]] = defaultdict(deque)
        for place, known in enumerate(ours):
            if place not in taken:
                waiting[known].append(place)
        for place, known in enumerate(theirs):
            if known and place not in self.same and waiting[known]:
                self.same[place] = waiting[known].popleft()

    def _match_headings(self) -> None:
        """By a comment that both have below it; else by the words and which one of that name it is."""
        for theirs, ours in self.same.items():
            heading = self.ours.comments[ours].heading
            self.sections.setdefault(heading, self.theirs.comments[theirs].heading)
        named = dict(_named(self.theirs.headings))
        taken = set(self.sections.values())
        for name, place in _named(self.ours.headings):
            if place not in self.sections and name in named and named[name] not in taken:
                self.sections[place] = named[name]

    def _find_ours_only(self) -> None:
        """Our comments that they left out of a section: all if they saw none there, else those after the last that both
        have."""
        signed = {comment.heading for comment in self.theirs.comments if comment.author}
        both = set(self.same.values())
        shared: set[int] = set()
        for place, comment in enumerate(self.ours.comments):
            if place in both:
                shared.add(comment.heading)
                self.extra[comment.heading].clear()
            else:
                self.extra[comment.heading].append(place)
        for section, heading in self.sections.items():
            if heading in signed and section not in shared:  # dates that only the wiki can read: all is in theirs
                self.extra.pop(section, None)

    def _comments(self, headings: int) -> list[Comment]:
        """In the order of the headings, theirs before ours, with parents that are right again."""
        below: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        extra: defaultdict[int, list[int]] = defaultdict(list)
        for section, heading in self.sections.items():
            extra[heading] += self.extra.get(section, ())
        for place, comment in enumerate(self.theirs.comments):
            if comment.author is not None or not extra.get(comment.heading):  # ours tells their othercontent apart
                below[comment.heading].append((True, place))
        for heading, places in extra.items():
            below[heading] += [(False, place) for place in places]
        order = [each for heading in range(headings) for each in below[heading]]
        theirs = {place: at for at, (is_theirs, place) in enumerate(order) if is_theirs}
        ours = {place: at for at, (is_theirs, place) in enumerate(order) if not is_theirs}
        ours |= {mine: theirs[yours] for yours, mine in self.same.items() if yours in theirs}
        return [
            self._theirs(place, theirs, ours) if is_theirs else self._ours(place, ours) for is_theirs, place in order
        ]

    def _theirs(self, place: int, theirs: Mapping[int, int], ours: Mapping[int, int]) -> Comment:
        comment = self.theirs.comments[place]
        parent = None if comment.parent is None else theirs.get(comment.parent)
        mine = self.ours.comments[self.same[place]] if place in self.same else None
        if mine is None:
            return replace(comment, parent=parent, reference_parent=parent)
        # What {{outdent}} continues is known by our rules only.
        outdented = mine.parent != mine.reference_parent and mine.parent is not None
        return replace(
            comment,
            parent=ours.get(mine.parent, parent) if outdented and mine.parent is not None else parent,
            reference_parent=parent,
            line=mine.line,
            signature_line=mine.signature_line,
            others=mine.others,
        )

    def _ours(self, place: int, ours: Mapping[int, int]) -> Comment:
        comment = self.ours.comments[place]
        parents = [None if each is None else ours.get(each) for each in (comment.parent, comment.reference_parent)]
        return replace(comment, parent=parents[0], reference_parent=parents[1], heading=self.sections[comment.heading])


def _with_lines(headings: list[Heading], comments: list[Comment]) -> Discussion:
    """Where a line is not known, the item is taken to stand, without lines of its own, before the one that follows."""
    places = [(comment.heading, 1, place) for place, comment in enumerate(comments)]
    places += [(place, 0, place) for place in range(len(headings))]
    line = _BELOW_ALL
    for _, is_comment, place in sorted(places, reverse=True):
        item = comments[place] if is_comment else headings[place]
        if item.line != _UNKNOWN_LINE:
            line = item.line
        elif isinstance(item, Comment):
            comments[place] = replace(item, line=line, signature_line=line - 1)
        else:
            headings[place] = replace(item, line=line)
    return Discussion(headings, comments)


def _named(headings: list[Heading]) -> Iterator[tuple[tuple[str, int], int]]:
    """Each heading by its words, and which one with these words it is."""
    met: defaultdict[str, int] = defaultdict(int)
    for place, heading in enumerate(headings):
        name = "" if heading.placeholder else " ".join(heading.text.casefold().split()) or "-"
        met[name] += 1
        yield (name, met[name]), place
