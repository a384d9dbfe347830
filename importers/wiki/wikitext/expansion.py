"""The text of a page with all its templates expanded and its comments taken out, as MediaWiki's preprocessor does."""

from __future__ import annotations

import re
from bisect import bisect_left
from datetime import datetime
from functools import cached_property

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.braces import Node, matched
from importers.wiki.wikitext.calls import Call, Expand
from importers.wiki.wikitext.functions import Context, resolved
from importers.wiki.wikitext.lined import FOREIGN, Builder, Lined

_DEEPEST = 40  # templates within templates, as in MediaWiki ($wgMaxTemplateDepth)
_LEAST_WORK = 2_000_000  # characters of calls and of what stands in their place; MediaWiki allows 2 MB
_WORK_PER_CHARACTER = 4
_COST_OF_A_CALL = 20
_NO_NAME = re.compile(r"[\[\]{}<>\n\x00-\x1f]|.#|^#[^:]*$|^\s*$")
_BEGINS_BLOCK = re.compile(r"[*#:;]|\{\|")


class Expander:
    """Expands what stands in braces in the texts of one page."""

    def __init__(self, site: Site, title: Title, expand: Expand, at: datetime | None = None) -> None:
        self._context = Context(site, title, at)
        self._expand = expand
        self._left: int | None = None  # how much may still be done
        self.comments: list[tuple[int, str]] = []  # the line they begin in and, with their marks, what they say

    def page(self, text: str, line: int) -> Lined:
        """The text with its templates expanded. It begins in that line of the page."""
        if self._left is None:
            self._left = max(_LEAST_WORK, _WORK_PER_CHARACTER * len(text))
        builder = Builder(line)
        place = 0
        box = False
        for node in matched(text):
            builder.add(_behind(text[place : node.start], box), line)
            box = False
            line += text.count("\n", place, node.start)
            place = node.end
            source = text[node.start : node.end]
            if node.kind == "verbatim":
                builder.add(source, line)
            elif node.kind == "comment":
                self._note(source, line)
            elif node.kind != "gone":
                box = self._put(builder, text, node, line)
            line += source.count("\n")
        builder.add(_behind(text[place:], box), line)
        return builder.built()

    def _put(self, builder: Builder, text: str, node: Node, line: int) -> bool:
        """Add what stands in place of a template; returns whether it ends a line."""
        expanded = self._node(text, node, 0, line)
        if not builder.at_line_start and _BEGINS_BLOCK.match(expanded):
            builder.put("\n", line)
        builder.put(expanded, line, text[node.start : node.end])
        return expanded.endswith("\n")

    def _note(self, source: str, line: int) -> None:
        said = source.strip()
        line += source[: len(source) - len(source.lstrip())].count("\n")
        inner = said.removeprefix("<!--").removesuffix("-->")
        self.comments.append((line, f"<!--{inner.replace('>', '&gt;')}-->"))

    def _text(self, text: str, depth: int, line: int) -> str:
        return self.range(text, 0, len(text), matched(text), depth, line) if "{{" in text or "<" in text else text

    def range(self, text: str, start: int, end: int, nodes: list[Node], depth: int, line: int) -> str:
        """A part of a text, expanded; `nodes` are those in the text, of which some are in this part."""
        pieces = []
        first = bisect_left(nodes, start, key=lambda node: node.start)
        for number in range(first, len(nodes)):
            node = nodes[number]
            if node.start >= end:
                break
            pieces.append(text[start : node.start])
            start = node.end
            if node.kind == "verbatim":
                pieces.append(text[node.start : node.end])
            elif node.kind == "comment":
                self._note(text[node.start : node.end], line)
            elif node.kind != "gone":
                pieces.append(self._node(text, node, depth, line))
        return "".join([*pieces, text[start:end]]) if pieces else text[start:end]

    def _node(self, text: str, node: Node, depth: int, line: int) -> str:
        """What stands in place of a template or a parameter; its source where it cannot be expanded."""
        if depth >= _DEEPEST:
            return text[node.start : node.end]
        parts = Parts(self, text, node, depth, line)
        if node.kind == "parameter":  # there are none on a page that is looked at itself
            return parts[1] if node.pipes else parts.literal()
        answer = resolved(self._context, parts[0], parts)
        if answer is not None:
            return answer
        name = parts[0].strip()
        if _NO_NAME.search(name):
            return parts.literal()
        if not self._may(node.end - node.start):
            return parts.literal()
        source = text[node.start : node.end]
        expanded = FOREIGN.sub("", self._expand(Call(name, parts.arguments(), source)))
        if not self._may(len(expanded)):
            return parts.literal()
        return self._text(expanded, depth + 1, line)

    def _may(self, work: int) -> bool:
        self._left = (self._left or 0) - work - _COST_OF_A_CALL
        return self._left > 0


class Parts:
    """What stands between the pipes of a call, expanded when it is asked for."""

    def __init__(self, expander: Expander, text: str, node: Node, depth: int, line: int) -> None:
        self._expander = expander
        self._text = text
        self._node = node
        self._depth = depth
        self._line = line
        self._known: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._node.pipes) + 1

    def __getitem__(self, number: int) -> str:
        """The part of that number; "" where there is none. 0 is what stands before the first pipe."""
        if number >= len(self):
            return ""
        if number not in self._known:
            self._known[number] = self._range(*self._place(number))
        return self._known[number]

    @cached_property
    def keys(self) -> list[str | None]:
        """The names of all parts but the first; None for those without."""
        found: list[str | None] = []
        for number in range(1, len(self)):
            start, equals = self._place(number)[0], self._node.equals[number]
            found.append(self._range(start, equals).strip() if equals >= 0 else None)
        return found

    def value(self, number: int) -> str:
        """The part of that number behind its equals sign, if it has one."""
        equals = self._node.equals[number] if number < len(self) else -1
        return self._range(equals + 1, self._place(number)[1]).strip() if equals >= 0 else self[number]

    def arguments(self) -> dict[str, str]:
        """All by their names; of two with the same name the last one counts."""
        found: dict[str, str] = {}
        unnamed = 0
        for number, key in enumerate(self.keys, 1):
            if key is None:
                unnamed += 1
                found[str(unnamed)] = self[number]
            else:
                found[key] = self.value(number)
        return found

    def literal(self) -> str:
        """The call as it stands there, with what is in it expanded."""
        braces = 3 if self._node.kind == "parameter" else 2
        return "{" * braces + "|".join(self[number] for number in range(len(self))) + "}" * braces

    def _place(self, number: int) -> tuple[int, int]:
        node = self._node
        braces = 3 if node.kind == "parameter" else 2
        start = node.pipes[number - 1] + 1 if number else node.start + braces
        return start, node.pipes[number] if number < len(node.pipes) else node.end - braces

    def _range(self, start: int, end: int) -> str:
        return self._expander.range(self._text, start, end, self._node.inner, self._depth + 1, self._line)


def _behind(text: str, box: bool) -> str:
    """The text behind a template; a box that ends a line does not make code of it."""
    return text.lstrip(" ") if box else text
