"""What somebody changed on the forum is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push import Push
from migrate.discourse.verify import Verification, verify
from migrate.model import Record, Thread
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, fill, make_archive, message


@pytest.fixture
def client(archive: Archive, forum: Sandbox) -> Client:
    """Of an admin, after a push."""
    client = Client(forum.url, forum.key, "admin")
    Push(archive, client, open_target(archive, client)).run()
    return client


def verified(archive: Archive, client: Client) -> Verification:
    return verify(archive, client, open_target(archive, client))


def sent(archive: Archive, key: str) -> tuple[int, int]:
    """Post and topic id of a message."""
    query = "SELECT remote_id, topic_id FROM operation JOIN container ON ref = id WHERE kind = 'post' AND key = ?"
    post_id, topic_id = archive.db.execute(query, (key,)).fetchone()
    return post_id, topic_id


def counts(verification: Verification) -> tuple[int, int, int, int]:
    return verification.checked, verification.missing, verification.extra, verification.different


def test_an_edited_post_differs(archive: Archive, client: Client) -> None:
    post_id, topic_id = sent(archive, "m1.2")
    client.update_post(post_id, "Something else entirely, and longer than that")
    verification = verified(archive, client)
    assert counts(verification) == (38, 0, 0, 1)
    (example,) = verification.examples
    assert (example.kind, example.what, example.message) == ("different", "its text", "m1.2")
    assert (example.topic_id, example.post_number) == (topic_id, 3)


def test_a_deleted_post_is_missing(archive: Archive, client: Client) -> None:
    client._delete(f"/posts/{sent(archive, 'm1.4')[0]}.json")
    assert counts(verified(archive, client)) == (38, 1, 0, 0)


def test_a_deleted_topic_is_missing_with_all_its_posts(archive: Archive, client: Client) -> None:
    client._delete(f"/t/{sent(archive, 'm1.0')[1]}.json")
    assert counts(verified(archive, client)) == (38, 5, 0, 0)


def test_somebody_elses_reply_is_extra(archive: Archive, client: Client) -> None:
    client.create_post("Thank you all, this is very useful to me.", topic_id=sent(archive, "m1.0")[1])
    verification = verified(archive, client)
    assert counts(verification) == (38, 0, 1, 0)
    assert verification.examples[0].post_number == 6


def test_the_forums_own_notes_do_not_count(archive: Archive, client: Client) -> None:
    client._put(f"/t/{sent(archive, 'm1.0')[1]}/status.json", status="closed", enabled="true")
    assert verified(archive, client).is_clean


def test_another_author_and_date_differ(archive: Archive, client: Client) -> None:
    post_id, topic_id = sent(archive, "m2.0")
    client._post(f"/t/{topic_id}/change-owner.json", json=True, username="admin", post_ids=[post_id])
    client._put(f"/t/{topic_id}/change-timestamp.json", timestamp=1_000_000_000)
    wrong = {example.message: example.what for example in verified(archive, client).examples}
    assert wrong == {"m2.0": "its author, its date"} | {f"m2.{number}": "its date" for number in range(1, 5)}


def test_what_was_never_sent_is_missing(archive: Archive, client: Client) -> None:
    fill(archive, [message("new", "thread-0", "m0.0", day=40), message("other", "another thread")])
    verification = verified(archive, client)
    assert counts(verification) == (40, 2, 0, 0)
    assert {example.what for example in verification.examples} == {"was never sent"}


def test_a_long_topic_is_read_whole(forum: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    records: list[Record] = [Thread(key="long", source=GARDENERS.key, title="Long")]
    records += [message(f"n{number}", "long", f"n{number - 1}" if number else None) for number in range(1100)]
    with make_archive(tmp_path_factory.mktemp("long") / "a.sqlite3", records) as archive:
        client = Client(forum.url, forum.key, "admin")
        target = open_target(archive, client)
        assert Push(archive, client, target).run().refused == 0
        reads = _count(client)
        seen: list[int] = []
        assert counts(verify(archive, client, target, seen.append)) == (1100, 0, 0, 0)
        assert seen == [1100]
        assert reads() == 2  # a thousand posts, then a hundred


def _count(client: Client) -> Callable[[], int]:
    request, seen = client._session.request, []

    def counting(*args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return request(*args, **kwargs)

    client._session.request = counting  # type: ignore[method-assign]  # counted on the way
    return lambda: len(seen)
