"""Titles and tags: what a thread's title loses, and which tags it gets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from migrate.mapping.records import Mapping, Rule

_PREFIX = re.compile(r"\[([^\[\]]{1,60})\]\s*")
_SPACES = re.compile(r"\s+")
_REMOVED = re.compile(r"""[/?#\[\]@!$&'()*+,;=.%\\`^|{}"<>]""")
_NO_SIGN = re.compile(r"[\ufe00-\ufe0f]")  # say how the emoji before them looks
_DASHES = re.compile(r"-{2,}")
_LONGEST_TITLE = 2000  # letters: expressions may take a time that grows with the square of them
_RESERVED = frozenset({"none", "constructor"})  # Discourse takes no tags of these names


class Tagged(NamedTuple):
    """A topic's title and tags. `cut` are the tags it would have where the forum had room for them."""

    title: str
    tags: tuple[str, ...]
    cut: tuple[str, ...]


def tagged(mapping: Mapping, rule: Rule, title: str, labels: Iterable[str], *, most: int, longest: int) -> Tagged:
    """A thread's title and tags: those of the rule, of its [prefixes], of its labels; at most so many.

    A prefix that became a tag is no longer in the title.
    """
    title = " ".join(title.split())[:_LONGEST_TITLE]
    prefixes = {text: tag for text, tag in _prefixes(title, longest) if _is_wanted(mapping.tags_from_prefix, tag)}
    of_labels = (clean_tag(label, longest) for label in labels)
    wanted = [clean_tag(tag, longest) for tag in rule.tags]
    wanted += prefixes.values()
    wanted += [tag for tag in of_labels if _is_wanted(mapping.tags_from_labels, tag)]
    tags = list(dict.fromkeys(filter(None, wanted)))
    kept = tags[:most]
    gone = frozenset(text for text, tag in prefixes.items() if tag in kept)
    return Tagged(_cleaned(mapping, _without(title, gone)), tuple(kept), tuple(tags[most:]))


def clean_tag(text: str, longest: int) -> str:
    """A tag as Discourse keeps it, in at most so many characters; empty where nothing is left."""
    tag = _REMOVED.sub("", _SPACES.sub("-", text.strip().lower()))
    tag = _DASHES.sub("-", "".join(filter(_is_kept, _NO_SIGN.sub("", tag)))).strip("-")[:longest].rstrip("-")
    return "" if tag in _RESERVED or not any(map(str.isalnum, tag)) else tag


def _is_kept(letter: str) -> bool:
    """Letters, the marks on them, decimal digits and punctuation stay in a tag."""
    category = unicodedata.category(letter)
    return category[0] in "LMP" or category == "Nd" or letter == "~"


def _is_wanted(choice: bool | tuple[str, ...], tag: str) -> bool:
    if isinstance(choice, bool):
        return choice and any(map(str.isalpha, tag))  # "[2/3]" is no tag
    return tag in {clean_tag(one, len(tag)) for one in choice}


def _prefixes(title: str, longest: int) -> Iterable[tuple[str, str]]:
    """The bracketed beginnings of a title, as they stand there, and as tags."""
    at = 0
    while match := _PREFIX.match(title, at):
        at = match.end()
        yield match[0], clean_tag(match[1], longest)


def _without(title: str, gone: frozenset[str]) -> str:
    at, kept = 0, ""
    while match := _PREFIX.match(title, at):
        at = match.end()
        kept += "" if match[0] in gone else match[0]
    return kept + title[at:] if (kept + title[at:]).strip() else title


def _cleaned(mapping: Mapping, title: str) -> str:
    """The title without what the file strips, and with what it replaces; as it was where nothing would be left."""
    text = title
    while prefix := next((one for one in mapping.strip if text[: len(one)].casefold() == one.casefold()), None):
        text = text[len(prefix) :].lstrip(" :-")
    for pattern, by in mapping.replace:
        text = pattern.sub(by, text)
    return text.strip() or title
