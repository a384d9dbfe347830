"""Reading a mapping file, strictly: what is not understood is an error that names file and line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from typing import Any, NoReturn

from migrate.errors import MigrateError
from migrate.mapping import keys
from migrate.mapping.mistakes import explained
from migrate.mapping.places import PlaceError, check_places
from migrate.mapping.records import Footer, Mapping, Rule

_TABLES = ("titles", "tags", "sources", "review", "footer", "rule")
_EFFECTS = ("category", "parent", "color", "read", "private", "public", "tags")

Path = tuple[str | int, ...]  # of a key: ("rule", 2, "color")


class MappingError(MigrateError):
    """The mapping file cannot be used. The text names file and line."""


def read_mapping(text: str, name: str) -> Mapping:
    """What a mapping file says; an empty one changes nothing. `name` is that of the file, for messages.

    Raises MappingError for wrong TOML, unknown keys, wrong types, rules that contradict each other or never fit.
    """
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets in brackets in brackets
        words = re.sub(r" \(at .*\)$", "", str(error))
        found = re.search(r"\(at line (\d+)", str(error))
        line = found[1] if found else max(1, len(text.splitlines()))  # it says "at end of document" there
        raise MappingError(f"{name}, line {line}: {explained(words, text, int(line))}") from error
    return _File(text, name).mapping(content)


class _File:
    """One file on its way to a Mapping."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name

    def mapping(self, content: dict[str, Any]) -> Mapping:
        top = self._table(content, (), keys.TOP)
        titles = self._table(content.get("titles", {}), ("titles",), keys.TITLES)
        pairs = [
            self._replacement(item, ("titles", "replace", number))
            for number, item in enumerate(titles.get("replace", ()))
        ]
        tags = self._table(content.get("tags", {}), ("tags",), keys.TAGS)
        sources = self._table(content.get("sources", {}), ("sources",), keys.SOURCES)
        review = self._table(content.get("review", {}), ("review",), keys.REVIEW)
        footers = [
            self._table(item, ("footer", number), keys.FOOTER, required=("text",))
            for number, item in enumerate(content.get("footer", ()))
        ]
        rules = [Rule(**self._table(item, ("rule", at), keys.RULE)) for at, item in enumerate(content.get("rule", ()))]
        choices = {name: value for name, value in top.items() if name not in _TABLES}
        mapping = Mapping(
            **choices,
            file=self._name,
            text=self._text,
            strip=titles.get("strip", ()),
            replace=tuple(pairs),
            credit=sources.get("credit"),
            tags_from_prefix=tags.get("from_prefix", False),
            tags_from_labels=tags.get("from_labels", False),
            footers=tuple(Footer(source=item.get("source", ()), lines=item["text"]) for item in footers),
            accepted=review.get("accepted", ()),
            rules=tuple(rules),
        )
        self._check_rules(mapping)
        return mapping

    def _table(
        self, table: object, path: Path, checks: Dictionary[str, keys.Check], required: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """The table's values, each as its check gives it."""
        if not isinstance(table, dict):
            self._fail(path, f"`{path[-2] if isinstance(path[-1], int) else path[-1]}` must be a table")
        found = {}
        for key, value in table.items():
            if key not in checks:
                near = difflib.get_close_matches(key, checks, n=1)
                hint = f"is `{near[0]}` meant?" if near else f"there are: {', '.join(checks)}"
                self._fail((*path, key), f"unknown key `{key}` ({hint})")
            try:
                found[key] = checks[key](value)
            except ValueError as error:
                self._fail((*path, key), f"`{key}` must be {error}")
        for key in required:
            if key not in found:
                self._fail(path, f"`{key}` is missing")
        return found

    def _replacement(self, item: object, path: Path) -> tuple[re.Pattern[str], str]:
        pair = self._table(item, path, keys.REPLACE, required=("pattern", "by"))
        pattern, by = pair["pattern"], pair["by"]
        try:
            pattern.sub(by, "")
        except (re.error, IndexError) as error:
            self._fail((*path, "by"), f"`by` does not go with its pattern: {error}")
        return pattern, by

    def _check_rules(self, mapping: Mapping) -> None:
        for number, rule in enumerate(mapping.rules):
            self._check_rule(rule, ("rule", number))
            if takers := _takers(rule, mapping.rules[:number]):
                lines = " and ".join(str(self._line(("rule", earlier))) for earlier in takers)
                ones = f"the one of line {lines} takes" if len(takers) == 1 else f"those of lines {lines} take"
                self._fail(("rule", number), f"this rule is never reached: {ones} it all")
        try:
            check_places(mapping)
        except PlaceError as error:
            self._fail(("rule", error.rule), str(error).rstrip("."))

    def _check_rule(self, rule: Rule, path: Path) -> None:
        if rule.skip and (useless := [key for key in _EFFECTS if getattr(rule, key)]):
            self._fail((*path, useless[0]), f"what is skipped has no `{useless[0]}`")
        if rule.public and rule.read:
            self._fail((*path, "public"), "`public` says that everyone may read it, `read` that some groups may")
        if rule.private and not (rule.public or rule.read):
            words = 'a private source needs `read = ["GROUP"]`, or `public = true` where everyone may read it'
            self._fail((*path, "private"), words)

    def _fail(self, path: Path, words: str) -> NoReturn:
        raise MappingError(f"{self._name}, line {self._line(path)}: {words}.")

    def _line(self, path: Path) -> int:
        return line_of(self._text, path)


def _takers(rule: Rule, earlier: Sequence[Rule]) -> list[int]:
    """The numbers of those that take, together, all that a rule fits; none where something is left."""
    found = [next((at for at, other in enumerate(earlier) if other.covers(one)), None) for one in rule.single()]
    return [] if None in found else sorted({at for at in found if at is not None})


def misplaced(mapping: Mapping, error: PlaceError) -> MappingError:
    """What to tell where a mapping and the sources it is for do not go together."""
    return error_at(mapping, ("rule", error.rule), str(error))


def error_at(mapping: Mapping, path: Path, words: str) -> MappingError:
    """What is wrong about a key of a file that was read."""
    return MappingError(f"{mapping.file}, line {line_of(mapping.text, path)}: {words}")


def line_of(text: str, path: Path) -> int:
    """The line on which a key of a TOML text begins, from 1; the text must be right.

    It is behind the longest beginning of the text that is TOML and does not have the key yet.
    """
    lines = [f"{line}\n" for line in text.split("\n")]

    def lacks(count: int) -> bool | None:
        try:
            return not _has(tomllib.loads("".join(lines[:count])), path)
        except ValueError:
            return None

    before, end = 0, len(lines)  # halved again and again: reading takes its time, where a file is long
    while before + 1 < end:
        middle = (before + end) // 2
        at, lacking = next(((at, found) for at in range(middle, end) if (found := lacks(at)) is not None), (0, False))
        before, end = (at, end) if lacking else (before, middle)
    return before + 1


def _has(content: dict[str, Any], path: Path) -> bool:
    found: Any = content
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
