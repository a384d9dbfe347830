"""HTML mail to neutral Markdown.

A parser repairs the HTML, which is then read element by element and written as Markdown. What is folded away is found
as in plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from migrate.content.attribution import ORIGINAL_BEGINS
from migrate.content.bounds import bare_text, endless
from migrate.content.converted import Converted
from migrate.content.escape import clean, escape
from migrate.content.markup import SIGNATURE_BEGINS, Reader
from migrate.content.plain import convert as convert_plain
from migrate.content.quotes import shown
from migrate.content.tables import mark_tables

# Elements whose content is no text, and those whose content the parser does not read as HTML.
_NO_TEXT = ["script", "style", "head", "title", "template", "iframe", "object", "applet", "noembed", "noframes", "svg"]
_RAW_TEXT = ["xmp", "plaintext"]

# Soft hyphens, marks of places to break a line, and what newsletters fill their hidden first line with.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u200b-\u200d\u2060\ufeff](?:(?<=[^\u200c\u200d])"
    "|(?<=[\\s;].)[\u200c\u200d]*|(?<=[\u200c\u200d])[\u200c\u200d]*(?=\\s|&nbsp;))"
)
_MAYBE_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200d\u2060\ufeff]")  # ten times as quick to search for
_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_FENCE = re.compile(r"[> ]*```")
_BLANK_LINES = re.compile(r"(\n(?:[> ]*>)?)(?:\1)+(?=\n|\Z)")  # quoted or not
_AS_TEXT = {SIGNATURE_BEGINS: "--", "---": "-----"}  # how plain text has it


def convert(
    html: str, inline: Mapping[str, str], targets: Mapping[str, str], *, forward: bool, fold: bool, typed: bool
) -> Converted:
    """See `migrate.content.html_to_markdown`."""
    html = clean(html)
    if endless(html):
        if not typed:
            return Converted(escape(bare_text(html)), "")
        return convert_plain(bare_text(html), forward=forward, fold=fold)
    tree = LexborHTMLParser(html)
    tree.strip_tags(_NO_TEXT, recursive=True)
    tree.unwrap_tags(_RAW_TEXT)
    text = _preformatted(tree) if typed else ""
    if text:
        return convert_plain(text, forward=forward, fold=fold)
    mark_tables(tree, ruled=not typed)
    source = clean(tree.html or "")
    if not source.isascii() and _MAYBE_INVISIBLE.search(source):
        source = _INVISIBLE.sub("", source)
    reader = Reader(inline, targets, code_by_looks=typed, typed=typed)
    reader.read(source)
    if typed and reader.mono_letters * 5 > reader.letters * 4:  # all of it is in such a font
        reader = Reader(inline, targets, code_by_looks=False)
        reader.read(source)
    lines = reader.page.lines
    return _divided(lines, forward=forward) if fold else Converted(_joined(lines), "")


def _preformatted(tree: LexborHTMLParser) -> str:
    """The text of a mail that is one preformatted element; "" if it is not."""
    found = tree.css("pre") if tree.body else []
    if len(found) != 1 or tree.css_matches("img"):
        return ""
    text = found[0].text()
    return text if tree.body and text.strip() == tree.body.text().strip() else ""


def _divided(lines: list[str], *, forward: bool) -> Converted:
    body: list[str] = []
    elided: list[str] = []
    at = 0
    for part in shown(list(map(_as_text, lines)), forward=forward):
        elided += [*lines[at : part.start], ""]
        body += lines[part.start : part.stop]
        at = part.stop
    elided += lines[at:]
    if sum(1 for line in body if _FENCE.match(line)) % 2:
        body, elided = lines, []  # the cut would tear a code block
    text = _joined(body)
    return Converted(text, _joined(elided)) if text else Converted(_joined(lines), "")


def _as_text(line: str) -> str:
    return _AS_TEXT.get(line) or (_ESCAPED.sub("", line) if "\\" in line else line)


def _joined(lines: list[str]) -> str:
    text = "\n".join(line for line in lines if line not in (ORIGINAL_BEGINS, SIGNATURE_BEGINS))
    return _BLANK_LINES.sub(r"\1", "\n" + text).strip("\n")
