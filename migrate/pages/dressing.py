"""What the HTML of a post gets on its way into a page: quotes with a face, long ones folded, nothing from other hosts.

It takes only what `pages.markdown` gives: well-formed, sanitised, `<` and `>` escaped wherever they are no tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from markupsafe import Markup

LONG_QUOTE = 700  # characters; or
MANY_LINES = 12
_BEGINNING = 110  # characters of a folded quote
_QUOTE = (
    r'<aside class="quote no-group" data-username="(?P<who>[^"]*)"(?: data-post="(?P<post>\d{1,9})")?'
    r'(?: data-topic="(?P<topic>\d{1,18})")?>\s*+'
    r'<div class="title">(?:<a href="[^"]*">)?(?P=who):(?:</a>)?</div>'
)
_TOKEN = re.compile(_QUOTE + r'|<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<rest>(?:[^<>"]++|"[^"]*+")*+)>')
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|big|code|del|em|i|ins|kbd|mark|s|small|span|strike|strong|sub|sup)(?: [^>]*)?>"
)
_OTHER_TAG = re.compile("<[^>]*>")
_OURS = re.compile(r'\ssrc="(?:/(?![/\\\s])|\.)')  # what browsers take for `//` is another host's
_HELD = re.compile(r'\s(?:src|href)=""')  # of a file that is only named
_LOST = "data-orig-"  # on what the forum does not have
_ALT = re.compile(r'\salt="([^"]*)"')
_SOURCE = re.compile(r'\ssrc="([^"]*)"')
_FOLD = Markup(
    '<details class="long"><summary><span class="start" dir="auto">{}…</span> '
    '<span class="more">Show all</span><span class="less">Fold</span></summary>'
)

Face = Callable[[str], Markup]  # avatar and name of a user, by the user name
Jump = Callable[[int, int], str]  # the address of a post, by the topic's id and its number


def dress(html: str, face: Face, jump: Jump) -> Markup:
    """The HTML as it goes into a page; its headings stand below those of the page."""
    return _Dresser(face, jump).dress(html)


def plain(html: str) -> str:
    """The text of a post, without its markup."""
    return unescape(_OTHER_TAG.sub(" ", _WITHIN_WORDS.sub("", html)))


class _Dresser:
    def __init__(self, face: Face, jump: Jump) -> None:
        self._face, self._jump = face, jump
        self._out: list[str] = []
        self._said = self._lines = 0  # so far
        self._quotes: list[tuple[int, int, int]] = []  # open ones: where in `_out` they begin; said and lines before
        self._links = 0  # open ones

    def dress(self, html: str) -> Markup:
        at = 0
        for token in _TOKEN.finditer(html):
            self._text(html[at : token.start()])
            at = token.end()
            self._out.append(self._head(token) if token["who"] is not None else self._tag(token))
            if token["who"] is not None or (token["tag"] == "aside" and not token["end"]):
                self._quotes.append((len(self._out), self._said, self._lines))
        self._text(html[at:])
        return Markup("".join(self._out))  # noqa: S704 - sanitised, and what was added is escaped

    def _text(self, text: str) -> None:
        self._out.append(text)
        self._said += len(text)

    def _head(self, quote: re.Match[str]) -> str:
        """Who is quoted, and the way there."""
        name = unescape(quote["who"])
        link = ""
        if quote["post"] and quote["topic"]:
            address = self._jump(int(quote["topic"]), int(quote["post"]))
            way = Markup('<a class="jump" href="{}">#{}<span class="unseen">: the quoted post</span></a>')
            link = way.format(address, quote["post"]) if address else ""
        title = Markup('<div class="title">{}{}</div>').format(self._face(name), link)
        return Markup('<aside class="quote" aria-label="{}">{}').format(f"Quote: {name}", title)

    def _tag(self, token: re.Match[str]) -> str:
        tag, end, rest = token["tag"], token["end"], token["rest"]
        if tag in ("br", "p", "li", "tr") and not end:
            self._lines += 1
        if tag == "a":
            self._links += -1 if end else 1
            return _attachment(token[0], rest)
        if tag == "img":
            return self._image(token[0], rest)
        if tag == "aside" and end:
            return self._end_of_quote() + "</aside>"
        return _changed(token)

    def _image(self, written: str, rest: str) -> str:
        """A picture of this site, or else what it is called, with the way to it."""
        if _HELD.search(rest):
            return _held(_alt(rest))
        lost = _LOST in rest
        if not lost and _OURS.search(rest):
            return written
        source, words = _SOURCE.search(rest), _alt(rest)
        if lost:
            return f'<span class="picture">{words} (the file is missing)</span>'
        if self._links or source is None:
            return f'<span class="picture">{words}</span>'
        return f'<a class="picture" href="{source[1]}">{words} (elsewhere)</a>'

    def _end_of_quote(self) -> str:
        if not self._quotes:
            return ""
        begin, said, lines = self._quotes.pop()
        if self._quotes or (self._said - said <= LONG_QUOTE and self._lines - lines <= MANY_LINES):
            return ""  # a quote in a quote is folded with it
        beginning = " ".join(plain("".join(self._out[begin:])).split())[:_BEGINNING]
        self._out.insert(begin, _FOLD.format(beginning))
        return "</details>"


def _attachment(written: str, rest: str) -> str:
    """A link to a file that is not there, or not handed out, leads nowhere."""
    if _HELD.search(rest):
        return '<a class="attachment">'
    return '<a class="attachment lost">' if _LOST in rest else written


def _alt(rest: str) -> str:
    """What a picture is called."""
    alt = _ALT.search(rest)
    return alt[1] if alt and alt[1].strip() else "Picture"


def _held(words: str) -> str:
    return f'<span class="picture">{words} (not in this copy)</span>'


def _changed(token: re.Match[str]) -> str:
    """A tag as it fits into the page."""
    tag, end, written = token["tag"], token["end"], token[0]
    if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():  # below the topic's title and the author
        return f"<{end}h{min(6, int(tag[1]) + 2)}>"
    if tag == "pre" and not end:  # what scrolls must be within reach of the keyboard
        return '<pre tabindex="0">'
    if tag == "table":
        return f"{written}</div>" if end else f'<div class="scroll" tabindex="0">{written}'
    return written
