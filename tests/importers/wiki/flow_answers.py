"""Answers of Flow's API and its dumps, made after what the extension writes; and the wiki they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import quoteattr

from importers.wiki.site import ENGLISH, Namespace, Site

SITE = Site(
    key="wiki.example.org",
    name="Garden wiki",
    language="en",
    article_url="https://wiki.example.org/wiki/$1",
    script_url="https://wiki.example.org/w/index.php",
    namespaces=(
        Namespace(0, ("",)),
        Namespace(1, ("Talk",)),
        Namespace(2, ("User",)),
        Namespace(3, ("User talk",)),
        Namespace(6, ("File",)),
        Namespace(10, ("Template",)),
        Namespace(90, ("Thread",)),
        Namespace(92, ("Summary",)),
        Namespace(2600, ("Topic",)),
    ),
    dates=(ENGLISH,),
    licence="CC BY-SA 4.0",
    licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
)
BOARD = "Talk:Cucumbers"
NOON = datetime(2015, 7, 23, 12, 0, 0, tzinfo=UTC)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def flow_id(second: int, low: int = 7) -> str:
    """The id of what came to be so many seconds after NOON."""
    rest, text = (int(NOON.timestamp()) + second) * 1000 << 42 | low, ""
    while rest:
        rest, digit = divmod(rest, 36)
        text = _DIGITS[digit] + text
    return text


def at(second: int) -> datetime:
    return datetime.fromtimestamp(NOON.timestamp() + second, tz=UTC)


def revision(
    post: str, topic: str, content: str, *, by: str = "Ann", to: str | None = None, **more: Any
) -> dict[str, Any]:
    """A post as view-topiclist answers it, saved once."""
    return {
        "workflowId": topic,
        "articleTitle": f"Topic:{topic.capitalize()}",
        "revisionId": post,
        "timestamp": "20150723120000",
        "changeType": "reply" if to else "new-post",
        "dateFormats": [],
        "properties": {"topic-of-post": {"plaintext": "Cucumbers"}},
        "isOriginalContent": True,
        "isModerated": False,
        "isLocked": False,
        "isModeratedNotLocked": False,
        "author": {"name": by, "wiki": "gardenwiki", "id": 1},
        "creator": {"name": by, "wiki": "gardenwiki", "id": 1},
        "content": {"content": content, "format": "wikitext" if to else "topic-title-wikitext"},
        "replyToId": to,
        "postId": post,
        "replies": [],
        **more,
    }


def listed(revisions: Iterable[dict[str, Any]], *, following: str = "") -> dict[str, Any]:
    """The list of topics that has these posts."""
    found = list(revisions)
    links: dict[str, Any] = {"pagination": []}
    if following:
        url = f"/w/index.php?title=Talk:Cucumbers&topiclist_offset-dir=fwd&topiclist_offset-id={following}"
        links = {"pagination": {"fwd": {"url": url, "text": "fwd"}}}
    return {
        "type": "topiclist",
        "roots": [each["postId"] for each in found if each["replyToId"] is None],
        "posts": {each["postId"]: [each["revisionId"]] for each in found},
        "revisions": {each["revisionId"]: each for each in found},
        "links": links,
    }


@dataclass
class FakeApi:
    """Answers by action and by whatever parameter tells them apart; notes what it was asked."""

    answers: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, action: str, /, **params: str | int) -> Mapping[str, Any]:
        question = {"action": action, **params}
        self.asked.append(question)
        for wanted, answer in self.answers:
            if all(question.get(key, "") == value for key, value in wanted.items()):
                return answer
        raise AssertionError(f"nobody expected {question}")


def dumped_post(parent: Element, post: str, content: str, *, user: int = 1, **more: str) -> Element:
    """A <post> with one version as dumpBackup.php writes it; returns it, for <children>."""
    element = SubElement(parent, "post", {"id": post})
    add_version(element, post, content, **({"treeoriguserid": str(user), "userid": str(user)} | more))
    return element


def add_version(element: Element, own: str, content: str, **more: str) -> None:
    versions = element.find("revisions")
    if versions is None:
        versions = SubElement(element, "revisions")
    fields = {"id": own, "userwiki": "gardenwiki", "flags": "utf-8,wikitext", "modstate": "", **more}
    SubElement(versions, "revision", fields).text = content


def below(post: Element) -> Element:
    """Where the answers to a post go."""
    children = post.find("children")
    return children if children is not None else SubElement(post, "children")


def written(element: Element) -> Iterator[str]:
    """The element as XML; other than ElementTree's own writer it does not recurse."""
    waiting: list[Element | str] = [element]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
            continue
        yield f"<{each.tag}{''.join(f' {key}={quoteattr(value)}' for key, value in each.attrib.items())}>"
        yield (each.text or "").replace("&", "&amp;").replace("<", "&lt;")
        waiting += [f"</{each.tag}>", *reversed(list(each))]
