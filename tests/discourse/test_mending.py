"""Files that a forum refused are put into their posts once it takes them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from migrate.archive.store import store_attachment
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import Attachment, AttachmentRef, Record, Thread
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, dump, file, fill, make_archive, message
from tests.discourse.conftest import undisturbed_push
from tests.discourse.pushing import client_of, findings, pushed, setting, topics

MINUTES, PLAN = file("minutes.txt"), file("plan.png")


def records() -> list[Record]:
    body = f"See [the minutes *(draft)*](attachment:{MINUTES.sha256}) and ![](attachment:{PLAN.sha256})."
    return [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", body="Words.", attachments=(MINUTES,)),
        message("b", "one", "a", author=1, body=body, attachments=(MINUTES, PLAN), day=1),
        Thread(key="two", source=GARDENERS.key, title="Two"),
        message("c", "two", body="Other words.", day=2),
    ]


@pytest.fixture
def refusing(forum: Sandbox) -> Sandbox:
    setting(forum, "authorized_extensions", "png")
    return forum


def widen(forum: Sandbox) -> None:
    setting(forum, "authorized_extensions", "png|txt")


def post(client: Client, number: int) -> Any:
    """A post of the topic that has files."""
    found = client.read("/latest.json")["topic_list"]["topics"]
    topic = next(topic["id"] for topic in found if topic["title"] == "One")
    return client.read(f"/posts/by_number/{topic}/{number}.json").body


def bumped(forum: Sandbox) -> dict[str, str]:
    found = client_of(forum).read("/latest.json")["topic_list"]["topics"]
    return {topic["title"]: topic["bumped_at"] for topic in found}


def test_the_next_push_adds_what_the_forum_takes_by_now(tmp_path: Path, refusing: Sandbox) -> None:
    (tmp_path / "undisturbed").mkdir()
    undisturbed = undisturbed_push(tmp_path / "undisturbed", records())
    with make_archive(tmp_path / "a.sqlite3", records()) as archive:
        result = pushed(archive, refusing)
        assert (result.refused, result.without_files, result.mended) == (1, 2, 0)
        assert findings(archive) == {"upload-refused": 2}
        assert "the minutes \\*(draft)\\* (19 Bytes, not accepted by this forum)" in topics(refusing)["One"][1][3]
        before = bumped(refusing)
        assert pushed(archive, refusing).without_files == 2  # nothing has changed yet
        widen(refusing)
        result = pushed(archive, refusing)
        assert (result.created, result.without_files, result.mended) == ({"upload": 1}, 0, 2)
        assert findings(archive) == {}
        assert dump(refusing.url, refusing.key) == undisturbed
        assert bumped(refusing) == before
        client = client_of(refusing)
        assert verify(archive, client, open_target(archive, client)).is_clean
        assert pushed(archive, refusing).mended == 0


@pytest.mark.parametrize("number", range(1, 9))
def test_a_push_that_ends_while_mending_goes_on_with_it(tmp_path: Path, refusing: Sandbox, number: int) -> None:
    with make_archive(tmp_path / "a.sqlite3", records()) as archive:
        pushed(archive, refusing)
        widen(refusing)
        client = client_of(refusing)
        target = open_target(archive, client)
        request, seen = client._session.request, 0

        def dying(*args: Any, **options: Any) -> Any:
            nonlocal seen
            seen += 1
            answer = request(*args, **options)
            if seen == number + 2:  # two are about other things
                raise TargetError("The lights went out.")
            return answer

        client._session.request = dying  # type: ignore[method-assign]  # ended on the way
        with pytest.raises(TargetError, match="lights"):
            Push(archive, client, target).run()
        pushed(archive, refusing)
        assert all("not accepted" not in post[3] for post in topics(refusing)["One"])
        client = client_of(refusing)
        assert verify(archive, client, open_target(archive, client)).is_clean
        assert [post(client, place)["version"] for place in (1, 2)] == [2, 2]


def test_what_somebody_changed_there_stays(tmp_path: Path, refusing: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", records()) as archive:
        pushed(archive, refusing)
        client = client_of(refusing)
        first = post(client, 1)
        client.put(f"/posts/{first['id']}.json", {"post": {"raw": first["raw"] + "\n\nAn addition of a moderator."}})
        widen(refusing)
        pushed(archive, refusing)
        raw = topics(refusing)["One"][0][3]
        assert "[minutes.txt|attachment](upload://" in raw
        assert raw.endswith("An addition of a moderator.")
        assert [item.message for item in verify(archive, client, open_target(archive, client)).examples] == ["a"]


def test_notes_in_another_language_are_found(tmp_path: Path, refusing: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", records()) as archive:
        client = client_of(refusing)
        Push(archive, client, open_target(archive, client, choices=Choices(lang="fr"))).run()
        assert "refusé par ce forum" in topics(refusing)["One"][0][3]
        widen(refusing)
        Push(archive, client, open_target(archive, client, choices=Choices(lang="en"))).run()
        assert "refusé" not in str(topics(refusing)["One"])


def test_files_whose_names_end_alike_or_are_the_same_each_get_their_own_link(tmp_path: Path, refusing: Sandbox) -> None:
    contents = {"scan.txt": b"1" * 2000, "2nd scan.txt": b"2" * 2000}
    files = [
        AttachmentRef(
            sha256=hashlib.sha256(content).hexdigest(), filename=name, media_type="text/plain", size=len(content)
        )
        for name, content in (*contents.items(), ("scan.txt", b"3" * 2000))
    ]
    with make_archive(tmp_path / "a.sqlite3", []) as archive:
        for file_, digit in zip(files, b"123", strict=True):
            store_attachment(archive.attachments, file_.sha256, bytes([digit]) * 2000)
        stored = [Attachment(sha256=file_.sha256, media_type="text/plain", size=2000) for file_ in files]
        body = f"See [one](attachment:{files[0].sha256}) and [another one](attachment:{files[0].sha256})."
        thread = Thread(key="one", source=GARDENERS.key, title="One")
        fill(
            archive,
            [
                *stored,
                thread,
                message("a", "one", attachments=tuple(files)),
                message("b", "one", "a", body=body, attachments=(files[0],), day=1),
            ],
        )
        pushed(archive, refusing)
        widen(refusing)
        pushed(archive, refusing)
        first, second = (post[3] for post in topics(refusing)["One"])
        links = re.findall(r"\[([^]|]*)\|attachment\]\((upload://\w+)", first)
        assert [name for name, _ in links] == ["scan.txt", "2nd scan.txt", "scan.txt"]
        assert len({link for _, link in links}) == 3
        assert re.findall(r"\[([^]|]*)\|attachment\]", second) == ["one", "another one"]
        client = client_of(refusing)
        assert verify(archive, client, open_target(archive, client)).is_clean
