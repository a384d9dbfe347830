"""What a forum is and allows: asked once before a push, and kept in the archive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from migrate.archive import Archive
from migrate.discourse.api.answers import Answer, Outcome, objects_in
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.access import guarded, no_admin, why_refused
from migrate.discourse.known import known_targets
from migrate.errors import TargetError
from migrate.plan import Choices, Target, TargetFacts

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
STAFF_ID = 3  # of the group of all staff, which every Discourse has and calls as its language does


def open_target(archive: Archive, client: Client, name: str | None = None, choices: Choices = _AS_BEFORE) -> Target:
    """Ask the forum for its facts and note them in the archive, under its address, or a name where that may change.

    The target has these `choices`, and those remembered for it otherwise; `remember_choices` notes them.
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
    target = next(target for target in known_targets(archive) if target.url == url)
    return replace(
        target,
        quotes=target.quotes if choices.quotes is None else choices.quotes,
        authors=target.authors if choices.authors is None else choices.authors,
        lang=target.lang if choices.lang is None else choices.lang,
        mapping=target.mapping if choices.mapping is None else choices.mapping,
        selection=target.selection if choices.selection is None else choices.selection,
    )


def remember_choices(archive: Archive, target: Target) -> None:
    """Note what was chosen for a forum, for whatever is done there from now on."""
    with archive.transaction() as db:
        db.execute(
            "UPDATE target SET quotes = ?, authors = ?, lang = ?, mapping = ?, selection = ? WHERE id = ?",
            (target.quotes, target.authors, target.lang, target.mapping, target.selection.to_json(), target.id),
        )


def ask_facts(client: Client) -> TargetFacts:
    """The forum's limits and settings. Raises TargetError as `open_target`."""
    about = _about(client)
    settings = admin_settings(client)
    numbers = {name: int(value) for name in _NUMBERS if (value := settings.get(name, "")).isdigit()}
    return TargetFacts(
        title=str(about.get("title", "")),
        version=str(about.get("version", "")),
        locale=str(about.get("locale") or "en"),
        tagging_enabled=settings.get("tagging_enabled", "true") == "true",
        authorized_extensions=_extensions(settings),
        reserved_usernames=tuple(name for name in settings.get("reserved_usernames", "").split("|") if name),
        disable_emails=settings.get("disable_emails", ""),
        **numbers,
    )


def note_reply_keys(archive: Archive, target: Target, *, honoured: bool) -> None:
    """Note whether the forum was seen to find replies by their keys."""
    with archive.transaction() as db:
        db.execute("UPDATE target SET reply_keys = ? WHERE id = ?", (honoured, target.id))


def disable_emails(client: Client) -> str:
    """The value of that setting; empty where the forum does not show it. Raises TargetError as `admin_settings`."""
    return admin_settings(client).get("disable_emails", "")


def refuse_to_mail(target: Target, disabled: str) -> None:
    """Raises TargetError where the forum could send e-mail to the people whose posts are imported.

    `disabled` is the value of its setting disable_emails, empty where it does not show it.
    """
    if disabled in ("yes", "non-staff"):
        return
    if not disabled:
        raise TargetError(
            f"Refusing to go on: {target.url} does not show its setting disable_emails, so it could send e-mail to"
            " people. If its environment sets it (DISCOURSE_DISABLE_EMAILS), see that it says yes there, and push with"
            " --allow-emails."
        )
    raise TargetError(
        f"Refusing to go on: {target.url} could send e-mail to the people in this archive (its setting disable_emails"
        f' is "{disabled}"). Set it with: migrate doctor --to {target.url} --apply'
        "    (put back by --restore when you are content)"
    )


def group_names(client: Client) -> set[str]:
    """The names of the forum's groups."""
    return {str(group.get("name", "")) for group in objects_in(client.read("/site.json")["groups"])}


def groups_by_name(client: Client) -> dict[str, str]:
    """By lower-case name the forum's groups, as it writes them. "staff" is there whatever it is called there."""
    groups = objects_in(client.read("/site.json")["groups"])
    found = {name.lower(): name for group in groups if (name := str(group.get("name", "")))}
    staff = next((str(group.get("name", "")) for group in groups if group.get("id") == STAFF_ID), "")
    return {"staff": staff} | found if staff else found


def taken_names(client: Client) -> set[str]:
    """The names of the forum's groups, lower-case: they share one space with user names."""
    return {name.lower() for name in group_names(client)}


def _about(client: Client) -> dict[str, Any]:
    answer = client.probe("/about.json")
    if answer.from_guard:
        answer = client.ask("GET", "/about.json")  # it may let those pass who have a key
    elif _is_discourse(client, answer):
        answer = client.read("/about.json")
    about = answer["about"]
    if answer.status == 200 and isinstance(about, dict):
        return about
    if answer.from_guard:
        raise TargetError(guarded(client, answer))
    if 300 <= answer.status < 400 and (origin := _other_origin(client, answer.location)):
        raise TargetError(f"{client.host} sends visitors to {origin}; use that address.")
    if answer.status == 403 and answer.error_type == "invalid_access":
        raise TargetError(why_refused(client))
    if answer.status in (0, 429) or answer.status >= 500:
        raise TargetError(f"{client.host} is in trouble ({answer.message}). Try again later.")
    raise TargetError(
        f"{client.host} is not a Discourse forum (/about.json: status {answer.status}). Give the address at which the"
        " forum's front page opens, with the folder where it is in one: https://example.org/forum"
    )


def _is_discourse(client: Client, answer: Answer) -> bool:
    """Whether the key may be shown to whoever answered: not to one who redirects, unless it is to log in here.

    Discourse answers in JSON, be it that only members may look.
    """
    if 300 <= answer.status < 400:
        path = urlsplit(answer.location).path
        return _other_origin(client, answer.location) is None and path.endswith(("/login", "/session/sso"))
    return answer.outcome in (Outcome.DONE, Outcome.REFUSED) and isinstance(answer.body, dict)


def _other_origin(client: Client, location: str) -> str | None:
    """The forum's address as a redirect of /about.json has it; None where it leads to another page of this address."""
    parts, here = urlsplit(urljoin(client.host + "/about.json", location)), urlsplit(client.host)
    if (parts.scheme, parts.netloc) == (here.scheme, here.netloc) and not parts.path.endswith("/about.json"):
        return None
    path = parts.path.removesuffix("/about.json").removesuffix("/about").rstrip("/")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}"


def admin_settings(client: Client) -> dict[str, str]:
    """Every setting the forum shows an administrator; what its environment sets is not among them.

    Raises TargetError where it shows none.
    """
    answer = client.read("/admin/site_settings.json")
    settings = answer["site_settings"]
    if answer.status != 200 or not isinstance(settings, list):
        raise TargetError(no_admin(client, answer))
    return {str(item["setting"]): _as_text(item.get("value")) for item in settings if _is_named(item)}


def _is_named(item: object) -> bool:
    return isinstance(item, dict) and "setting" in item


def _as_text(value: object) -> str:
    """A setting as Discourse writes it, whatever a plugin makes of it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _extensions(settings: dict[str, str]) -> str:
    """What an administrator may upload: staff may have a list of their own besides."""
    lists = (settings.get("authorized_extensions", ""), settings.get("authorized_extensions_for_staff", ""))
    return "|".join(dict.fromkeys(name for text in lists for name in text.split("|") if name))
