"""The elements of MediaWiki's export format (0.3 to 0.11): what a tag means depends on where it stands.

Tags that nobody knows are passed over, with all that is in them. Pages that are not wanted, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder

from importers.wiki.history import LineHistory
from importers.wiki.offline.found import FlowElement, Found, FoundPage, State
from importers.wiki.offline.selection import PROJECT, Selection
from importers.wiki.offline.values import SiteInfo, number, utc
from importers.wiki.titles import Title, is_talk, parse_title

if TYPE_CHECKING:
    from xml.parsers import expat

LONGEST_TEXT = 16 << 20  # characters; MediaWiki allows pages of 2 MB
LONGEST_FIELD = 1 << 16  # of anything else
MOST_USERS = 300_000
_MOST_FIELDS = 1000  # namespaces of a wiki, elements of a thread
_MAIN = "main"
_WITHOUT_PARENTS = ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6")  # versions of the format
_ELEMENT = 50  # characters that an element or a piece of text counts for itself

# What a tag is where it stands; what is not here is passed over. Those with "/" at their end hold text.
_MEANING = {
    ("", "mediawiki"): "root",
    ("root", "siteinfo"): "siteinfo",
    ("siteinfo", "namespaces"): "namespaces",
    ("namespaces", "namespace"): "namespace/",
    ("root", "page"): "page",
    ("page", "redirect"): "redirect",
    ("page", "DiscussionThreading"): "thread",
    ("page", "revision"): "revision",
    ("revision", "contributor"): "contributor",
    ("revision", "content"): "slot",
    ("revision", "text"): "text/",
    ("slot", "text"): "text/",
    ("root", "board"): "board",
    ("root", "topic"): "flow",
    ("board", "topic"): "flow",
    ("board", "description"): "flow",
} | {
    (inside, name): "field/"
    for inside, names in {
        "siteinfo": ("sitename", "dbname", "base"),
        "page": ("title", "ns", "id"),
        "revision": ("id", "parentid", "timestamp", "comment", "model"),
        "contributor": ("username", "ip", "id"),
        "slot": ("role", "model"),
    }.items()
    for name in names
}


class DumpReader:
    """Takes the tags and texts of a dump. `choose` makes a selection once it is known which wiki it is of; without
    `texts` it is told which version of each page is the newest, and in `names` the users by their numbers."""

    def __init__(self, choose: Callable[[SiteInfo], Selection], *, texts: bool = True) -> None:
        self.found: list[Found] = []
        self.names: dict[str, dict[int, str]] = {}  # by the key of their wiki
        self._choose = choose
        self._texts = texts
        self._pages = 0
        self._opening: Mapping[str, Callable[[dict[str, str]], None]] = {
            "root": self._open_root,
            "namespace/": self._open_namespace,
            "page": self._open_page,
            "redirect": self._open_redirect,
            "thread": self._open_thread,
            "revision": self._open_revision,
            "contributor": self._open_contributor,
            "slot": self._open_slot,
            "text/": self._open_text,
            "field/": self._open_field,
            "board": self._open_board,
        }
        self._closing: Mapping[str, Callable[[], None]] = {
            "namespace/": self._close_namespace,
            "siteinfo": self._close_siteinfo,
            "page": self._close_page,
            "revision": self._close_revision,
            "slot": self._close_slot,
            "text/": self._close_text,
        }

    def begin(self, parser: expat.XMLParserType, *, fresh: bool) -> None:
        """A document begins, or goes on with the next page."""
        self._parser = parser
        self._inside = [""]  # what the open tags are
        self._fields: dict[str, dict[str, str]] = {}  # by what they stand in
        self._page: FoundPage | None = None
        self._begun = False  # whether it is known if the page is wanted
        self._version_text = ""
        self._state: State = ""
        self._expected = False  # that there is text
        self._builder: TreeBuilder | None = None
        self._text: list[str] = []  # of the element that is open
        self._room = 0  # what it may still hold
        if fresh:
            self._board: dict[str, str] = {}
            self._info = SiteInfo()
            self._selection: Selection | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens."""
        inside = self._inside[-1]
        if inside == "flow":
            meaning = "flow"
        elif inside == "thread":
            meaning = "field/"
        else:
            meaning = _MEANING.get((inside, name), "")
        self._inside.append(meaning)
        if meaning == "flow":
            self._open_flow(name, attributes, first=inside != "flow")
        elif opening := self._opening.get(meaning):
            opening(attributes)

    def end(self, name: str) -> None:
        """And closes."""
        meaning = self._inside.pop()
        if meaning == "flow":
            self._close_flow(name)
        elif meaning == "field/":
            fields = self._fields.setdefault(self._inside[-1], {})
            if len(fields) < _MOST_FIELDS:
                fields[name] = self._taken()
        elif closing := self._closing.get(meaning):
            closing()

    def broken(self) -> str:
        """Nothing follows in what is open: of a page its whole versions count. Tells which page it is."""
        title = self._fields.get("page", {}).get("title", "") if "page" in self._inside else ""
        if self._page is not None and self._page.versions:
            self._close_page()
        return title

    # Text of one element

    def _collect(self, longest: int) -> None:
        self._text = []
        self._room = longest
        self._parser.CharacterDataHandler = self._data

    def _data(self, data: str) -> None:
        self._room -= len(data)
        if self._room >= 0:
            self._text.append(data)
        else:  # setting another handler here would make expat hand over the same text again
            self._text = []

    def _taken(self) -> str:
        self._parser.CharacterDataHandler = None
        text, self._text = "".join(self._text), []
        return text

    def _open_field(self, attributes: dict[str, str]) -> None:
        if "deleted" in attributes:  # the wiki hides it; mostly it is empty then
            self._inside[-1] = ""
        else:
            self._collect(LONGEST_FIELD)

    # The wiki

    def _open_root(self, attributes: dict[str, str]) -> None:
        if self._selection is None:
            self._info.language = attributes.get("xml:lang", "")
            self._info.version = attributes.get("version", "")

    def _open_namespace(self, attributes: dict[str, str]) -> None:
        self._fields["namespace"] = attributes
        self._collect(LONGEST_FIELD)

    def _close_namespace(self) -> None:
        key = number(self._fields["namespace"].get("key"))
        name = self._taken()
        if key is not None and len(self._info.namespaces) < _MOST_FIELDS:
            self._info.namespaces.append((key, self._fields["namespace"].get("case", ""), name))

    def _close_siteinfo(self) -> None:
        for name, value in self._fields.get("siteinfo", {}).items():
            setattr(self._info, name, value.strip())

    def _chosen(self) -> Selection:
        if self._selection is None:
            self._selection = self._choose(self._info)
        return self._selection

    # A page

    def _open_page(self, _: dict[str, str]) -> None:
        self._pages += 1
        self._page, self._begun = None, False
        self._fields = {"page": {}}

    def _open_redirect(self, attributes: dict[str, str]) -> None:
        self._fields["redirect"] = attributes

    def _open_thread(self, _: dict[str, str]) -> None:
        self._fields["thread"] = {}

    def _wanted(self) -> FoundPage | None:
        """The page, now that all is known that decides whether it is wanted; None where it is not."""
        self._begun = True
        fields, selection = self._fields["page"], self._chosen()
        shown = " ".join(fields.get("title", "").replace("_", " ").split())
        namespace = number(fields.get("ns"))
        title = parse_title(selection.site, shown)
        if namespace is not None and namespace != title.namespace:
            title = Title(namespace, shown.partition(":")[2] or shown if namespace else shown)
        thread = tuple((name, text.strip()) for name, text in self._fields.get("thread", {}).items())
        want = selection.wants(title, shown, dict(thread)) if shown else "yes"
        if want is None:
            return None
        told = self._info.version not in _WITHOUT_PARENTS
        page = FoundPage(selection, self._pages, title, shown, number(fields.get("id")) or 0, want, told)
        if "redirect" in self._fields:
            page.redirect = self._fields["redirect"].get("title", "")
        page.thread = thread
        # Elsewhere it takes signatures to be read at all, and of an article's history nobody asks whose a line is.
        if self._texts and (title.namespace == PROJECT or (want == "yes" and (is_talk(title) or selection.news))):
            page.history = LineHistory()
        return page

    def _close_page(self) -> None:
        page = self._page if self._begun else self._wanted()
        if page is not None and not page.shown and (named := self._wanted()):  # its title came last
            page.title, page.shown, page.id, page.want = named.title, named.shown, named.id, named.want
        if page is not None:
            self.found.append(page)
        self._page, self._fields = None, {}

    # A version

    def _open_revision(self, _: dict[str, str]) -> None:
        if not self._begun:
            self._page = self._wanted()
        if self._page is None:
            self._inside[-1] = ""
            return
        self._fields["revision"], self._fields["contributor"] = {}, {}
        self._version_text = ""
        self._state = "missing"

    def _open_contributor(self, attributes: dict[str, str]) -> None:
        if "deleted" in attributes:
            self._inside[-1] = ""

    def _open_slot(self, _: dict[str, str]) -> None:
        self._fields["slot"] = {}

    def _open_text(self, attributes: dict[str, str]) -> None:
        assert self._page is not None
        if self._inside[-2] == "slot" and self._fields["slot"].get("role", _MAIN).strip() != _MAIN:
            self._inside[-1] = ""
            return
        self._state = "hidden" if "deleted" in attributes else ""
        time = self._fields["revision"].get("timestamp")
        behind = bool(time) and self._page.is_behind(utc(time))
        self._text, self._room = [], 0
        self._expected = "location" in attributes or "id" in attributes  # it lies elsewhere
        if not self._state and self._texts and not behind:
            self._expected |= bool(number(attributes.get("bytes")))
            self._collect(LONGEST_TEXT)

    def _close_text(self) -> None:
        self._version_text = self._taken()
        if self._state == "hidden":
            return
        if self._room < 0:
            self._state = "long"
        elif self._expected and not self._version_text:
            self._state = "missing"

    def _close_slot(self) -> None:
        slot = self._fields.pop("slot")
        if slot.get("role", _MAIN).strip() == _MAIN and "model" in slot:
            self._fields["revision"]["model"] = slot["model"]

    def _close_revision(self) -> None:
        assert self._page is not None
        who = self._fields["contributor"]
        user = (who.get("username") or who.get("ip") or "").strip() or None
        if user and not self._texts:
            self._note_user(number(who.get("id")), user)
        self._page.add(self._fields["revision"], user, self._version_text, self._state)

    def _note_user(self, user: int | None, name: str) -> None:
        names = self.names.setdefault(self._chosen().site.key, {})
        if user and len(names) < MOST_USERS:
            names[user] = name

    # Boards of Flow

    def _open_board(self, attributes: dict[str, str]) -> None:
        self._board = attributes or self._board  # it has none where reading goes on with the next topic of a board
        if not self._chosen().wants_board(self._board.get("title", "").replace("_", " ")):
            self._inside[-1] = ""

    def _open_flow(self, name: str, attributes: dict[str, str], *, first: bool) -> None:
        if first:
            if self._inside[-2] == "root":
                self._board = {}
            self._chosen()
            self._builder = TreeBuilder()
            self._room = LONGEST_TEXT
            self._parser.CharacterDataHandler = self._flow_data
        if self._builder is not None:
            self._spend(len(name) + sum(len(each) + len(value) for each, value in attributes.items()))
        if self._builder is not None:
            self._builder.start(name, attributes)

    def _flow_data(self, data: str) -> None:
        self._spend(len(data))
        if self._builder is not None:
            self._builder.data(data)

    def _spend(self, count: int) -> None:
        self._room -= count + _ELEMENT
        if self._room < 0:
            self._builder = None

    def _close_flow(self, name: str) -> None:
        if self._builder is not None:
            self._builder.end(name)
        if self._inside[-1] != "flow":
            self._parser.CharacterDataHandler = None
            element = self._builder.close() if self._builder is not None else None
            self._builder = None
            self.found.append(FlowElement(self._chosen(), self._board, element, LONGEST_TEXT - self._room))
