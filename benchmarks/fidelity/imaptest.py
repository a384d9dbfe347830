"""Dovecot's imaptest scripts for THREAD=REFERENCES (RFC 5256): what a mailbox holds, and the threads it then makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fidelity.corpora import Mail, split

Shape = frozenset[frozenset[tuple[int, int]]]  # threads of (message, parent), numbered from 1; parent 0 for none
Nested = list["int | Nested"]


@dataclass(frozen=True, slots=True)
class Question:
    """The messages in the mailbox at one moment, and the threads they should make."""

    box: tuple[Mail, ...]
    expected: Shape


def scripts(folder: Path) -> Iterator[tuple[str, list[Question]]]:
    """The name of each script about references, and its questions."""
    for path in sorted(folder.glob("*.mbox")):
        script = path.with_suffix("").read_text("utf-8")
        if "THREAD=REFERENCES" in script:
            box = path.read_bytes().replace(b"\r\n", b"\n")
            yield path.stem, list(_questions(script, list(split(path.name, box))))


def _questions(script: str, messages: list[Mail]) -> Iterator[Question]:
    coming = iter(messages)
    box = list(coming) if "messages: all" in script else []
    deleted: set[int] = set()
    for line in script.lower().splitlines():
        if line.startswith("ok append"):
            box.append(next(coming))
        elif found := re.match(r"ok store ([\d,]+) \+flags \\deleted", line):
            deleted = set(map(int, found[1].split(",")))
        elif line.startswith("ok expunge"):
            box = [mail for number, mail in enumerate(box, 1) if number not in deleted]
        elif line.startswith("* thread"):
            yield Question(tuple(box), _shape(line.removeprefix("* thread")))


def _shape(answer: str) -> Shape:
    """RFC 5256, 4: in a list each member is the child of that before it; a list is one child of several."""
    words = iter(re.findall(r"[()]|\d+", answer))
    return frozenset(frozenset(_pairs(thread, 0)) for thread in _nested(words) if isinstance(thread, list))


def _nested(words: Iterator[str]) -> Nested:
    found: Nested = []
    for word in words:
        if word == ")":
            break
        found.append(_nested(words) if word == "(" else int(word))
    return found


def _pairs(thread: Nested, parent: int) -> Iterator[tuple[int, int]]:
    for member in thread:
        if isinstance(member, list):
            yield from _pairs(member, parent)
        else:
            yield member, parent
            parent = member
