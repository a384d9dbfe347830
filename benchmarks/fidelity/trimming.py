"""What of a reply stays visible and what is folded away, against the cases of Discourse's own trimmer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fidelity.peers import load
from fidelity.table import ABSENT, Row, share
from fidelity.trimmers import TRIMMERS, Trimmer
from migrate.content import plain_to_markdown

Answer = tuple[str, str]  # what stays, what is folded
Answerer = Callable[[str], Answer]

# What marks a quote differs between a text and its Markdown ("Ann>", "|", ">"), and so do escapes and other markup.
_QUOTE_MARK = re.compile(r"^[ \t]*(?:\w{0,10}[>|][ \t]?)+", re.MULTILINE)
_NOT_COMPARED = re.compile(r"[\s\\`*_~#|<>+=-]")


@dataclass(frozen=True, slots=True)
class Case:
    """A mail's text, and what should stay of it and be folded; `before` where it forwards or embeds another."""

    name: str
    text: str
    stays: str
    folded: str
    before: str | None


def rows(corpora: Path) -> list[Row]:
    """Ours and the peers' scores; none where the corpora have no such cases."""
    cases = [_case(path) for path in sorted((corpora / "trimming" / "emails").glob("*"))]
    if not cases:
        return []
    loaded = {name: load(factory) for name, factory in TRIMMERS.items()}
    peers = {name: trimmer and _answerer(trimmer) for name, trimmer in loaded.items()}
    embedded = [case for case in cases if case.before is not None]
    found = [
        _row("trimming", cases, "what stays and what is folded, both exact", _both_right, peers),
        _row("trimming", cases, "what stays, exact", _stays_right, peers),
        _row("trimming, embedded", embedded, "text before the mail that is forwarded, exact", _before_right, peers),
    ]
    return [row for row in found if row.cases]


def comparable(text: str) -> str:
    """The text without white space, quote marks and the characters that are markup in Markdown."""
    return _NOT_COMPARED.sub("", _QUOTE_MARK.sub("", text))


def remainder(text: str, stays: str) -> str:
    """The lines of `text` that are not those of `stays`, which are looked for in order."""
    wanted = [line for line in map(comparable, stays.split("\n")) if line]
    rest, found = [], 0
    for line in text.split("\n"):
        if found < len(wanted) and comparable(line) == wanted[found]:
            found += 1
        else:
            rest.append(line)
    return "\n".join(rest)


def _case(path: Path) -> Case:
    def text(kind: str) -> str:
        return (path.parent.parent / kind / path.name).read_bytes().decode()

    has_before = (path.parent.parent / "before" / path.name).exists()
    return Case(path.stem, text("emails"), text("trimmed"), text("elided"), text("before") if has_before else None)


def _ours(text: str) -> Answer:
    converted = plain_to_markdown(text)
    return converted.body, converted.elided


def _answerer(trimmer: Trimmer) -> Answerer:
    """Peers say what stays; what they fold is the rest of the lines."""

    def answer(text: str) -> Answer:
        stays = trimmer(text)
        return stays, remainder(text, stays)

    return answer


def _both_right(case: Case, answer: Answer) -> bool:
    return _stays_right(case, answer) and comparable(answer[1]) == comparable(case.folded)


def _stays_right(case: Case, answer: Answer) -> bool:
    return comparable(answer[0]) == comparable(case.stays)


def _before_right(case: Case, answer: Answer) -> bool:
    return comparable(answer[0]) == comparable(case.before or "")


def _row(
    name: str,
    cases: list[Case],
    counted: str,
    right: Callable[[Case, Answer], bool],
    peers: dict[str, Answerer | None],
) -> Row:
    missed = _missed(cases, _ours, right)
    scores = [
        (peer, str(len(cases) - len(_missed(cases, answerer, right))) if answerer else ABSENT)
        for peer, answerer in peers.items()
    ]
    ours = share(len(cases) - len(missed), len(cases))
    return Row(name=name, cases=len(cases), counted=counted, ours=ours, peers=tuple(scores), missed=tuple(missed))


def _missed(cases: list[Case], answerer: Answerer, right: Callable[[Case, Answer], bool]) -> list[str]:
    missed = []
    for case in cases:
        try:
            good = right(case, answerer(case.text))
        except Exception:  # whatever a parser dies of, it has not answered
            good = False
        if not good:
            missed.append(case.name)
    return missed
