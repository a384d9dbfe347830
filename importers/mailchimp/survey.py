"""A first look through an export: which campaigns it tells of, and where the text of each stands.

Tables, lists and answers of the API say what a campaign is; files, feeds and pages hold what it said. They are joined
by the campaign's id, which is the same everywhere, else by its name, else by its subject and day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from importers.mailchimp import web
from importers.mailchimp.contents import pictures_in
from importers.mailchimp.entries import Broken, Entry, campaign_of, content_of
from importers.mailchimp.files import TextFile, joined
from importers.mailchimp.known import Campaign, Register, line, names_of, of_api, told_apart
from importers.mailchimp.listing import Row, listed
from importers.mailchimp.places import RANK, Form, Place, Stands, feed_of, json_entries, whole
from migrate.model import Finding
from migrate.tree import TreeFile


@dataclass(slots=True)
class Survey:
    """What an export holds."""

    now: datetime
    register: Register = field(default_factory=Register)
    stands: dict[int, list[Stands]] = field(default_factory=dict)  # by number of the campaign
    told_in: dict[int, str] = field(default_factory=dict)  # where a campaign was first told of
    variants: Counter[int] = field(default_factory=Counter)  # texts of one kind, by campaign
    contacts: dict[TreeFile, int] = field(default_factory=dict)  # members in JSON files
    findings: list[Finding] = field(default_factory=list)
    is_listed: bool = False  # a table or the API says which campaigns there are
    _files: list[TextFile] = field(default_factory=list)
    _described: list[tuple[Campaign, str]] = field(default_factory=list)  # labelled with ids of folders
    _folders: dict[str, str] = field(default_factory=dict)  # names by id
    _answers: list[tuple[str, Stands]] = field(default_factory=list)  # contents, by id of the campaign

    def take_table(self, file: TreeFile) -> None:
        """A table of campaigns."""
        self.is_listed = True
        found = list(listed(file, self.now))
        self.findings += [each for each in found if isinstance(each, Finding)]
        rows = [each for each in found if isinstance(each, Row)]
        for campaign, row in zip(told_apart([row.campaign for row in rows]), rows, strict=True):
            self._tell(campaign, row.locator)

    def take_json(self, file: TreeFile) -> None:
        """Answers of the API, or lists of them."""
        for number, entry in json_entries(file):
            place = Place(file, "json", number)
            if isinstance(entry, Broken):
                self.findings.append(_broken(entry, place.locator))
            elif entry.what == "member":
                self.contacts[file] = number + 1
            elif entry.what == "folder":
                self._folders[line(entry.value.get("id"))] = line(entry.value.get("name"))
            else:
                if entry.what == "campaign":
                    described = of_api(campaign_of(entry.value), self.now)
                    self._described.append((described, place.locator))
                if stands := _in_entry(entry, place):
                    self._answers.append((entry.id, stands))

    def take_feed(self, file: TreeFile) -> None:
        """A feed of the archive."""
        feed = feed_of(file, self.now)
        if feed.damaged:
            text = "The feed is cut off or damaged; what could be read of it was."
            self.findings.append(_finding("feed-damaged", text, file.label))
        for number, (campaign, content) in enumerate(feed.items):
            place = Place(file, "feed", number)
            if content:
                self._tell_text(campaign, _stands(place, content.html))
            else:
                self._tell(campaign, place.locator)

    def take_page(self, file: TreeFile) -> None:
        """A page saved from the archive: a campaign, or a list of them."""
        place = Place(file, "page")
        html = whole(file, "html").content.html
        if found := web.listed(html, self.now):
            for campaign in found:
                self._tell(campaign, place.locator)
        else:
            self._tell_text(web.of_page(html), _stands(place, html))

    def take_file(self, file: TreeFile) -> None:
        """A file with the text of one campaign and nothing else."""
        form: Form = "text" if file.name.lower().endswith(".txt") else "html"
        text = whole(file, form).content
        self._files.append(TextFile.of(_stands(Place(file, form), text.html or text.text), text.html))

    def describe(self) -> None:
        """Take up what JSON files describe, once all of them were taken: another one may hold the folders' names."""
        self.is_listed = self.is_listed or bool(self._described)
        for campaign, locator in self._described:
            self._tell(replace(campaign, labels=names_of(campaign.labels, self._folders)), locator)

    def finish(self) -> None:
        """Join texts to campaigns, once everything was taken."""
        for each, stands in self._answers:
            number = self.register.by_id([each])
            if number is None:
                number = self._tell(Campaign(id=each, status="sent"), stands.place.locator)
            self._stand(number, stands)
        for known, files in joined(self._files, self.register, self.findings):
            number = self._without_table(files) if known is None else known
            if number is not None:
                for file in files:
                    self._stand(number, file.stands)
                forms = Counter(file.stands.place.form for file in files)
                self.variants[number] = max(forms.values())

    def _without_table(self, files: Sequence[TextFile]) -> int | None:
        """A text of which no table tells: a campaign of its own where there is no table, else one that was not sent."""
        place = files[0].stands.place
        if self.is_listed:
            text = "The table of campaigns names none that this text is of; it was not sent, perhaps, and is left out."
            self.findings.append(_finding("campaign-unmatched", text, place.locator, lost=1))
            return None
        subject = next((each.title for each in files if each.title), "")
        campaign = Campaign(subject=subject, title=files[0].words, status="sent", id=files[0].only_id)
        return self._tell(self._apart(campaign, files[0].stands), place.locator)

    def _tell_text(self, campaign: Campaign, stands: Stands) -> None:
        self._stand(self._tell(self._apart(campaign, stands), stands.place.locator), stands)

    def _apart(self, campaign: Campaign, stands: Stands) -> Campaign:
        """The campaign, with a mark where others have its subject and day, and other words."""
        alike = [] if campaign.id else self.register.alike(campaign)
        texts = {each.digest: number for number in alike for each in self.stands.get(number, ())}
        if stands.digest in texts:
            return replace(campaign, mark=self.register[texts[stands.digest]].mark)
        forms = {each.place.form for number in alike for each in self.stands.get(number, ())}
        is_only_one = len(alike) < 2 and stands.place.form not in forms
        return campaign if is_only_one else replace(campaign, mark=stands.digest)

    def _tell(self, campaign: Campaign, locator: str) -> int:
        number = self.register.add(campaign)
        self.told_in.setdefault(number, locator)
        return number

    def _stand(self, number: int, stands: Stands) -> None:
        self.stands.setdefault(number, []).append(stands)
        self.stands[number].sort(key=lambda each: (RANK[each.place.form], each.place.file.path, each.place.number))


def _in_entry(entry: Entry, place: Place) -> Stands | None:
    content = content_of(entry.value)
    if not content:
        return None
    digest = blake2b(repr(content).encode("utf-8", "backslashreplace"), digest_size=20).hexdigest()
    return Stands(place, digest, sum(len(value) for value in content.values() if isinstance(value, str)))


def _stands(place: Place, text: str) -> Stands:
    digest = blake2b(text.encode(), digest_size=20).hexdigest()
    return Stands(place, digest, len(text), frozenset(pictures_in(text)) if place.form != "text" else frozenset())


def _broken(broken: Broken, locator: str) -> Finding:
    return _finding("json-broken", f"This cannot be read: {broken.reason}.", locator, lost=1)


def _finding(code: str, text: str, locator: str, *, lost: int = 0) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=locator, lost=lost)
