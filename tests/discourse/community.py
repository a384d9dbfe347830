"""A small community for push tests: an archive with all that a push meets, and the forum it becomes, as plain data."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import requests

from migrate.archive import Archive
from migrate.archive.store import store_attachment
from migrate.archive.writer import Writer
from migrate.model import Attachment, AttachmentRef, Message, Person, Record, Source, Thread
from migrate.settle.quotes import resolve_quotes
from tests.build import moment

GARDENERS = Source(key="gardeners.example.org", kind="mbox", name="gardeners")
BAKERS = Source(key="bakers.example.org", kind="mbox", name="Bakers & Co")
PEOPLE = (
    Person(key="ann@example.org", name="Ann Lee", email="ann@example.org"),
    Person(key="ann.lee@example.net", name="Ann Lee", email="ann.lee@example.net"),
    Person(key="jurgen@example.org", name="Jürgen Groß", email="jurgen@example.org"),
    Person(key="olga@example.org", name="Ольга", email="olga@example.org"),
    Person(key="name:the secretary", name="The Secretary"),
    Person(key="al@example.org", name="Al", email="al@example.org"),
)


def png(color: int) -> bytes:
    """A picture of 2 × 2 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes([0, color] * 3))) + chunk(
        b"IEND", b""
    )  # fmt: skip


FILES = {
    "plan.png": ("image/png", png(3)),
    "minutes.txt": ("text/plain", b"We met and talked.\n"),
    "logo.png": ("image/png", png(200)),
}


def file(name: str) -> AttachmentRef:
    """One of FILES, as a message carries it."""
    media_type, content = FILES[name]
    return AttachmentRef(
        sha256=hashlib.sha256(content).hexdigest(), filename=name, media_type=media_type, size=len(content)
    )


def message(
    key: str, thread: str, parent: str | None = None, *, author: int = 0, day: float = 0, **fields: Any
) -> Message:
    """A message of one of PEOPLE, already threaded."""
    source = fields.pop("source", GARDENERS).key
    values: dict[str, Any] = {
        "title": f"About {thread}",
        "body": f"Words of {key}.",
        "sent_at": moment(day),
        "date_source": "header",
        "locator": key,
    }
    return Message(key=key, source=source, author=PEOPLE[author].key, thread=thread, parent=parent, **(values | fields))


def fill(archive: Archive, records: Iterable[Record]) -> None:
    """Write records; messages stand in their threads in the order they come here."""
    with archive.transaction() as db:
        writer = Writer(archive)
        writer.write([GARDENERS, BAKERS])
        for person in PEOPLE:
            writer.write([person])
        for name, (media_type, content) in FILES.items():
            sha256 = file(name).sha256
            store_attachment(archive.attachments, sha256, content)
            writer.write([Attachment(sha256=sha256, media_type=media_type, size=len(content))])
        for record in records:
            if isinstance(record, Message):
                writer.write(person for person in PEOPLE if person.key == record.author)
            writer.write([record])
        db.execute(
            "UPDATE message SET position = (SELECT count(*) FROM message AS other"
            " WHERE other.thread_id = message.thread_id AND other.id <= message.id) WHERE position IS NULL"
        )
    resolve_quotes(archive)


def make_archive(path: Path, records: Iterable[Record]) -> Archive:
    """A new archive at `path`, open for writing."""
    archive = Archive.open(path, mode="create")
    fill(archive, records)
    return archive


def talk(threads: int = 6) -> list[Record]:
    """Forty messages in nine threads: quotes, files, twins, folded tails, left-out mail, one without a date."""
    records: list[Record] = []
    for number in range(threads):
        thread, source = f"thread-{number}", BAKERS if number % 2 else GARDENERS
        records.append(Thread(key=thread, source=source.key, title=f"About seeds, part {number}"))
        for step in range(5):
            above = step // 2 if step > 2 else 0
            parent = f"m{number}.{above}" if step else None
            name = PEOPLE[(number + above) % 5].name
            quote = f"On 1 January, {name} wrote:\n> {_words(parent)}\n\n" if parent and number else ""
            key = f"m{number}.{step}"
            records.append(
                message(
                    key,
                    thread,
                    parent,
                    author=(number + step) % 5,
                    day=number + step / 10,
                    source=source,
                    body=f"{quote}{_words(key)}" if number else f"Words of {key}.",
                )
            )
    plan, minutes, logo = file("plan.png"), file("minutes.txt"), file("logo.png")
    records += [
        Thread(key="files", source=GARDENERS.key, title="With files"),
        message("f.0", "files", body=f"See ![the plan](attachment:{plan.sha256}).", attachments=(plan, logo), day=20),
        message("f.1", "files", "f.0", author=1, attachments=(minutes, logo), elided="> Words\n\n\\-- \nAnn", day=20.1),
        message("f.2", "files", "f.1", author=2, sent_at=None, date_source=None, attachments=(plan,)),
        Thread(key="twins", source=BAKERS.key, title=""),
        message("t.0", "twins", author=3, source=BAKERS, day=21),
        message("t.1", "twins", "t.0", author=0, source=BAKERS, body="+1", day=21.5),
        message("t.2", "twins", "t.0", author=0, source=BAKERS, body="+1", day=21.5),
        Thread(key="left", source=GARDENERS.key, title="Left out"),
        message("l.0", "left", flags=("machine-made",), day=22),
        message("l.1", "left", "l.0", author=4, day=22.1),
        message("l.2", "left", "l.1", author=1, flags=("no-archive",), day=22.2),
        message("l.3", "left", "l.2", author=2, day=22.3, body=""),
    ]
    return records


def _words(key: str | None) -> str:
    return f"Words of {key}, enough of them to be quoted."


def dump(url: str, key: str) -> dict[str, Any]:
    """What a forum holds, without ids and times of its own: equal for equal forums."""
    with requests.Session() as session:
        session.headers.update({"Api-Key": key, "Api-Username": "admin"})

        def get(path: str, **params: Any) -> Any:
            answer = session.get(url + path, params=params)
            assert answer.status_code == 200, (path, answer.status_code, answer.text[:200])
            return answer.json()

        categories = {item["id"]: item["name"] for item in get("/site.json")["categories"]}
        topics, page = [], 0
        while found := get("/latest.json", page=page)["topic_list"]["topics"]:
            topics += [
                _topic(get(f"/t/{item['id']}.json", print="true", include_raw="true"), categories) for item in found
            ]
            page += 1
        users, page = [], 1
        while found := get("/admin/users/list/all.json", show_emails="true", page=page):
            users += [(item["username"], item["name"], item["email"], item["staged"], item["active"]) for item in found]
            page += 1
        return {"categories": sorted(categories.values()), "topics": sorted(topics, key=repr), "users": sorted(users)}


def _topic(topic: dict[str, Any], categories: dict[int, str]) -> dict[str, Any]:
    fields = ("post_number", "username", "created_at", "raw", "reply_to_post_number", "deleted_at")
    posts = [{**post, "raw": post["raw"].replace(f', topic:{topic["id"]}"]', ', topic:this"]')}
             for post in topic["post_stream"]["posts"]]  # fmt: skip
    return {
        "title": topic["title"],
        "category": categories[topic["category_id"]],
        "external_id": topic.get("external_id"),
        "posts": [[post.get(name) for name in fields] for post in posts],
    }
