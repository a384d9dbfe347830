"""Members' downloads as tests need them, in the layout and with the spoilt strings that Facebook gives them."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

from importers.facebook import FacebookImporter
from migrate.model import Finding, Message, Record
from migrate.sources import Options

GROUP = "Riverside Gardeners"
POSTS = "your_facebook_activity/groups/group_posts_and_comments.json"
COMMENTS = "your_facebook_activity/groups/your_comments_in_groups.json"
NOON = 1_600_000_000  # 2020-09-13 12:26:40 UTC


def spoilt(value: Any) -> Any:
    """The value with each string's UTF-8 taken for Latin-1."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [spoilt(item) for item in value]
    if isinstance(value, dict):
        return {key: spoilt(item) for key, item in value.items()}
    return value


def post(
    text: str | None, *parts: object, at: int = NOON, title: str = f"Ann Example posted in {GROUP}.", **more: object
):
    data = [{"update_timestamp": at}] if text is None else [{"post": text}, {"update_timestamp": at}]
    return {"timestamp": at, "title": title, "data": data, "attachments": [{"data": list(parts)}], **more}


def comment(
    text: str, at: int = NOON + 60, title: str = "Ann Example commented on Bob Sample's post.", **stated: object
):
    said = {"timestamp": at, "comment": text, "author": "Ann Example", "group": GROUP, **stated}
    return {"timestamp": at, "title": title, "data": [{"comment": said}], "attachments": []}


def media(uri: str, **more: object):
    return {"media": {"uri": uri, "creation_timestamp": NOON, "title": "", **more}}


def posts(*entries: object) -> dict[str, list[object]]:
    return {"group_posts_v2": list(entries)}


def comments(*entries: object) -> dict[str, list[object]]:
    return {"group_comments_v2": list(entries)}


def write(folder: Path, files: dict[str, Any]) -> Path:
    """A folder with these files: bytes and text as they are, all else as Facebook's JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, "utf-8")
        else:
            path.write_text(json.dumps(spoilt(content), indent=2), "ascii")
    return folder


def records(*locations: Path, groups: tuple[str, ...] = ()) -> list[Record]:
    """Everything that comes out, with the chunks sent through pickle as to a worker process."""
    importer = FacebookImporter()
    found: list[Record] = []
    for item in importer.scan(list(map(str, locations)), Options({"group": groups} if groups else {})):
        if isinstance(item, Finding):
            found.append(item)
        else:
            found.extend(importer.read(pickle.loads(pickle.dumps(item))))
    return found


def messages(*locations: Path, groups: tuple[str, ...] = ()) -> list[Message]:
    return [record for record in records(*locations, groups=groups) if isinstance(record, Message)]


def findings(*locations: Path, groups: tuple[str, ...] = ()) -> list[Finding]:
    return [record for record in records(*locations, groups=groups) if isinstance(record, Finding)]
