"""What becomes of a campaign's text, and what is to be told of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from importers.mailchimp import merge_tags
from importers.mailchimp.facts import Facts
from importers.mailchimp.links import without_reader_ids
from migrate.content.escape import clean, escape
from migrate.mail.problems import Problem

# Pictographs and what joins, colours and varies them; no letters, digits or units of measure.
_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff\U000e0020-\U000e007f\ufe0f\u200d\u20e3]"
_TARGET = re.compile(r"\]\([^()\n]{0,8000}\)")
_NO_PICTURE = re.compile(r"\[[^\[\]\n]{1,300}\.(?:png|jpe?g|gif|webp)\]", re.IGNORECASE)  # its name stands for it
_PADDING = re.compile(rf"\A(?:{_EMOJI}|\s)+|(?:{_EMOJI}|\s)+\Z")
_FILLING = re.compile(
    "[\u00ad\u034f\u2007\u200b-\u200f\u2060\u2800\ufeff]"
)  # behind the preview, to push the text away
_WORD = re.compile(r"[^\W_]+")
_EMPTY = ("", "---")  # lines that part nothing at the ends of a text
_READER = Problem(
    "reader-data-left-out", "info", "Where the reader's own name or data stood, the text was closed up (places: {})."
)
_PASSAGES = Problem("reader-passages-left-out", "info", "What only some readers got was left out (passages: {}).")
_FEEDS = Problem("feed-block-left-out", "info", "What Mailchimp filled from a feed holds nothing here (blocks: {}).")
_ODD = Problem("merge-tag-unknown", "warning", "Merge tags that are unknown or lack their partner went (number: {}).")
_LINES = Problem(
    "campaign-footer-left-out", "info", "The footer, such as the way to unsubscribe, was left out (lines: {})."
)
_COUNTED = Problem(
    "link-target-unknown", "info", "Links go through Mailchimp's counter, which alone knows where to (number: {})."
)
_PICTURES = Problem(
    "picture-not-in-export", "info", "Pictures are not in the export and stay links to the web (number: {})."
)
_EMPTY_CAMPAIGN = Problem("campaign-empty", "warning", "This campaign has no text that could be shown.")
_PREVIEW_OF_TEMPLATE = "use this area to offer a short preview of your email s content"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A campaign as it becomes a message."""

    title: str  # one line; "" where nothing tells
    body: str  # neutral Markdown
    elided: str  # the same: what is folded away
    problems: tuple[Problem, ...] = ()  # each kind once, with its number


@dataclass(slots=True)
class Losses:
    """How often something was left out, replaced or is missing."""

    reader: int = 0  # places with the reader's own data
    passages: int = 0  # passages for some readers
    feeds: int = 0  # blocks filled from a feed
    odd: int = 0  # tags that nobody knows
    lines: int = 0  # of footers and the like
    counted: int = 0  # links whose target only Mailchimp knows
    pictures: int = 0  # that the export does not hold

    def add(self, filled: merge_tags.Filled) -> None:
        """Count what filling in merge tags left out."""
        self.reader += filled.reader
        self.passages += filled.passages
        self.feeds += filled.feeds
        self.odd += filled.odd

    def problems(self) -> tuple[Problem, ...]:
        """What to tell the user; nothing that did not happen."""
        told = [
            (self.reader, _READER),
            (self.passages, _PASSAGES),
            (self.feeds, _FEEDS),
            (self.odd, _ODD),
            (self.lines, _LINES),
            (self.counted, _COUNTED),
            (self.pictures, _PICTURES),
        ]
        return tuple(problem._replace(text=problem.text.format(count)) for count, problem in told if count)


def concluded(title: str, body: str, elided: str, preview: str, losses: Losses) -> Conversion:
    """The conversion of Markdown that is ready but for what tags left, and for the preview.

    The preview is what mail programs show beside the subject; it was hidden in the mail itself. Mostly it repeats the
    text. Where it does not, it is folded away with the rest; where all else is pictures, it is the text.
    """
    body, odd = merge_tags.without_left_over(body)
    elided, odd_elided = merge_tags.without_left_over(elided)
    losses.odd += odd + odd_elided
    body, elided = (_trimmed(without_reader_ids(text)) for text in (body, elided))
    preview = " ".join(without_reader_ids(_FILLING.sub("", preview)).split())
    if _says_more(preview, f"{title}\n{body}\n{elided}"):
        if _WORD.search(_TARGET.sub("", _NO_PICTURE.sub("]", body))) is None:  # nothing but pictures
            body = "\n\n".join(filter(None, (escape(preview), body)))
        else:
            elided = "\n\n".join(filter(None, (escape(preview), elided)))
    problems = losses.problems()
    if not body:
        problems += (_EMPTY_CAMPAIGN,)
    return Conversion(title, body, elided, problems)


def _trimmed(markdown: str) -> str:
    lines = markdown.split("\n")
    start, stop = 0, len(lines)
    while start < stop and lines[start].strip() in _EMPTY:
        start += 1
    while stop > start and lines[stop - 1].strip() in _EMPTY:
        stop -= 1
    return "\n".join(lines[start:stop])


def _says_more(preview: str, text: str) -> bool:
    words = _WORD.findall(preview.casefold())
    if not words or " ".join(words) == _PREVIEW_OF_TEMPLATE:
        return False
    # The last word may be cut off.
    return f" {' '.join(words[:-1] or words)}" not in f" {' '.join(_WORD.findall(text.casefold()))}"


def titled(facts: Facts, other: str = "") -> str:
    """The subject without merge tags and the emoji round it; where there is none, `other`, such as a page's title."""
    title = " ".join(clean(merge_tags.title(facts) or other).split())
    title = _PADDING.sub("", title) or title
    return title.rstrip(" ,;:") if "*|" in facts.subject else title
