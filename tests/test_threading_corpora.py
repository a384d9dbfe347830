"""Threading against answers of other programs: a test suite of IMAP servers, and Mailman's own thread pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.ingest import ingest
from migrate.settle import settle

Tree = tuple[object, ...]  # (place in the file, answers…), as in RFC 5256; () for a lost message

# What the suite expects, where we follow it. Message by message, since it also deletes some between its questions.
IMAPTEST: dict[str, list[tuple[list[int], list[list[str]]]]] = {
    "thread": [([1, 2, 3], [["1"], ["3", "3>2"]]), ([2, 3], [["3", "3>2"]])],
    "thread5": [
        ([1, 2, 3, 4], [["1", "1>2", "1>3", "2>4"]]),
        ([3, 4], [["3"], ["4"]]),
        ([3, 4, 5], [["3"], ["4", "5"]]),
    ],
    "thread6": [([1, 2], [["1", "2"]])],
    "thread7": [([1, 2, 3, 4], [["1", "1>2", "1>4", "2>3"]])],
    "thread8": [([1, 2], [["1", "1>2"]])],
}
# The other three ask for what we do otherwise on purpose: in thread2 and thread3 one Message-ID with the same words is
# one mail and not two, and in thread4 an answer to a lost message does not join another thread for its subject.


def messages_of(path: Path) -> list[bytes]:
    parts = path.read_bytes().replace(b"\r\n", b"\n").split(b"From user@domain")
    return [b"From user@domain" + part for part in parts[1:]]


def threads_of(mbox: bytes, folder: Path) -> list[list[str]]:
    """The threads of an mbox; a message as its place in the file, an answer as "parent>place"."""
    path = folder / "x.mbox"
    path.write_bytes(mbox)
    with Archive.open(folder / "x.sqlite3", mode="create") as archive:
        ingest(archive, MboxImporter(), [str(path)], {})
        settle(archive)
        found = list(read_messages(archive))
    place = {item.key: str(number) for number, item in enumerate(sorted(found, key=_offset), 1)}
    threads: dict[str, list[str]] = {}
    for item in found:
        shown = f"{place[item.parent]}>{place[item.key]}" if item.parent else place[item.key]
        threads.setdefault(str(item.thread), []).append(shown)
    return sorted(sorted(thread) for thread in threads.values())


def _offset(message: object) -> int:
    return int(str(getattr(message, "locator", "")).rpartition("@")[2])


@pytest.mark.parametrize("name", IMAPTEST)
def test_imaptest(corpora: Path, tmp_path: Path, name: str) -> None:
    messages = messages_of(corpora / "threading" / f"{name}.mbox")
    for number, (places, expected) in enumerate(IMAPTEST[name]):
        folder = tmp_path / str(number)
        folder.mkdir()
        chosen = [messages[place - 1] for place in places]
        names = {str(new): str(old) for new, old in enumerate(places, 1)}
        got = [
            sorted(">".join(names[part] for part in item.split(">")) for item in thread)
            for thread in threads_of(b"".join(chosen), folder)
        ]
        assert sorted(got) == sorted(sorted(thread) for thread in expected)


def test_twisted_web_has_the_parents_that_mailman_shows(corpora: Path, tmp_path: Path) -> None:
    """Where the mail names its parent and that is in the same month, Mailman and we must agree on it."""
    with Archive.open(tmp_path / "x.sqlite3", mode="create") as archive:
        ingest(archive, MboxImporter(), [str(corpora / "mbox" / "twisted-web.tar.xz")], {})
        settle(archive)
        ours = {item.key: item for item in read_messages(archive)}
    lines = (corpora / "mbox" / "twisted-web.threads.jsonl").read_text("utf-8").splitlines()
    agreed, asked = 0, 0
    for line in lines:
        entry = json.loads(line)
        key, parent = ((entry[name] or "").strip("<>") for name in ("msgid", "parent_msgid"))
        if key == parent or key not in ours or not parent or parent not in ours[key].references:
            continue
        asked += 1
        agreed += ours[key].parent == parent
    assert asked > 1000
    assert agreed / asked > 0.97, f"{agreed} of {asked}"
