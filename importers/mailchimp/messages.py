"""A campaign and its text as the records of one thread with one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from importers.mailchimp.facts import Facts
from importers.mailchimp.known import Campaign, folded
from importers.mailchimp.links import without_reader_ids
from migrate.content.escape import clean
from migrate.mail.problems import Problem
from migrate.model import Attachment, AttachmentRef, Finding, Message, Origin, Person, Record, Severity, Source, Thread

KIND = "mailchimp"
UNNAMED = "Newsletter"  # a list whose name nobody knows
LONGEST_NATIVE = 8 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The text of a campaign. `html` goes before `text`."""

    html: str = ""
    text: str = ""
    variants: int = 1  # how many there were to choose from
    guessed: bool = False  # nothing says which of the variants was sent to everybody

    def __bool__(self) -> bool:
        return bool(self.html or self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A file that a campaign may show."""

    ref: AttachmentRef
    content: Attachment


@dataclass(frozen=True, slots=True)
class Sent:
    """A mailing that is to become a message."""

    campaign: Campaign
    content: Content
    locators: tuple[str, ...]
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # by address or file name
    problems: tuple[Problem, ...] = ()  # with its text


def source_of(campaign: Campaign) -> Source:
    """The list a campaign went to."""
    name = campaign.list_name or UNNAMED
    return Source(key=f"mailchimp:{' '.join(name.lower().split())}", kind=KIND, name=name)


def sender_of(campaign: Campaign) -> Person:
    """Who a campaign says it is from: one account for the name, without an address.

    The address of a newsletter is mostly an office's, read by several people or by none: nobody is mailed for it, and
    nobody takes over the account by it. Who is meant can be said in the people file.
    """
    name = campaign.from_name.replace("*|", "").replace("|*", "").strip() or campaign.list_name or UNNAMED
    return Person(key=f"mailchimp:{' '.join(name.lower().split())}", name=name, names=(name,))


def records_of(group: Sequence[Sent]) -> Iterator[Record]:
    """The records of mailings that may be one and the same sent again: those that read alike become one message."""
    first: dict[str, Message] = {}
    for sent in group:
        records = list(_records(sent))
        message = next(record for record in records if isinstance(record, Message))
        said = folded(f"{message.title}\n{message.body}")
        if (before := first.get(said)) is None or before.key == message.key:
            first[said] = message
            yield from records
            continue
        yield Message(
            key=before.key,
            source=before.source,
            author=before.author,
            title=before.title,
            body=before.body,
            elided=before.elided,
            sent_at=before.sent_at,
            date_source=before.date_source,
            native_format=before.native_format,
            thread=before.thread,
            origins=message.origins,
            locator=message.locator,
        )
        text = "This was sent a second time, to those who had not opened it perhaps; it is one message with the first."
        yield _finding("campaign-resent", "info", text, message.locator, message=before.key, source=before.source)


def _records(sent: Sent) -> Iterator[Record]:
    from importers.mailchimp.campaign import convert, convert_text  # the HTML libraries are slow to load

    campaign, content = sent.campaign, sent.content
    locator = sent.locators[0]
    facts = Facts(
        subject=campaign.subject,
        preview_text=campaign.preview_text,
        from_name=campaign.from_name,
        list_name=campaign.list_name,
        sent_at=campaign.sent_at,
        archive_url=campaign.archive_url,
        language=campaign.language,
        images={name: f"attachment:{picture.ref.sha256}" for name, picture in sent.pictures.items()},
    )
    converted = convert(content.html, facts, content.text) if content.html else convert_text(content.text, facts)
    source, sender, key = source_of(campaign), sender_of(campaign), campaign.key
    title = converted.title or campaign.title or _dated(campaign)
    yield source
    yield sender
    used = _used(sent.pictures.values(), f"{converted.body}\n{converted.elided}")
    yield from (picture.content for picture in used)
    yield Thread(key=key, source=source.key, title=title, labels=campaign.labels, url=campaign.archive_url or None)
    yield Message(
        key=key,
        source=source.key,
        author=sender.key,
        title=title,
        body=converted.body,
        elided=converted.elided,
        sent_at=campaign.sent_at,
        date_source="source" if campaign.sent_at else None,
        native_format="text/html" if content.html else "text/plain",
        native=without_reader_ids(clean(content.html or content.text)).encode()[:LONGEST_NATIVE],
        thread=key,
        attachments=tuple(picture.ref for picture in used),
        origins=tuple(Origin(source=source.key, locator=place) for place in sent.locators),
        url=campaign.archive_url or None,
        locator=locator,
    )
    for problem in (*sent.problems, *converted.problems):
        yield _finding(problem.code, problem.severity, problem.text, locator, message=key, source=source.key)
    yield from _own_findings(sent, key, source.key)


def _own_findings(sent: Sent, key: str, source: str) -> Iterator[Finding]:
    campaign, content, locator = sent.campaign, sent.content, sent.locators[0]
    if content.guessed:
        text = f"Nothing says which of its {content.variants} variants won; the first was taken."
        yield _finding("campaign-variant-guessed", "warning", text, locator, message=key, source=source)
    elif content.variants > 1:
        text = f"It was tried in {content.variants} variants; the one that everybody else got was taken."
        yield _finding("campaign-variants", "info", text, locator, message=key, source=source)
    if not campaign.from_name:
        text = "The export does not name the sender; the name of the list stands for it."
        yield _finding("campaign-sender-unknown", "info", text, locator, message=key, source=source)
    if campaign.sent_at is None:
        text = "The export does not say when this was sent."
        yield _finding("date-missing", "warning", text, locator, message=key, source=source)


def _used(pictures: Iterable[Picture], text: str) -> list[Picture]:
    """The pictures that a text shows, each once."""
    found = {picture.ref.sha256: picture for picture in pictures}
    return [picture for digest, picture in found.items() if f"attachment:{digest}" in text]


def _dated(campaign: Campaign) -> str:
    name = campaign.list_name or UNNAMED
    return f"{name}, {campaign.sent_at:%Y-%m-%d}" if campaign.sent_at else name


def _finding(code: str, severity: Severity, text: str, locator: str, *, message: str, source: str) -> Finding:
    return Finding(
        stage="read",
        severity=severity,
        code=code,
        text=text,
        source=source,
        message=message,
        locator=locator,
    )
