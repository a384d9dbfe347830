"""What a forum is and allows: asked once before a push, and kept in the archive."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from migrate.archive import Archive
from migrate.discourse.answers import Answer, Outcome
from migrate.discourse.client import Client
from migrate.errors import TargetError
from migrate.plan import Choices, Selection, Target, TargetFacts

_NUMBERS = (
    "max_topic_title_length",
    "max_post_length",
    "min_username_length",
    "max_username_length",
    "max_tags_per_topic",
    "max_tag_length",
    "max_attachment_size_kb",
    "max_image_size_kb",
)
_AS_BEFORE = Choices()


def open_target(archive: Archive, client: Client, name: str | None = None, choices: Choices = _AS_BEFORE) -> Target:
    """Ask the forum for its facts and note them in the archive, under its address, or a name where that may change.

    `choices` are remembered for it.
    Raises TargetError where it cannot be reached, is no Discourse, or does not accept the key for administration.
    """
    facts = ask_facts(client)
    url = client.host if name is None or "://" in name else name
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO target (url, generation, facts) VALUES (?, 1, ?)"
            " ON CONFLICT (url) DO UPDATE SET facts = excluded.facts",
            (url, facts.to_json()),
        )
        selection = choices.selection.to_json() if choices.selection else None
        db.execute(
            "UPDATE target SET quotes = coalesce(?, quotes), authors = coalesce(?, authors), lang = coalesce(?, lang),"
            " mapping = coalesce(?, mapping), selection = coalesce(?, selection) WHERE url = ?",
            (choices.quotes, choices.authors, choices.lang, choices.mapping, selection, url),
        )
    return next(target for target in known_targets(archive) if target.url == url)


def known_targets(archive: Archive) -> list[Target]:
    """The forums this archive was sent to, the first one first, with what they said last. Asks nobody."""
    columns = "id, url, generation, facts, quotes, authors, lang, mapping, selection, reply_keys"
    rows = archive.db.execute(f"SELECT {columns} FROM target ORDER BY id").fetchall()  # noqa: S608 - our own words
    return [
        Target(
            id=row[0],
            url=row[1],
            generation=row[2],
            facts=TargetFacts.from_json(row[3]),
            quotes=row[4],
            authors=row[5],
            lang=row[6],
            mapping=row[7],
            selection=Selection.from_json(row[8]),
            honours_reply_keys=None if row[9] is None else bool(row[9]),
        )
        for row in rows
    ]


def ask_facts(client: Client) -> TargetFacts:
    """The forum's limits and settings. Raises TargetError as `open_target`."""
    about = _about(client)
    settings = _admin_settings(client)
    numbers = {name: int(value) for name in _NUMBERS if (value := settings.get(name, "")).isdigit()}
    return TargetFacts(
        title=str(about.get("title", "")),
        version=str(about.get("version", "")),
        locale=str(about.get("locale") or "en"),
        tagging_enabled=settings.get("tagging_enabled", "true") == "true",
        authorized_extensions=settings.get("authorized_extensions", ""),
        reserved_usernames=tuple(name for name in settings.get("reserved_usernames", "").split("|") if name),
        disable_emails=settings.get("disable_emails", ""),
        **numbers,
    )


def refuse_to_mail(target: Target) -> None:
    """Raises TargetError where the forum could send e-mail to the people whose posts are about to be imported."""
    if target.facts.disable_emails not in ("yes", "non-staff"):
        value = f'is "{target.facts.disable_emails}"' if target.facts.disable_emails else "is not shown"
        raise TargetError(
            f"Refusing to start: {target.url} could send e-mail to people (its setting disable_emails {value})."
            ' Set it to "yes" in the forum\'s admin settings, and back to "no" when you are content with the result.'
        )


def taken_names(client: Client) -> set[str]:
    """The names of the forum's groups, lower-case: they share one space with user names."""
    groups = client.read("/site.json")["groups"] or []
    return {str(group.get("name", "")).lower() for group in groups if isinstance(group, dict)}


def _about(client: Client) -> dict[str, Any]:
    answer = client.probe("/about.json")
    if answer.outcome in (Outcome.DONE, Outcome.REFUSED) and not 300 <= answer.status < 400:
        answer = client.read("/about.json")
    about = answer["about"]
    if answer.status == 200 and isinstance(about, dict):
        return about
    if 300 <= answer.status < 400 and answer.location:
        raise TargetError(f"{client.host} sends visitors to {_origin(answer.location)}; use that address.")
    if answer.status == 403 and answer.error_type == "invalid_access":
        raise TargetError(
            f"{client.host} does not accept the API key for {client.api_username}."
            " Check DISCOURSE_API_KEY (it may be revoked) and DISCOURSE_API_USERNAME."
        )
    if answer.status == 0 or answer.status >= 500:
        raise TargetError(f"{client.host} is in trouble ({answer.message}). Try again later.")
    raise TargetError(f"{client.host} is not a Discourse forum (/about.json: status {answer.status}).")


def _admin_settings(client: Client) -> dict[str, str]:
    answer = client.read("/admin/site_settings.json")
    settings = answer["site_settings"]
    if answer.status != 200 or not isinstance(settings, list):
        raise _not_admin(client, answer)
    return {str(item["setting"]): str(item.get("value", "")) for item in settings if "setting" in item}


def _not_admin(client: Client, answer: Answer) -> TargetError:
    return TargetError(
        f"{client.host} does not let {client.api_username} administer it with this API key (status {answer.status})."
        ' Make a key for "All Users" without scopes, and set DISCOURSE_API_USERNAME to an admin\'s name.'
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    path = parts.path.removesuffix("/about.json").removesuffix("/about").rstrip("/")
    return f"{parts.scheme}://{parts.hostname}{path}" if parts.hostname else "another address"
