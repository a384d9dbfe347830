"""Extensions' tags: taken out of the text, with a mark in their place, until all the rest is HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from importers.wiki.wikitext.files import caption
from importers.wiki.wikitext.lined import Lined
from importers.wiki.wikitext.names import OPENING, Ends
from importers.wiki.wikitext.references import Inner, References
from importers.wiki.wikitext.tags import attribute, attributes, escape

_OPENING = re.compile(OPENING, re.IGNORECASE)
_MARK = re.compile("\x7f[bi]([0-9]+);")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][-\w:.]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?")
_NOWIKI = re.compile(r"</?nowiki\s{0,9}/?>", re.IGNORECASE)
_BLOCKS = frozenset({"pre", "syntaxhighlight", "source", "references", "poem", "gallery", "imagemap"})
_SILENT = frozenset({"templatestyles", "indicator", "section", "langconvert", "categorytree", "ascii2unicode"})
_LONGEST_LANGUAGE = 30


@dataclass(frozen=True, slots=True)
class Tag:
    """An extension's tag with what stands in it."""

    name: str
    written: str  # its attributes as they stand there
    body: str
    line: int  # in which the tag begins
    body_line: int

    @property
    def settings(self) -> Mapping[str, str]:
        """Its attributes, with their names in lower case."""
        found = _ATTRIBUTE.findall(self.written)
        return {name.lower(): "".join(values).strip() for name, *values in found}


class Extensions:
    """What stands in place of the extensions' tags of one page."""

    def __init__(self, language: str, inner: Inner, blocks: Inner, file: Callable[[str, str], str]) -> None:
        self.references = References()
        self._language = language
        self._inner = inner
        self._blocks = blocks
        self._file = file
        self._kept: list[str] = []

    def taken_out(self, lined: Lined) -> Lined:
        """The text with marks for the tags."""
        text, numbers = lined.text, lined.numbers
        if "<" not in text:
            return lined
        ends = Ends(text)
        pieces: list[str] = []
        lines = numbers[:1]
        copied = place = row = 0
        while found := _OPENING.search(text, place):
            place, tag = _read(text, ends, found)
            if tag is None:
                continue
            before = text[copied : found.start()]
            breaks = before.count("\n")
            lines += numbers[row + 1 : row + 1 + breaks]
            row += breaks
            first = row + text.count("\n", found.start(), tag.body_line)
            placed = Tag(tag.name, tag.written, tag.body, numbers[row], numbers[first])
            pieces += (before, self._mark(placed))
            row += text.count("\n", found.start(), place)
            copied = place
        lines += numbers[row + 1 :]
        return Lined("".join([*pieces, text[copied:]]), lines)

    def put_back(self, html: str) -> str:
        """The HTML with what the marks stand for."""
        return _MARK.sub(lambda found: self._kept[int(found[1])], html) if "\x7f" in html else html

    def _mark(self, tag: Tag) -> str:
        html = self._html(tag)
        is_block = tag.name in _BLOCKS and not (html.startswith("<code") or not html)
        self._kept.append(self.put_back(html))
        return f"\x7f{'b' if is_block else 'i'}{len(self._kept) - 1};"

    def _html(self, tag: Tag) -> str:
        if tag.name == "nowiki":
            return escape(tag.body)
        if tag.name in _SILENT:
            return ""
        writer = _WRITERS.get(tag.name, _as_code)
        return writer(self, tag)

    def ref(self, tag: Tag) -> str:
        """A footnote."""
        return self.references.ref(tag.settings, tag.body, tag.body_line, self._inner)

    def listing(self, tag: Tag) -> str:
        """The list of footnotes, some of which may be written in it."""
        group = tag.settings.get("group", "")
        ends, place = Ends(tag.body), 0
        while found := _OPENING.search(tag.body, place):
            place, ref = _read(tag.body, ends, found)
            if ref is not None and ref.name == "ref" and ref.body:
                line = tag.body_line + tag.body.count("\n", 0, ref.body_line)
                self.references.define(ref.settings, ref.body, line, self._inner, group)
        return self.references.listed(group)

    def poem(self, tag: Tag) -> str:
        """Verses: each line is one."""
        body = tag.body.strip("\n")
        skipped = len(tag.body) - len(tag.body.lstrip("\n"))
        verses = re.sub("(?m)^ +", lambda found: "&nbsp;" * len(found[0]), body).replace("\n", "<br>\n")
        return f'<div class="poem" data-line="{tag.line}">{self._blocks(verses, tag.body_line + skipped)}</div>'

    def gallery(self, tag: Tag) -> str:
        """Pictures with their captions."""
        items = []
        for line, said in enumerate(tag.body.split("\n"), tag.body_line):
            name, _, options = said.strip().partition("|")
            if name:
                shown = self._file(name, "")
                said_of_it = self._inner(caption(options, self._language), line) if options else ""
                text = f"{shown} {said_of_it}" if shown else self._inner(said, line)
                items.append(f'<li class="gallerybox" data-line="{line}">{text.strip()}</li>')
        return f'<ul class="gallery">{"".join(items)}</ul>'

    def imagemap(self, tag: Tag) -> str:
        """A picture, and the places its parts lead to."""
        links = [part for line in tag.body.split("\n")[1:] for part in re.findall(r"\[[^\n]*\]", line)]
        lines = tag.body.strip().split("\n")
        name, _, options = lines[0].partition("|")
        shown = self._file(name, caption(options, self._language)) if name else ""
        said = [shown or self._inner(lines[0], tag.body_line), *(self._inner(link, tag.body_line) for link in links)]
        return f'<div class="imagemap" data-line="{tag.line}">{"<br>".join(said)}</div>'


