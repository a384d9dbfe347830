"""Who signed: the link to a user before a date (DiscussionTools' CommentParser, findSignature)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from importers.wiki.dates import Timestamp
from importers.wiki.discussion.tree import BLOCKS, Node
from importers.wiki.site import Site
from importers.wiki.titles import Title, parse_title, user_of
from importers.wiki.wikimedia import is_wikimedia

Dates = Callable[[Site, str], list[Timestamp]]  # finds the dates in a text

_REACH = 100  # characters of text between the date and the link
_SHORTEST_DATE = 8
_USER_PAGE = 2
# Prose between a link and the date, or between two links, shows that the link is no part of the signature.
_WORDS_BEFORE_DATE = 6
_WORDS_BETWEEN_LINKS = 2
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?](?:\s|$)")
_ACTION = re.compile(r"\?action=edit&.*|\?redlink=1.*")
_FARMS = (".fandom.com", ".miraheze.org", ".wiki.gg")
_UNSIGNED = ("autosigned", "unsigned")
# Notes that were substituted have no class. They begin with a dash or a bracket, and the word "unsigned" links to a
# page of the project.
_OLD_NOTE = re.compile("[(\u2010-\u2015-]")
_PROJECT, _HELP = 4, 12
_UNSIGNED_WORD = re.compile(
    "unsigned|signiert|firmar|firmad|firmat|signé|podpisan|подписан|підписан|assinad|ondertekend|signere|signera|موقع|امضا"
    "|imzasız|allekirjoit|aláír|חתום|未署名|未签名|未簽名|서명",
    re.IGNORECASE,
)
_NOTE_DEPTH, _NOTE_NODES, _NOTE_WORDS = 20, 200, 40


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date in a text of the page."""

    node: Node
    start: int  # in the node's text
    stop: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: from the node `first` up to the date, or through all of the element `whole`."""

    author: str
    shown: str  # the text of the link
    first: Node
    stamp: Stamp | None
    last: Node  # what DiscussionTools takes as its last node: the one beside its links that holds the date
    whole: Node | None  # an element that holds nothing but a note of who wrote this


class Reader:
    """Finds dates and signatures in one page."""

    def __init__(self, nodes: list[Node], site: Site, title: Title, dates: Dates) -> None:
        self._nodes = nodes
        self._dates = dates
        self._site = site
        self._title = title
        self._stamps: dict[int, Stamp | None] = {}
        # By address and title: the user, and whether it is the user's own page.
        self._users: dict[tuple[str, str], tuple[str | None, bool]] = {}

    def stamp(self, node: Node) -> Stamp | None:
        """The first date in a text; None where there is none, and for all other nodes."""
        if node.tag or len(node.text) < _SHORTEST_DATE:
            return None
        if node.index not in self._stamps:
            found = self._dates(self._site, node.text)
            self._stamps[node.index] = Stamp(node, found[0].start, found[0].end, found[0].at) if found else None
        return self._stamps[node.index]

    def signature(self, stamp: Stamp, until: Node | None) -> Signed | None:
        """Who signed with this date, looking back as far as the node `until`."""
        search = _Search(self, stamp)
        for entering, node in backwards(stamp.node):
            if (entering and node is until) or search.length >= _REACH or node.tag in BLOCKS:
                break
            search.pass_by(entering, node)
        if search.nearest is None or search.farthest is None:
            return None
        return Signed(
            author=search.author,
            shown=search.shown,
            first=search.first or stamp.node,
            stamp=stamp,
            last=_beside(search.farthest, stamp.node),
            whole=self._note_around(search.nearest, stamp.node),
        )

    def undated(self, note: Node) -> Signed | None:
        """Who wrote what stands before a note that somebody did not sign, where the note has no date."""
        if not self._is_note(note):
            return None
        links = [node for node in self._nodes[note.index : note.end] if node.tag == "a"]
        for link in links:
            if author := self.user(link):
                return Signed(author, self.text(link), note, None, note, note)
        return None

    def _note_around(self, link: Node, date: Node) -> Node | None:
        """The element around a link that is a note of who wrote a comment and when."""
        node: Node | None = link
        for _ in range(_NOTE_DEPTH):
            if node is None or node.tag in BLOCKS:
                break
            if self._is_note(node):
                return node if node.holds(date) or date.index >= node.end else None
            node = node.parent
        return None

    def _is_note(self, node: Node) -> bool:
        """Whether it holds nothing but who forgot to sign: a comment that was put into it by mistake is longer."""
        if node.end - node.index > _NOTE_NODES:
            return False
        if not any(map(node.has_class, _UNSIGNED)) and not self._is_old_note(node):
            return False
        return len(_WORD.findall(self.text(node))) <= _NOTE_WORDS

    def _is_old_note(self, node: Node) -> bool:
        inside = self._nodes[node.index : node.end] if node.tag == "small" else []
        first = next((each.text.lstrip() for each in inside if not each.tag and each.text.strip()), "")
        return bool(_OLD_NOTE.match(first)) and any(self._says_unsigned(each) for each in inside if each.tag == "a")

    def _says_unsigned(self, link: Node) -> bool:
        if not _UNSIGNED_WORD.search(self.text(link)):
            return False
        title = parse_title(self._site, self._named(link) or title_in_url(link.attributes.get("href", ""), self._site))
        # What a file's wiki calls its project is not always known: "Wikipedia:Signatures" is an article then.
        return title.namespace in (_PROJECT, _HELP) or (title.namespace == 0 and ":" in title.name)

    def user(self, link: Node) -> str | None:
        """The user whose page, talk page or contributions it links to; "de>Ann" for one of another wiki."""
        return self._linked(link)[0]

    def is_user_page(self, link: Node) -> bool:
        """Whether it links to the page of a user, not only to the talk page or the like."""
        return self._linked(link)[1]

    def _linked(self, link: Node) -> tuple[str | None, bool]:
        if link.has_class("mw-selflink") or link.has_class("selflink"):
            return user_of(self._site, self._title), False
        url, named = link.attributes.get("href", ""), self._named(link)
        if (url, named) not in self._users:
            self._users[url, named] = self._user_at(url, named)
        return self._users[url, named]

    def _named(self, link: Node) -> str:
        """The title of the page that a link of our own HTML leads to; "" for other links."""
        ours = link.has_class("wikilink") or link.has_class("interwiki")
        return link.attributes.get("title", "") if ours else ""

    def _user_at(self, url: str, named: str) -> tuple[str | None, bool]:
        shared = _shares_users(url, self._site)
        target = _ACTION.sub("", named or title_in_url(url, self._site, any_host=shared))
        title = parse_title(self._site, target)
        user = user_of(self._site, title)
        if user and title.interwiki and shared:
            user = user.partition(">")[2]
        return user, title.namespace == _USER_PAGE

    def text(self, node: Node) -> str:
        """The words in a node, on one line."""
        return " ".join("".join(each.text for each in self._nodes[node.index : node.end] if not each.tag).split())


class _Search:
    """What was passed on the way back from a date."""

    def __init__(self, reader: Reader, stamp: Stamp) -> None:
        self.author = ""
        self.shown = ""
        self.length = 0
        self.nearest: Node | None = None  # the link that decided
        self.first: Node | None = None  # the earliest link that belongs to the signature; None: only the date does
        self.farthest: Node | None = None  # the earliest link to the same user, in a sentence or not
        self._reader = reader
        self._start = stamp.node
        self._links = 0  # we are inside
        # Words outside of links, since the last link to the user. Those beside the date do not count for the distance.
        self._between = [stamp.node.text[: stamp.start]]
        self._unbroken = True
        self._shows_page = False

    def pass_by(self, entering: bool, node: Node) -> None:
        if node.tag == "a":
            self._links += 1 if entering else -1
            if not entering:
                self._pass_link(node)
        elif not node.tag and not entering and node is not self._start:
            self.length += len(node.text.strip("\t\n\f\r "))
            if self._links <= 0:
                self._between.append(node.text)

    def _pass_link(self, link: Node) -> None:
        user = self._reader.user(link)
        if user is None or (self.author and user != self.author and not self.author.endswith(f">{user}")):
            return
        self.author = user  # for one who links to both, the name on this wiki counts
        between = " ".join(reversed(self._between))
        words = len(_WORD.findall(between))
        if self.nearest is None:
            self.nearest = link
            self._unbroken = words <= _WORDS_BEFORE_DATE
        elif words > _WORDS_BETWEEN_LINKS or _SENTENCE.search(between):
            self._unbroken = False
        self._between.clear()
        self.farthest = link
        if self._unbroken:
            self.first = link
            if not self.shown or (not self._shows_page and self._reader.is_user_page(link)):
                self.shown = self._reader.text(link)
                self._shows_page = self._reader.is_user_page(link)


def backwards(node: Node) -> Iterator[tuple[bool, Node]]:
    """From a node to the beginning of the page: (True, node) where its end is passed, (False, node) at its start."""
    current: Node | None = node
    while current is not None:
        yield True, current
        if current.last is not None:
            current = current.last
            continue
        while current is not None:
            yield False, current
            if current.previous is not None:
                current = current.previous
                break
            current = current.parent


def _beside(link: Node, date: Node) -> Node:
    """The node that holds the date among the children of what holds both link and date."""
    around = link.parent
    while around is not None and not around.holds(date):
        around = around.parent
    node = date
    while node.parent is not None and node.parent is not around:
        node = node.parent
    return node


def title_in_url(url: str, site: Site, *, any_host: bool = False) -> str:
    """The title in an address of the wiki, as Parsoid (./User:Ann), MediaWiki and its scripts write it; else "".

    With `any_host` also in addresses of other wikis that are made alike.
    """
    if url.startswith("./"):
        return unquote(_ACTION.sub("", url[2:]))
    parts, wiki = _split(url), _split(site.article_url)
    if parts.netloc and wiki.netloc and parts.netloc != wiki.netloc and not any_host:
        return ""
    if "title=" in parts.query:
        return parse_qs(parts.query).get("title", [""])[0]
    before, placed, _ = wiki.path.partition("$1")
    before = before if placed else "/wiki/"
    return unquote(parts.path[len(before) :]) if parts.path.startswith(before) else ""


def _shares_users(url: str, site: Site) -> bool:
    """Whether another wiki has the same users, as those of Wikimedia have: DiscussionTools takes links there for links
    to users of this one."""
    other, own = _split(url).netloc, _split(site.article_url).netloc
    if is_wikimedia(other) and is_wikimedia(own):
        return True
    return any(other.endswith(farm) and own.endswith(farm) for farm in _FARMS)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # "http://[broken"
        return urlsplit("")
