"""Which campaigns become messages: those that were sent, to everybody and once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from importers.mailchimp.known import Campaign, folded
from migrate.model import Finding

RESENT = timedelta(days=30)  # what is sent again is sent again soon
FEED_LABEL = "rss"  # of campaigns that Mailchimp made from a feed
_UNSENT = {
    "save": "drafts",
    "draft": "drafts",
    "paused": "paused",
    "schedule": "scheduled",
    "scheduled": "scheduled",
    "sending": "still being sent",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "canceling": "cancelled",
    "unsent": "not sent",
}
_AUTOMATIC = frozenset(("automation", "automation-email", "transactional", "welcome"))
_TEST = re.compile(r"\s*\[test\]", re.IGNORECASE)


def left_out(campaign: Campaign) -> str:
    """Why a campaign does not become a message, in a word or two; "" if it does."""
    if campaign.type in _AUTOMATIC:
        return "automatic"
    if _TEST.match(campaign.subject):
        return "tests"
    # A status in another language, or that of a campaign put into the archive, does not tell; that it has no date does.
    is_dated = campaign.sent_at is not None or campaign.status in ("", "sent")
    return _UNSENT.get(campaign.status, "" if is_dated else "not sent")


def told(campaign: Campaign) -> Campaign:
    """The campaign, labelled where it was made from a feed."""
    if campaign.type != "rss" or FEED_LABEL in campaign.labels:
        return campaign
    return replace(campaign, labels=(*campaign.labels, FEED_LABEL))


def findings(reasons: Counter[str], made_of_feeds: int, place: str = "") -> Iterator[Finding]:
    """What was left out, each kind counted, and what may be there twice."""
    texts = {
        "automatic": "Campaigns that were sent by themselves, to one reader at a time, were left out: {}.",
        "tests": "Campaigns that were tests were left out: {}.",
    }
    for reason, count in sorted(reasons.items()):
        text = texts.get(reason, f"Campaigns that were never sent were left out ({reason}): {{}}.")
        code = {"automatic": "campaign-automatic", "tests": "campaign-test"}.get(reason, "campaign-not-sent")
        yield _finding(code, text.format(f"{count:,}"), place, lost=count)
    if made_of_feeds:
        text = (
            f"Campaigns that Mailchimp made from a blog's feed are labelled {FEED_LABEL!r}: {made_of_feeds:,}. If the"
            " blog is imported, too, leave them out with a rule of the mapping."
        )
        yield _finding("campaign-from-feed", text, place)


def groups(campaigns: Sequence[tuple[int, Campaign]]) -> Iterator[list[tuple[int, Campaign]]]:
    """Campaigns that may be one sent again, together; all others by themselves; as they were sent."""
    open_groups: dict[tuple[str, str], list[tuple[int, Campaign]]] = {}
    for number, campaign in sorted(campaigns, key=lambda each: (_sent(each[1]), each[1].key)):
        about = folded(campaign.subject), campaign.list_name
        group = open_groups.get(about)
        if group and (not about[0] or not _soon(group[-1][1], campaign)):
            yield open_groups.pop(about)
            group = None
        open_groups.setdefault(about, []).append((number, campaign))
    yield from open_groups.values()


def _sent(campaign: Campaign) -> str:
    return campaign.sent_at.isoformat() if campaign.sent_at else ""


def _soon(one: Campaign, other: Campaign) -> bool:
    return bool(one.sent_at and other.sent_at and other.sent_at - one.sent_at <= RESENT)


def _finding(code: str, text: str, place: str, *, lost: int = 0) -> Finding:
    return Finding(stage="read", severity="info", code=code, text=text, locator=place, lost=lost)
