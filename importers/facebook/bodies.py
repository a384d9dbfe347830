"""What a post says and carries, as neutral Markdown, and a title for it: Facebook's posts have none.

What is not the author's own words follows them, on lines that begin with a dash or star, so that the text of a post and
the same with more around it are told to be one (docs/intermediate-format.md: copies).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from importers.facebook.links import direct, direct_in_text, is_url, link
from migrate.content.escape import escape, escape_inline, escape_starts
from migrate.text import printable

LONGEST_TITLE = 100  # characters
SHORTEST_TITLE = 20  # a greeting alone says nothing
MOST_LISTED = 200  # links, options of a poll, people: more than any post has

# "@[4711:2048:Ann Example]", "@[4711:Ann Example]"
_TAG = re.compile(r"@\[\d{1,30}:(?:\d{1,10}:)?([^\[\]\n]{1,200})\]")
_SENTENCE = re.compile(r".*?(?:[.!?…]+(?=\s|\Z)|[。！？]|\Z)")


@dataclass(frozen=True, slots=True)
class Link:
    """A page somewhere else."""

    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """A question and the answers there were to choose from, each with its votes where they are known."""

    question: str
    answers: tuple[tuple[str, int | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something to go to. Times are in UTC."""

    name: str
    start: datetime | None = None
    end: datetime | None = None
    place: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """Another's post that this one passes on."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything a post or comment holds; plain text throughout, mended and clean."""

    text: str = ""
    markdown: bool = False  # whether `text` is Markdown already (Workplace)
    shared: tuple[Shared, ...] = ()
    links: tuple[Link, ...] = ()
    places: tuple[str, ...] = ()
    people: tuple[str, ...] = ()  # who was tagged
    polls: tuple[Poll, ...] = ()
    events: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()  # sentences about it: a file that is missing, what was for sale
    reactions: Mapping[str, int] = field(default_factory=dict)  # by kind: counts only


def plain(text: str) -> str:
    """The words of a post: tags of people as their names, Facebook's redirects replaced by where they lead."""
    return direct_in_text(_TAG.sub(r"\1", text)).strip()


def body_of(contents: Contents) -> str:
    """The body in neutral Markdown; "" where there is nothing."""
    text = plain(contents.text)
    blocks = [text if contents.markdown else escape(text)]
    blocks += [_quoted(shared) for shared in contents.shared[:MOST_LISTED]]
    blocks += [_poll(poll) for poll in contents.polls[:MOST_LISTED]]
    blocks += [_event(event) for event in contents.events[:MOST_LISTED]]
    blocks.append("\n".join(f"- {line}" for line in _remarks(contents, text)))
    if contents.reactions:
        blocks.append(_reactions(contents.reactions))
    return "\n\n".join(filter(None, blocks))


def title_of(contents: Contents, author: str, sent_at: datetime | None, kind: str = "Post") -> str:
    """The first sentence or line, cut at a word; else what it passes on; else `kind` with author and date."""
    words = plain(contents.text)
    names = [item.name for item in contents.links] if is_url(words) or not words else []
    for text in (
        *names,
        words,
        *(poll.question for poll in contents.polls),
        *(event.name for event in contents.events),
        *(shared.text for shared in contents.shared),
    ):
        if title := first_sentence(text):
            return printable(title)
    return f"{kind} by {author}" + ("" if sent_at is None else f", {spoken(sent_at)}")


def unplaced_title(sent_at: datetime | None) -> str:
    """What the comments of a month are called whose post cannot be told."""
    return "Comments without their post" + (f", {sent_at:%B %Y}" if sent_at else "")


def first_sentence(text: str) -> str:
    """The first line that says something, or as much of it as its first sentences need to say something."""
    line = next((line.strip() for line in text.split("\n") if any(map(str.isalnum, line))), "")
    line = line[: 4 * LONGEST_TITLE]
    title = ""
    while len(title) < min(SHORTEST_TITLE, len(line)):
        sentence = _SENTENCE.match(line, len(title))
        assert sentence is not None  # it matches the empty end
        title = line[: max(sentence.end(), len(title) + 1)]
    return cut(title.strip(), LONGEST_TITLE)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters of a text, cut between words where it has any."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = text[:limit].rpartition(" ")[0]
    return (words if len(words) > limit // 2 else head).rstrip(" ,;:-") + "…"


def spoken(moment: datetime) -> str:
    """A day as people write it: "3 March 2021"."""
    return f"{moment.day} {moment:%B %Y}"


def _remarks(contents: Contents, text: str) -> list[str]:
    """What stands below the text, a line each."""
    lines = []
    for item in contents.links[:MOST_LISTED]:
        url = direct(item.url)
        if url and url not in text and url.rstrip("/") not in text:
            lines.append(link(url, _line(item.name)))
    lines += [f"Place: {escape_inline(_line(place))}" for place in contents.places[:MOST_LISTED]]
    if contents.people:
        lines.append(f"With {escape_inline(', '.join(map(_line, contents.people[:MOST_LISTED])))}")
    lines += [escape_inline(_line(note)) for note in contents.notes[:MOST_LISTED]]
    return list(dict.fromkeys(lines))


def _quoted(shared: Shared) -> str:
    head = f"**{escape_inline(_line(shared.author))}:**\n" if shared.author else ""
    return "\n".join(f"> {line}".rstrip() for line in (head + escape(plain(shared.text))).split("\n"))


def _poll(poll: Poll) -> str:
    head = f"**Poll: {escape_inline(_line(poll.question))}**" if poll.question else "**Poll**"
    answers = [f"- {_item(name)}{_votes(votes)}" for name, votes in poll.answers[:MOST_LISTED]]
    return "\n".join([head, "", *answers]).rstrip()


def _votes(votes: int | None) -> str:
    if votes is None:
        return ""
    return " (1 vote)" if votes == 1 else f" ({votes} votes)"


def _event(event: Event) -> str:
    lines = [f"**Event: {escape_inline(_line(event.name))}**", ""]
    lines += [
        f"- {word}: {moment:%Y-%m-%d %H:%M} UTC"
        for word, moment in (("Starts", event.start), ("Ends", event.end))
        if moment
    ]
    if event.place:
        lines.append(f"- Place: {escape_inline(_line(event.place))}")
    if event.description:
        lines += ["", escape(plain(event.description))]
    return "\n".join(lines).rstrip()


def _reactions(reactions: Mapping[str, int]) -> str:
    named = sorted(reactions.items(), key=lambda item: (-item[1], item[0]))
    return f"*Reactions: {', '.join(f'{_line(name).lower()} {count}' for name, count in named)}*"


def _item(text: str) -> str:
    return escape_starts([escape_inline(_line(text))])


def _line(text: str) -> str:
    return " ".join(text.split())
