"""Where the text of a campaign stands, and how it is read again from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from importers.mailchimp import web
from importers.mailchimp.contents import LARGEST, of_api, text_of
from importers.mailchimp.entries import Broken, Entry, content_of, entries
from importers.mailchimp.known import CAMPAIGN_ID, Campaign
from importers.mailchimp.messages import Content
from migrate.mail.problems import Problem
from migrate.tree import TreeFile, opened, read_file

# In the order in which they are preferred: the API's text has its merge tags filled in already.
Form = Literal["json", "html", "feed", "page", "text"]
RANK: Mapping[Form, int] = {"json": 0, "html": 1, "feed": 2, "page": 3, "text": 4}


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or one of several things in it."""

    file: TreeFile
    form: Form
    number: int = 0  # in a feed or JSON file, from 0

    @property
    def locator(self) -> str:
        """For people: the file in the export, and the item from 1."""
        return f"{self.file.label}:{self.number + 1}" if self.form in ("feed", "json") else self.file.label


@dataclass(frozen=True, slots=True)
class Stands:
    """A text of a campaign: where it stands, and what tells whether it has changed."""

    place: Place
    digest: str
    size: int
    pictures: frozenset[str] = frozenset()  # file names of those in it


@dataclass(frozen=True, slots=True)
class Text:
    """What stands at a place."""

    content: Content
    problems: tuple[Problem, ...] = ()


def texts(places: Iterable[tuple[Place, Campaign]]) -> dict[Place, Text]:
    """What stands at each place. Every file is read once, whatever is wanted of it."""
    wanted: dict[tuple[TreeFile, Form], dict[int, tuple[Place, Campaign]]] = {}
    for place, campaign in places:
        wanted.setdefault((place.file, place.form), {})[place.number] = (place, campaign)
    found: dict[Place, Text] = {}
    for (file, form), numbers in wanted.items():
        if form == "json":
            for number, entry in json_entries(file, max(numbers)):
                if number in numbers and isinstance(entry, Entry):
                    place, campaign = numbers[number]
                    found[place] = Text(of_api(content_of(entry.value), campaign.winner))
        elif form == "feed":
            for number, (_, content) in enumerate(feed_of(file, datetime.now(UTC)).items):
                if number in numbers:
                    found[numbers[number][0]] = Text(content)
        else:
            found[numbers[0][0]] = whole(file, form)
    return found


def whole(file: TreeFile, form: Form) -> Text:
    """A file that is one campaign's text."""
    data, finding = read_file(file, LARGEST)
    problems = [Problem(finding.code, finding.severity, finding.text)] if finding else []
    text = text_of(data, problems)
    if form == "text":
        return Text(Content(text=text), tuple(problems))
    return Text(Content(html=web.without_bar(text) if form == "page" else text), tuple(problems))


def json_entries(file: TreeFile, last: int | None = None) -> Iterator[tuple[int, Entry | Broken]]:
    """The things in a JSON file, by number, up to that of `last`."""
    name = CAMPAIGN_ID.search(file.name.lower())
    with opened(file) as content:
        for number, entry in enumerate(entries(content.stream, name[0] if name else "")):
            yield number, entry
            if number == last:
                return


def feed_of(file: TreeFile, now: datetime) -> web.Feed:
    """The campaigns in a feed."""
    data, _ = read_file(file, web.LARGEST_FEED)
    return web.feed(data, now)
