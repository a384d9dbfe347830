"""Asking the Marketing API, with Mailchimp's own client: patiently, and without ever showing the key."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import tenacity

from migrate.errors import InputError

KEY = "MAILCHIMP_API_KEY"
HOST = "MAILCHIMP_API_URL"  # another address than Mailchimp's own, for trying things out
PAGE = 500  # campaigns or contacts a request
TIMEOUT = 60  # seconds
TRIES = 5
MOST_PAGES = 20_000

# The end of the key names the server, and becomes part of the address the key is sent to.
_SHAPE = re.compile(r"[0-9A-Za-z]{16,64}-([a-z]{2,3}\d{1,3})")
_SAFE_HOST = re.compile(
    r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?(?:/[\w./-]{0,100})?|https://[\w.-]{1,200}(?::\d{1,5})?(?:/[\w./-]{0,100})?"
)

_CAMPAIGN_FIELDS = (
    *("id", "web_id", "type", "status", "send_time", "archive_url", "long_archive_url", "content_type"),
    *("recipients.list_name", "settings.subject_line", "settings.preview_text", "settings.title"),
    *("settings.from_name", "settings.folder_id", "variate_settings.winning_combination_id"),
    *("variate_settings.subject_lines", "variate_settings.combinations"),
)
_LIST_FIELDS = (
    *("id", "name", "stats.member_count", "stats.unsubscribe_count", "stats.cleaned_count"),
    *("stats.last_sub_date", "stats.last_unsub_date"),
)
# Nothing else of a contact is asked for: no ratings, places, notes or addresses of machines.
_MEMBER_FIELDS = ("email_address", "status", "timestamp_opt", "merge_fields.FNAME", "merge_fields.LNAME")

Answer = Mapping[str, Any]


class _LaterError(Exception):
    """It may go better another time."""


class Client:
    """What is asked of the API. Raises InputError, with what to do, where it does not answer."""

    def __init__(self) -> None:
        self._api = _connected()

    def campaigns(self) -> Iterator[Answer]:
        """All campaigns of the account, the oldest first; with those that were not sent, so that they are counted."""
        fields = _fields("campaigns", _CAMPAIGN_FIELDS)
        yield from self._pages(
            "campaigns",
            lambda offset: self._api.campaigns.list(
                fields=fields, count=PAGE, offset=offset, sort_field="create_time", sort_dir="ASC"
            ),
        )

    def content(self, campaign: str) -> Answer:
        """The text of a campaign."""
        answer = self._asked(lambda: self._api.campaigns.get_content(campaign), f"the text of campaign {campaign}")
        return answer if isinstance(answer, Mapping) else {}

    def folders(self) -> Iterator[Answer]:
        """The folders that campaigns are filed in."""
        yield from self._pages(
            "folders",
            lambda offset: self._api.campaignFolders.list(
                fields=_fields("folders", ("id", "name")), count=PAGE, offset=offset
            ),
        )

    def lists(self) -> Iterator[Answer]:
        """The audiences of the account, with how many contacts they have."""
        yield from self._pages(
            "lists",
            lambda offset: self._api.lists.get_all_lists(
                fields=_fields("lists", _LIST_FIELDS), count=PAGE, offset=offset
            ),
        )

    def members(self, audience: str, offset: int) -> list[Answer]:
        """One page of an audience's contacts, of every status."""
        answer = self._asked(
            lambda: self._api.lists.get_list_members_info(
                audience,
                fields=_fields("members", _MEMBER_FIELDS),
                count=PAGE,
                offset=offset,
                sort_field="timestamp_signup",
            ),
            "an audience",
        )
        return _things(answer, "members")

    def member_count(self, audience: str) -> int:
        """How many contacts an audience has, of every status."""
        answer = self._asked(
            lambda: self._api.lists.get_list_members_info(audience, fields=["total_items"], count=1), "an audience"
        )
        total = answer.get("total_items")
        return min(total, MOST_PAGES * PAGE) if isinstance(total, int) else 0

    def _pages(self, name: str, page: Callable[[int], Any]) -> Iterator[Answer]:
        offset = 0
        for _ in range(MOST_PAGES):
            things = _things(self._asked(lambda at=offset: page(at), f"the {name}"), name)  # type: ignore[misc]  # a default binds the loop's value
            yield from things
            offset += len(things)
            if len(things) < PAGE:
                return

    def _asked(self, call: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - JSON
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_LaterError),
            wait=tenacity.wait_exponential(multiplier=2, max=60),
            stop=tenacity.stop_after_attempt(TRIES),
            sleep=tenacity.nap.sleep,
            reraise=True,
        )
        try:
            return retrying(_once, call, what)
        except _LaterError as error:
            text = f"{error} What was read before is kept; run the command again later to go on."
            raise InputError(text) from None


def _connected() -> Any:  # noqa: ANN401 - the client has no types
    import mailchimp_marketing  # slow to load

    key = os.environ.get(KEY, "").strip()
    if not key:
        text = f"The API key is missing: make one in Mailchimp (Account → Extras → API keys), then: export {KEY}=…"
        raise InputError(text)
    found = _SHAPE.fullmatch(key)
    if not found:
        raise InputError(
            f"What stands in {KEY} is no key of Mailchimp's: it ends with a dash and a server, as in “-us5”."
        )
    api = mailchimp_marketing.Client({"api_key": key, "server": found[1], "timeout": TIMEOUT})
    if host := os.environ.get(HOST, "").strip():
        if not _SAFE_HOST.fullmatch(host):
            raise InputError(f"What stands in {HOST} must begin with https://, or be an address of this machine.")
        api.api_client.host, api.api_client.server = host.rstrip("/"), ""
    return api


def _once(call: Callable[[], Any], what: str) -> Any:  # noqa: ANN401 - JSON
    """One request. What the client raises holds requests and answers, so nothing of it goes further than its number."""
    from mailchimp_marketing.api_client import ApiClientError

    try:
        answer = call()
    except ApiClientError as error:
        status = error.status_code if isinstance(error.status_code, int) else 0
    else:
        if isinstance(answer, Mapping):
            return answer
        status = getattr(answer, "status_code", 0)  # an answer that is no JSON, or empty
        status = status if isinstance(status, int) else 0
    raise _refusal(status, what)


def _refusal(status: int, what: str) -> Exception:
    if status == 401:
        return InputError(
            f"Mailchimp does not accept the API key in {KEY} (401): was it revoked, or cut off when copied?"
        )
    if status == 403:
        return InputError(f"The API key may not read {what} (403): let an owner or admin of the account make the key.")
    if status == 404:
        return MissingError(f"Mailchimp does not have {what} (404).")
    if status == 429:
        return _LaterError(f"Mailchimp took too many requests at a time for too long (429), asked for {what}.")
    if status >= 500:
        return _LaterError(f"Mailchimp had an error of its own ({status}), asked for {what}.")
    if status == 0 or 200 <= status < 300:
        return _LaterError(f"Mailchimp cannot be reached, or what it answers is cut off, asked for {what}.")
    return InputError(f"Mailchimp refused to tell {what} ({status}).")


class MissingError(InputError):
    """What was asked for is not there."""


def _fields(name: str, fields: Sequence[str]) -> list[str]:
    return [f"{name}.{field}" for field in fields]


def _things(answer: object, name: str) -> list[Answer]:
    things = answer.get(name) if isinstance(answer, Mapping) else None
    return [each for each in things if isinstance(each, Mapping)] if isinstance(things, list) else []
