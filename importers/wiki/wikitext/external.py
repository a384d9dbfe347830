"""Links to elsewhere: `[https://… text]`, `[https://…]` and bare addresses."""

from __future__ import annotations

import html
import re

from importers.wiki.wikitext.marks import INLINE, Marks

_SCHEMES = "https?://|ftps?://|ircs?://|git://|svn://|sftp://|ssh://|telnet://|nntp://|gopher://|worldwind://|mailto:|news:|magnet:|geo:|urn:|tel:|sip:|sips:|sms:|xmpp:|bitcoin:"
_URL = r'(?:[^\s<>"\[\]\x00-\x20\x7f&]|&(?!(?:lt|gt|quot|nbsp|#160|#32);))'
_LINK = re.compile(
    rf"\[(?P<target>(?:{_SCHEMES}|//){_URL}+)(?P<label>[^\S\n]*[^\]\n]*?)\](?!\])|(?<![A-Za-z0-9_])(?P<bare>(?:{_SCHEMES}){_URL}+)",
    re.IGNORECASE,
)
_AFTER = ",;.:!?"
_QUOTES = re.compile("''+")


class External:
    """Puts such links aside, on one page: addresses without a text are numbered over all of it."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._count = 0

    def put_aside(self, line: str) -> str:
        """A line with marks in place of its links."""
        return _LINK.sub(self._link, line) if ":" in line or "[//" in line else line

    def _link(self, match: re.Match[str]) -> str:
        if match["bare"] is not None:
            return self._bare(match["bare"])
        label = match["label"].strip()
        if not label:
            self._count += 1
            label = f"[{self._count}]"
        if label == match["target"]:
            label = html.escape(html.unescape(label), quote=False)
        return self._anchor(match["target"], label)

    def _bare(self, url: str) -> str:
        """Punctuation at the end is not part of it, nor a closing bracket that it did not open."""
        quotes = _QUOTES.search(url)
        end = quotes.start() if quotes else len(url)
        kept = url[:end]
        signs = _AFTER if "(" in kept else f"{_AFTER})"
        bare = kept.rstrip(signs)
        if kept[len(bare) :].startswith(";") and re.search(r"&[#\w]{1,32}$", bare):
            bare += ";"  # the end of an entity
        if re.fullmatch(_SCHEMES, bare, re.IGNORECASE):
            return url
        return self._anchor(bare, bare) + url[len(bare) :]

    def _anchor(self, url: str, label: str) -> str:
        address = html.unescape(url)
        href = f"https:{address}" if address.startswith("//") else address
        return self._marks.put(f'<a class="external" href="{html.escape(href)}">{label}</a>', INLINE)
