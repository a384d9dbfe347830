"""Placeholder accounts: staged and active, so that whoever signs up with the address takes the posts over."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

from migrate.discourse.answers import Answer, Outcome
from migrate.discourse.facts import taken_names
from migrate.discourse.run import TRIES, Run, run_parallel
from migrate.errors import TargetError
from migrate.plan import User

_PER_PAGE = 100
_NAMES_TRIED = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the forum lists it."""

    id: int
    username: str
    staged: bool


def push_users(run: Run, workers: int) -> None:
    """Whoever wrote something planned has an account afterwards, or a finding. Fills `run.accounts` and `usernames`."""
    for row in run.journal.all("user").values():
        if row.state == "done" and row.remote_id:
            run.accounts[row.ref] = row.remote_id
            run.usernames[row.ref] = row.remote_name or ""
    missing = [user for user in run.plan.users() if user.person_id not in run.accounts]
    run.begin("users", len(run.accounts) + len(missing), len(run.accounts))
    if not missing:
        return
    accounts = _all_accounts(run)
    taken = {account.username.lower() for account in accounts.values()} | taken_names(run.client)
    users = {user.person_id: user for user in run.plan.users(taken) if user.person_id not in run.accounts}

    def push(person_id: int) -> None:
        _push_user(run, users[person_id], accounts)
        run.advance()

    run_parallel(push, users, workers, run.client.stop)


def _push_user(run: Run, user: User, accounts: dict[str, Account]) -> None:
    # Creating an address again would rename and deactivate the account, so it is looked up first, always.
    account = accounts.get(user.address.lower())
    if account is not None and not account.staged:
        user = _aside(run, user)
        account = accounts.get(user.address.lower())
    run.journal.sending("user", user.person_id, remote_name=account.username if account else user.username)
    created = account or _create(run, user)
    if created is None or not _activate(run, user, created):
        return
    run.accounts[user.person_id] = created.id
    run.usernames[user.person_id] = created.username
    run.journal.done("user", user.person_id, remote_id=created.id, remote_name=created.username)
    run.created("user", adopted=account is not None)


def _aside(run: Run, user: User) -> User:
    """A member has this address: what was written stays apart from the account until somebody decides otherwise."""
    run.find("info", "address-of-a-member", "The author's address belongs to a member already; a placeholder is used.",
             locator=f"user {user.username}")  # fmt: skip
    return replace(user, address=user.fallback_address)


def _create(run: Run, user: User) -> Account | None:
    """Create the account, under another name where the forum does not like this one. None: refused."""
    base = user.username[: run.target.facts.max_username_length - 2].rstrip("_")
    names = [user.username, *(f"{base}_{number}" for number in range(2, _NAMES_TRIED + 1))]
    tries = 0
    while names and tries < TRIES:
        answer = run.client.create("/users.json", _parameters(user, names[0]))
        user_id = answer["user_id"]
        if answer["success"] is True and isinstance(user_id, int):
            # An answer of the same address from before may carry another name.
            return Account(user_id, names[0], staged=True)
        if (found := _look_up(run, user.address)) is not None and found.staged:
            return found
        if answer.outcome is Outcome.UNKNOWN:
            run.back_off(tries)
            tries += 1
            continue
        if found is not None and user.address != user.fallback_address:
            user = _aside(run, user)
            if (found := _look_up(run, user.address)) is not None:
                return found
        elif _about_the_name(answer):
            names.pop(0)
            if names:
                run.journal.sending("user", user.person_id, remote_name=names[0])
        else:
            _refuse(run, user, answer)
            return None
    if tries >= TRIES:
        raise TargetError(f"{run.target.url} does not say what became of an account ({answer.message}).")
    _refuse(run, user, answer)
    return None


def _parameters(user: User, username: str) -> dict[str, Any]:
    return {
        "name": user.name or username,
        "username": username,
        "email": user.address,
        "password": secrets.token_urlsafe(32),  # nobody will ever use it
        "staged": True,
        "approved": True,
    }


def _activate(run: Run, user: User, account: Account) -> bool:
    answer = run.client.put(f"/admin/users/{account.id}/activate.json")
    if answer.status == 200:
        return True
    _refuse(run, user, answer)
    return False


def _refuse(run: Run, user: User, answer: Answer) -> None:
    run.check_access(answer)
    words = f"The forum refused an account: {answer.message}"
    run.refused("user", [user.person_id], "user-refused", words, locator=f"user {user.username}")


def _about_the_name(answer: Answer) -> bool:
    errors = answer["errors"]
    # A reserved name is refused without naming the field.
    return answer["success"] is False and (not errors or (isinstance(errors, dict) and "username" in errors))


def _look_up(run: Run, address: str) -> Account | None:
    answer = run.client.read("/admin/users/list/all.json", email=address)
    found = _accounts(answer)
    return found[0][1] if found else None


def _all_accounts(run: Run) -> dict[str, Account]:
    """Every account by its address, lower-case: one request for a hundred instead of one for each."""
    accounts: dict[str, Account] = {}
    page = 1
    while True:
        answer = run.client.read("/admin/users/list/all.json", show_emails="true", page=page)
        if answer.status != 200:
            raise TargetError(f"{run.target.url} does not list its users ({answer.message}).")
        found = _accounts(answer)
        before = len(accounts)
        accounts.update((address or f"#{account.id}", account) for address, account in found)
        if len(found) < _PER_PAGE or len(accounts) == before:
            return accounts
        page += 1


def _accounts(answer: Answer) -> list[tuple[str, Account]]:
    if not isinstance(answer.body, list):
        return []
    return [
        (str(item.get("email") or "").lower(), Account(item["id"], item["username"], bool(item.get("staged"))))
        for item in answer.body
    ]
