"""Source text as Markdown that renders as that very text.

A backslash is written only where a character would act (CommonMark 0.31, pipe tables, strikethrough), so that the
result stays readable. Addresses of pages stay whole, so that renderers that link them still do.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Surrogates and noncharacters are no text by definition of Unicode; control characters cannot be shown.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PRINTABLE = bytes([9, 10, *range(32, 127)])
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# The last character of an address is none of those that usually belong to the sentence around it. The pattern begins
# with no assertion, so that the engine can search for its first letters. A backtick ends it, since not all who read
# Markdown agree what one within an address is; the noncharacters stand for what `inline` puts there.
_URL = re.compile(
    r"(http(?<![^\W_]http)s?://(?=[^\W_])[^\s<>`\\\ufdd0-\ufdef]*[^\s<>.,;:!?'\"*_()\[\]{}~|`\\\ufdd0-\ufdef])"
)
_ACTS_IN_URL = re.compile(r"[\\*\[\]]|(?<![^\W_])_|_(?![^\W_])|~~|&#?\w{1,40};")
_ENTITY = re.compile(r"&#?\w{1,40}\Z")

# What acts in some places only, and what takes its place. Each pattern begins with its sign: the engine jumps to it.
_ACTING = (
    # Before punctuation and line ends only. It is the first, since the others bring more of them.
    ("\\", re.compile(r"\\(?=[!-/:-@\[-`{-~\n]|\Z)"), r"\\\\"),
    ("*", re.compile(r"\*(?:(?<! \*)|(?! ))"), r"\\*"),  # between spaces it cannot emphasise
    ("_", re.compile(r"_(?:(?<![^\W_]_)|(?![^\W_]))"), r"\\_"),  # nor can this inside a word
    ("~", re.compile(r"~(?:(?<=~~)|(?=~))"), r"\\~"),
    ("&", re.compile(r"&(?=#?[0-9A-Za-z]{1,40};)"), r"\\&"),
)
_ALWAYS_ACTING = "`[]<"

# At a line's start: numbered item; quote, heading, list item, what underlines a heading or the head of a table.
_LINE_START = re.compile(
    r"\n(?=[-\d>#+*=|:])(?:\d{1,9}(?=[.)](?:[ \t\n]|\Z))"
    r"|(?=>|\#{1,6}(?:[ \t\n]|\Z)|[-+*](?:[ \t\n]|\Z)|[-=|:][-=|:\ \t]*(?:\n|\Z)))"
)


def clean(text: str) -> str:
    """The text with line feeds as its only line ends, and without control characters, surrogates and noncharacters."""
    if not (text.encode().translate(None, _PRINTABLE) if text.isascii() else _UNWANTED.search(text)):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _SURROGATES.sub("\ufffd", text)
    return _UNWANTED.sub("", text)


def escape(text: str) -> str:
    """Markdown that renders as `text`, line for line; white space at the ends of lines is not kept."""
    return escape_lines(clean(text).split("\n")).strip("\n")


def escape_lines(lines: list[str]) -> str:
    """The same for lines that are clean already; they must hold no line ends."""
    return escape_starts(escape_inline("\n".join(map(str.strip, lines))).split("\n"))


def escape_starts(lines: list[str]) -> str:
    """Escape what acts at the start of a line only; no line had white space at its end in `escape_inline`."""
    return _LINE_START.sub(_backslash_behind, "\n" + "\n".join(map(str.strip, lines)))[1:]


def escape_inline(text: str, *, urls: bool = True) -> str:
    """Escape what acts anywhere in a line; what acts at its start only is left alone. `urls`: keep addresses whole."""
    if not urls or "://" not in text:
        return _escaped(text)
    parts = _URL.split(text)
    if "(" in text:
        _close_brackets(parts)
    parts[::2] = [_escaped(part) for part in parts[::2]]
    parts[1::2] = [_url(part, behind[:1]) for part, behind in zip(parts[1::2], parts[2::2], strict=True)]
    return "".join(parts)


def _escaped(text: str) -> str:
    for sign, acting, replacement in _ACTING:
        if sign in text:
            text = acting.sub(replacement, text)
    for sign in _ALWAYS_ACTING:
        text = text.replace(sign, "\\" + sign)
    return text


def _close_brackets(parts: list[str]) -> None:
    """Give each address of an encyclopedia the bracket that ends it, between other text as `_URL.split` parts it."""
    for at in range(1, len(parts), 2):
        if parts[at + 1][:1] == ")" and parts[at].count("(") > parts[at].count(")"):
            parts[at] += ")"
            parts[at + 1] = parts[at + 1][1:]


@lru_cache(1024)  # for those that stand below each mail of a list
def _url(url: str, behind: str) -> str:
    """An address as it is, or in angle brackets where a character in it would act, or with the semicolon behind it."""
    acts = _ACTS_IN_URL.search(url) or (behind == ";" and _ENTITY.search(url))
    return f"<{url}>" if acts else url


def _backslash_behind(found: re.Match[str]) -> str:
    return found[0] + "\\"
