"""Which message answers which: against Mailman's thread pages, notmuch, and the scripts of imaptest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fidelity import jwz, ours
from fidelity.answers import Threads
from fidelity.corpora import MailSet
from fidelity.headers import Headers, headers_of
from fidelity.imaptest import Question, scripts
from fidelity.mailman import Entry, answers
from fidelity.table import Row, share

JWZ = "JWZ by References"
SEPARATOR = b"From user@domain Fri Feb 22 15:%02d:23 2008\n"  # a minute later each

Pair = tuple[str | None, str]  # places of parent and child
Judge = Callable[[Threads, str | None, str], bool]


def rows(corpora: Path, sets: list[MailSet]) -> Iterator[Row]:
    """Every set that comes with parents, then imaptest."""
    for mails in sets:
        if mails.truth:
            yield from _list_rows(mails, mails.truth)
    cases = list(scripts(corpora / "threading"))
    if cases:
        missed = [name for name, questions in cases if not all(map(_ours_right, questions))]
        theirs = sum(all(map(_jwz_right, questions)) for _, questions in cases)
        yield Row(
            name="threading (imaptest)",
            cases=len(cases),
            counted="scripts with every THREAD=REFERENCES answer as expected",
            ours=share(len(cases) - len(missed), len(cases)),
            peers=((JWZ, str(theirs)),),
            missed=tuple(missed),
        )


def _list_rows(mails: MailSet, truth: Path) -> Iterator[Row]:
    entries: list[Entry] = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
    programs = ours.thread(mails.path), jwz.thread(mails.mails)
    headers = {mail.place: headers_of(mail) for mail in mails.mails}
    if "parent_n" not in entries[0]:
        pairs = _pairs(entries, headers)
        named = [pair for pair in pairs if pair[0]]
        plain = [(parent, child) for parent, child in pairs if not (headers[child].is_answer or headers[child].quotes)]
        first = [pair for pair in plain if not pair[0]]
        yield from _row(mails.name, named, "parent that notmuch gives", programs, _parent)
        yield from _row(
            mails.name, first, "names and quotes no other, and first of its thread for notmuch", programs, _parent
        )
        return
    found = list(answers(entries, headers))
    named = [(answer.parent, answer.child) for answer in found if answer.by_reference]
    joined = [(answer.parent, answer.child) for answer in found if answer.parent and not answer.by_reference]
    fresh = [(answer.parent, answer.child) for answer in found if answer.fresh and not answer.parent]
    yield from _row(mails.name, named, "parent that Mailman gives by reference", programs, _parent)
    yield from _row(mails.name, joined, "in one thread, as Mailman joins by subject", programs, _together)
    yield from _row(mails.name, fresh, "no reply, no quote, and first of its thread for Mailman", programs, _parent)


def _parent(threads: Threads, parent: str | None, child: str) -> bool:
    return threads.is_parent(parent, child)


def _together(threads: Threads, parent: str | None, child: str) -> bool:
    return parent is not None and threads.together(parent, child)


def _pairs(entries: list[Entry], headers: dict[str, Headers]) -> list[Pair]:
    places = {header.id: place for place, header in headers.items()}
    found = []
    for entry in entries:
        parent, child = ((entry[name] or "").strip("<>") for name in ("parent_msgid", "msgid"))
        if child in places and (not parent or parent in places):
            found.append((places[parent] if parent else None, places[child]))
    return found


def _row(
    name: str, pairs: Sequence[Pair], counted: str, programs: tuple[Threads, Threads], right: Judge
) -> Iterator[Row]:
    if not pairs:
        return
    mine, theirs = programs
    missed = [child for parent, child in pairs if not right(mine, parent, child)]
    score = sum(right(theirs, parent, child) for parent, child in pairs)
    yield Row(
        name=name,
        cases=len(pairs),
        counted=counted,
        ours=share(len(pairs) - len(missed), len(pairs)),
        peers=((JWZ, str(score)),),
        missed=tuple(missed),
    )


def _ours_right(question: Question) -> bool:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "box"
        box = (SEPARATOR % minute + mail.raw.rstrip() + b"\n\n" for minute, mail in enumerate(question.box))
        path.write_bytes(b"".join(box))
        threads = ours.thread(path)
    places = sorted(threads.of, key=lambda place: int(place.rpartition("@")[2]))
    return len(places) == len(question.box) and threads.shape(places) == question.expected


def _jwz_right(question: Question) -> bool:
    return jwz.thread(question.box).shape([mail.place for mail in question.box]) == question.expected
