"""Flow boards over the API: which topics there are, then the topics themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import parse_qs, urlsplit

from importers.wiki.structured.flow import description_of, last_updated, topics_of
from importers.wiki.structured.flow_ids import flow_id
from importers.wiki.structured.tree import Odd, Topic
from importers.wiki.structured.values import inside, items, mapping, text
from migrate.model import Finding

Form = Literal["wikitext", "fixed-html"]
_AT_ONCE = 25  # topics in a request; wikis allow up to 100, but each post of them is converted to wikitext
_PREFIX = "topiclist_"


class Ask(Protocol):
    """Sends one request to a wiki's API: its action and parameters; the answer as JSON."""

    def __call__(self, action: str, /, **params: str | int) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A few topics of a board: as much as one request answers."""

    offset: str  # the id of the topic before them; "" for the first
    topics: tuple[tuple[str, int], ...]  # id, and when it changed last, in milliseconds since 1970


def board_lists(ask: Ask, board: str) -> Iterator[Listed | Finding]:
    """All topics of a board, newest first, without their texts."""
    seen: set[str] = set()
    offset = ""
    while True:
        result = _list(ask, board, offset, toconly=1)
        roots = [root for root in map(flow_id, items(mapping(result).get("roots"))) if root and root not in seen]
        if roots:
            yield Listed(offset, tuple((root, last_updated(result, root)) for root in roots))
        seen.update(roots)
        following = _following(result)
        if following and not roots:
            code, words = "list-circular", "A board's list of topics goes in a circle; it was read once."
            yield Finding(stage="read", severity="warning", code=code, text=words, locator=board)
        if not following or not roots:
            return
        offset = following


def listed_topics(ask: Ask, board: str, listed: Listed, form: Form = "wikitext") -> Iterator[Topic | Odd]:
    """These topics, with their texts in that form."""
    missing = {topic for topic, _ in listed.topics}
    for found in topics_of(_list(ask, board, listed.offset, format=form), board):
        if isinstance(found, Odd) or found.id in missing:
            yield found
        if isinstance(found, Topic):
            missing.discard(found.id)
    for topic in sorted(missing):  # newer ones took their places
        yield from one_topic(ask, f"Topic:{topic.capitalize()}", board, form)


def one_topic(ask: Ask, page: str, board: str, form: Form = "fixed-html") -> Sequence[Topic | Odd]:
    """The topic that has this page, with its texts."""
    answer = ask("flow", submodule="view-topic", page=page, vtformat=form)
    found = list(topics_of(inside(answer, "flow", "view-topic", "result", "topic"), board))
    return found or [Odd("post-unreadable", 1, page)]


def board_description(ask: Ask, board: str) -> Topic | None:
    """What stands above the topics, as a topic of its own; None where there is nothing."""
    # Wikitext may fail, and would take the whole board with it.
    answer = ask("flow", submodule="view-header", page=board, vhformat="fixed-html")
    return description_of(inside(answer, "flow", "view-header", "result", "header"), board)


def _list(ask: Ask, board: str, offset: str, **more: str | int) -> object:
    params: dict[str, str | int] = {"vtlsortby": "newest", "vtllimit": _AT_ONCE}
    params |= {f"vtl{key}": value for key, value in more.items()}
    if offset:
        params |= {"vtloffset-id": offset, "vtloffset-dir": "fwd"}
    answer = ask("flow", submodule="view-topiclist", page=board, **params)
    return inside(answer, "flow", "view-topiclist", "result", "topiclist")


def _following(result: object) -> str:
    """After which topic the list goes on; "" at its end."""
    url = text(inside(result, "links", "pagination", "fwd", "url"))
    try:
        values = parse_qs(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        return ""
    return flow_id(values.get(f"{_PREFIX}offset-id", [""])[0])
