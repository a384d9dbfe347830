"""HTML mail to neutral Markdown.

Three steps: a parser repairs the HTML, `markup.simplify` reduces it to the few elements that Markdown knows with its
text escaped already, and a library writes those as Markdown. What is folded away is then found as in plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from html_to_markdown import ConversionError, ConversionOptions
from html_to_markdown import convert as write_markdown
from selectolax.lexbor import LexborHTMLParser

from migrate.content import marks
from migrate.content.attribution import ORIGINAL_BEGINS
from migrate.content.bounds import bare_text, endless
from migrate.content.converted import Converted
from migrate.content.escape import clean
from migrate.content.markup import simplify
from migrate.content.plain import plain_to_markdown
from migrate.content.quotes import shown
from migrate.content.tables import mark_layout_tables

# Elements whose content is no text, and those whose content the parser does not read as HTML.
_NO_TEXT = ["script", "style", "head", "title", "template", "iframe", "object", "applet", "noembed", "noframes", "svg"]
_RAW_TEXT = ["xmp", "plaintext"]

_OPTIONS = ConversionOptions(extract_metadata=False, autolinks=False, bullets="-", max_depth=1000)
_ESCAPED = re.compile(r"\\(?=[^\w\s])")
_FENCE = re.compile(r"[> ]*```")
_BLANK_LINES = re.compile(r"(\n(?:[> ]*>)?)(?:\1)+(?=\n|\Z)")  # quoted or not
_WORD_CHARACTERS = re.compile(r"\w+")


def convert(html: str, inline: Mapping[str, str]) -> Converted:
    """See `migrate.content.html_to_markdown`."""
    html = clean(html)
    if endless(html):
        return plain_to_markdown(bare_text(html))
    tree = LexborHTMLParser(html)
    tree.strip_tags(_NO_TEXT, recursive=True)
    tree.unwrap_tags(_RAW_TEXT)
    mark_layout_tables(tree)
    simple = simplify(tree.html or "", inline)
    try:
        # The library takes text that begins like a PDF or an archive for one, but not behind a tag.
        markdown = marks.resolve(write_markdown(f"<div>{simple.html}</div>", _OPTIONS).content or "")
    except ConversionError:
        return plain_to_markdown(simple.text)
    if _letters(markdown) < _letters(simple.text):  # the library has left something out
        return plain_to_markdown(simple.text)
    return _separated(markdown)


def _letters(text: str) -> int:
    return sum(map(len, _WORD_CHARACTERS.findall(text.replace("_", ""))))


def _separated(markdown: str) -> Converted:
    lines = [line.rstrip() for line in markdown.split("\n")]
    body: list[str] = []
    elided: list[str] = []
    at = 0
    for part in shown([_ESCAPED.sub("", line) for line in lines]):
        elided += [*lines[at : part.start], ""]
        body += lines[part.start : part.stop]
        at = part.stop
    elided += lines[at:]
    if sum(1 for line in body if _FENCE.match(line)) % 2:
        body, elided = lines, []  # the cut would tear a code block
    return Converted(_joined(body), _joined(elided))


def _joined(lines: list[str]) -> str:
    text = "\n".join(line for line in lines if line != ORIGINAL_BEGINS)
    return _BLANK_LINES.sub(r"\1", "\n" + text).strip("\n")
