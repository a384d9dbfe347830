"""Which function answers which request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .answers import Answer
from .calls import Call

Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str  # as registered
    pattern: re.Pattern[str]
    endpoint: Endpoint
    scopes: tuple[str, ...]  # of keys with limited rights, those that reach this endpoint
    admin: bool  # only administrators; others are told there is no such page


_routes: dict[tuple[str, str], list[Route]] = {}


def route(method: str, path: str, *scopes: str, admin: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Register an endpoint. In `path`, `{id}` is a number, `{name}` any word without a slash, `{rest+}` the rest.

    The suffix `.json` is taken off before paths are compared, so it is never part of one.
    """

    def register(endpoint: Endpoint) -> Endpoint:
        pattern = re.sub(r"\{(\w+)\}", _variable, path).replace("{rest+}", "(?P<rest>.+)")
        where = _routes.setdefault((method, _first(path)), [])
        where.append(Route(method, path, re.compile(pattern), endpoint, scopes, admin))
        return endpoint

    return register


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route for a path, with its variable parts; of several the one registered first."""
    for found in _routes.get((method, _first(path)), ()):
        if match := found.pattern.fullmatch(path):
            return found, match.groupdict()
    return None


def scopes() -> dict[str, list[str]]:
    """The scopes that keys can have, each with the addresses it opens: `/posts (POST)`."""
    found: dict[str, list[str]] = {}
    for routes in _routes.values():
        for item in routes:
            for name in item.scopes:
                found.setdefault(name, []).append(f"{item.path} ({item.method})")
    return {name: sorted(found[name]) for name in sorted(found)}


def _variable(match: re.Match[str]) -> str:
    name = match[1]
    return f"(?P<{name}>" + (r"-?[0-9]{1,18}" if name.endswith(("id", "number")) else "[^/]+") + ")"


def _first(path: str) -> str:
    return path.split("/", 2)[1]
