"""What comes first: comments and the tags of extensions are put aside, templates give way to what they stand for.

As in MediaWiki's preprocessor, brackets are matched from the inside. Whatever is not closed is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.wiki.site import Site
from importers.wiki.titles import Title
from importers.wiki.wikitext.calls import Call, Expand
from importers.wiki.wikitext.magic import magic
from importers.wiki.wikitext.marks import COMMENT, Marks
from importers.wiki.wikitext.tags import NAMES, Tags

_TOKEN = re.compile(
    rf"<!--|<(?P<tag>{'|'.join(sorted(NAMES, key=len, reverse=True))})(?=[\s/>])(?P<attributes>[^<>]*?)(?P<empty>/?)>"
    r"|</?(?:noinclude|onlyinclude)\s*/?>|\{\{+|\}\}+|\[\[|\]\]|\||=",
    re.IGNORECASE,
)
_DEEPEST = 40  # brackets in brackets; what is deeper is text
_NESTED = 5  # templates in the text of templates
_SWALLOWED = re.compile(r"[ \t]*\n")
_ENDS_LINE = re.compile(r"(?:\A|\n)[ \t]*\Z")
_STARTS_BLOCK = ("{|", "*", "#", ":", ";")

# Text, the line it begins in, and whether its lines are those of the page.
Piece = tuple[str, int, bool]


@dataclass(slots=True)
class _Frame:
    """Brackets that are open: how many braces, 0 for those of a link; their parts, each cut at its first "="."""

    braces: int
    line: int
    start: int  # in the text
    parts: list[list[Piece]] = field(default_factory=lambda: [[]])
    equals: list[int | None] = field(default_factory=lambda: [None])  # where in a part's pieces its "=" is

    @property
    def current(self) -> list[Piece]:
        return self.parts[-1]


class Budget:
    """How much templates may make of a page: as much as MediaWiki allows, and a little of what is there."""

    def __init__(self, size: int) -> None:
        self._left = 2_000_000 + 2 * size

    def spend(self, text: str) -> bool:
        """Whether that much may still be put in."""
        self._left -= len(text) + 20
        return self._left > 0


class Preprocessor:
    """Of one page."""

    def __init__(self, site: Site, title: Title, marks: Marks, tags: Tags, expand: Expand, budget: Budget) -> None:
        self._site = site
        self._title = title
        self._marks = marks
        self._tags = tags
        self._expand = expand
        self._budget = budget

    def pieces(self, text: str, nested: int = 0) -> list[Piece]:
        """The text in pieces that hold no comments, extensions and templates any more."""
        return _Scan(self, text, nested).pieces()

    def comment(self, text: str) -> str:
        """The mark for a comment."""
        return self._marks.put(f"<!--{text.replace('--', '- -').replace('>', '&gt;')}-->", COMMENT)

    def tag(self, name: str, attributes: str, content: str | None, line: int) -> str:
        """What stands in place of an extension's tag."""
        return self._tags.replaced(name.lower(), attributes, content, line)

    def called(self, frame: _Frame, source: str, nested: int) -> str:
        """What stands in place of a template: wikitext without templates."""
        name = _joined(frame.parts[0]).strip()
        parts = [_joined(part) for part in frame.parts[1:]]
        result = magic(name, parts, self._site, self._title)
        if result is not None:
            return result if self._budget.spend(result) else source
        if not name or "\n" in name or nested > _NESTED:
            return source
        arguments: dict[str, str] = {}
        place = 0
        for part, equals, text in zip(frame.parts[1:], frame.equals[1:], parts, strict=True):
            if equals is None:
                place += 1
                arguments[str(place)] = text
            else:
                arguments[_joined(part[:equals]).strip()] = _joined(part[equals + 1 :]).strip()
        result = self._expand(Call(name, arguments, source))
        if not self._budget.spend(result):
            return source
        return _joined(self.pieces(result, nested + 1))


