"""Which braces and tags belong together, by the rules of MediaWiki's preprocessor, in one go through the text."""

from __future__ import annotations

import re
from typing import Literal

from importers.wiki.wikitext.names import INCLUDE_END, OPENING, Ends

Kind = Literal["template", "parameter", "comment", "verbatim", "gone"]

_COMMON = rf"<!--|{OPENING}|(?P<include>{INCLUDE_END})|\{{\{{+"
_OUTSIDE = re.compile(_COMMON, re.IGNORECASE)
_INSIDE = re.compile(rf"{_COMMON}|\}}\}}+|\[\[+|\]\]+|[|=]", re.IGNORECASE)
_MORE_COMMENTS = re.compile(r"(?>[ \t]*+<!--.*?-->)*+[ \t]*+\n", re.DOTALL)
_MOST_LINKS = 4  # that begin at the same place
_WIDEST = 3  # braces that act together: those of a parameter


class Node:
    """A part of the text that something else stands for."""

    __slots__ = ("end", "equals", "inner", "kind", "pipes", "start")

    def __init__(self, kind: Kind, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.pipes: list[int] = []  # of templates and parameters: where their own pipes are
        self.equals: list[int] = []  # and the first equals sign of each part; -1 for none
        self.inner: list[Node] = []  # those within, in their order


class _Frame:
    """Braces or brackets that are open."""

    __slots__ = ("count", "equals", "mark", "pipes", "start")

    def __init__(self, start: int, count: int, mark: int) -> None:
        self.start = start
        self.count = count  # of braces; 0 for brackets
        self.mark = mark  # how many nodes there were before it
        self.pipes: list[int] | None = None
        self.equals: list[int] | None = None


def matched(text: str) -> list[Node]:
    """The outermost nodes of the text, in their order."""
    return _Matcher(text).nodes


class _Matcher:
    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = Ends(text)
        self._frames: list[_Frame] = []
        self.nodes: list[Node] = []
        place = 0
        while found := (_INSIDE if self._frames else _OUTSIDE).search(text, place):
            place = self._handle(found)

    def _handle(self, found: re.Match[str]) -> int:
        """Take note of one token; returns where to go on."""
        sign = found[0][0]
        if sign == "<":
            return self._tag(found)
        if sign == "{":
            self._frames.append(_Frame(found.start(), len(found[0]), len(self.nodes)))
        elif sign == "[":
            links = min(len(found[0]) // 2, _MOST_LINKS)
            self._frames += [_Frame(found.start(), 0, len(self.nodes)) for _ in range(links)]
        elif sign == "}":
            return self._close_braces(found)
        elif sign == "]":
            if self._frames[-1].count:
                return found.end()
            self._frames.pop()
            return found.start() + 2
        else:
            self._separate(sign, found.start())
        return found.end()

    def _separate(self, sign: str, place: int) -> None:
        frame = self._frames[-1]
        if not frame.count:
            return
        if frame.pipes is None or frame.equals is None:
            frame.pipes, frame.equals = [], [-1]
        if sign == "|":
            frame.pipes.append(place)
            frame.equals.append(-1)
        elif frame.equals[-1] < 0:
            frame.equals[-1] = place

    def _close_braces(self, found: re.Match[str]) -> int:
        place, left = found.span()[0], len(found[0])
        while left >= 2 and self._frames and self._frames[-1].count:
            frame = self._frames.pop()
            width = min(frame.count, left, _WIDEST)
            node = Node(
                "parameter" if width == _WIDEST else "template", frame.start + frame.count - width, place + width
            )
            node.pipes, node.equals = frame.pipes or [], frame.equals or [-1]
            node.inner = self.nodes[frame.mark :]
            self.nodes[frame.mark :] = [node]
            place, left = place + width, left - width
            if frame.count - width >= 2:
                self._frames.append(_Frame(frame.start, frame.count - width, frame.mark))
        return place + left

    def _tag(self, found: re.Match[str]) -> int:
        name = (found["name"] or "").lower()
        if found["include"]:
            return self._add("gone", found.start(), found.end())
        if not name:
            return self._comment(found.start())
        end = self._ends.tag(found.end())
        if end < 0:
            return found.end()
        if name in ("noinclude", "onlyinclude"):
            return self._add("gone", found.start(), end)
        if self._text[end - 2] == "/":
            return self._add("gone" if name == "includeonly" else "verbatim", found.start(), end)
        closing = self._ends.closing(name, end)
        if name == "includeonly":
            return self._add("gone", found.start(), closing.end() if closing else len(self._text))
        return self._add("verbatim", found.start(), closing.end()) if closing else end

    def _comment(self, start: int) -> int:
        """A comment that is all there is in its line goes with the line, as do others in the same line."""
        end = self._text.find("-->", start + 4)
        end = len(self._text) if end < 0 else end + 3
        before = start
        while before and self._text[before - 1] in " \t":
            before -= 1
        if before and self._text[before - 1] == "\n" and (rest := _MORE_COMMENTS.match(self._text, end)):
            return self._add("comment", before, rest.end())
        return self._add("comment", start, end)

    def _add(self, kind: Kind, start: int, end: int) -> int:
        self.nodes.append(Node(kind, start, end))
        return end
