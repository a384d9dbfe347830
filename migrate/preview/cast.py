"""Whose accounts posts are under before there are any: what the push will make of the people, as far as can be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

from migrate.archive import Archive
from migrate.discourse.words import Words, words_of
from migrate.pages.view import Author
from migrate.plan import Plan, User

IMPORTER = "imported"  # the account that posts for those who get none, unless the mapping names another
# Accounts and groups that every Discourse has, beside those names that it reserves.
TAKEN = frozenset(
    {"admins", "moderators", "staff", "everyone", "discobot", *(f"trust_level_{level}" for level in range(5))}
)


@dataclass(slots=True)
class _Known:
    """What is kept of everybody: of 200,000 people much less than their accounts whole."""

    usernames: dict[int, str]  # by person id; of whoever has an account of their own
    names: dict[int, str]
    members: set[int]  # whose account is theirs already
    by_name: dict[str, list[int]]  # lower-case user name → who posts with it


class Cast:
    """The accounts of a plan, as `migrate.discourse.texts` asks for them."""

    def __init__(self, archive: Archive, plan: Plan) -> None:
        self.archive = archive
        self.plan = plan
        self.words: Words = words_of(plan.mapping.lang or plan.facts.locale)

    @cached_property
    def _known(self) -> _Known:
        known = _Known({}, {}, set(), {})
        for user in self.plan.users(TAKEN):
            known.names[user.person_id] = user.name
            username = self._own_account(user)
            if username:
                known.usernames[user.person_id] = username
                known.by_name.setdefault(username.lower(), []).append(user.person_id)
            if username and username == user.account:
                known.members.add(user.person_id)
        return known

    def _own_account(self, user: User) -> str | None:
        """With `existing` it is theirs if the people file says so: who has one is not known without the forum."""
        if self.plan.authors == "placeholders":
            return user.username or None
        return user.account if self.plan.authors == "existing" else None

    @cached_property
    def importer(self) -> str:
        """The account that posts for those who get none."""
        numbered = chain([IMPORTER], (f"{IMPORTER}{number}" for number in count(1)))
        return self.plan.mapping.account or next(name for name in numbered if name not in self._known.by_name)

    @property
    def usernames(self) -> Mapping[int, str]:
        """Of whoever has an account of their own, by person id."""
        return self._known.usernames

    @property
    def names(self) -> Mapping[int, str]:
        """By person id, as shown."""
        return self._known.names

    def is_importer(self, person_id: int) -> bool:
        """Whether one account for several posts what this person wrote."""
        return person_id not in self._known.usernames

    def mentioned(self, person_key: str) -> str | None:
        """The user name that a reference to that person becomes; None: nobody is to be notified."""
        if not self.plan.mapping.mentions:
            return None
        query = "SELECT coalesce(same_as, id) FROM person WHERE key = ?"
        row = self.archive.db.execute(query, (person_key,)).fetchone()
        return self.usernames.get(row[0]) if row else None

    def author(self, person_id: int) -> Author:
        """Whoever's account posts what this person wrote."""
        username = self.usernames.get(person_id)
        if username is None:
            return Author(username=self.importer, name=self.words.importer, shared=True)
        is_placeholder = person_id not in self._known.members
        return Author(username=username, name=self.names[person_id], placeholder=is_placeholder)

    def behind(self, username: str) -> list[int]:
        """The ids of those whom an account posts for; none: there is no such account."""
        own = self._known.by_name.get(username.lower())
        if own is None and username.lower() == self.importer.lower():
            return [person for person in self.names if self.is_importer(person)]
        return own or []
