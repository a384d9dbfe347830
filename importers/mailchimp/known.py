"""What is known of a campaign besides its text, however it was exported, and what is made of several reports of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from importers.mailchimp.links import without_reader_ids
from migrate.content.escape import clean
from migrate.mail.dates import EARLIEST, parse_date
from migrate.text import printable

LONGEST_LINE = 300  # characters of a subject, a name, a label
LONGEST_URL = 2000
ZONES = timedelta(hours=26)  # exports that do not say their zone differ by less
DAY = timedelta(days=1)

CAMPAIGN_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{10}(?![0-9a-f])")
_NOT_WORDS = re.compile(r"[\W_]+")
_HTTP = re.compile(r"https?://[^\s<>\"'\\]{3,1990}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One mailing. Each field is empty or None where the export does not tell."""

    id: str = ""  # ten hexadecimal digits, the same in every export
    web_id: str = ""  # the number it has in Mailchimp's own pages
    subject: str = ""  # with its merge tags
    preview_text: str = ""
    title: str = ""  # what it is called inside the account
    from_name: str = ""
    list_name: str = ""
    sent_at: datetime | None = None  # aware, UTC
    whole_day: bool = False  # only the day of it is known
    archive_url: str = ""
    language: str = ""
    type: str = ""  # "regular", "plaintext", "rss", "absplit", "variate", "automation"
    status: str = ""  # "sent", "save", …
    labels: tuple[str, ...] = ()
    winner: str = ""  # of several variants, the one that everybody else got
    mark: str = ""  # made of its text, where nothing else tells it from another

    @property
    def key(self) -> str:
        """The key of its message: by id, else by its subject and day."""
        if self.id:
            return f"mailchimp:{self.id}"
        day = f"{self.sent_at:%Y-%m-%d}" if self.sent_at else ""
        told = f"{folded(self.subject or self.title)}\n{day}\n{self.mark}"
        return f"mailchimp:{blake2b(told.encode(), digest_size=10).hexdigest()}"


def folded(text: str) -> str:
    """A subject, title or file name as it is compared: its words."""
    return " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())


def line(value: object, limit: int = LONGEST_LINE) -> str:
    """A value of an export as one printable line; "" where it is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value) if isinstance(value, str) else f"{value % 10**18}"
    return printable(" ".join(clean(text[: 4 * limit]).split()))[:limit].strip()


def url(value: object) -> str:
    """An address on the web without the number of whoever saw it, or ""."""
    text = without_reader_ids(line(value, LONGEST_URL))
    return text if _HTTP.match(text) else ""


def moment(value: object, now: datetime) -> datetime | None:
    """A date in any form that exports have, in UTC; a zone that is not stated is UTC. None where it cannot be."""
    date = parse_date(line(value))
    return date if date is not None and EARLIEST <= date <= now + 2 * DAY else None


def campaign_id(value: object) -> str:
    """A campaign's id, or "" where the value is none."""
    text = line(value).lower()
    return text if CAMPAIGN_ID.fullmatch(text) else ""


