"""Whose accounts the posts are under: placeholders, members, or one account for all who have none or never had one.

A placeholder is staged and active, so that whoever signs up with its address takes the posts over.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Container, Iterable
from dataclasses import replace
from itertools import chain, count
from typing import Any

from migrate.discourse.api.answers import Answer, Outcome
from migrate.discourse.facts import taken_names
from migrate.discourse.push.accounts import Account, Accounts, look_up
from migrate.discourse.push.lookup import let_end
from migrate.discourse.push.run import TRIES, Run
from migrate.errors import TargetError
from migrate.plan import User, placeholder_address

_NAMES_TRIED = 5
# Up to so many are looked up one by one; the whole list takes a request for every hundred accounts the forum has.
_FEW = 100
IMPORTER, IMPORTER_KEY = 0, "importer"  # in the journal, and in place of a key, where people have their own
_IMPORTER_USERNAME = "imported"


def push_users(run: Run) -> None:
    """Whoever wrote something planned, or is a member, has an account afterwards, or a finding.

    Fills `run.accounts`, `usernames`, `names` and `importer_id`. Raises TargetError.
    """
    theirs = set()  # who has an account there that nobody posts with
    for row in run.journal.each("user"):
        if row.is_a_members:
            theirs.add(row.ref)
        elif row.state == "done" and row.remote_id:
            run.accounts[row.ref] = row.remote_id
            run.usernames[row.ref] = row.remote_name or ""
    run.importer_id = run.accounts.get(IMPORTER)
    missing = []
    for user in run.plan.users():
        run.names[user.person_id] = user.name
        if user.person_id not in run.accounts and not (user.wrote_nothing and user.person_id in theirs):
            missing.append(user)
    run.begin("users", len(run.names), len(run.names) - len(missing))
    if not missing:
        return
    accounts = Accounts(run.client, only_a_few=bool(run.accounts) and len(missing) <= _FEW)
    if run.target.authors == "placeholders":
        _push_placeholders(run, {user.person_id for user in missing if not user.anonymous}, accounts)
        missing = [user for user in missing if user.anonymous]
    _push_under_others(run, missing, accounts)


def _push_placeholders(run: Run, missing: Container[int], accounts: Accounts) -> None:
    taken = accounts.names | taken_names(run.client)
    users = {user.person_id: user for user in run.plan.users(taken) if user.person_id in missing}

    def push(person_id: int) -> None:
        _push_placeholder(run, users[person_id], accounts)
        run.advance()

    run.parallel(push, users)


def _push_under_others(run: Run, users: Iterable[User], accounts: Accounts) -> None:
    """Members' posts under their own accounts, if that was chosen; all others' under the one that is there for them."""
    for user in users:
        if run.client.stop.is_set():
            return
        member = _member(run, user, accounts) if run.target.authors == "existing" else None
        _use(run, user.person_id, member or _importer(run, accounts))
        run.advance()


def _member(run: Run, user: User, accounts: Accounts) -> Account | None:
    """The account that is this person's own, whether the people file or the address says so."""
    account = accounts.by_name(user.account) if user.account else None
    if user.account and account is None:
        _tell_unknown(run, user)
    account = account or accounts.by_address(user.address)
    if account is None or account.staged:
        return None
    if not account.active:
        words = "The author's account is not active, so that nobody can post as them; the posts have a byline."
        _tell(run, user, "account-inactive", words)
        return None
    return account


def _importer(run: Run, accounts: Accounts) -> Account:
    """The account that posts for those who have none. Raises TargetError where the forum refuses it."""
    if run.importer_id is None:
        wish = run.plan.mapping.account
        if wish and (chosen := accounts.by_name(wish)):
            _use(run, IMPORTER, chosen)
        else:
            address = placeholder_address(IMPORTER_KEY)
            username = wish or _unused(_IMPORTER_USERNAME, run, accounts)
            user = User(
                person_id=IMPORTER,
                username=username,
                name=run.words.importer,
                address=address,
                fallback_address=address,
            )
            _push_placeholder(run, user, accounts)
        run.importer_id = run.accounts.get(IMPORTER)
    if run.importer_id is None:
        raise TargetError(
            f"{run.target.url} refused the account that is to post for others. `migrate report` says why; make an"
            " account by hand, and name it as `account` in the mapping file."
        )
    return Account(run.importer_id, run.usernames[IMPORTER], staged=True)


def _unused(name: str, run: Run, accounts: Accounts) -> str:
    """The name, or that and a number, that neither an account nor a group has."""
    groups = taken_names(run.client)
    names = chain([name], (f"{name}{number}" for number in count(1)))
    return next(name for name in names if name not in groups and not accounts.by_name(name))


