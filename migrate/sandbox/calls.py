"""One request as an endpoint sees it, and the reading of its parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .answers import Json, invalid_access, missing, rails
from .site import Site
from .store import Row

MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


@dataclass(slots=True)
class Call:
    """A request with its parameters (query and body together) and who makes it."""

    site: Site
    method: str
    path: str
    params: Json
    headers: dict[str, str]  # names in lower case
    client: str = ""
    raw_path: str = ""  # as sent, percent-encoded
    query: str = ""
    files: dict[str, File] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)  # the variable parts of the path
    user: Row | None = None
    key: Row | None = None
    as_json: bool = True  # False: asked for a page
    path_ends_in_json: bool = False

    @property
    def staff(self) -> bool:
        return self.user is not None and bool(self.user["admin"] or self.user["moderator"])

    @property
    def admin(self) -> bool:
        return self.user is not None and bool(self.user["admin"])

    def member(self) -> Row:
        """Who is logged in; RefusalError (403) if nobody is."""
        if self.user is None:
            raise invalid_access()
        return self.user

    def text(self, name: str) -> str | None:
        """A parameter as text; numbers and booleans of JSON become what a form would have sent."""
        return as_text(self.params.get(name))

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def true(self, name: str, otherwise: bool = False) -> bool:
        value = self.text(name)
        return otherwise if value is None else value.lower() in ("true", "t", "1")

    def told(self, name: str) -> bool:
        """A flag that 2.9 takes only as the text `true`, later versions in any form."""
        return self.true(name) if self.site.later else self.params.get(name) == "true"

    def number(self, name: str) -> int | None:
        """The leading digits of a parameter, as Ruby's `to_i` reads them; None when it was not sent."""
        value = self.text(name)
        return None if value is None else leading_int(value)

    def items(self, name: str) -> list[str]:
        """A parameter that is a list; comma separated text counts as one."""
        value = self.params.get(name)
        if isinstance(value, list):
            return [word for word in map(as_text, value) if word is not None]
        plain = as_text(value)
        return [word.strip() for word in plain.split(",") if word.strip()] if plain else []

    def part(self, name: str) -> Json:
        """A parameter that is an object, or nothing."""
        value = self.params.get(name)
        return value if isinstance(value, dict) else {}

    def place_id(self, name: str = "id") -> int:
        return leading_int(self.place[name])


def as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def leading_int(text: str) -> int:
    text = text.strip()
    sign = -1 if text.startswith("-") else 1
    digits = ""
    for letter in text.removeprefix("-")[:18]:
        if letter not in "0123456789":
            break
        digits += letter
    return sign * int(digits or 0)


def read_json(body: bytes) -> Json:
    """A JSON body as parameters; RefusalError (400) for anything that is not clean JSON."""
    try:
        document = json.loads(body.decode("utf-8")) if body.strip() else {}
        if b"\\ud" in body or b"\\uD" in body:  # a lone surrogate passes json.loads, and fails here
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise rails(400, "Bad Request") from None
    return document if isinstance(document, dict) else {}


def nest(pairs: list[tuple[str, str]]) -> Json:
    """Form fields as parameters: `a[]` makes a list, `post[raw]` an object."""
    params: Json = {}
    for name, value in pairs:
        head, *keys = name.replace("]", "").split("[")
        if len(keys) > MAX_DEPTH:
            raise rails(400, "Bad Request")
        _put(params, [head, *keys], value)
    return params


def _put(into: Json, keys: list[str], value: str) -> None:
    for index, key in enumerate(keys[:-1]):
        if keys[index + 1] == "" and index + 2 == len(keys):
            found = into.setdefault(key, [])
            if isinstance(found, list):
                found.append(value)
            return
        inner = into.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        into = inner
    into[keys[-1]] = value
