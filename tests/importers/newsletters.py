"""Small exports of Mailchimp for tests, and what is read of them."""

from __future__ import annotations

import csv
import io
import pickle
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from importers.mailchimp import MailchimpImporter
from migrate.model import Finding, Message, Person, Record
from migrate.sources import Chunk, Options

COLUMNS = ("Title", "Subject", "List", "Send Date", "Unique Id", "From Name", "Status", "Type")
SYSTEM = (
    "MEMBER_RATING",
    "OPTIN_TIME",
    "OPTIN_IP",
    "CONFIRM_TIME",
    "CONFIRM_IP",
    "LATITUDE",
    "LONGITUDE",
    "LEID",
    "EUID",
)
SUBSCRIBED = (*SYSTEM, "LAST_CHANGED", "NOTES", "TAGS")
UNSUBSCRIBED = (*SYSTEM, "UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "NOTES", "TAGS")
CLEANED = (*SYSTEM, "CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID", "NOTES", "TAGS")
LABELS = ("Email Address", "First Name", "Last Name")


def page(words: str, more: str = "") -> str:
    """A campaign as the account's export has it."""
    return (
        f"<html><head><title>*|MC:SUBJECT|*</title></head><body><table class='mcnTextBlock'><tr><td>"
        f"<p>{words}</p>{more}</td></tr></table></body></html>"
    )


def table(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def row(number: int, subject: str, date: str = "Jan 05, 2021 10:00 am", **more: str) -> tuple[str, ...]:
    """A campaign in the table, whose id is made of its number."""
    values = {
        "Title": f"Internal {number}",
        "Subject": subject,
        "List": "Gardeners",
        "Send Date": date,
        "Unique Id": f"{number:010x}",
        "From Name": "Mira",
        "Status": "sent",
        "Type": "regular",
    } | more
    return tuple(values[name] for name in COLUMNS)


def account(folder: Path, rows: Sequence[Sequence[str]], files: dict[str, str]) -> Path:
    """An account's export: the table of campaigns, and files of their texts by name."""
    (folder / "campaigns_content").mkdir(parents=True, exist_ok=True)
    (folder / "campaigns.csv").write_text(table([COLUMNS, *rows]), "utf-8")
    for name, text in files.items():
        (folder / "campaigns_content" / name).write_text(text, "utf-8")
    return folder


def contact(
    address: str, *names: str, confirmed: str = "2020-01-01 10:00:00", columns: int = len(SUBSCRIBED)
) -> list[str]:
    """A row of an audience's file, full of what is not to be read."""
    cells = [
        "5",
        "2020-01-01 10:00:00",
        "192.0.2.1",
        confirmed,
        "192.0.2.1",
        "52.5",
        "13.4",
        "1",
        "2",
        "2021-01-01 10:00:00",
    ]
    cells += ["Secret note"] * (columns - len(cells))
    return [address, *(names or ("Ann", "Lee")), *cells]


def scanned(*locations: Path | str, **options: str) -> list[Chunk | Finding]:
    """Chunks and findings of the scan."""
    said = Options({name: (value,) for name, value in options.items()})
    return list(MailchimpImporter().scan([str(location) for location in locations], said))


def records(*locations: Path | str, **options: str) -> list[Record]:
    """Everything that comes out, with the chunks sent through pickle as to a worker process."""
    found: list[Record] = []
    for item in scanned(*locations, **options):
        if isinstance(item, Finding):
            found.append(item)
        else:
            found.extend(MailchimpImporter().read(pickle.loads(pickle.dumps(item))))
    return found


def messages(found: Sequence[Record]) -> list[Message]:
    return [record for record in found if isinstance(record, Message)]


def codes(found: Sequence[Record]) -> Counter[str]:
    return Counter(record.code for record in found if isinstance(record, Finding))


def lost(found: Sequence[Record]) -> int:
    return sum(record.lost for record in found if isinstance(record, Finding))


def members(found: Sequence[Record]) -> dict[str, str | None]:
    """What becomes of each contact, by address."""
    return {record.key: record.member for record in found if isinstance(record, Person) and record.member}
