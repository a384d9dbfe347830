"""What an API key may do, and who acts with it. Nothing is changed to find out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from migrate.discourse.api.answers import Answer, number_of
from migrate.errors import TargetError

if TYPE_CHECKING:
    from migrate.discourse.api.client import Client

SYSTEM_ID = -1  # Discourse's own user, everywhere
_READ_ONLY_SECONDS = (1.0, 2.0, 4.0)  # to wait before it is believed: it may be over in a moment

_HOW_TO_MAKE_A_KEY = 'Make one in the forum\'s admin pages under API, for "All Users" and without scopes ("Global").'


@dataclass(frozen=True, slots=True)
class Access:
    """None: the forum did not say."""

    username: str  # who acts
    is_admin: bool | None
    for_all_users: bool | None  # whether it may act as anybody, or as one user only
    may_write: bool | None


def look_at_key(client: Client) -> Access:
    """Who acts with the key, and what it may do. Raises TargetError where the forum takes nothing at all now."""
    user = _acting(client)
    return Access(
        username=str(user.get("username") or client.api_username),
        is_admin=user["admin"] if isinstance(user.get("admin"), bool) else None,
        for_all_users=_acts_as_others(client, user.get("id")),
        may_write=_may_write(client),
    )


def check_access(client: Client) -> None:
    """Raises TargetError where a push cannot work with this key, or the forum takes nothing for a while."""
    access = look_at_key(client)
    if access.may_write is False:
        raise TargetError(restricted(client))
    if access.for_all_users is False:
        raise TargetError(of_one_user(client))


def of_one_user(client: Client) -> str:
    """What to say of a key that acts as one user only."""
    return (
        f"The API key is for one user of {client.host} only, so nothing could be posted under its author's name."
        f" {_HOW_TO_MAKE_A_KEY}"
    )


def restricted(client: Client) -> str:
    """What to say of a key that is scoped."""
    return f"The API key is valid on {client.host}, but restricted to some actions. {_HOW_TO_MAKE_A_KEY}"


def guarded(client: Client, answer: Answer) -> str:
    """What to say where something before the forum answers instead of it."""
    return (
        f"{client.host} stands behind a guard that lets no program through (it says: {answer.message}). Ask whoever"
        " runs it to let requests with an Api-Key header pass, at Cloudflare with a rule that skips the challenge."
    )


def why_refused(client: Client) -> str:
    """What to say where a key is refused with the words for an invalid one: it may be a valid one with scopes."""
    if _may_write(client):  # only topics:write and keys without scopes may
        return restricted(client)
    return (
        f"{client.host} does not accept the API key for {client.api_username}. Check DISCOURSE_API_KEY (it may be"
        " revoked, restricted to some actions or addresses, or another user's) and DISCOURSE_API_USERNAME (there may be"
        " no such user, or a suspended one)."
    )


def no_admin(client: Client, answer: Answer) -> str:
    """What to say where the settings are not shown; on these pages Discourse does not tell why."""
    if answer.from_guard:
        return guarded(client, answer)
    if _acting(client).get("admin") is True:
        return restricted(client)
    return (
        f"{client.host} does not let {client.api_username} administer it with this API key (status {answer.status})."
        f" Set DISCOURSE_API_USERNAME to an administrator's name, and use a key that may act as them."
        f" {_HOW_TO_MAKE_A_KEY}"
    )


def _acting(client: Client, by: int | None = None) -> dict[str, Any]:
    user = client.ask("GET", "/session/current.json", by=by)["current_user"]
    return user if isinstance(user, dict) else {}


def _acts_as_others(client: Client, own_id: object) -> bool | None:
    other = SYSTEM_ID if number_of(own_id) != SYSTEM_ID else _another(client)
    if own_id is None or other is None:
        return None
    answer = client.ask("GET", "/session/current.json", by=other)
    user = answer["current_user"]
    if isinstance(user, dict):  # a key of one user may take no notice of who is to act
        return number_of(user.get("id")) == other
    return False if answer.status == 403 and not answer.from_guard else None


def _another(client: Client) -> int | None:
    """Some active account that is not Discourse's own."""
    listed = client.ask("GET", "/admin/users/list/active.json").body
    ids = [number_of(item.get("id")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return next((number for number in ids if number is not None and number > 0), None)


def _may_write(client: Client) -> bool | None:
    """Asked by a post without a text, which is refused before anything happens. Raises TargetError as `look_at_key`."""
    answer = client.ask("POST", "/posts.json", {"nested_post": True})
    for seconds in _READ_ONLY_SECONDS:
        if answer.error_type != "read_only":
            break
        client.pace.sleep(seconds)
        answer = client.ask("POST", "/posts.json", {"nested_post": True})
    if answer.error_type == "read_only":
        raise TargetError(
            f"{client.host} takes nothing at the moment, it is read-only ({answer.message}). A backup, a restore or an"
            " upgrade may be under way there: try again when it is over."
        )
    if answer.from_guard:
        raise TargetError(guarded(client, answer))
    if answer.status == 403:
        return False
    return True if answer.status in (400, 422) else None
