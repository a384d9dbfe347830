"""From topics to records: a topic is a thread, a post a message, and a summary one at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from importers.wiki.body import comment_markdown
from importers.wiki.keys import page_labels, shown_title
from importers.wiki.page import Page
from importers.wiki.people import author_of, linked_addresses, masked, unknown_author
from importers.wiki.sources import source_of
from importers.wiki.structured.tree import Odd, Place, Post, Topic
from importers.wiki.templates import AskWiki, Templates
from importers.wiki.titles import addresses_in, family_of, is_ip, page_url, parse_title
from importers.wiki.wikitext import render
from migrate.model import Finding, Message, Origin, Person, Record, Severity, Thread
from migrate.text import printable

# By trouble what to say of so many posts, and whether those are lost.
_ODD = {
    "post-unreadable": ("Posts that cannot be read, or belong to no topic of the page ({}), are left out.", True),
    "reply-parent-missing": (
        "Posts that answer one that is not there, or each other ({}), stand in their topic.",
        False,
    ),
}
_LEFT_OUT: Mapping[str, tuple[Severity, str]] = {
    "moderated-left-out": ("info", "Posts that moderators hid or deleted ({}) are left out."),
    "moved-note": ("info", "Notes that a thread was moved ({}) are left out; the thread is read where it is now."),
    "entry-empty": ("info", "Posts with nothing in them ({}) are left out."),
}


def topic_records(topics: Iterable[Topic | Odd], place: Place, ask: AskWiki | None = None) -> Iterator[Record]:
    """The sources, people, threads and messages of topics; findings for what is no message.

    `ask` lets the wiki expand templates that are not known here.
    """
    numbered = 0
    for topic in topics:
        if isinstance(topic, Odd):
            yield odd_finding(topic, place)
            continue
        reading = _Topic(topic, place, ask)
        yield from reading.records()
        numbered += reading.numbered
    if numbered:
        text = f"Posts whose author the export tells only by number ({numbered:,})."
        yield Finding(stage="read", severity="warning", code="author-by-number", text=text, locator=place.locator)


def odd_finding(odd: Odd, place: Place) -> Finding:
    """What to say of posts that are not as they should be."""
    words, is_lost = _ODD[odd.code]
    shown = printable(shown_title(place.site, parse_title(place.site, odd.page)))
    return Finding(
        stage="read",
        severity="warning",
        code=odd.code,
        text=words.format(odd.count),
        source=source_of(place.site, odd.page).key,
        locator=f"{place.locator}:{shown}",
        lost=odd.count if is_lost else 0,
    )


class _Topic:
    """One topic on its way to records."""

    def __init__(self, topic: Topic, place: Place, ask: AskWiki | None) -> None:
        self._topic = topic
        self._site = place.site
        self._wishes = place.wishes
        self._prefix = f"wiki:{place.site.key}:{place.extension}:"
        self._board = parse_title(place.site, topic.board)
        self._source = source_of(place.site, topic.board)
        self._names = self._addresses()
        self._place = place.locator
        self._locator = self._line(f"{place.locator}:{topic.page}")
        page = Page(title=topic.board, id=0, text="", locator=self._locator)
        self._templates = Templates(place.site, page, ask)
        self._left_out: Counter[str] = Counter()
        self.numbered = 0  # posts whose author has no name but a number
        self._unknown = 0

    def _addresses(self) -> frozenset[str]:
        """The IP addresses that stand for people: of authors, and those that are linked to."""
        names = {post.author for post in self._topic.posts if post.author and is_ip(post.author)}
        for text in (self._topic.title, *(post.text for post in self._topic.posts)):
            names |= linked_addresses(text, self._site)
        return frozenset(names) | addresses_in(self._board)

    def records(self) -> Iterator[Record]:
        """People before their messages, and findings at the end."""
        thread = self._thread()
        messages = list(self._messages(thread))
        if messages:
            yield self._source
            if not self._topic.is_part:
                yield thread
            yield from messages
        elif not self._left_out:
            yield self._finding("section-empty", "info", "Nothing was said below a heading; it is left out.")
        for code, count in sorted(self._left_out.items()):
            severity, text = _LEFT_OUT[code]
            yield self._finding(code, severity, text.format(count), lost=count)
        if self._unknown:
            yield self._finding("author-unknown", "warning", f"Posts whose author is not told ({self._unknown}).")
        yield from self._templates.findings()

    def _messages(self, thread: Thread) -> Iterator[Person | Message]:
        """What may be shown and says something; the rest is counted. What answers it answers the one before it."""
        above: dict[str, str | None] = {}
        flags = ("closed",) if self._topic.closed else ()  # said once is enough
        for post in self._topic.posts:
            parent = above.get(post.parent, post.parent) if post.parent is not None else None
            hidden = self._topic.hidden or post.hidden
            body = "" if hidden else self._body(post)
            if hidden or not body:
                self._left_out[_reason(hidden)] += 1
                above[post.id] = parent
                continue
            person = self._person(post)
            yield person
            yield self._message(post, person, body, parent, thread, flags)
            flags = ()

    def _thread(self) -> Thread:
        page = shown_title(self._site, family_of(self._site, self._board))
        label = page.partition(":")[2] or page
        return Thread(
            key=self._key(self._topic.id),
            source=self._source.key,
            title=self._line(self._topic.title) or label,
            labels=page_labels(self._site, family_of(self._site, self._board)),
            url=self._url(self._topic.page) or None,
        )

    def _message(
        self, post: Post, person: Person, body: str, parent: str | None, thread: Thread, flags: tuple[str, ...]
    ) -> Message:
        page = post.title or self._topic.page
        place = self._line(f"{self._place}:{page}#{post.fragment}".rstrip("#"))
        return Message(
            key=self._key(post.id),
            source=self._source.key,
            author=person.key,
            title=thread.title,
            body=body,
            sent_at=post.at,
            date_source="source" if post.at else None,
            native_format="text/x-wiki" if post.markup == "wikitext" else "text/html",
            native=masked(post.text, self._names, self._site, self._wishes).encode(),
            thread=thread.key,
            parent=None if parent is None else self._key(parent),
            origins=(Origin(source=self._source.key, locator=place),),
            flags=flags,
            url=self._url(page, post.fragment) or thread.url,
            locator=place,
        )

    def _person(self, post: Post) -> Person:
        if post.author:
            return author_of(post.author, self._site, self._wishes)
        if not post.user:
            self._unknown += 1
            return unknown_author(self._site)
        self.numbered += 1
        name = f"User {post.user}"
        # No user name has a "#" in it.
        return Person(key=f"wiki:{self._site.key}:#user-{post.user}", name=name, names=(name,))

    def _body(self, post: Post) -> str:
        html = post.text
        if post.markup == "wikitext":
            html = render(html, self._site, self._board, self._templates.expand).html
        body = comment_markdown(html, self._site, self._topic.board)
        body = masked(body, self._names, self._site, self._wishes)
        return f"**Summary**\n\n{body}" if post.kind == "summary" and body else body

    def _key(self, item: str) -> str:
        return f"{self._prefix}{item}"

    def _line(self, text: str) -> str:
        """One line that can be shown, without IP addresses of authors."""
        return printable(" ".join(masked(text, self._names, self._site, self._wishes).split()))

    def _url(self, page: str, fragment: str = "") -> str:
        """Where it is on the wiki; "" where that would show the IP address of an author."""
        url = page_url(self._site, parse_title(self._site, page), fragment)
        return url if masked(url, self._names, self._site, self._wishes) == url else ""

    def _finding(self, code: str, severity: Severity, text: str, lost: int = 0) -> Finding:
        return Finding(
            stage="read",
            severity=severity,
            code=code,
            text=text,
            source=self._source.key,
            locator=self._locator,
            lost=lost,
        )


def _reason(hidden: str) -> str:
    if not hidden:
        return "entry-empty"
    return "moved-note" if hidden == "moved" else "moderated-left-out"
