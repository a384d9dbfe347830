"""A whole account, asked of the Marketing API: one chunk a campaign, so that a run that was stopped goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import blake2b

from importers.mailchimp import contacts
from importers.mailchimp.audiences import audience_finding
from importers.mailchimp.client import PAGE, Answer, Client, MissingError
from importers.mailchimp.contacts import Standing
from importers.mailchimp.contents import of_api as content_of_api
from importers.mailchimp.known import Campaign, child, line, names_of, of_api
from importers.mailchimp.messages import Sent, records_of
from importers.mailchimp.sending import FEED_LABEL, findings, groups, left_out, told
from migrate.model import Finding, Member, Record
from migrate.sources import Chunk

READER = "mailchimp-api-1"  # raise when `read` yields something else for the same campaigns
PLACE = "Mailchimp"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCampaigns(Chunk):
    """A campaign whose text is still to be asked for; several where they may be one, sent again."""

    campaigns: tuple[Campaign, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContacts(Chunk):
    """A page of an audience."""

    audience: str  # its id
    offset: int
    wanted: Member


@cache
def _client() -> Client:
    """One a process: it is connected when the first chunk is read there."""
    return Client()


def account_chunks(wanted: Member | None, now: datetime) -> Iterator[Chunk | Finding]:
    """What was sent, and the contacts if they are wanted. Raises InputError where the API does not answer."""
    client = Client()
    folders = {line(each.get("id")): line(each.get("name")) for each in client.folders()}
    reasons: Counter[str] = Counter()
    sent: list[tuple[int, Campaign]] = []
    form: dict[str, str] = {}
    for entry in client.campaigns():
        campaign = of_api(entry, now)
        campaign = told(replace(campaign, labels=names_of(campaign.labels, folders)))
        form[campaign.id] = line(entry.get("content_type"))
        if not campaign.id:
            yield _lost("campaign-row-empty", "A campaign without an id was passed over.", PLACE)
        elif reason := left_out(campaign):
            reasons[reason] += 1
        else:
            sent.append((len(sent), campaign))
    yield from findings(reasons, sum(FEED_LABEL in campaign.labels for _, campaign in sent), PLACE)
    for group in groups(sent):
        campaigns = tuple(campaign for _, campaign in group)
        decides = [(each, form[each.id]) for each in campaigns]
        yield ApiCampaigns(
            label=f"{PLACE}, campaign {campaigns[0].id}", fingerprint=_fingerprint(decides), size=1, campaigns=campaigns
        )
    for audience in client.lists():
        yield from _audience(client, audience, wanted)


def _audience(client: Client, audience: Answer, wanted: Member | None) -> Iterator[Chunk | Finding]:
    stats, identity = child(audience, "stats"), line(audience.get("id"))
    counts: dict[Standing, int] = {
        "subscribed": _count(stats.get("member_count")),
        "unsubscribed": _count(stats.get("unsubscribe_count")),
        "cleaned": _count(stats.get("cleaned_count")),
    }
    yield audience_finding(line(audience.get("name")), f"{PLACE}, audience {identity}", counts, wanted)
    if wanted is None:
        return
    total = client.member_count(identity)  # with the pending and the archived, whom the statistics leave out
    for offset in range(0, total, PAGE):
        yield ApiContacts(
            label=f"{PLACE}, audience {identity}, from contact {offset + 1}",
            fingerprint=_fingerprint((identity, total, sorted(stats.items(), key=str), offset, wanted)),
            size=1,
            audience=identity,
            offset=offset,
            wanted=wanted,
        )


def read_api_campaigns(chunk: ApiCampaigns) -> Iterator[Record]:
    """Ask for the texts, and make records of them."""
    sent = []
    for campaign in chunk.campaigns:
        place = f"{PLACE}, campaign {campaign.id}"
        try:
            content = content_of_api(_client().content(campaign.id), campaign.winner)
        except MissingError:
            content = content_of_api({})
        if content:
            sent.append(Sent(campaign, content, (place,)))
        else:
            yield _lost("campaign-without-text", "Mailchimp does not have the text of this campaign any more.", place)
    yield from records_of(sent)


def read_api_contacts(chunk: ApiContacts) -> Iterator[Record]:
    """Ask for a page of contacts: who may become a member, and who never may."""
    for entry in _client().members(chunk.audience, chunk.offset):
        person = contacts.person_of(contacts.of_api(entry), chunk.wanted)
        if person is not None:
            yield person


def _lost(code: str, text: str, place: str) -> Finding:
    return Finding(stage="read", severity="warning", code=code, text=text, locator=place, lost=1)


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _fingerprint(decides: object) -> str:
    digest = blake2b(repr(decides).encode("utf-8", "backslashreplace"), digest_size=20).hexdigest()
    return f"{READER}-{digest}"
