"""The table of campaigns in an account's export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from importers.mailchimp.known import Campaign, campaign_id, folded, line, moment, url
from importers.mailchimp.table import rows
from migrate.mail.dates import parse_date
from migrate.model import Finding
from migrate.tree import TreeFile, opened

MOST_CAMPAIGNS = 200_000
# What the columns are called; where a translated header tells nothing, the first four are these in this order.
_LABELS = {
    "title": "title|campaign title|campaign name|titel|titre|título|titolo",
    "subject": "subject|subject line|email subject|betreff|betreffzeile|objet|asunto|oggetto|assunto|onderwerp",
    "list": "list|audience|list name|audience name|liste|zielgruppe|lista|público|pubblico|doelgroep",
    "sent": "send date|send time|sent|date sent|versanddatum|date d envoi|fecha de envío|data di invio|data de envio",
    "id": "unique id|campaign id|id",
    "web_id": "web id|campaign web id",
    "from": "from name|from|sender|sender name|absendername|nom de l expéditeur",
    "preview": "preview text|preheader",
    "status": "status|campaign status",
    "type": "type|campaign type",
    "folder": "folder|folder name|ordner|dossier",
    "url": "archive url|campaign url|url",
}
_BY_PLACE = ("title", "subject", "list", "sent")

Columns = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in the table."""

    campaign: Campaign
    locator: str


def columns_of(file_name: str, header: Sequence[str], first: Sequence[str]) -> Columns | None:
    """Where what stands in a table with that header and first row; None where it is no table of campaigns."""
    names = {folded(name): number for number, name in reversed(list(enumerate(header)))}
    found = {
        name: names[folded(label)]
        for name, labels in _LABELS.items()
        for label in reversed(labels.split("|"))
        if folded(label) in names
    }
    if "subject" in found and len(found) >= 3:
        return found
    is_dated = len(header) >= 6 and len(first) >= 4 and parse_date(line(first[3])) is not None
    if not is_dated or "campaign" not in file_name.lower():
        return None
    by_place = {name: number for number, name in enumerate(_BY_PLACE)}
    ids = [number for number, cell in enumerate(first) if campaign_id(cell)]
    return by_place | ({"id": ids[0]} if ids else {})


def listed(file: TreeFile, now: datetime) -> Iterator[Row | Finding]:
    """The campaigns of a table, in its order."""
    with opened(file) as content:
        table = rows(content.stream)
        header = next(table, [])
        first = list(islice(table, 1))
        columns = columns_of(file.name, header, first[0] if first else []) or {}
        for number, row in enumerate(islice(chain(first, table), MOST_CAMPAIGNS), 2):
            campaign = _campaign(row, columns, now)
            place = f"{file.label}:{number}"
            if campaign.subject or campaign.title or campaign.id:
                yield Row(campaign, place)
            else:
                text = "A row of the table of campaigns has no title, no subject and no id; it was passed over."
                code = "campaign-row-empty"
                yield Finding(stage="read", severity="warning", code=code, text=text, locator=place, lost=1)
        if content.finding:
            yield content.finding


def _campaign(row: Sequence[str], columns: Columns, now: datetime) -> Campaign:
    def cell(name: str) -> str:
        number = columns.get(name)
        return line(row[number]) if number is not None and number < len(row) else ""

    sent_at = moment(cell("sent"), now)
    return Campaign(
        id=campaign_id(cell("id")),
        web_id=cell("web_id"),
        subject=cell("subject"),
        preview_text=cell("preview"),
        title=cell("title"),
        from_name=cell("from"),
        list_name=cell("list"),
        sent_at=sent_at,
        archive_url=url(cell("url")),
        type=cell("type").lower(),
        status=cell("status").lower() or ("sent" if sent_at or "sent" not in columns else "unsent"),
        labels=(cell("folder"),) if cell("folder") else (),
    )
