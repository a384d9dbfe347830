"""From a page to the records of what was said on it: a section is a thread, a comment a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from importers.wiki.body import comment_markdown, references_of
from importers.wiki.discussion import Comment, Discussion, Heading, discussion
from importers.wiki.keys import PageKeys, page_labels, shown_title
from importers.wiki.notices import Notice, notice_of
from importers.wiki.page import Page, Revision
from importers.wiki.people import author_of, linked_addresses, masked, unknown_author
from importers.wiki.site import Site
from importers.wiki.sources import source_of, source_records
from importers.wiki.templates import AskWiki, Templates, is_closed
from importers.wiki.titles import addresses_in, family_of, is_ip, is_talk, issue_of, page_url, parse_title, talk_of
from importers.wiki.unsigned import doubtful, told_apart
from importers.wiki.wikitext import render
from importers.wiki.wishes import Wishes
from migrate.content import escape
from migrate.model import Finding, Message, Origin, Person, Record, Severity, Thread

AskHistory = Callable[[Page, frozenset[str]], Page]

_TOPIC_LEVEL = 2  # deeper headings stay inside
_SAME_EDIT = timedelta(minutes=2)  # a signature has the minute in which its edit was begun or saved


def page_records(
    page: Page,
    site: Site,
    wishes: Wishes,
    *,
    found: Discussion | None = None,
    ask: AskWiki | None = None,
    history: AskHistory | None = None,
) -> Iterator[Record]:
    """The source, people, threads and messages of one page; findings for what is no message.

    `found` is what the wiki itself says of the page, where it has DiscussionTools. `ask` lets the wiki expand
    templates that are not known here; `history` gives the page with who brought these lines of its text.
    """
    templates = Templates(site, page, ask)
    references: Mapping[str, str] = {}
    if found is None:
        title = parse_title(site, page.title)
        html = render(page.text, site, title, templates.expand).html
        found, references = discussion(html, site, title), references_of(html)
    if history is not None and (lines := doubtful(found, page.text)):
        page = history(page, lines)
    yield from source_records(site, page.title)
    yield from _Conversation(page, site, wishes, told_apart(found, page), references).records()
    yield from templates.findings()


@dataclass
class _Section:
    """A thread to be: its heading, its comments by their number in the discussion, and headings without any."""

    heading: Heading
    comments: list[int] = field(default_factory=list)
    left_over: list[Heading] = field(default_factory=list)
    end: int = 0  # the line of the page's text before which it ends


class _Conversation:
    """One page on its way to records."""

    def __init__(
        self, page: Page, site: Site, wishes: Wishes, found: Discussion, references: Mapping[str, str]
    ) -> None:
        self._page = page
        self._site = site
        self._wishes = wishes
        self._comments = found.comments
        self._headings = found.headings
        self._title = parse_title(site, page.title)
        self._family = family_of(site, self._title)
        self._keys = PageKeys(site, issue_of(site, self._title) if wishes.newsletters else self._family)
        self._source = source_of(site, page.title).key
        self._lines = page.text.split("\n")
        self._bodies = [
            comment_markdown(comment.html, site, page.title, references=references) for comment in found.comments
        ]
        self._message_keys: dict[int, str] = {}
        self._anchors: dict[str, int] = {}
        self._names = self._people()
        self._guessed = self._unknown = 0

    def records(self) -> Iterator[Record]:
        """Thread by thread, each one's people before their messages."""
        if self._is_unsigned_article():
            meant = shown_title(self._site, talk_of(self._title))
            text = f"Nobody signed anything on this page, so its text is read as it stands. Did you mean {meant!r}?"
            yield self._finding("wiki-no-talk-page", "warning", text)
        for section in self._sections():
            if section.comments:
                yield from self._thread(section)
            for heading in section.left_over:
                text = "Nothing was said below a heading; it is left out."
                yield self._finding("section-empty", "info", text, heading.text)
        if self._guessed:
            text = f"Comments without a signature ({self._guessed}); the page's history tells who wrote them."
            yield self._finding("unsigned-attributed", "info", text)
        if self._unknown:
            text = f"Comments without a signature ({self._unknown}), and no history that tells who wrote them."
            yield self._finding("unsigned-unknown", "warning", text)

    def _is_unsigned_article(self) -> bool:
        """Whether nobody talks here, where it is not news either: somebody named a page in place of its talk page."""
        if self._wishes.newsletters or self._title.namespace < 0 or is_talk(self._title):
            return False
        return bool(self._comments) and all(comment.author is None for comment in self._comments)

    def _people(self) -> frozenset[str]:
        """Whoever wrote here, and the IP addresses that the page says to be somebody's."""
        names = {comment.author for comment in self._comments if comment.author}
        names.update(revision.user for revision in self._page.revisions if revision.user)
        for text in (self._page.text, *self._bodies):
            names |= linked_addresses(text, self._site)
        return frozenset(names) | addresses_in(self._title)

    def _sections(self) -> list[_Section]:
        """A thread for each heading of a topic. Deeper headings stand above the first comment below them."""
        sections: list[_Section] = []
        comments = iter(enumerate(self._comments))
        number, comment = next(comments, (0, None))
        for place, heading in enumerate(self._headings):
            is_topic = not sections or heading.level <= _TOPIC_LEVEL or sections[-1].heading.placeholder
            if is_topic:
                if sections:
                    sections[-1].end = heading.line
                sections.append(_Section(heading, end=len(self._lines)))
            section = sections[-1]
            pending = [] if is_topic else [heading]
            while comment is not None and comment.heading == place:
                if comment.author is not None or self._bodies[number]:
                    self._put_above(number, section.left_over + pending)
                    section.left_over.clear()
                    pending.clear()
                    section.comments.append(number)
                number, comment = next(comments, (0, None))
            section.left_over += pending
        return sections

    def _put_above(self, number: int, headings: list[Heading]) -> None:
        inner = [f"{'#' * min(heading.level, 6)} {escape(heading.text)}" for heading in headings]
        self._bodies[number] = "\n\n".join(filter(None, [*inner, self._bodies[number]]))

    def _thread(self, section: _Section) -> Iterator[Record]:
        heading, numbers = section.heading, section.comments
        page = shown_title(self._site, self._family)
        dates = [at for number in numbers if (at := self._comments[number].at)]
        notice = self._notice(section)
        key = self._keys.thread(heading.text, min(dates) if self._comments[numbers[0]].at else None)
        if notice and notice.digest:
            key = self._message_keys[numbers[0]] = self._keys.delivery(notice.digest)
        thread = Thread(
            key=key,
            source=self._source,
            title=self._masked(heading.text) or page,
            labels=self._labels(notice),
            url=self._url(self._anchor(heading)) or None,
        )
        yield thread
        closed = ("closed",) if is_closed(self._site, self._wikitext(section)) else ()
        taken: Counter[datetime] = Counter()
        for number in numbers:
            person, message = self._message(number, heading, thread)
            yield person
            flags = closed if number == numbers[0] else ()
            yield replace(message, flags=flags, sent_at=message.sent_at and _in_turn(message.sent_at, taken))

    def _labels(self, notice: Notice | None) -> tuple[str, ...]:
        """The page and the kind of notice; not whom a page is called after, nor where a delivery was read first."""
        page = () if notice and notice.digest else page_labels(self._site, self._family)
        return (*page, *([notice.label] if notice else ()))

    def _notice(self, section: _Section) -> Notice | None:
        """What the first comment is, as the wikitext up to the next one tells."""
        first, second = section.comments[0], section.comments[1:2]
        end = self._comments[second[0]].line if second else section.end
        while end < len(self._lines) and self._lines[end].startswith("<!--"):  # who delivered it, before an answer
            end += 1
        comment = self._comments[first]
        text = "\n".join(self._lines[comment.line : end]) or comment.html
        return notice_of(text, self._site, heading=section.heading.text, author=comment.author, at=comment.at)

    def _wikitext(self, section: _Section) -> str:
        return "\n".join(self._lines[section.heading.line : section.end])

    def _message(self, number: int, heading: Heading, thread: Thread) -> tuple[Person, Message]:
        comment = self._comments[number]
        person, at = self._who_and_when(comment)
        locator = self._locator(heading.text)
        message = Message(
            key=self._key(number, heading, person),
            source=self._source,
            author=person.key,
            title=thread.title,
            body=self._masked_text(self._bodies[number]),
            sent_at=at,
            date_source="source" if at else None,
            native_format="text/x-wiki",
            native=self._native(comment),
            thread=thread.key,
            parent=None if comment.parent is None else self._message_keys.get(comment.parent),
            origins=(Origin(source=self._source, locator=locator),),
            url=self._comment_url(comment) or thread.url,
            locator=locator,
        )
        return person, message

    def _key(self, number: int, heading: Heading, person: Person) -> str:
        comment = self._comments[number]
        if number not in self._message_keys:
            if comment.author is None or comment.at is None:
                key = self._keys.unsigned(heading.text, self._bodies[number])
            else:
                key = self._keys.signed(heading.text, person.key, comment.at)
            self._message_keys[number] = key
        return self._message_keys[number]

    def _who_and_when(self, comment: Comment) -> tuple[Person, datetime | None]:
        """By the signature; without one by the page's history. That also has the seconds."""
        if comment.author is None:
            by = self._page.brought_by(comment.line)
            if by is None or by.user is None:
                self._unknown += 1
                return unknown_author(self._site), by.at if by else None
            self._guessed += 1
            return author_of(by.user, self._site, self._wishes), by.at
        person = author_of(comment.author, self._site, self._wishes)
        by = self._page.brought_by(comment.signature_line)
        return person, by.at if by and self._is_its_edit(comment, by, person) else comment.at

    def _is_its_edit(self, comment: Comment, by: Revision, person: Person) -> bool:
        if by.user is None or comment.at is None or abs(by.at - comment.at) > _SAME_EDIT:
            return False
        return author_of(by.user, self._site, self._wishes).key == person.key

    def _native(self, comment: Comment) -> bytes | None:
        """The lines of the page that the comment stands in."""
        lines = self._lines[comment.line : comment.signature_line + 1]
        return self._masked_text("\n".join(lines)).encode() if self._page.text else None

    def _anchor(self, heading: Heading) -> str:
        """What MediaWiki calls a heading in addresses; of several alike the second gets "_2"."""
        if heading.placeholder:
            return ""
        anchor = "_".join(self._masked(heading.text).split())
        self._anchors[anchor.casefold()] = count = self._anchors.get(anchor.casefold(), 0) + 1
        return anchor if count == 1 else f"{anchor}_{count}"

    def _url(self, place: str) -> str:
        """An address on the page; "" where it would show an IP address."""
        url = page_url(self._site, self._title, place)
        return url if self._masked_text(url) == url else ""

    def _comment_url(self, comment: Comment) -> str:
        """Where DiscussionTools shows the comment; "" where the wiki has none."""
        if not self._site.comment_anchors or comment.author is None or is_ip(comment.author):
            return ""
        return self._url(comment.id)

    def _masked(self, text: str) -> str:
        """One line without IP addresses of authors."""
        return " ".join(self._masked_text(text).split())

    def _masked_text(self, text: str) -> str:
        return masked(text, self._names, self._site, self._wishes)

    def _locator(self, heading: str) -> str:
        return self._masked(f"{self._page.locator}#{heading}" if heading else self._page.locator)

    def _finding(self, code: str, severity: Severity, text: str, heading: str = "") -> Finding:
        return Finding(
            stage="read", severity=severity, code=code, text=text, source=self._source, locator=self._locator(heading)
        )


def _in_turn(at: datetime, taken: Counter[datetime]) -> datetime:
    """Signatures have minutes only: what is of the same moment stays in the page's order, a millisecond apart."""
    taken[at] += 1
    return at + timedelta(milliseconds=taken[at] - 1)
