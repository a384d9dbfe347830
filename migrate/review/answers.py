"""What can be done about each kind of finding: what a mapping can say, and which commands help.

A kind that is not named here can be accepted or passed over, as all others can.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """A key at the top of the mapping and what it is set to."""

    words: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A rule that leaves out the threads of one kind of source that have a label, or a title like that."""

    words: str
    kind: str
    key: str  # label or title
    value: str


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read the sources that a finding is about: everyone, or groups that are asked for."""

    words: str
    public: bool


Answer = Setting | Skip | Readers

_UNDATED = Setting("leave out messages that have no date of their own", "undated", "leave-out")
_BYLINE = Setting("let one account post everything, with a line that names each author", "authors", "byline")
_EXISTING = Setting("members post under their own accounts, one account for all others", "authors", "existing")
_UNFOLDED = Setting("show footers, and with them signatures and quotes of whole mails", "quotes", "keep")
_DROPPED = Setting("leave out footers, and with them signatures and quotes of whole mails", "quotes", "drop")
_FEEDS = Skip("leave out campaigns that were made from a feed", "mailchimp", "label", "rss")
_UNPLACED = Skip("leave out comments without their post", "facebook", "title", "Comments without their post*")
_READERS = (
    Readers("name the groups of the forum that may read them", public=False),
    Readers("let everyone read them", public=True),
)

_ANSWERS: dict[str, tuple[Answer, ...]] = {
    "account-not-used": (_EXISTING,),
    "address-masked": (_BYLINE,),
    "address-of-a-member": (_EXISTING,),
    "campaign-from-feed": (_FEEDS,),
    "comment-unplaced": (_UNPLACED,),
    "date-from-neighbours": (_UNDATED,),
    "date-missing": (_UNDATED,),
    "date-unknown": (_UNDATED,),
    "footer-learned": (_UNFOLDED, _DROPPED),
    "people-alike": (_BYLINE,),
    "private-by-copies": _READERS,
    "sender-hidden": (_BYLINE,),
    "visibility-unknown": _READERS,
}


def _each(command: str, *codes: str) -> Iterable[tuple[str, str]]:
    return ((code, command) for code in codes)


_COMMANDS: dict[str, str] = dict(
    [
        *_each(
            "migrate people --csv people.csv",
            "account-not-used",
            "account-unknown",
            "address-masked",
            "campaign-sender-unknown",
            "people-alike",
            "people-joined",
            "sender-hidden",
            "username-taken",
        ),
        *_each(
            "migrate import SOURCE PATH",
            "archive-encrypted",
            "archive-format-unknown",
            "archive-too-deep",
            "archive-too-large",
            "archive-too-many-members",
            "attachment-changed",
            "attachment-missing",
            "bad-line",
            "chunk-failed",
            "feed-damaged",
            "file-unreadable",
            "json-broken",
            "read-damaged",
            "read-truncated",
            "table-damaged",
        ),
        *_each(
            "migrate import google-groups PATH",
            "export-incomplete",
            "group-without-messages",
            "mailbox-is-pst",
            "vault-count-differs",
        ),
        *_each("migrate import google-groups PATH --members placeholders", "members-listed"),
        *_each(
            "migrate import facebook PATH",
            "comment-unplaced",
            "comments-missing",
            "entries-cut-off",
            "html-download",
            "media-elsewhere",
            "post-elsewhere",
            "row-incomplete",
        ),
        *_each("migrate import facebook PATH --group NAME", "group-unknown", "other-groups"),
        *_each("migrate import mailchimp PATH", "campaign-without-text", "picture-not-in-export"),
        *_each("migrate import mailchimp PATH --members placeholders", "audience"),
        *_each(
            "migrate import wiki PATH",
            "author-by-number",
            "dated-by-edit",
            "wiki-boards-elsewhere",
            "wiki-not-utf-8",
            "wiki-texts-missing",
            "wiki-xml-cut-off",
            "wiki-xml-damaged",
        ),
        *_each("migrate import wiki PATH --licence NAME", "licence-unknown"),
        *_each("migrate import wiki PATH --lang CODE", "unsigned-unknown"),
        *_each(
            "migrate import wiki ADDRESS TITLE",
            "page-transcluded",
            "wiki-board-unreadable",
            "wiki-pages-unsigned",
            "wiki-redirect-named",
            "wiki-title-not-found",
        ),
        *_each("migrate import wiki ADDRESS --category NAME", "wiki-category-empty"),
        *_each("migrate import wiki ADDRESS --prefix TEXT", "wiki-prefix-empty"),
        *_each("migrate import wiki ADDRESS --search TEXT", "wiki-search-empty"),
        *_each("pip install 'discourse-migrate[tnef]'", "tnef-closed"),
        *_each("migrate doctor --to URL", "upload-refused"),
        *_each("migrate push --to URL", "description-refused", "file-not-added", "state-refused"),
        *_each(
            "migrate resume",
            "author-refused",
            "category-refused",
            "post-ambiguous",
            "post-deleted",
            "post-queued",
            "post-refused",
            "post-topic-closed",
            "post-topic-deleted",
            "post-waits",
            "topic-refused",
            "user-refused",
        ),
    ]
)


def answers(code: str) -> tuple[Answer, ...]:
    """What a mapping can say to findings of that code."""
    return _ANSWERS.get(code, ())


def command(code: str, archive: str) -> str:
    """The command that does something about them, or ""; `archive` is what to add so that it means this archive.

    Words in capitals stand for what only the person at the terminal knows.
    """
    found = _COMMANDS.get(code, "")
    return found + archive if found.startswith("migrate") else found


def answered_codes() -> frozenset[str]:
    """The codes that this module knows something about."""
    return frozenset(_ANSWERS) | frozenset(_COMMANDS)
