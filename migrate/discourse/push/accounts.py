"""The accounts that a forum has, as it lists them for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from migrate.discourse.api.answers import Answer, number_of
from migrate.discourse.api.client import GO_ON, Client
from migrate.discourse.facts import taken_names
from migrate.errors import TargetError

_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the forum lists it."""

    id: int
    username: str
    staged: bool
    active: bool = True


class Accounts:
    """The accounts of a forum: all of them read at once, or asked for one by one where only a few are of interest."""

    def __init__(self, client: Client, *, only_a_few: bool = False) -> None:
        self._client = client
        self._by_address = None if only_a_few else all_accounts(client)
        self._by_name = {account.username.lower(): account for account in (self._by_address or {}).values()}

    @property
    def names(self) -> set[str]:
        """The user names that are known to be taken, lower-case."""
        return set(self._by_name)

    def by_address(self, address: str) -> Account | None:
        """The account that has this address."""
        if self._by_address is None:
            return look_up(self._client, address)
        return self._by_address.get(address.lower())

    def by_name(self, username: str) -> Account | None:
        """The account of this user name."""
        if self._by_address is not None:
            return self._by_name.get(username.lower())
        found = _accounts(_list(self._client, filter=username))
        return next((account for _, account in found if account.username.lower() == username.lower()), None)


@dataclass(frozen=True, slots=True)
class Inhabitants:
    """Who is on a forum already."""

    taken: set[str]  # names of accounts and groups, lower-case
    members: dict[str, str]  # address, lower-case → user name; placeholders are not among them


def inhabitants(client: Client) -> Inhabitants:
    """Asks the forum. Raises TargetError where it does not say."""
    accounts = all_accounts(client)
    return Inhabitants(
        taken={account.username.lower() for account in accounts.values()} | taken_names(client),
        members={address: account.username for address, account in accounts.items() if not account.staged},
    )


def all_accounts(client: Client) -> dict[str, Account]:
    """Every account by its address, lower-case: one request for a hundred instead of one for each."""
    accounts: dict[str, Account] = {}
    page = 1
    while True:
        found = _accounts(_list(client, show_emails="true", page=page))
        before = len(accounts)
        accounts.update((address or f"#{account.id}", account) for address, account in found)
        if len(found) < _PER_PAGE or len(accounts) == before:
            return accounts
        page += 1


def look_up(client: Client, address: str) -> Account | None:
    """The account that has this address."""
    found = _accounts(_list(client, email=address))
    return found[0][1] if found else None


def _list(client: Client, **params: str | int) -> Answer:
    """A list of users. Raises TargetError where there is none to be had."""
    answer = client.read("/admin/users/list/all.json", **params)
    if answer.status == 404:
        answer = client.read("/admin/users.json", **params)
    if answer.status != 200 or not isinstance(answer.body, list):
        raise TargetError(f"{client.host} does not list its users ({answer.message}). {GO_ON}")
    return answer


def _accounts(answer: Answer) -> list[tuple[str, Account]]:
    return [(str(item.get("email") or "").lower(), _account(item)) for item in answer.body if isinstance(item, dict)]


def _account(item: dict[str, Any]) -> Account:
    number, username = number_of(item.get("id")), item.get("username")
    if number is None or not isinstance(username, str):
        raise TargetError(f"The forum describes an account as no Discourse does. {GO_ON}")
    return Account(number, username, bool(item.get("staged")), bool(item.get("active", True)))
