"""From the Markdown that posts are written in to HTML that is safe to show.

CommonMark with tables, strikethrough and hard line breaks, and what the forum adds to it: quotes and folded details in
brackets, `upload://` files, mentions, bare addresses as links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from . import brackets
from .sanitise import sanitise, without_unknown_tags

LONGEST = 300_000  # characters; more is shown as plain text
MOST_STEPS = 20_000_000
REMOVED = "[removed]"  # Discourse takes this word out of what it has rendered, wherever it stands
TRANSPARENT = "/images/transparent.png"


@dataclass(frozen=True, slots=True)
class Upload:
    """Where a file of the forum lies, and its size in pixels if it is an image."""

    url: str
    width: int | None = None
    height: int | None = None


class Links(Protocol):
    """What the renderer asks the forum for."""

    def mention(self, name: str) -> str | None:
        """The address of a user's page; None if there is no such user."""

    def upload(self, short_name: str) -> Upload | None:
        """The file behind `upload://` + `short_name`; None if it is unknown."""


class NoLinks:
    """For texts that stand alone: nobody is known, and no file."""

    def mention(self, name: str) -> str | None:
        return None

    def upload(self, short_name: str) -> Upload | None:
        return None


def render(raw: str, links: Links | None = None) -> str:
    """HTML of a post's text. Nothing in `raw` can make it run a script, load anything else or leave its place."""
    if len(raw) > LONGEST:
        return f"<pre>{escape(raw)}</pre>"
    cooked = _parser.render(raw, {"links": links or NoLinks()})
    safe = sanitise(cooked)
    if REMOVED in safe:  # taking it out may join what it kept apart, so the result is not safe yet
        safe = sanitise(safe.replace(REMOVED, ""))
    return safe.strip()


# Every pattern starts where nothing of its kind goes before, so that none looks at a character twice.
_LIVE = re.compile(
    r"(?P<url>(?<!\w)https?://[^\s<>\"]{1,2000})"
    r"|(?P<www>(?<![\w./@-])www\.[\w-]{1,63}\.[^\s<>\"]{2,2000})"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})"
    r"|(?P<name>(?<![\w@/.+-])@[A-Za-z0-9_][A-Za-z0-9_.-]{0,59})"
)
_HTML_UPLOAD = re.compile(r"""(<img\s[^<>]{0,500}?src=["'])upload://([0-9A-Za-z.]{1,80})(["'])""")
_SIZED = re.compile(r"(\d{1,5})x(\d{1,5})")
_CLOSED_TO_LINKS = ("a", "code", "pre")


def _enliven(state: StateCore) -> None:
    """Core rule: files, mentions and bare addresses, in the text as it stands after escapes are resolved."""
    links: Links = state.env["links"]
    for block in state.tokens:
        if block.type == "html_block":
            block.content = _written_html(block.content, links)
        elif block.type == "inline" and block.children:
            block.children = list(_live_children(block.children, links))


def _untangle(state: StateCore) -> None:
    """Core rule: looking for the ends of links takes brackets times length, so a heap of brackets is left as text."""
    for block in state.tokens:
        if block.type == "inline" and block.content.count("[") * len(block.content) > MOST_STEPS:
            block.content = block.content.replace("[", "&#91;")


def _live_children(children: list[Token], links: Links) -> Iterator[Token]:
    depth = 0  # inside a link or code written as HTML
    for index, token in enumerate(children):
        if token.type == "link_open":
            depth += 1
            _file_link(token, children[index + 1 : index + 2], links)
        elif token.type == "link_close":
            depth -= 1
        elif token.type == "html_inline":
            depth += _html_depth(token.content)
            token.content = _written_html(token.content, links)
        elif token.type == "image":
            yield _image(token, links)
            continue
        elif token.type == "text" and depth <= 0:
            yield from _live_text(token.content, links)
            continue
        yield token


def _html_depth(tag: str) -> int:
    name = re.match(r"</?([A-Za-z]{1,8})", tag)
    if name is None or name[1].lower() not in _CLOSED_TO_LINKS:
        return 0
    return -1 if tag.startswith("</") else 1


def _live_text(content: str, links: Links) -> Iterator[Token]:
    at = 0
    for match in _LIVE.finditer(content):
        if match.start() < at:
            continue
        kind, found = str(match.lastgroup), match[0]
        found = found.rstrip(".-_") if kind == "name" else _trimmed(found)
        if content[at : match.start()]:
            yield _text(content[at : match.start()])
        yield _html(_live_html(kind, found, links))
        at = match.start() + len(found)
    if content[at:]:
        yield _text(content[at:])


def _live_html(kind: str, found: str, links: Links) -> str:
    if kind == "name":
        href = links.mention(found[1:])
        shown = escape(found)
        return (
            f'<a class="mention" href="{escape(href)}">{shown}</a>' if href else f'<span class="mention">{shown}</span>'
        )
    prefix = {"www": "http://", "mail": "mailto:"}.get(kind, "")
    return f'<a href="{escape(prefix + found)}">{escape(found)}</a>'


def _trimmed(address: str) -> str:
    """Without the punctuation that belongs to the sentence around it."""
    while address and address[-1] in ".,;:!?'*)]}":
        if address[-1] == ")" and address.count("(", 0, 500) >= address.count(")", -500):
            break
        address = address[:-1]
    return address


def _file_link(token: Token, label: list[Token], links: Links) -> None:
    """Set the address of a link to a file, and take the marker off its label."""
    href = str(token.attrs.get("href", ""))
    if not href.startswith("upload://"):
        return
    upload = links.upload(href.removeprefix("upload://"))
    if label and label[0].type == "text":
        label[0].content = label[0].content.removesuffix("|attachment")
    if upload:
        token.attrs = {"class": "attachment", "href": upload.url}
    else:
        token.attrs = {"class": "attachment", "href": "/404", "data-orig-href": href}


def _image(token: Token, links: Links) -> Token:
    """An image, with the size and kind that Discourse writes behind a bar in its description."""
    alt, *marks = token.content.split("|")
    source = str(token.attrs.get("src", ""))
    upload = links.upload(source.removeprefix("upload://")) if source.startswith("upload://") else Upload(source)
    if "video" in marks or "audio" in marks:
        href = f'href="{escape(upload.url)}"' if upload else f'href="/404" data-orig-href="{escape(source)}"'
        return _html(f'<a class="attachment" {href}>{escape(alt or marks[0])}</a>')
    size = next((found for mark in marks if (found := _SIZED.match(mark))), None)
    width, height = size.groups() if size else (upload.width, upload.height) if upload else (None, None)
    shown = f'src="{escape(upload.url)}"' if upload else f'src="{TRANSPARENT}"'
    orphan = "" if upload else f' data-orig-src="{escape(source)}"'
    sized = f' width="{width}" height="{height}"' if width and height else ""
    return _html(f'<img {shown} alt="{escape(alt)}"{orphan}{sized}>')


def _written_html(content: str, links: Links) -> str:
    """HTML that the author wrote, with its files found."""

    def replace(match: re.Match[str]) -> str:
        upload = links.upload(match[2])
        return match[1] + (escape(upload.url) if upload else TRANSPARENT) + match[3]

    return _HTML_UPLOAD.sub(replace, without_unknown_tags(content))


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _make_parser() -> MarkdownIt:
    options: dict[str, Any] = {"html": True, "breaks": True, "langPrefix": "lang-", "maxNesting": 100}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(brackets.plugin)
    parser.core.ruler.before("inline", "untangle", _untangle)
    parser.core.ruler.after("text_join", "enliven", _enliven)
    return parser


_parser = _make_parser()
