"""A mapping's text with something changed in it; its comments and the order of what stands there stay.

Keys are changed by tomlkit. Rules are put in as text: the comment above the rule that follows stays with that rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from migrate.errors import InputError
from migrate.mapping import DEFAULT_RULE, Mapping, Rule, SourceName, line_of, read_mapping
from migrate.report.wording import WORDINGS
from migrate.review.answers import Answer, Readers, Setting, Skip

_KEPT = ("category", "parent", "color", "tags")  # of a rule, by another one that takes some of its threads
_INDENT = "    "


def accept(text: str, code: str) -> str:
    """With that code among those of the findings that were decided on."""
    try:
        document = tomlkit.parse(text)
        if "review" not in document:
            document.append("review", tomlkit.table())
        review: Any = document["review"]
        codes = review.get("accepted", ())
        known = [codes] if isinstance(codes, str) else list(codes)
        if code in known:
            return text
        if isinstance(codes, Array) and known and f"\n{_INDENT}" not in codes.as_string():
            codes.append(code)  # somebody wrote the list in a manner of their own
        else:
            review["accepted"] = _listed([*known, code], codes if isinstance(codes, Array) and known else None)
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise _not_changed(error) from error


def _listed(codes: Sequence[str], before: Array | None) -> Array:
    """The codes, a line each with what it is about."""
    array = before if before is not None else tomlkit.array()
    for code in codes if before is None else codes[-1:]:
        known = WORDINGS.get(code)
        array.add_line(code, indent=_INDENT, comment=known.headline if known else None)
    if before is None:
        array.add_line(indent="")
    return array


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
        document[key] = value
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise _not_changed(error) from error


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
    try:
        document: Any = tomlkit.parse(text)
        for key, value in values.items():
            document["rule"][number][key] = value
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise _not_changed(error) from error


def _insert(text: str, mapping: Mapping, number: int, values: dict[str, Any]) -> str:
    """With a rule of these values before the one of that number, which keeps the comment above it."""
    if _is_list(text):
        raise InputError(
            "The rules of the mapping file stand in a list, rule = […]. Write a [[rule]] above each instead."
        )
    listed = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    rule = tomlkit.dumps({"rule": [listed]}).strip()
    if number >= len(mapping.rules):
        return f"{text.rstrip()}\n\n{rule}\n".lstrip()
    lines = text.splitlines(keepends=True)
    at = line_of(text, ("rule", number)) - 1
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return "".join([*lines[:at], f"{rule}\n\n", *lines[at:]])


def _is_list(text: str) -> bool:
    """Whether the rules stand in one list, which takes no [[rule]] beside it."""
    document: Any = tomlkit.parse(text)
    return isinstance(document.get("rule"), Array)


def _not_changed(error: TOMLKitError) -> InputError:
    return InputError(f"The mapping file is written in a way that cannot be changed here ({error}). Change it by hand.")
