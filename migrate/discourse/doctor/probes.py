"""Trying out on a forum what a push depends on, in one throw-away topic that only its staff can see for a moment.

Everything that is made is found again by its name, so what an interrupted try-out left is cleared away by the next one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

from migrate.discourse.api.answers import Answer, Outcome, number_of, objects_in
from migrate.discourse.api.client import Client

CATEGORY = "Try-out by migrate doctor (can be deleted)"  # at most 50 characters
_KEY = "migrate-doctor-"  # begins the key of every topic made here
_DATE = "2009-03-04T05:06:07.000Z"

Behaviour = Literal["topic-keys", "reply-keys", "dates", "nested-answers", "soft-delete"]
BEHAVIOURS: tuple[Behaviour, ...] = ("topic-keys", "reply-keys", "dates", "nested-answers", "soft-delete")


@dataclass(slots=True)
class TryOut:
    """What came of it."""

    works: dict[Behaviour, bool] = field(default_factory=dict)  # one that is absent could not be tried
    trouble: str = ""  # why something could not be tried
    left: str = ""  # what could not be deleted again


def try_out(client: Client) -> TryOut:
    """Try the five behaviours and clear up. Raises TargetError where the forum stops answering."""
    result = TryOut()
    result.left = clear_up(client, _find(client))
    if result.left:
        result.trouble = "what an earlier try-out left is in the way"
        return result
    category_id = None
    try:
        answer = client.create("/categories.json", _CATEGORY)
        made = answer["category"]
        category_id = number_of(made.get("id")) if isinstance(made, dict) else _find(client)
        if category_id is None:
            result.trouble = f"the category for it was refused: {answer.message}"
        else:
            _Topic(client, category_id, result).try_out()
    finally:
        # A forum may list some of its categories only.
        result.left = clear_up(client, _find(client) if category_id is None else category_id)
    return result


def clear_up(client: Client, category_id: int | None) -> str:
    """Delete what a try-out made and did not delete. Gives what is left and why, empty where nothing is.

    Only topics that a try-out made are deleted, and the category only when nothing else is in it.
    """
    category = _shown(client, category_id)
    if category is None:
        return ""
    listed = client.read(f"/c/{category.get('slug') or '-'}/{category_id}.json")["topic_list"]
    for item in objects_in(listed.get("topics") if isinstance(listed, dict) else None):
        topic_id = number_of(item.get("id"))
        key = client.read(f"/t/{topic_id}.json")["external_id"]
        if isinstance(key, str) and key.startswith(_KEY):
            client.delete(f"/t/{topic_id}.json")
    answer = client.delete(f"/categories/{category_id}.json")
    if _shown(client, category_id) is None:
        return ""
    return f"the category {CATEGORY!r} could not be deleted ({answer.message})"


def _shown(client: Client, category_id: int | None) -> dict[str, Any] | None:
    """A category; None where there is none."""
    if category_id is None:
        return None
    category = client.read(f"/c/{category_id}/show.json")["category"]
    return category if isinstance(category, dict) else None


def _find(client: Client) -> int | None:
    """The id of the category that a try-out makes."""
    listed = client.read("/categories.json", include_subcategories="true")["category_list"]
    categories = objects_in(listed.get("categories") if isinstance(listed, dict) else None)
    return next((number_of(item.get("id")) for item in categories if item.get("name") == CATEGORY), None)


_CATEGORY = {"name": CATEGORY, "color": "808281", "text_color": "FFFFFF", "permissions": {"staff": 1}}


class _Topic:
    """The throw-away topic, step by step."""

    def __init__(self, client: Client, category_id: int, result: TryOut) -> None:
        self._client = client
        self._category_id = category_id
        self._result = result
        self._key = _KEY + secrets.token_hex(8)  # a deleted topic keeps its key
        self._url = f"https://import.invalid/doctor/{self._key}"

    def try_out(self) -> None:
        works = self._result.works
        opening = self._create(title=CATEGORY, category=self._category_id, external_id=self._key)
        if opening.outcome is not Outcome.DONE:
            self._result.trouble = opening.message
            return
        works["nested-answers"] = isinstance(opening["post"], dict)
        post = opening["post"] if works["nested-answers"] else opening.body
        topic_id = number_of(post.get("topic_id")) if isinstance(post, dict) else None
        if not isinstance(post, dict) or topic_id is None:
            self._result.trouble = "posts wait for approval, even those of staff"
            return
        works["dates"] = post.get("created_at") == _DATE
        works["topic-keys"] = self._found_topic() == topic_id
        self._try_reply_keys(topic_id)
        self._client.delete(f"/t/{topic_id}.json")
        deleted = self._client.read(f"/t/{topic_id}.json")
        works["soft-delete"] = bool(deleted["deleted_at"]) and self._found_topic() is None

    def _found_topic(self) -> int | None:
        answer = self._client.read(f"/t/external_id/{self._key}.json")
        last = answer.location.partition("?")[0].rpartition("/")[2].removesuffix(".json")
        return int(last) if 300 <= answer.status < 400 and last.isdecimal() else None

    def _try_reply_keys(self, topic_id: int) -> None:
        """A reply is found by its key, and its key cannot be given away twice."""
        reply = self._create(topic_id=topic_id, embed_url=self._url)
        found = self._client.read("/embed/info.json", embed_url=self._url)["post_id"]
        again = self._create(topic_id=topic_id, embed_url=self._url)
        if reply.outcome is Outcome.DONE and again.outcome not in (Outcome.UNKNOWN, Outcome.NOT_DONE):
            made = reply["post"].get("id") if isinstance(reply["post"], dict) else None
            is_found = number_of(found) == number_of(made) is not None
            self._result.works["reply-keys"] = is_found and again.outcome is Outcome.ALREADY_THERE

    def _create(self, **parameters: str | int) -> Answer:
        return self._client.create("/posts.json", _POST | {"raw": f"Trying out. {secrets.token_hex(4)}"} | parameters)


_POST = {
    "created_at": _DATE,
    "skip_validations": True,
    "import_mode": True,
    "auto_track": False,
    "nested_post": True,
}
