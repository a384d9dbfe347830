"""Which group a mailbox is of that lies in no group's folder, by its mails."""

from __future__ import annotations

import re
from collections import Counter

from migrate.mail.lists import ListName
from migrate.mail.problems import Problem
from migrate.mail.splitter import detect_format, split

PUBLIC = "googlegroups.com"  # the domain of groups that are of no organisation

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_OF_A_GROUP = re.compile(
    rb"^(?:X-Google-Groups?|X-Google-Group-Id|X-Google-Thread|X-Spam-Checked-In-Group):"
    rb"|^(?:List-ID|X-BeenThere|Mailing-list|List-Post):[^\n]{0,200}[.@]googlegroups\.com",
    re.IGNORECASE | re.MULTILINE,
)
_OF_A_PERSON = re.compile(rb"^(?:Delivered-To|X-Gmail-Labels):", re.IGNORECASE | re.MULTILINE)
_OF_A_LIST = re.compile(
    rb"^(?:List-ID|List-Post|X-BeenThere|X-Mailing-List|Mailing-list):", re.IGNORECASE | re.MULTILINE
)
_SENT_TO = re.compile(rb"^(?:To|Cc):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEADER = 256 << 10
_OF_NO_GROUP = Problem(
    "mail-of-no-group", "info", "This mail in a member's mailbox was sent to no group; it was left out."
)
_LIST_ID = re.compile(rb"^List-ID:", re.IGNORECASE | re.MULTILINE)
_BEEN_THERE = re.compile(
    rb"^(?:X-BeenThere:[ \t]*|Mailing-list:[ \t]*list[ \t]+)([^\s@;<>,]{1,64})@([\w.-]{1,253})",
    re.IGNORECASE | re.MULTILINE,
)
_GROUPS = re.compile(rb"^X-Google-Groups:[ \t]*([\w.+-]{1,64})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def is_of_groups(sample: bytes) -> bool:
    """Whether most of the mails in the first bytes of a mailbox, or a single mail, came through a Google group."""
    headers = _headers(sample)
    return bool(headers) and 2 * sum(1 for header in headers if _OF_A_GROUP.search(header)) >= len(headers)


def group_in(sample: bytes) -> ListName | None:
    """The group that most mails in the first bytes of a mailbox name, where none names it as a list; else None."""
    found: Counter[bytes] = Counter()
    for header in _headers(sample):
        if _LIST_ID.search(header):
            return None
        if match := _BEEN_THERE.search(header):
            found[match[1].lower() + b"." + match[2].lower().strip(b".")] += 1
        elif match := _GROUPS.search(header):
            found[match[1].lower() + b".googlegroups.com"] += 1
    if not found:
        return None
    key = found.most_common(1)[0][0].decode("ascii", "replace")
    return ListName(key, key.partition(".")[0]) if key.isprintable() else None


def left_out(known: ListName, raw: bytes) -> Problem | None:
    """Why a mail of somebody's own mailbox is not read, where it came through no list and was sent to none.

    Labels go on whole conversations, with what two members said to each other alone.
    """
    header = _HEADER_END.split(raw[:_LONGEST_HEADER], maxsplit=1)[0]
    if not _OF_A_PERSON.search(header) or _OF_A_GROUP.search(header) or _OF_A_LIST.search(header):
        return None
    local, _, domain = known.key.lower().partition(".")
    sent_to = b"".join(_SENT_TO.findall(header)).lower()
    if f"@{PUBLIC}".encode() in sent_to or f"{local}@{domain}".encode() in sent_to:
        return None
    return _OF_NO_GROUP


def _headers(sample: bytes) -> list[bytes]:
    form = detect_format(sample)
    messages = [sample[segment.content : segment.end] for segment in split(sample, form)] if form else [sample]
    return [_HEADER_END.split(message, 1)[0] for message in messages]
