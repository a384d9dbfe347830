"""Repaired HTML reduced to what Markdown knows: few elements, safe links, and text with its escapes in place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape as escape_html
from html import unescape
from typing import NamedTuple

from migrate.content import marks
from migrate.content.attribution import ORIGINAL_BEGINS
from migrate.content.links import link_target, picture_target, says_the_same
from migrate.content.tables import LAYOUT

_DEEPEST = 14  # quotes and (twice) lists within each other: Markdown renderers stop at some nesting

# As the parser writes it: every attribute has a value in double quotes. Comments and the like have no name.
_TOKEN = re.compile(r'<(/?)([a-zA-Z][^\s/>]*)((?: [^\s/>]+?="[^"]*")*)>|<!--.*?-->|<!\w[^>]*>', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([^\s/>]+?)="([^"]*)"')
_VOID_NAMES = "area base basefont bgsound br col embed frame hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_UNSEEN = frozenset(("input", "link", "meta", "audio", "video", "canvas", "datalist"))
_HIDDEN = re.compile(
    r" hidden=\"|style=\"[^\"]*(?:display:\s*none|mso-hide:\s*all|visibility:\s*hidden"
    r"|(?:font-size|max-height):\s*0(?:px|pt)?\s*[;\"])",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r'id="(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)"|class="[^"]*yahoo_quoted[^"]*"'
)
_WHITE = re.compile(r"\s+")

# What each element is written as; all others leave only their content.
_KEPT = "p div br hr h1 h2 h3 h4 h5 h6 blockquote ul ol li pre dl dt dd table tr td th"
_LINES = (
    "address article aside caption center details fieldset figcaption figure footer form header legend main nav section"
    " summary option textarea button"
)
_ELEMENTS = {name: name for name in _KEPT.split()} | dict.fromkeys(_LINES.split(), "div")
_ELEMENTS |= dict.fromkeys(("b", "strong"), "strong") | dict.fromkeys(("i", "em", "cite", "var", "dfn"), "em")
_ELEMENTS |= dict.fromkeys(("s", "strike", "del"), "del") | dict.fromkeys(("code", "tt", "kbd", "samp"), "code")
_ELEMENTS |= {"listing": "pre", "menu": "ul", "dir": "ul"}
_TABLE_PARTS = frozenset(("table", "tr", "td", "th", "caption"))
_CODE = frozenset(("pre", "code"))
_INLINE = frozenset(("strong", "em", "del", "code"))
_NESTING = {"blockquote": 1, "ul": 2, "ol": 2}


class Simplified(NamedTuple):
    """HTML for the library, and the text it holds, with a line break for each block."""

    html: str
    text: str


def simplify(source: str, inline: Mapping[str, str]) -> Simplified:
    """Reduce HTML as a parser writes it (well-formed). `inline` is that of `html_to_markdown`."""
    writer = _Writer(inline)
    at = 0
    for token in _TOKEN.finditer(source):
        if token.start() > at:
            writer.text(source[at : token.start()])
        at = token.end()
        closing, name, attributes = token.groups()
        if closing:
            writer.end(name)
        elif name:
            writer.start(name, attributes)
    writer.text(source[at:])
    return Simplified("".join(writer.out), "".join(writer.words))


class _Writer:
    """Takes the tokens one by one; `out` is the HTML written so far, `words` its bare text."""

    def __init__(self, inline: Mapping[str, str]) -> None:
        self.out: list[str] = []
        self.words: list[str] = []
        self._inline = inline
        self._open: list[str] = []  # what each open element is written as; "" where only its content is
        self._layout: list[bool] = []  # of each open table
        self._unseen = 0  # open elements within a hidden one, and itself
        self._nesting = 0
        self._code = 0
        self._fresh = True  # nothing stands in the line yet
        self._pending = False  # a line break is due before the next text
        self._link: tuple[int, int, str] | None = None  # where it begins in `out` and in `words`, and its target

    def start(self, name: str, attributes: str) -> None:
        if self._unseen or name in _UNSEEN or _HIDDEN.search(attributes):
            self._unseen += name not in _VOID
            return
        if 'id="' in attributes or 'class="' in attributes:
            self._reply(attributes)
        if name == "img":
            self._picture(dict(_ATTRIBUTE.findall(attributes)))
        elif name == "a":
            self._open_link(attributes)
        else:
            self._element(name, attributes)

    def end(self, name: str) -> None:
        if self._unseen:
            self._unseen -= 1
            return
        if not self._open:
            return
        written = self._open.pop()
        if name == "table" and self._layout:
            self._layout.pop()
        if written == "a":
            self._close_link()
        elif written == "div":
            self._new_line()
        elif written:
            self._nesting -= _NESTING.get(written, 0)
            self._code -= written in _CODE
            if written not in _INLINE:
                self._new_block()
            self.out.append(f"</{written}>")

    def text(self, text: str) -> None:
        if self._unseen:
            return
        if "&" in text:
            text = unescape(text)
        if not self._code:
            text = _WHITE.sub(" ", text)
        if not text.isspace():
            self._break()
            self._fresh = False
        self.words.append(text)
        self.out.append(self._written(text))

    def _new_line(self) -> None:
        """Where a `div` begins or ends: a new line, not a new paragraph."""
        self._pending = not self._fresh

    def _new_block(self) -> None:
        self._fresh, self._pending = True, False
        self.words.append("\n")

    def _break(self) -> None:
        """Write the line break that is due."""
        if self._pending:
            self.out.append("<br>")
            self.words.append("\n")
            self._fresh, self._pending = True, False

    def _written(self, text: str) -> str:
        if not self._code:
            text = marks.protect(text, in_link=self._link is not None)
        return escape_html(text, quote=False)

    def _element(self, name: str, attributes: str) -> None:
        if name == "table":
            self._layout.append(LAYOUT in attributes)
        written = _ELEMENTS.get(name, "")
        if name in _TABLE_PARTS and (not self._layout or self._layout[-1]):
            written = "div"
        nesting = _NESTING.get(written, 0)
        if (nesting and self._nesting + nesting > _DEEPEST) or (written == "li" and self._nesting >= _DEEPEST - 1):
            written, nesting = "div", 0
        if written in _CODE and self._code:
            written = ""
        self._nesting += nesting
        self._code += written in _CODE
        self._begin(written, attributes)
        if name not in _VOID:
            self._open.append(written)

    def _begin(self, written: str, attributes: str) -> None:
        if written == "div":
            self._new_line()
        elif written == "br":
            self._break()
            self.out.append("<br>")
            self._new_block()
        elif written in _INLINE:
            self._break()
            self.out.append(f"<{written}>")
        elif written:
            self._new_block()
            start = dict(_ATTRIBUTE.findall(attributes)).get("start", "") if written == "ol" else ""
            self.out.append(f'<ol start="{start}">' if start.isascii() and start.isdigit() else f"<{written}>")

    def _reply(self, attributes: str) -> None:
        if _REPLY.search(attributes) and not self._nesting and not self._code:
            self.out.append(f"<p>{ORIGINAL_BEGINS}</p>")

    def _picture(self, attributes: dict[str, str]) -> None:
        alt = _WHITE.sub(" ", unescape(attributes.get("alt", ""))).strip()
        if any(attributes.get(side, "").removesuffix("px") in ("0", "1", "2") for side in ("width", "height")):
            return  # a tracking pixel
        target = picture_target(unescape(attributes.get("src", "")), self._inline)
        if self._code or target is None:
            self.text(escape_html(alt))
            return
        self._break()
        self._fresh = False
        self.words.append(alt)
        # Written as text, since nothing is escaped behind us; its alternative text is protected like that of a link.
        self.out.append(escape_html(f"![{marks.protect(alt, in_link=True)}]({target})", quote=False))

    def _open_link(self, attributes: str) -> None:
        target = link_target(unescape(dict(_ATTRIBUTE.findall(attributes)).get("href", "")))
        if target is None or self._code or self._link:
            self._open.append("")
            return
        self._break()
        self._open.append("a")
        self._link = (len(self.out), len(self.words), target)
        self.out.append(f'<a href="{escape_html(target)}">')

    def _close_link(self) -> None:
        if self._link is None:
            return
        first, first_word, target = self._link
        self._link = None
        text = "".join(self.words[first_word:]).strip()
        if says_the_same(text, target):
            self.out[first:] = [self._written(text)]
        elif not any(not piece.startswith("<") and piece.strip() for piece in self.out[first:]):
            self.out[first] = ""  # nothing to click on
        else:
            self.out.append("</a>")