def _use(run: Run, person_id: int, account: Account) -> None:
    """An account that is there and stays there."""
    run.journal.sending("user", person_id, remote_name=account.username, ours=False)
    _note(run, person_id, account)


def _note(run: Run, person_id: int, account: Account) -> None:
    run.accounts[person_id] = account.id
    run.usernames[person_id] = account.username
    run.journal.done("user", person_id, remote_id=account.id, remote_name=account.username)


def _tell(run: Run, user: User, code: str, words: str) -> None:
    run.find("info", code, words, locator=f"user {user.username or user.name}")


def _tell_unknown(run: Run, user: User) -> None:
    words = f"The people file names the account {user.account}, which the forum does not have; another one is used."
    run.find("warning", "account-unknown", words, locator=f"user {user.username or user.name}")


def _push_placeholder(run: Run, user: User, accounts: Accounts) -> None:
    if user.account and accounts.by_name(user.account) is None:
        _tell_unknown(run, user)
    elif user.account:
        words = "The people file names an account of the author; only --authors existing posts under it."
        _tell(run, user, "account-not-used", words)
    # Creating an address again would rename and deactivate the account, so it is looked up first, always.
    account = accounts.by_address(user.address)
    if account is not None and not account.staged:
        if user.wrote_nothing:
            _leave(run, user, account)
            return
        user = _aside(run, user)
        account = accounts.by_address(user.address)
    row = run.journal.get("user", user.person_id)
    if account is None and row is not None and row.state == "sending":
        found = _look_up_later(run, user, row.sent_at / 1000)
        account = found if found and found.staged else None
    name = account.username if account else user.username
    run.journal.sending("user", user.person_id, remote_name=name, ours=account is None)
    created = account or _create(run, user)
    if user.wrote_nothing and created is not None and not created.staged:
        _leave(run, user, created)
        return
    if created is None or not _activate(run, user, created):
        return
    _note(run, user.person_id, created)
    if user.wished and user.wished != created.username:
        words = f"The people file asks for the user name {user.wished}, which was not to be had there."
        _tell(run, replace(user, username=created.username), "username-taken", words)
    run.created("user", adopted=account is not None)


def _leave(run: Run, user: User, account: Account) -> None:
    """A member of the forum already, who wrote nothing here: there is nothing to make, and nobody posts as them."""
    details = json.dumps({"member": True})
    run.journal.sending("user", user.person_id, remote_name=account.username, ours=False, details=details)
    run.journal.done("user", user.person_id, remote_id=account.id, remote_name=account.username)
    run.created("user", adopted=True)


def _aside(run: Run, user: User) -> User:
    """A member has this address: what was written stays apart from the account until somebody decides otherwise."""
    words = "The author's address belongs to a member already; a placeholder is used."
    _tell(run, user, "address-of-a-member", words)
    return replace(user, address=user.fallback_address)


def _create(run: Run, user: User) -> Account | None:
    """Create the account, under another name where the forum does not like this one. None: refused.

    Of who wrote nothing it may be one that is there, and not staged.
    """
    base = user.username[: run.target.facts.max_username_length - 2].rstrip("_")
    names = [user.username, *(f"{base}_{number}" for number in range(2, _NAMES_TRIED + 1))]
    tries = 0
    while names and tries < TRIES:
        sent_at = time.time()
        answer = run.client.create("/users.json", _parameters(user, names[0]))
        user_id = answer["user_id"]
        if answer["success"] is True and isinstance(user_id, int):
            # An answer of the same address from before may carry another name.
            return Account(user_id, names[0], staged=True)
        found = look_up(run.client, user.address) or _if_under_way(run, user, answer, sent_at)
        if found is not None and (found.staged or user.wrote_nothing):
            return found
        if answer.outcome is Outcome.UNKNOWN:
            run.back_off(tries)
            tries += 1
            continue
        if found is not None and user.address != user.fallback_address:
            user = _aside(run, user)
            if (found := look_up(run.client, user.address)) is not None:
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


def _if_under_way(run: Run, user: User, answer: Answer, sent_at: float) -> Account | None:
    is_over = answer.outcome is not Outcome.UNKNOWN or answer.status == 500
    return None if is_over else _look_up_later(run, user, sent_at)


def _look_up_later(run: Run, user: User, sent_at: float) -> Account | None:
    """The account, when the request to create it cannot be under way any more: a second one would deactivate it."""
    let_end(run.client, sent_at)
    return look_up(run.client, user.address)


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
