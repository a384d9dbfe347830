"""A campaign as lines, as a reader sees them one below the other: where its footer is told from its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.mailchimp.links import Kind, Link, is_pixel, look
from migrate.content import programs

_LINES = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl"),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "ul"),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_FOOTER = re.compile(
    r"(?:^|[\s_-])(?:template|mce|mcn|email|section)?-?_?footer|canspam|footerContainer", re.IGNORECASE
)
_FOLLOW = re.compile(r"mcnFollow|mce-?SocialFollow", re.IGNORECASE)
_PREHEADER = re.compile(r"pre-?header", re.IGNORECASE)
_ADDRESS_CARD = re.compile(r"(?:^|\s)(?:vcard|adr|hcard-download)(?:\s|\Z)")
_ARCHIVE_BAR = re.compile(r"awesome(?:wrap|bar|show)?\Z|mc-?archive-?bar", re.IGNORECASE)
_PREVIEW = re.compile(r"mcnPreviewText|mce-?preview-?text", re.IGNORECASE)
_TINY = re.compile(r"(?:^|[;\s])font-size:\s*[01](?:\.\d+)?(?:px|pt)?\s*(?:!important\s*)?(?:;|\Z)", re.IGNORECASE)
_ANY_SIZE = re.compile(r"font-size:\s*(?!0|1(?:px|pt|\.|;|\s|\Z))", re.IGNORECASE)
_COLOURS = re.compile(r"(?:^|[;\s])(background(?:-color)?|color):\s*([^;!]{1,40})", re.IGNORECASE)
_UNSEEN_TEXT = re.compile(
    r"opacity:\s*0(?:\.0+)?\s*(?:;|!|\Z)|(?:^|[;\s])color:\s*transparent|(?:^|[;\s])(?:height|width):\s*0(?:px)?\s*(?:;|!|\Z)"
    r"(?=.*overflow:\s*hidden)|overflow:\s*hidden.*(?:^|[;\s])(?:height|width):\s*0(?:px)?\s*(?:;|!|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_PREVIEW = 400  # characters


@dataclass(slots=True, eq=False)
class Anchor:
    """A link and the line it begins in."""

    node: LexborNode
    link: Link


@dataclass(slots=True, eq=False)
class Line:
    """One line, and what it stands in."""

    texts: list[tuple[str, Kind | None]] = field(default_factory=list)  # with the kind of link it is in
    nodes: list[LexborNode] = field(default_factory=list)  # its text and its pictures
    anchors: list[Anchor] = field(default_factory=list)
    pictures: int = 0
    heading: bool = False
    footer: int = 0  # number of the element that calls itself a footer; 0 for none
    preheader: bool = False
    follow: bool = False  # a row of icons that lead to the pages of the sender elsewhere
    card: bool = False  # the sender's address as Mailchimp writes it
    first: bool = False  # of its block

    @property
    def text(self) -> str:
        """What is read in it, white space counted once."""
        return " ".join("".join(text for text, _ in self.texts).split())


@dataclass(slots=True)
class Seen:
    """What a reader sees of a campaign, and the elements a reader does not."""

    lines: list[Line]
    hidden: list[LexborNode]
    preview: str  # the text of the first line that is hidden, as mail programs show it in the list of mails


class _Walk:
    """Goes through a document once; `lines` are those begun so far."""

    def __init__(self, here: str) -> None:
        self.lines: list[Line] = [Line(first=True)]
        self.hidden: list[LexborNode] = []
        self.preview = ""
        self._here = here
        self._footer = self._footers = 0
        self._preheader = self._heading = self._card = self._follow = 0
        self._anchor: Anchor | None = None

    def enter(self, node: LexborNode) -> bool:
        """Note an element or a text; whether to go into it."""
        tag = node.tag or ""
        if tag == "-text":
            self._text(node)
            return False
        if tag[:1] in "-!" or self._is_hidden(node, tag):
            return False
        if tag == "img":
            self._picture(node)
            return False
        self._note(node, tag)
        if tag in _LINES:
            self._new_line(first=tag not in ("br", "tr", "tbody"))
        return True

    def leave(self, node: LexborNode) -> None:
        """Note the end of an element that was gone into."""
        tag = node.tag or ""
        if tag in _LINES and tag != "br":
            self._new_line(first=True)
        if tag == "a":
            self._anchor = None
        attributes = node.attributes
        names = _names(attributes)
        if tag == "footer" or _FOOTER.search(names):
            self._footer -= 1
        self._preheader -= _PREHEADER.search(names) is not None
        self._follow -= _FOLLOW.search(names) is not None
        self._card -= _ADDRESS_CARD.search(names) is not None
        self._heading -= tag in _HEADINGS

    def _note(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        names = _names(attributes)
        if tag == "footer" or _FOOTER.search(names):
            self._footers += not self._footer
            self._footer += 1
        self._preheader += _PREHEADER.search(names) is not None
        self._follow += _FOLLOW.search(names) is not None
        self._card += _ADDRESS_CARD.search(names) is not None
        self._heading += tag in _HEADINGS
        if tag == "a":
            self._anchor = Anchor(node, look(attributes.get("href") or "", self._here))
            if tag in _LINES:
                self._new_line(first=True)
            self.lines[-1].anchors.append(self._anchor)

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if text:
            line = self._line()
            line.texts.append((text, self._anchor.link.kind if self._anchor else None))
            line.nodes.append(node)

    def _picture(self, node: LexborNode) -> None:
        attributes = {name: value or "" for name, value in node.attributes.items()}
        if programs.is_tracker(attributes) or is_pixel(attributes.get("src", "")):
            self.hidden.append(node)
            return
        line = self._line()
        line.nodes.append(node)
        line.pictures += 1
        line.texts.append((f" {attributes.get('alt', '')} ", self._anchor.link.kind if self._anchor else None))

    def _line(self) -> Line:
        line = self.lines[-1]
        line.footer = self._footers if self._footer else 0
        line.preheader = self._preheader > 0
        line.card = self._card > 0
        line.follow = self._follow > 0
        line.heading = self._heading > 0
        return line

    def _new_line(self, *, first: bool) -> None:
        line = self.lines[-1]
        if line.pictures or any(text.strip() for text, _ in line.texts):
            self.lines.append(Line(first=first))
        else:
            line.first = line.first or first
        if self._anchor and self._anchor not in self.lines[-1].anchors[-1:]:
            self.lines[-1].anchors.append(self._anchor)

    def _is_hidden(self, node: LexborNode, tag: str) -> bool:
        attributes = node.attributes
        names = _names(attributes)
        bar = _ARCHIVE_BAR.match(attributes.get("id") or "") is not None
        if not bar and not _PREVIEW.search(names) and not _is_unseen(node, attributes.get("style") or "", attributes):
            return False
        self.hidden.append(node)
        if not self.preview and not bar and len(self.lines) < 4:
            self.preview = " ".join(node.text()[:2000].split())
        return True


def _is_unseen(node: LexborNode, style: str, attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    if not style:
        return False
    if programs.look_of(f' style="{style}"').hidden or _UNSEEN_TEXT.search(style[:2000]):
        return True
    if _TINY.search(style):
        return not any(_ANY_SIZE.search(child.attributes.get("style") or "") for child in node.css("[style]"))
    colours = {name.lower()[:5]: value.strip().lower() for name, value in _COLOURS.findall(style[:2000])}
    if len(colours) < 2 or len(set(colours.values())) > 1:
        return False
    return len(node.text()) <= _LONGEST_PREVIEW and not node.css_matches('img, [style*="color"] [style*="color"]')


def _names(attributes: dict[str, str | None]) -> str:
    return f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:500]


def seen(tree: LexborHTMLParser, here: str) -> Seen:
    """The lines of a document, without those of elements that are not shown; `here` is as in `links.look`."""
    walk = _Walk(here)
    todo = [(tree.body, False)] if tree.body else []
    while todo:
        node, leaving = todo.pop()
        if leaving:
            walk.leave(node)
        elif walk.enter(node):
            todo.append((node, True))
            todo += [(child, False) for child in reversed(list(node.iter(include_text=True)))]
    return Seen([line for line in walk.lines if line.nodes], walk.hidden, walk.preview)
