"""The campaigns of an export in small pieces, and the records of one piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256

from importers.mailchimp.contents import pictures_in
from importers.mailchimp.known import Campaign
from importers.mailchimp.messages import Content, Picture, Sent, records_of
from importers.mailchimp.places import Place, Stands, Text, texts
from importers.mailchimp.sending import FEED_LABEL, findings, groups, left_out, told
from importers.mailchimp.survey import Survey
from migrate.mail.problems import Problem
from migrate.media import HEAD, media_type_of, without_whereabouts
from migrate.model import Attachment, AttachmentRef, Finding, Record
from migrate.sources import Chunk
from migrate.text import printable
from migrate.tree import TreeFile, read_file

READER = "mailchimp-1"  # raise when `read` yields something else for the same campaigns
TARGET = 1 << 20  # characters of text in a chunk, about
LARGEST_PICTURE = 64 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A campaign, and where its text and its pictures stand."""

    campaign: Campaign
    best: Place
    also: Place | None  # its plain text
    locators: tuple[str, ...]
    variants: int
    pictures: tuple[TreeFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignsChunk(Chunk):
    """Some campaigns; those within one group may be the same, sent again."""

    groups: tuple[tuple[Planned, ...], ...]


def campaign_chunks(survey: Survey, pictures: dict[str, TreeFile]) -> Iterator[Chunk | Finding]:
    """What was sent and has a text, as chunks of about a megabyte; all else as findings. `pictures`: by file name."""
    reasons: Counter[str] = Counter()
    wanted: list[tuple[int, Campaign]] = []
    for number, campaign in enumerate(map(told, survey.register)):
        if reason := left_out(campaign):
            reasons[reason] += 1
        elif stands := survey.stands.get(number):
            is_known = campaign.id or campaign.sent_at
            wanted.append((number, campaign if is_known else replace(campaign, mark=stands[0].digest)))
        else:
            yield _without_text(survey.told_in[number])
    yield from findings(reasons, sum(FEED_LABEL in campaign.labels for _, campaign in wanted))
    batch: list[tuple[tuple[Planned, ...], str]] = []
    size = 0
    for group in groups(wanted):
        texts_of = [survey.stands[number] for number, _ in group]
        planned = tuple(
            _planned(campaign, its, survey.variants[number], pictures)
            for (number, campaign), its in zip(group, texts_of, strict=True)
        )
        batch.append((planned, repr([[each.digest for each in its] for its in texts_of])))
        size += sum(its[0].size for its in texts_of)
        if size > TARGET:
            yield _chunk(batch, size)
            batch, size = [], 0
    if batch:
        yield _chunk(batch, size)


def _without_text(locator: str) -> Finding:
    text = "The text of this campaign is not in the export."
    return Finding(stage="read", severity="warning", code="campaign-without-text", text=text, locator=locator, lost=1)


def _planned(campaign: Campaign, stands: Sequence[Stands], variants: int, pictures: dict[str, TreeFile]) -> Planned:
    best = stands[0]
    named = sorted(name for each in stands for name in each.pictures if name.lower() in pictures)
    return Planned(
        campaign=campaign,
        best=best.place,
        also=next((each.place for each in stands[1:] if each.place.form == "text"), None),
        locators=tuple(dict.fromkeys(each.place.locator for each in stands)),
        variants=max(1, variants),
        pictures=tuple(dict.fromkeys(pictures[name.lower()] for name in named)),
    )


def _chunk(batch: Sequence[tuple[tuple[Planned, ...], str]], size: int) -> CampaignsChunk:
    all_planned = [planned for group, _ in batch for planned in group]
    decides = [
        (each.campaign, each.variants, [(file.name, file.size) for file in each.pictures]) for each in all_planned
    ]
    told_by = f"{READER}\n{decides!r}\n{[digests for _, digests in batch]!r}"
    digest = blake2b(told_by.encode("utf-8", "backslashreplace"), digest_size=20).hexdigest()
    first = all_planned[0].best.locator
    more = f" and {len(all_planned) - 1} more" if len(all_planned) > 1 else ""
    return CampaignsChunk(
        label=f"{first}{more}", fingerprint=f"{READER}-{digest}", size=size, groups=tuple(group for group, _ in batch)
    )


def read_campaigns(chunk: CampaignsChunk) -> Iterator[Record]:
    """The records of the campaigns of one chunk."""
    wanted = [
        (place, each.campaign) for group in chunk.groups for each in group for place in (each.best, each.also) if place
    ]
    found = texts(wanted)
    for group in chunk.groups:
        sent = []
        for each in group:
            text = found.get(each.best, Text(Content()))
            if not text.content:
                yield _without_text(each.best.locator)
                continue
            problems = list(text.problems)
            pictures = _pictures(each, text.content, problems)
            also = found[each.also].content.text if each.also and each.also in found else ""
            content = _with_variants(text.content, also, each.variants)
            sent.append(Sent(each.campaign, content, each.locators, pictures, tuple(problems)))
        yield from records_of(sent)


def _with_variants(content: Content, also: str, variants: int) -> Content:
    count = max(content.variants, variants)
    guessed = content.guessed or variants > 1
    return Content(html=content.html, text=content.text or also, variants=count, guessed=guessed)


def _pictures(planned: Planned, content: Content, problems: list[Problem]) -> dict[str, Picture]:
    """The pictures that a text names and the export holds, by the names in the text."""
    by_name = {file.name.lower(): file for file in planned.pictures}
    read: dict[str, Picture] = {}
    found = {}
    for name in sorted(pictures_in(content.html)):
        file = by_name.get(name.lower())
        if file is None:
            continue
        if file.path not in read:
            data, finding = read_file(file, LARGEST_PICTURE)
            if finding is not None:
                problems.append(Problem(finding.code, finding.severity, finding.text))
                continue
            read[file.path], sure = _picture(file, data)
            if not sure:
                name_told = printable(file.name)
                text = f"{name_told} may still tell where or with what it was taken: it could not be cleaned wholly."
                problems.append(Problem("media-not-cleaned", "warning", text))
        found[name] = read[file.path]
    return found


def _picture(file: TreeFile, data: bytes) -> tuple[Picture, bool]:
    """The file without what tells where it was taken, and whether that is sure."""
    media_type = media_type_of(data[:HEAD], file.name)
    data, sure = without_whereabouts(data, media_type)
    digest = sha256(data).hexdigest()
    picture = Picture(
        ref=AttachmentRef(sha256=digest, filename=printable(file.name), media_type=media_type, size=len(data)),
        content=Attachment(sha256=digest, media_type=media_type, size=len(data), content=data),
    )
    return picture, sure