def _read(text: str, ends: Ends, found: re.Match[str]) -> tuple[int, Tag | None]:
    """The tag that begins there, with the place of its body instead of a line, and where it ends; None for none."""
    start = ends.tag(found.end())
    if start < 0:
        return found.end(), None
    name, written = found["name"].lower(), text[found.end() : start - 1]
    if written.endswith("/"):
        return start, Tag(name, written[:-1], "", found.start(), start)
    closing = ends.closing(name, start)
    if closing is None:
        return found.end(), None
    return closing.end(), Tag(name, written, text[start : closing.start()], found.start(), start)


def _pre(extensions: Extensions, tag: Tag) -> str:
    body = _NOWIKI.sub("", tag.body).removeprefix("\n")
    return f'<pre{attributes(tag.written)} data-line="{tag.line}">{escape(body)}</pre>'


def _code(extensions: Extensions, tag: Tag) -> str:
    """Program text: nothing in it is markup, entities neither."""
    settings = tag.settings
    body = tag.body.strip("\n").rstrip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    named = f' data-lang="{attribute(settings.get("lang", "")[:_LONGEST_LANGUAGE])}"' if settings.get("lang") else ""
    if "inline" in settings or settings.get("enclose") == "none":
        return f'<code class="code"{named}>{body.strip()}</code>'
    return f'<pre class="code"{named} data-line="{tag.line}">{body}</pre>'


def _math(extensions: Extensions, tag: Tag) -> str:
    """A formula, as it was typed."""
    body = tag.body.strip()
    if tag.name in ("ce", "chem"):
        body = f"\\ce{{{body}}}"
    block = ' display="block"' if tag.settings.get("display") == "block" else ""
    return f'<code class="math"{block}>{escape(body)}</code>'


def _as_code(extensions: Extensions, tag: Tag) -> str:
    """What only its extension can show: what was typed."""
    body = escape(tag.body.strip("\n").rstrip())
    return f'<pre class="code" data-lang="{tag.name}" data-line="{tag.line}">{body}</pre>' if body else ""


_WRITERS: Mapping[str, Callable[[Extensions, Tag], str]] = {
    "pre": _pre,
    "syntaxhighlight": _code,
    "source": _code,
    "math": _math,
    "ce": _math,
    "chem": _math,
    "ref": Extensions.ref,
    "references": Extensions.listing,
    "poem": Extensions.poem,
    "gallery": Extensions.gallery,
    "imagemap": Extensions.imagemap,
}
