"""The tables of a mapping file: which keys there are, and what each may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Formatter
from typing import Any, get_args

from migrate.mapping.records import Authors, Tail, Undated
from migrate.mapping.topics import clean_tag

Check = Callable[[object], Any]  # the value as we keep it; raises ValueError with what it should have been

_CREDITED = ("source", "author", "date", "licence")
_LONGEST_TAG = 100  # letters; a forum's own limit is less
_LONGEST_NAME = 50  # letters of a category's name: Discourse takes no more


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return " ".join(value.split())
    raise ValueError("a text")


def _category(value: object) -> str:
    name = _text(value)
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"a name of at most {_LONGEST_NAME} characters")
    return name


def _groups(value: object) -> tuple[str, ...]:
    names = tuple(" ".join(name.split()) for name in _texts(value))
    if any(name.casefold() == "everyone" for name in names):
        raise ValueError("names of groups; what everyone may read has no `read`, or `public = true` if it is private")
    return names


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("true or false")


def _texts(value: object) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if isinstance(values, list) and values and all(isinstance(item, str) and item.strip() for item in values):
        return tuple(values)
    raise ValueError("a text or a list of texts")


def _any_texts(value: object) -> tuple[str, ...]:
    return () if value == [] else _texts(value)


def _one_of(*words: str) -> Check:
    def check(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        raise ValueError(" or ".join(f'"{word}"' for word in words))

    return check


def _color(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"#?[0-9a-fA-F]{6}", value):
        return value.lstrip("#").upper()
    raise ValueError('a colour of six hex digits, like "0088CC"')


def _tag_names(value: object) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        if not clean_tag(name, _LONGEST_TAG):
            raise ValueError(f"names of tags; nothing would be left of {name!r}")
    return names


def _wanted_tags(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    try:
        return _tag_names(value)
    except ValueError as error:
        raise ValueError(f"true, false, or the ones that are wanted: {error}") from None


def _expression(value: object) -> re.Pattern[str]:
    if not isinstance(value, str) or not value:
        raise ValueError("a regular expression")
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(f"a regular expression: {error}") from None


def _replacement(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a text")


def _credit(value: object) -> str:
    if value is False:
        return ""
    marks = " ".join(f"{{{name}}}" for name in _CREDITED)
    wanted = f"false, or a text of one line in which {marks} may stand"
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise ValueError(wanted)
    try:
        found = list(Formatter().parse(value))
    except ValueError:
        raise ValueError(f"{wanted}; other curly brackets are written twice") from None
    if any(name is not None and (name not in _CREDITED or form or how) for _, name, form, how in found):
        raise ValueError(wanted)
    return " ".join(value.split())


def _lines(value: object) -> tuple[str, ...]:
    text = value if isinstance(value, str) else ""
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if lines and any(line.strip("*? ") for line in lines):
        return lines
    raise ValueError("the lines of the footer")


def _tables(value: object) -> list[object]:
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise ValueError("written as [[…]], once for each")


def _as_it_is(value: object) -> object:
    return value


TOP: dict[str, Check] = {
    "authors": _one_of(*get_args(Authors)),
    "account": _text,
    "quotes": _one_of(*get_args(Tail)),
    "lang": _text,
    "undated": _one_of(*get_args(Undated)),
    "mentions": _flag,
    "titles": _as_it_is,  # tables, looked into on their own
    "tags": _as_it_is,
    "sources": _as_it_is,
    "review": _as_it_is,
    "footer": _tables,
    "rule": _tables,
}
TITLES: dict[str, Check] = {"strip": _any_texts, "replace": _tables}
REPLACE: dict[str, Check] = {"pattern": _expression, "by": _replacement}
TAGS: dict[str, Check] = {"from_prefix": _wanted_tags, "from_labels": _wanted_tags}
SOURCES: dict[str, Check] = {"credit": _credit}
REVIEW: dict[str, Check] = {"accepted": _any_texts}
FOOTER: dict[str, Check] = {"source": _texts, "text": _lines}
RULE: dict[str, Check] = {
    "source": _texts,
    "kind": _texts,
    "label": _texts,
    "title": _texts,
    "skip": _flag,
    "category": _category,
    "parent": _category,
    "color": _color,
    "read": _groups,
    "private": _flag,
    "public": _flag,
    "tags": _tag_names,
}
