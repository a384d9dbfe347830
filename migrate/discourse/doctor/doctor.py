"""Whether a forum is ready for a push: what it allows, what must be set there before, what an archive needs of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.access import look_at_key, of_one_user, restricted
from migrate.discourse.doctor.changes import Change, apply
from migrate.discourse.doctor.checks import Check
from migrate.discourse.doctor.fitting import fitting
from migrate.discourse.doctor.needs import Needs, needs_of
from migrate.discourse.doctor.probes import BEHAVIOURS, TryOut, try_out
from migrate.discourse.doctor.settings import Advice, advise, missing
from migrate.discourse.facts import admin_settings, ask_facts, note_reply_keys, open_target
from migrate.plan import Target, TargetFacts

_MADE_FOR = (2, 9)


@dataclass(slots=True)
class Diagnosis:
    """What was found. `settings` is what is not as it should be, after what was changed."""

    facts: TargetFacts
    checks: list[Check] = field(default_factory=list)
    settings: list[Advice] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left that must be done before a push."""
        return not any(check.state == "to do" for check in self.checks) and not any(
            advice.kind == "must" for advice in self.settings
        )


def in_brief(checks: Iterable[Check]) -> list[Check]:
    """The checks for reading: what was tried is one line where all of it works."""
    checks = list(checks)
    tried = [check for check in checks if check.name in BEHAVIOURS]
    if any(check.state != "ok" or check.text != f"{_WORDS[check.name][0]}." for check in tried):
        return checks
    words = "Keys, dates, answers and deleting work as a push needs them (tried in a topic that is deleted again)."
    place = checks.index(tried[0])
    rest = [check for check in checks if check not in tried]
    return [*rest[:place], Check("tried", "ok", words), *rest[place:]]


def examine(client: Client) -> Diagnosis:
    """Look at a forum alone. Raises TargetError where it cannot be used at all."""
    facts = ask_facts(client)
    settings = admin_settings(client)
    key = _key(client)  # first: it tells, too, where the forum takes nothing now
    return Diagnosis(facts, [key, *_of_the_forum(facts, settings, try_out(client))], advise(settings, Needs()))


def examine_for(archive: Archive, client: Client, target: Target, *, change: bool = False) -> Diagnosis:
    """Look at a forum with what an archive needs of it; with `change` its settings are changed first.

    What was tried is noted in the archive. Raises TargetError as `examine`.
    """
    needs = needs_of(archive, target)
    key = _key(client)  # first: it tells, too, where the forum takes nothing now
    settings = admin_settings(client)
    changed = apply(archive, client, target, advise(settings, needs)) if change else []
    if changed:
        settings = admin_settings(client)
        target = replace(target, facts=open_target(archive, client, target.url).facts)
    tried = try_out(client)
    if "reply-keys" in tried.works:
        note_reply_keys(archive, target, honoured=tried.works["reply-keys"])
    checks = [key, *_of_the_forum(target.facts, settings, tried), *fitting(archive, client, target, needs)]
    return Diagnosis(target.facts, checks, advise(settings, needs), changed)


def _of_the_forum(facts: TargetFacts, settings: dict[str, str], tried: TryOut) -> list[Check]:
    checks = [_version(facts), _emails(facts), *_tried(tried)]
    if hidden := missing(settings):
        words = f"Not shown by this forum, so its environment sets them or it has no such thing: {', '.join(hidden)}."
        checks.append(Check("hidden-settings", "cannot tell", words))
    return checks


def _key(client: Client) -> Check:
    access = look_at_key(client)
    if access.may_write is False:
        return Check("key", "to do", restricted(client))
    if access.for_all_users is False:
        return Check("key", "to do", of_one_user(client))
    if access.is_admin is False:
        words = f"{access.username} is no administrator. Set DISCOURSE_API_USERNAME to an administrator's name."
        return Check("key", "to do", words)
    if access.for_all_users is None:
        words = f"The API key lets {access.username} administer the forum; whether it is for all users cannot be seen."
        return Check("key", "cannot tell", words)
    return Check(
        "key", "ok", f"The API key is for all users and without scopes; {access.username} acts, an administrator."
    )


def _version(facts: TargetFacts) -> Check:
    numbers = tuple(map(int, re.findall(r"\d+", facts.version)[:2]))
    if not numbers:
        return Check("version", "cannot tell", "It does not say which version of Discourse it is.")
    if numbers == _MADE_FOR:
        words = "known well"
    elif numbers > _MADE_FOR:
        words = "newer than the 2.9 that all was tried with; what matters most is tried on this forum itself"
    else:
        words = "older than the 2.9 that all was tried with; an upgrade is wise, rehearse on a copy otherwise"
    return Check("version", "ok" if numbers >= _MADE_FOR else "cannot tell", f"Discourse {facts.version}: {words}.")


def _emails(facts: TargetFacts) -> Check:
    value = facts.disable_emails
    if value in ("yes", "non-staff"):
        whom = "anybody" if value == "yes" else "anybody but its staff"
        return Check("emails", "ok", f'It sends no e-mail to {whom} (disable_emails is "{value}").')
    if not value:
        return Check("emails", "cannot tell", "It does not show whether it sends e-mail (disable_emails).")
    return Check("emails", "to do", f'It could send e-mail to people (disable_emails is "{value}"): no push starts.')


def _tried(tried: TryOut) -> list[Check]:
    checks = []
    for name in BEHAVIOURS:
        works, fails, state = _WORDS[name]
        if name not in tried.works:
            words = f"Not tried: {works[0].lower()}{works[1:]}"
            checks.append(Check(name, "cannot tell", f"{words} ({tried.trouble or 'the answer was lost'})."))
        elif tried.works[name]:
            checks.append(Check(name, "ok", f"{works}."))
        else:
            checks.append(Check(name, state, f"{fails}."))
    if tried.left:
        checks.append(Check("left-over", "to do", f"Of the try-out, {tried.left}. Delete it on the forum."))
    return checks


_STAY_AWAY = "Do not push; please report the forum's version"

# What is so, what is so where it does not work, and what that means.
_WORDS: dict[str, tuple[str, str, Literal["ok", "to do"]]] = {
    "topic-keys": (
        "Topics are found again by their keys",
        f"Topics are not found again by their keys, so an interrupted push could double some. {_STAY_AWAY}",
        "to do",
    ),
    "reply-keys": (
        "Replies are found again by their keys, and none is taken twice",
        "Replies are not found by their keys; they are found by author, date and place instead, which takes longer",
        "ok",
    ),
    "dates": (
        "Posts keep the date they were written",
        f"Posts do not keep the date they were written. {_STAY_AWAY}",
        "to do",
    ),
    "nested-answers": (
        "It answers with the post it has made",
        f"It does not answer with the post it has made. {_STAY_AWAY}",
        "to do",
    ),
    "soft-delete": (
        "What is deleted is gone for readers and kept for administrators",
        "What is deleted does not stay for administrators; an undo could not be taken back",
        "ok",
    ),
}
