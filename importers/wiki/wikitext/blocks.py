"""Lines to blocks: lists, paragraphs, preformatted text, as MediaWiki nests them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from importers.wiki.wikitext.marks import COMMENTS, EDGE
from importers.wiki.wikitext.tables import Line

_DEEPEST = 100  # lists in lists
_RULE = re.compile(r"-{4,}")
# After these no paragraph goes on; after those of the second kind text may begin one again.
_BLOCK = re.compile(
    r"</?(?:table|h[1-6]|pre|tr|p|ul|ol|dl|li|td|th|caption|blockquote|hr|div|center|dd|dt)\b|\x7fb", re.IGNORECASE
)
_LETS_TEXT_BEGIN = re.compile(
    r"</(?:table|h[1-6]|blockquote|div|pre|p|li|ul|ol|dl|center|dd|dt|caption)\b"
    r"|<(?:td|th|caption|blockquote|hr|div|center|li|dd|dt)\b|\x7fb",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"<(p|li|dd|dt|h[1-6]|table|pre|blockquote|div|center)(?=[ >])")
_ITEM = {"*": "li", "#": "li", ":": "dd", ";": "dt"}
_LIST = {"*": "ul", "#": "ol", ":": "dl", ";": "dl"}


def blocks(lines: Iterable[Line]) -> str:
    """HTML for lines whose inline markup is HTML already. Blocks say in `data-line` where they begin."""
    page = _Page()
    for number, line in lines:
        page.line(number, line)
    page.end()
    return "\n".join(page.out)


class _Page:
    def __init__(self) -> None:
        self.out: list[str] = []
        self._prefix = ""  # of the lists that are open
        self._paragraph = ""  # "p" or "pre" while one is open
        self._in_block = False  # inside elements that hold no paragraphs
        self._number = 0

    def line(self, number: int, line: str) -> None:
        """The next line."""
        self._number = number
        comments = COMMENTS.match(line)
        kept = comments[0] if comments else ""
        text = line[len(kept) :]
        prefix = text[: len(text) - len(text.lstrip("*#:;"))]
        if prefix:
            self._item(prefix[:_DEEPEST], kept + text[len(prefix) :].strip())
            return
        self._lists("")
        if heading := _heading(text):
            level, inner = heading
            self._close()
            self._in_block = False
            self._write(f"<h{level}>{kept}{inner}</h{level}>")
        elif rule := _RULE.match(text):
            self._close()
            self._write(f"<hr>{kept}")
            if text[rule.end() :].strip():
                self._text(text[rule.end() :])
        else:
            self._text(line)

    def end(self) -> None:
        """Close what is open."""
        self._lists("")
        self._close()

    def _text(self, line: str) -> None:
        if _BLOCK.search(line):
            self._close()
            self._in_block = not _LETS_TEXT_BEGIN.search(line)
            self._write(line)
        elif not line.strip():
            self._close()
        elif self._in_block:
            self._write(line)
        elif line.startswith(" ") and COMMENTS.sub("", line).strip():
            self._open("pre", line[1:])
        else:
            self._open("p", line)

    def _open(self, tag: str, line: str) -> None:
        if self._paragraph == tag:
            self._write(line)
            return
        self._close()
        self._paragraph = tag
        self._write(f"<{tag}>{line}")

    def _close(self) -> None:
        if self._paragraph:
            self.out.append(f"</{self._paragraph}>")
            self._paragraph = ""

    def _item(self, prefix: str, text: str) -> None:
        self._close()
        self._in_block = False
        same = self._lists(prefix)
        begun = ""
        if same == len(prefix):  # the next item of the list that is open
            begun = f"</{_ITEM[self._prefix[-1]]}><{_ITEM[prefix[-1]]}>"
        else:
            if same and same == len(self._prefix) and _opened_by(self._prefix) != _opened_by(prefix[:same]):
                begun = f"</{_ITEM[self._prefix[-1]]}><{_ITEM[prefix[same - 1]]}>"
            begun += "".join(f"<{_LIST[sign]}><{_ITEM[sign]}>" for sign in prefix[same:])
        self._prefix = prefix
        if prefix.endswith(";") and (split := _definition(text)):
            term, text = split
            self._prefix = prefix[:-1] + ":"
            begun += f"{term}</dt><dd>"
        self._write(begun + text)

    def _lists(self, prefix: str) -> int:
        """Close the lists that do not go on; returns how many do."""
        same = 0
        for one, other in zip(self._prefix, prefix, strict=False):
            if _LIST[one] != _LIST[other]:
                break
            same += 1
        closing = self._prefix[same:]
        if closing:
            self.out.append("".join(f"</{_ITEM[sign]}></{_LIST[sign]}>" for sign in reversed(closing)))
            self._prefix = self._prefix[:same]
        return same

    def _write(self, html: str) -> None:
        """HTML, with the line's number in its block elements."""
        if "<" in html:
            html = _NUMBERED.sub(rf'<\1 data-line="{self._number}"', html)
        self.out.append(html)


def _opened_by(prefix: str) -> str:
    return _ITEM[prefix[-1]] if prefix else ""


def _heading(line: str) -> tuple[int, str] | None:
    """The level and the text of a line that is a heading; comments may follow it."""
    if not line.startswith("="):
        return None
    bare = COMMENTS.sub("", line).rstrip() if EDGE in line else line.rstrip()
    level = min(len(bare) - len(bare.lstrip("=")), len(bare) - len(bare.rstrip("=")), 6)
    if len(bare) < 3:
        return None
    level = min(level, (len(bare) - 1) // 2)
    if level < 1:
        return None
    return level, bare[level : len(bare) - level].strip() + "".join(COMMENTS.findall(line))


def _definition(text: str) -> tuple[str, str] | None:
    """The term and what explains it, of `;term:explanation`; a colon inside an element is none."""
    depth = 0
    for match in re.finditer(r"</?[a-z][^<>]*>|:", text):
        if match[0] == ":":
            if depth <= 0 and text[match.end() : match.end() + 2] != "//":
                return text[: match.start()].strip(), text[match.end() :].strip()
        else:
            depth += -1 if match[0].startswith("</") else 1
    return None
