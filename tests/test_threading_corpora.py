"""Threading against answers of other programs: a test suite of IMAP servers, and Mailman's own thread pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.ingest import ingest
from migrate.settle import settle
from tests.conftest import CORPORA, REPOSITORY

Tree = tuple[object, ...]  # (place in the file, answers…), as in RFC 5256; () for a lost message

# What the suite expects, where we follow it. Message by message, since it also deletes some between its questions.
IMAPTEST: dict[str, list[tuple[list[int], list[list[str]]]]] = {
    "thread": [([1, 2, 3], [["1"], ["3", "3>2"]]), ([2, 3], [["3", "3>2"]])],
    "thread4": [([1, 2], [["1", "1>2"]])],
    "thread5": [
        ([1, 2, 3, 4], [["1", "1>2", "1>3", "2>4"]]),
        ([3, 4], [["3"], ["4"]]),
        ([3, 4, 5], [["3"], ["4", "5"]]),
    ],
    "thread6": [([1, 2], [["1", "2"]])],
    "thread7": [([1, 2, 3, 4], [["1", "1>2", "1>4", "2>3"]])],
    "thread8": [([1, 2], [["1", "1>2"]])],
}
# Two ask for what we do otherwise by design: thread2 and thread3 hold two mails with one Message-ID and the same words.
# For an IMAP server these are two messages, for us two copies of one, as overlapping exports have them (and as web
# archives cut "Re:" off, the subjects of copies differ). Posted twice they would be a nuisance.


def messages_of(path: Path) -> list[bytes]:
    parts = path.read_bytes().replace(b"\r\n", b"\n").split(b"From user@domain")
    return [b"From user@domain" + part for part in parts[1:]]


def threads_of(mbox: bytes, folder: Path) -> list[list[str]]:
    """The threads of an mbox; a message as its place in the file, an answer as "parent>place"."""
    path = folder / "x.mbox"
    path.write_bytes(mbox)
    with Archive.open(folder / "x.sqlite3", mode="create") as archive:
        ingest(archive, MboxImporter(), [str(path)])
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


@pytest.fixture(scope="module")
def twisted_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = CORPORA / "mbox" / "twisted-web.tar.xz"
    if not path.is_file():
        pytest.skip(f"no corpora at {CORPORA}")
    with Archive.open(tmp_path_factory.mktemp("twisted") / "x.sqlite3", mode="create") as archive:
        ingest(archive, MboxImporter(), [str(path)])
        settle(archive)
        yield archive


def test_twisted_web_has_the_parents_that_mailman_shows(
    corpora: Path, twisted_web: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the mail names its parent and that is in the same month, Mailman and we must agree on it.

    Which of Mailman's answers can be trusted the benchmark knows.
    """
    monkeypatch.syspath_prepend(REPOSITORY / "benchmarks")
    from fidelity.corpora import mail_sets, place_of
    from fidelity.headers import headers_of
    from fidelity.mailman import answers

    mails = next(mails for mails in mail_sets(corpora) if mails.name == "mbox/twisted-web")
    lines = (corpora / "mbox" / "twisted-web.threads.jsonl").read_text("utf-8").splitlines()
    found = answers([json.loads(line) for line in lines], {mail.place: headers_of(mail) for mail in mails.mails})
    asked = [answer for answer in found if answer.by_reference]
    messages = list(read_messages(twisted_web))
    keys = {place_of(origin.locator): message.key for message in messages for origin in message.origins}
    parents = {message.key: message.parent for message in messages}
    agreed = sum(parents[keys[answer.child]] == keys[str(answer.parent)] for answer in asked)
    assert len(asked) > 2500
    assert agreed / len(asked) >= 0.99, f"{agreed} of {len(asked)}"


def test_twisted_web_is_threaded_without_a_single_reference(twisted_web: Archive, tmp_path: Path) -> None:
    """What people quote, whom they name and what they write above it says most of what the header said."""
    by_reference = {message.key: message for message in read_messages(twisted_web)}
    twisted_web.db.execute("VACUUM INTO ?", (str(tmp_path / "copy.sqlite3"),))
    with Archive.open(tmp_path / "copy.sqlite3", mode="write") as archive:
        with archive.transaction() as db:
            db.execute("DELETE FROM reference")
            db.execute("UPDATE message SET conversation_id = NULL, position = NULL, parent_id = NULL, thread_id = NULL")
            db.execute("DELETE FROM thread")
        settle(archive)
        by_text = {message.key: message for message in read_messages(archive)}
    answers = [key for key, message in by_reference.items() if message.parent]
    right = sum(by_text[key].parent == by_reference[key].parent for key in answers)
    assert right / len(answers) > 0.8, f"{right} of {len(answers)}"
    joined = [(key, message.parent) for key, message in by_text.items() if message.parent]
    wrong = [pair for pair in joined if by_reference[pair[0]].thread != by_reference[str(pair[1])].thread]
    assert len(wrong) / len(joined) < 0.01, f"{len(wrong)} of {len(joined)}"