class _Scan:
    """One pass over a text."""

    def __init__(self, preprocessor: Preprocessor, text: str, nested: int) -> None:
        self._owner = preprocessor
        self._text = text
        self._nested = nested
        self._out: list[Piece] = []
        self._frames: list[_Frame] = []
        self._unclosed: set[str] = set()  # tags that are not closed any more
        self._at = 0
        self._line = 0

    def pieces(self) -> list[Piece]:
        for match in _TOKEN.finditer(self._text):
            if match.start() < self._at:
                continue
            self._literal(match.start())
            met = match[0]
            if met == "<!--":
                self._comment()
            elif match["tag"]:
                self._tag(match)
            elif met[0] == "<":
                self._at = match.end()
            elif met[0] == "{" or met == "[[":
                self._open(met)
            elif met[0] == "}":
                self._close_braces(met)
            elif met == "]]":
                self._close_link()
            else:
                self._sign(met)
        self._literal(len(self._text))
        return list(self._flattened())

    @property
    def _target(self) -> list[Piece]:
        return self._frames[-1].current if self._frames else self._out

    def _literal(self, end: int) -> None:
        if end > self._at:
            piece = self._text[self._at : end]
            self._target.append((piece, self._line, True))
            self._line += piece.count("\n")
            self._at = end

    def _put(self, text: str, line: int, end: int) -> None:
        """Something else in place of the text up to `end`."""
        if text:
            self._target.append((text, line, False))
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _comment(self) -> None:
        """A comment alone on its line takes the line with it."""
        start = self._at
        end = self._text.find("-->", start + 4)
        inside = self._text[start + 4 : end if end >= 0 else len(self._text)]
        end = end + 3 if end >= 0 else len(self._text)
        line = self._line
        before = self._text.rfind("\n", 0, start) + 1
        if not self._text[before:start].strip(" \t") and (rest := _SWALLOWED.match(self._text, end)):
            end = rest.end()
        self._put(self._owner.comment(inside), line, end)

    def _tag(self, match: re.Match[str]) -> None:
        name = match["tag"].lower()
        line = self._line
        if match["empty"]:
            self._put(self._owner.tag(name, match["attributes"], None, line), line, match.end())
            return
        ends = None if name in self._unclosed else _closing(name).search(self._text, match.end())
        if ends is None:
            self._unclosed.add(name)
            if name == "references":
                self._put(self._owner.tag(name, match["attributes"], None, line), line, match.end())
            else:
                self._literal(match.end())
            return
        content = self._text[match.end() : ends.start()]
        result = self._owner.tag(name, match["attributes"], content, line)
        if name == "poem" and self._nested < _NESTED:  # its text is wikitext
            result = _joined(self._owner.pieces(result, self._nested + 1))
        self._put(result, line, ends.end())

    def _open(self, met: str) -> None:
        if len(self._frames) >= _DEEPEST:
            self._literal(self._at + len(met))
            return
        self._frames.append(_Frame(0 if met == "[[" else len(met), self._line, self._at))
        self._at += len(met)

    def _sign(self, met: str) -> None:
        """A bar begins the next part, an equals sign ends a parameter's name; elsewhere they are text."""
        frame = self._frames[-1] if self._frames else None
        if frame and met == "|":
            frame.parts.append([])
            frame.equals.append(None)
            self._at += 1
            return
        if frame and frame.braces and frame.equals[-1] is None and len(frame.parts) > 1:
            frame.equals[-1] = len(frame.current)
        self._literal(self._at + 1)

    def _close_link(self) -> None:
        if self._frames and not self._frames[-1].braces:
            self._give_up()
        self._literal(self._at + 2)

    def _close_braces(self, met: str) -> None:
        left = len(met)
        if not any(frame.braces for frame in self._frames):
            self._literal(self._at + left)
            return
        while self._frames and not self._frames[-1].braces:  # a link that is not closed is no link
            self._give_up()
        while left >= 2 and self._frames and self._frames[-1].braces:
            left -= self._closed(self._frames.pop(), min(left, 3))
        self._literal(self._at + left)

    def _closed(self, frame: _Frame, closing: int) -> int:
        """Ends a template (two braces) or a parameter (three); returns how many braces were used."""
        used = min(closing, frame.braces, 3)
        frame.braces -= used
        start, end = frame.start + frame.braces, self._at + used
        if used == 3:
            result = _joined(frame.parts[1]) if len(frame.parts) > 1 else self._text[start:end]
        else:
            result = self._owner.called(frame, self._text[start:end], self._nested)
        self._at = end
        if frame.braces >= 2:
            self._frames.append(_Frame(frame.braces, frame.line, frame.start))
        elif frame.braces:
            self._target.append(("{", frame.line, False))
        if result.startswith(_STARTS_BLOCK) and not _is_line_start(self._target):
            result = f"\n{result}"
        if result:
            self._target.append((result, frame.line, False))
        return used

    def _give_up(self) -> None:
        """The innermost brackets are text after all."""
        frame = self._frames.pop()
        self._target.extend(_as_text(frame))

    def _flattened(self) -> Iterator[Piece]:
        yield from self._out
        for frame in self._frames:
            yield from _as_text(frame)


def _as_text(frame: _Frame) -> Iterator[Piece]:
    yield "{" * frame.braces or "[[", frame.line, True
    for number, part in enumerate(frame.parts):
        if number:
            yield "|", part[0][1] if part else frame.line, True
        yield from part


def _is_line_start(pieces: list[Piece]) -> bool:
    return not pieces or bool(_ENDS_LINE.search(pieces[-1][0]))


def _joined(pieces: list[Piece]) -> str:
    return "".join(text for text, _, _ in pieces)


_CLOSING: dict[str, re.Pattern[str]] = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in NAMES}


def _closing(name: str) -> re.Pattern[str]:
    return _CLOSING[name]


def numbered(pieces: list[Piece]) -> tuple[str, list[int]]:
    """The text of the pieces, and for each of its lines that of the page it begins in."""
    numbers = [pieces[0][1] if pieces else 0]
    for text, line, is_own in pieces:
        ends = text.count("\n")
        numbers += range(line + 1, line + ends + 1) if is_own else [line] * ends
    return _joined(pieces), numbers
