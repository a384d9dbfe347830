"""What a user name may look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .settings import Settings

_ALLOWED = re.compile(r"[A-Za-z0-9_.-]*", re.ASCII)
_TYPES = "js|json|css|htm|html|xml|jpg|jpeg|png|gif|bmp|ico|tif|tiff|woff"
_SUFFIX = re.compile(rf"\.({_TYPES})$", re.IGNORECASE)


def errors(name: str, settings: Settings) -> list[str]:
    """What is wrong with a user name, in words for people."""
    return list(_errors(name, settings))


def reserved(name: str, settings: Settings) -> bool:
    return name.lower() in settings["reserved_usernames"].split("|")


def _errors(name: str, settings: Settings) -> Iterator[str]:
    shortest, longest = settings["min_username_length"], settings["max_username_length"]
    if len(name) < shortest:
        yield f"must be at least {shortest} characters"
    if len(name) > longest:
        yield f"must be no more than {longest} characters"
    if not (_ALLOWED.fullmatch(name) or (settings["unicode_usernames"] and re.fullmatch(r"[\w.-]*", name))):
        yield "must only include numbers, letters, dashes, dots, and underscores"
    if name[:1] in tuple(".-"):
        yield "must begin with a letter, a number or an underscore"
    if name[-1:] in tuple("._-"):
        yield "must end with a letter or a number"
    if re.search(r"[_.-]{2}", name):
        yield "must not contain a sequence of 2 or more special characters (.-_)"
    if _SUFFIX.search(name):
        yield "must not end with a confusing suffix like .json or .png etc."
