"""What lies in files, as chunks and findings, and how each kind of chunk is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from importers.mailchimp.account import ApiCampaigns, ApiContacts, read_api_campaigns, read_api_contacts
from importers.mailchimp.audiences import Audiences, ContactsChunk, audience_shape, read_contacts
from importers.mailchimp.chunks import CampaignsChunk, campaign_chunks, read_campaigns
from importers.mailchimp.kinds import OURS, Kind, kind_of
from importers.mailchimp.members import MembersChunk, member_chunks, read_members
from importers.mailchimp.survey import Survey
from migrate.errors import InputError
from migrate.model import Finding, Member, Record
from migrate.sources import Chunk
from migrate.tree import Tree, TreeFile

READERS: Mapping[type[Chunk], Callable[..., Iterator[Record]]] = {
    CampaignsChunk: read_campaigns,
    ContactsChunk: read_contacts,
    MembersChunk: read_members,
    ApiCampaigns: read_api_campaigns,
    ApiContacts: read_api_contacts,
}
_PASSED_OVER: Mapping[Kind, tuple[str, str]] = {
    "template": ("templates-left-out", "Templates were left out, since nobody was sent one (files: {})."),
    "report": ("reports-not-read", "Reports were not opened: they say who read what (files: {})."),
    "other": ("files-not-recognised", "What is nothing of Mailchimp's was passed over (files: {})."),
}


def export_chunks(tree: Tree, wanted: Member | None, now: datetime) -> Iterator[Chunk | Finding]:
    """The campaigns and audiences of an export. Raises InputError where there are none."""
    survey, audiences = Survey(now), Audiences(wanted)
    kinds: dict[Kind, list[TreeFile]] = {}
    for file in tree:
        kinds.setdefault(kind_of(file), []).append(file)
    if not OURS & kinds.keys():
        raise InputError(_nothing(kinds))
    yield from tree.findings
    for file in kinds.get("json", ()):
        survey.take_json(file)
    survey.describe()
    takers: tuple[tuple[Kind, Callable[[TreeFile], None]], ...] = (
        ("campaigns", survey.take_table),
        ("feed", survey.take_feed),
        ("page", survey.take_page),
        ("content", survey.take_file),
    )
    for kind, take in takers:
        for file in kinds.get(kind, ()):
            take(file)
    survey.finish()
    yield from survey.findings
    yield from campaign_chunks(survey, {file.name.lower(): file for file in kinds.get("picture", ())})
    for file in kinds.get("audience", ()):
        if shape := audience_shape(file):
            yield from audiences.chunks(file, shape)
    for file in survey.contacts:
        yield from member_chunks(file, audiences)
    yield from audiences.findings()
    yield from _passed_over(Counter({kind: len(files) for kind, files in kinds.items()}))


def _passed_over(counts: Counter[Kind]) -> Iterator[Finding]:
    for kind, (code, text) in _PASSED_OVER.items():
        if counts[kind]:
            yield Finding(stage="read", severity="info", code=code, text=text.format(f"{counts[kind]:,}"))


def _nothing(kinds: Mapping[Kind, Sequence[TreeFile]]) -> str:
    if "template" in kinds or "report" in kinds:
        return (
            "There are only templates and reports here. When asking Mailchimp for the export of the account, choose"
            " campaigns and audiences, too."
        )
    return (
        "There is nothing of Mailchimp's here: no table or text of campaigns, no audience, no feed of the archive and"
        " no answer of the API."
    )
