"""Dumps and captures of Facebook groups, for tests."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from importers.facebook import FacebookImporter
from migrate.model import Finding, Message, Person, Record, Source
from migrate.sources import Options

ANN = {"name": "Ann Example", "id": "17"}
BEN = {"name": "Ben Example", "id": "23"}
NOTHING: Mapping[str, object] = MappingProxyType({})


def post(number: int = 1, more: Mapping[str, object] = NOTHING, **fields: object) -> dict[str, object]:
    """A post as the Graph API gave it, with `more` and `fields`; one that is None is left out."""
    given: dict[str, object] = {
        "id": f"42_{number}",
        "from": ANN,
        "message": f"Words of post {number}.",
        "created_time": "2015-02-06T12:00:00+0000",
        "updated_time": "2015-02-06T12:00:00+0000",
    }
    return {name: value for name, value in {**given, **more, **fields}.items() if value is not None}


def comment(number: int, words: str = "", **fields: object) -> dict[str, object]:
    """A comment as the Graph API gave it."""
    given = {"id": f"{number}", "from": BEN, "created_time": f"2015-02-06T13:00:{number % 60:02}+0000"}
    return {**given, "message": words or f"Comment {number}.", **fields}


def group(*posts: object, **fields: object) -> dict[str, object]:
    """A whole group with its feed."""
    return {"id": "42", "name": "Some Group", **fields, "feed": {"data": list(posts)}}


def put(path: Path, content: object) -> Path:
    """Write a file: bytes and text as they are, all else as JSON."""
    if not isinstance(content, bytes):
        text = content if isinstance(content, str) else json.dumps(content)
        content = text.encode("utf-8", "surrogatepass")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def records(*locations: Path, groups: tuple[str, ...] = (), reactions: bool = False) -> list[Record]:
    """Everything that comes out, with the chunks sent through pickle as to a worker process."""
    importer = FacebookImporter()
    said = ({"group": groups} if groups else {}) | ({"reactions": ("",)} if reactions else {})
    found: list[Record] = []
    for item in importer.scan([str(location) for location in locations], Options(said)):
        found.extend([item] if isinstance(item, Finding) else importer.read(pickle.loads(pickle.dumps(item))))
    return found


def messages(found: list[Record]) -> list[Message]:
    return [record for record in found if isinstance(record, Message)]


def findings(found: list[Record]) -> dict[str, int]:
    """Code → how many items were lost with it."""
    result: dict[str, int] = {}
    for record in found:
        if isinstance(record, Finding):
            result[record.code] = result.get(record.code, 0) + record.lost
    return result


def names(found: list[Record]) -> dict[str, str]:
    """Key of each person → name."""
    return {record.key: record.name for record in found if isinstance(record, Person)}


def sources(found: list[Record]) -> set[Source]:
    return {record for record in found if isinstance(record, Source)}


def tree(found: list[Record]) -> dict[str, str | None]:
    """First words of each message → those of what it answers."""
    said = {message.key: message.body.split("\n")[0] for message in messages(found)}
    return {said[message.key]: said[message.parent] if message.parent else None for message in messages(found)}
