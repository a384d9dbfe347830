"""A mapping's text with something changed in it; its comments and the order of what stands there stay.

What is there is changed by tomlkit. What is not is put in as text: the comment above what follows stays with that.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, InlineTable

from migrate.errors import InputError
from migrate.mapping import DEFAULT_RULE, Mapping, Rule, SourceName, line_of, read_mapping
from migrate.report.wording import WORDINGS
from migrate.review.answers import Answer, Readers, Setting, Skip

_KEPT = ("category", "parent", "color", "tags")  # of a rule, by another one that takes some of its threads
_INDENT = "    "


def accept(text: str, code: str) -> str:
    """With that code among those of the findings that were decided on."""
    try:
        review: Any = tomlkit.parse(text).get("review")
        if review is None:
            text = f"{text.rstrip()}\n\n[review]\n".lstrip()
        if isinstance(review, InlineTable) or (review and "accepted" in review):
            return _accept_also(text, code)
        codes = tomlkit.dumps({"accepted": _listed([code])})
        return _put_in(text, line_of(text, ("review",)), codes)
    except TOMLKitError as error:
        raise _not_changed(error) from error


def _accept_also(text: str, code: str) -> str:
    """The same where the list is there, or stands in one line with its table."""
    document = tomlkit.parse(text)
    review: Any = document["review"]
    codes = review.get("accepted", ())
    known = [codes] if isinstance(codes, str) else list(codes)
    if code in known:
        return text
    if not isinstance(codes, Array) or codes.as_string() == "[]":
        review["accepted"] = _listed([*known, code])
    elif line := re.search(r"\n([ \t]*)[\"'#]", codes.as_string()):
        _add_line(codes, code, line[1])
    else:
        codes.append(code)  # somebody wrote the list in a manner of their own
    return tomlkit.dumps(document)


def _listed(codes: Sequence[str]) -> Array:
    """The codes, a line each with what it is about."""
    array = tomlkit.array()
    for code in codes:
        _add_line(array, code)
    array.add_line(indent="")
    return array


def _add_line(codes: Array, code: str, indent: str = _INDENT) -> None:
    known = WORDINGS.get(code)
    codes.add_line(code, indent=indent, comment=known.headline if known else None)


def change(text: str, answer: Answer, mapping: Mapping, sources: Iterable[SourceName], groups: Sequence[str]) -> str:
    """With what an answer says. `mapping` is what the text says now; for Readers, `sources` are those that are to be
    read, and `groups` who may read them, unless everyone may.

    Raises InputError where the text is such that it must be changed by hand.
    """
    if isinstance(answer, Setting):
        return _set(text, answer.key, answer.value)
    if isinstance(answer, Skip):
        rule = {"kind": answer.kind, answer.key: answer.value, "skip": True}
        return _insert(text, mapping, 0, rule)
    for source in sources:
        text, mapping = _open(text, mapping, source, answer, groups)
    return text


def _set(text: str, key: str, value: str) -> str:
    try:
        document = tomlkit.parse(text)
        if key not in document:
            return _put_before_tables(text, tomlkit.dumps({key: value}))
        document[key] = value
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise _not_changed(error) from error


def _put_before_tables(text: str, words: str) -> str:
    tables = [key for key, value in tomllib.loads(text).items() if isinstance(value, dict | list)]
    if not tables:
        return f"{text.rstrip()}\n{words}".lstrip()
    return _put_in(text, _above(text, min(line_of(text, (key,)) for key in tables)), f"{words}\n")


def _open(
    text: str, mapping: Mapping, source: SourceName, answer: Readers, groups: Sequence[str]
) -> tuple[str, Mapping]:
    """With a rule for one source, unless there is one that decides who may read it."""
    last = mapping.chain(source)[-1]
    before = mapping.rule(last)
    if before.skip or before.read or before.public:
        return text, mapping
    if "*" in source.key or "?" in source.key:  # a rule would open other sources, too
        raise InputError(f"The id of {source.name!r} has a * or ?, which a rule takes for a pattern. Write it by hand.")
    readers: dict[str, Any] = {"public": True} if answer.public else {"read": list(groups)}
    if last != DEFAULT_RULE and Rule(source=(source.key,)).covers(before):
        text = _extend(text, last, readers)
    else:
        kept = {name: value for name in _KEPT if (value := getattr(before, name))}
        at = len(mapping.rules) if last == DEFAULT_RULE else last
        text = _insert(text, mapping, at, {"source": source.key} | kept | readers)
    return text, read_mapping(text, mapping.file)


def _extend(text: str, number: int, values: dict[str, Any]) -> str:
    _check_rules(text)
    return _put_in(text, line_of(text, ("rule", number)), tomlkit.dumps(values))


def _insert(text: str, mapping: Mapping, number: int, values: dict[str, Any]) -> str:
    """With a rule of these values before the one of that number, which keeps the comment above it."""
    _check_rules(text)
    listed = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    rule = tomlkit.dumps({"rule": [listed]}).strip()
    if number >= len(mapping.rules):
        return f"{text.rstrip()}\n\n{rule}\n".lstrip()
    return _put_in(text, _above(text, line_of(text, ("rule", number))), f"{rule}\n\n")


def _above(text: str, line: int) -> int:
    """How many lines come before that one, from 1, and the comment above it."""
    lines = text.split("\n")
    at = line - 1
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _put_in(text: str, at: int, words: str) -> str:
    """With whole lines behind so many others: tomlkit would put them behind the comment above what follows."""
    lines = text.split("\n")
    return "\n".join(["", *lines[:at], words.removesuffix("\n"), *lines[at:]])[1:]


def _check_rules(text: str) -> None:
    """Raises InputError where the rules stand in one list, which takes no [[rule]] beside it."""
    if isinstance(tomlkit.parse(text).get("rule"), Array):
        raise InputError(
            "The rules of the mapping file stand in a list, rule = […]. Write a [[rule]] above each instead."
        )


def _not_changed(error: TOMLKitError) -> InputError:
    return InputError(f"The mapping file is written in a way that cannot be changed here ({error}). Change it by hand.")