def child(entry: object, name: str) -> Mapping[str, Any]:
    """The object of that name within another; an empty one where there is none."""
    value = entry.get(name) if isinstance(entry, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def of_api(entry: Mapping[str, Any], now: datetime) -> Campaign:
    """A campaign as the Marketing API describes it; its label is the id of its folder."""
    settings, recipients = child(entry, "settings"), child(entry, "recipients")
    folder = line(settings.get("folder_id"))
    variants = child(entry, "variate_settings")
    return Campaign(
        id=campaign_id(entry.get("id")),
        web_id=line(entry.get("web_id")),
        subject=line(settings.get("subject_line")) or _winning_subject(variants),
        preview_text=line(settings.get("preview_text")),
        title=line(settings.get("title")),
        from_name=line(settings.get("from_name")),
        list_name=line(recipients.get("list_name")),
        sent_at=moment(entry.get("send_time"), now),
        archive_url=url(entry.get("long_archive_url")) or url(entry.get("archive_url")),
        type=line(entry.get("type")).lower(),
        status=line(entry.get("status")).lower(),
        labels=(folder,) if folder else (),
        winner=line(variants.get("winning_combination_id")),
    )


def names_of(ids: Iterable[str], folders: Mapping[str, str]) -> tuple[str, ...]:
    """The names of folders, those that are known."""
    return tuple(folders[each] for each in ids if folders.get(each))


def _winning_subject(variants: Mapping[str, Any]) -> str:
    """Of several subjects that were tried, the one that won; else the first."""
    subjects, combinations = variants.get("subject_lines"), variants.get("combinations")
    if not isinstance(subjects, list):
        return ""
    number: object = 0
    for combination in combinations if isinstance(combinations, list) else ():
        if isinstance(combination, Mapping) and combination.get("id") == variants.get("winning_combination_id"):
            number = combination.get("subject_line")
    at = number if isinstance(number, int) and 0 <= number < len(subjects) else 0
    return line(subjects[at]) if subjects else ""


def joined(one: Campaign, other: Campaign) -> Campaign:
    """What two reports say of one campaign; the first goes before."""
    news: dict[str, Any] = {}
    for each in fields(Campaign):
        mine, its = getattr(one, each.name), getattr(other, each.name)
        if not mine and its and each.name != "whole_day":
            news[each.name] = its
    if one.whole_day and other.sent_at and not other.whole_day:
        news |= {"sent_at": other.sent_at, "whole_day": False}
    elif "sent_at" in news:
        news["whole_day"] = other.whole_day
    return replace(one, **news)


def _may_be_one(one: Campaign, other: Campaign) -> bool:
    if one.id and other.id:
        return False
    if one.sent_at is None or other.sent_at is None:
        return True
    return abs(one.sent_at - other.sent_at) <= ZONES + (DAY if one.whole_day or other.whole_day else timedelta())


def told_apart(campaigns: Sequence[Campaign]) -> Iterator[Campaign]:
    """The rows of one table, each another campaign: a mark on those that have no id and could be taken for one."""
    alike: dict[str, list[int]] = {}
    for number, campaign in enumerate(campaigns):
        if not campaign.id:
            alike.setdefault(folded(campaign.subject or campaign.title), []).append(number)
    close: set[int] = set()
    for numbers in alike.values():
        dated = sorted((date, number) for number in numbers if (date := campaigns[number].sent_at))
        for (before, one), (after, other) in pairwise(dated):
            close |= {one, other} if after - before <= ZONES else set()
        # What was sent keeps its key, whatever drafts there are.
        close |= {number for number in numbers if campaigns[number].sent_at is None and len(numbers) > 1}
    for number, campaign in enumerate(campaigns):
        told = f"{campaign.title}\n{campaign.list_name}\n{campaign.sent_at}"
        yield replace(campaign, mark=told) if number in close else campaign


class Register:
    """The campaigns an export tells of, each once."""

    def __init__(self) -> None:
        self._campaigns: list[Campaign] = []
        self._by_id: dict[str, int] = {}
        self._by_subject: dict[str, list[int]] = {}

    def __iter__(self) -> Iterator[Campaign]:
        return iter(self._campaigns)

    def __len__(self) -> int:
        return len(self._campaigns)

    def __getitem__(self, number: int) -> Campaign:
        return self._campaigns[number]

    def add(self, campaign: Campaign) -> int:
        """Take up a report of a campaign; the number of the campaign."""
        number = self.find(campaign)
        if number is None:
            number = len(self._campaigns)
            self._campaigns.append(campaign)
        else:
            self._campaigns[number] = joined(self._campaigns[number], campaign)
        self._index(number)
        return number

    def _index(self, number: int) -> None:
        campaign = self._campaigns[number]
        if campaign.id:
            self._by_id.setdefault(campaign.id, number)
        for words in {folded(campaign.subject), folded(campaign.title)} - {""}:
            known = self._by_subject.setdefault(words, [])
            if number not in known:
                known.append(number)

    def find(self, campaign: Campaign) -> int | None:
        """The campaign that a report is of: by id; else by its subject and, where both tell, the day."""
        if campaign.id and campaign.id in self._by_id:
            return self._by_id[campaign.id]
        alike = [number for number in self.alike(campaign) if self._campaigns[number].mark == campaign.mark]
        return alike[0] if len(alike) == 1 else None

    def alike(self, campaign: Campaign) -> list[int]:
        """All campaigns with its subject and day, of those that are not another one by their id."""
        same = self._by_subject.get(folded(campaign.subject or campaign.title), ())
        return [number for number in same if _may_be_one(self._campaigns[number], campaign)]

    def by_id(self, ids: Iterable[str]) -> int | None:
        """The one campaign with one of these ids."""
        found = {self._by_id[each] for each in ids if each in self._by_id}
        return found.pop() if len(found) == 1 else None

    def by_words(self, text: str) -> list[int]:
        """The campaigns with that subject or title, in their order."""
        return self._by_subject.get(folded(text), [])
