"""Undo what mail programs and lists did to the lines of a text: torn addresses, odd quote marks, notices of Mailman.

Only where it is certain; every word stays, but for names that mark each quoted line.
"""

from __future__ import annotations

import re

from migrate.content.links import unwrapped_in
from migrate.content.quotemarks import with_marks

NEXT_PART = "next part · "  # how the line begins that stands for a notice of Mailman

_SENTENCE_END = (".", "?", "!", ":", ";")
_WRAPPED = 72  # characters; what a line would have exceeded if the next word stood on it too

# "<ann@example.org" on one line, and "> wrote:" on the next, which quotes nothing.
_TORN_ADDRESS = re.compile(r"(<[^<>\n]{0,120}\n(?:mailto:[^\n]{0,200}\n)?)(?=> ?[^\n>]{0,40}[:：](?:\n|\Z))")
# The rest of a wrapped line, where programs give it fewer marks or none; below them the quote goes on, deeper.
_BROKEN_QUOTE = re.compile(r"\n()([a-z\d][^\n]{0,29})(?=\n>)")
_BROKEN_INNER_QUOTE = re.compile(
    r"\n(?=> *+[^\s>]|[^\n]*+\n> *+> *+>)"  # with marks that may be fewer than below
    r"(>[> ]*+)([^\s>](?:[^\n]{0,29}+|\S{0,300}+)(?=\n> ?>)|[a-z][^\n]{0,59}+(?=\n> ?>))"
)
_SCISSORS = re.compile(r"(?<=\n\n)>8[-> 8]*\n(?!>)")
# A line of text that begins with "From " as mailboxes keep it (RFC 4155), where it was never undone.
_MASKED_FROM = re.compile(r"((?:\A|\n(?!>)[^\n]*)\n)>(?=From [^\n]*\n(?!>))")
_WRAPPED_URL = re.compile(r"<(?=[hfU])(?:URL: ?)?(?:https?|ftp)://[^\s<>]{1,400}(?:\n[> \t]*[^\s<>]{1,400}){1,4}>")
_BETWEEN = re.compile(r"\s[>\s]*")
_QUOTE_MARKS = re.compile(r">[> ]*")
_NOTICE = re.compile(
    r"-{14} next part -{14}\n((?:(?:An? [^\n]*scrubbed|Skipped|Name|Type|Size|Desc|U[rR][lL])[^\n]*\n?)+)"
)


def mended(lines: list[str]) -> list[str]:
    """The lines with `>` as their only quote mark, and nothing torn; they have no trailing white space."""
    text = source = "\n".join(["", *lines, ""])
    text = unwrapped_in(_WRAPPED_URL.sub(_in_one, text) if "<" in text else text)
    if "\n>" in text:
        text = _TORN_ADDRESS.sub(r"\1 ", text)
        text = _MASKED_FROM.sub(r"\1", text) if "\n>From " in text else text
        text = _with_whole_quotes(text)
    if " next part -" in text:
        text = _NOTICE.sub(_in_one_line, text)
    text = with_marks(text)
    return lines if text == source else text.split("\n")[1:-1]


def _in_one(found: re.Match[str]) -> str:
    return _BETWEEN.sub("", found[0])


def _with_whole_quotes(text: str) -> str:
    text = _BROKEN_QUOTE.sub(_rejoined, text)
    if "\n> >" in text or "\n>>" in text:
        text = _BROKEN_INNER_QUOTE.sub(_rejoined, text)
    return _SCISSORS.sub(r" \g<0>", text) if "\n>8" in text else text


def _rejoined(found: re.Match[str]) -> str:
    """The rest of a quoted line that a program wrapped, behind that line; or what was found, an answer perhaps."""
    text, at = found.string, found.start()
    quoted = text[text.rfind("\n", 0, at) + 1 : at]
    if len(quoted) + len(found[2].split(None, 1)[0]) < _WRAPPED or quoted.endswith(_SENTENCE_END):
        return found[0]
    marks = _QUOTE_MARKS.match(quoted)
    if marks and found[1].count(">") < marks[0].count(">") == _depth(text, found.end() + 1):
        return " " + found[2]
    return found[0]


def _depth(text: str, at: int) -> int:
    return _QUOTE_MARKS.match(text, at)[0].count(">")  # type: ignore[index]  # it quotes


def _in_one_line(found: re.Match[str]) -> str:
    """Mailman's notice; it begins in the middle of a line where a text did not end with one."""
    torn = "" if found.string[found.start() - 1] == "\n" else "\n"
    return torn + NEXT_PART + " · ".join(found[1].rstrip("\n").split("\n")) + "\n"
