"""What somebody changed on the forum is seen, and what was not sent yet is no fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target, remember_choices
from migrate.discourse.push.push import Push
from migrate.discourse.verify import Verification, verify
from migrate.model import Record, Thread
from migrate.plan import Choices, Selection
from migrate.sandbox import Sandbox
from migrate.sandbox import topics as sandbox_topics
from tests.discourse.community import GARDENERS, fill, make_archive, message
from tests.discourse.pushing import setting

TAGGED = '[[rule]]\nsource = "gardeners*"\ncategory = "Gardening"\ntags = ["seeds", "archive"]\n'
PRIVATE = '[[rule]]\nsource = "gardeners*"\ncategory = "Gardening"\nread = ["staff"]\n'


@pytest.fixture
def client(archive: Archive, forum: Sandbox) -> Client:
    """Of an admin, after a push."""
    client = Client(forum.url, forum.key, "admin")
    push(archive, client)
    return client


def push(archive: Archive, client: Client, **choices: Any) -> None:
    assert Push(archive, client, open_target(archive, client, choices=Choices(**choices))).run().refused == 0


def verified(archive: Archive, client: Client, **options: Any) -> Verification:
    return verify(archive, client, open_target(archive, client), **options)


def sent(archive: Archive, key: str) -> tuple[int, int]:
    """Post and topic id of a message."""
    query = "SELECT remote_id, topic_id FROM operation JOIN container ON ref = id WHERE kind = 'post' AND key = ?"
    post_id, topic_id = archive.db.execute(query, (key,)).fetchone()
    return post_id, topic_id


def counts(verification: Verification) -> tuple[int, int, int, int]:
    return verification.checked, verification.missing, verification.extra, verification.different


def changed(archive: Archive, client: Client, key: str, change: dict[str, Any]) -> str:
    """What verify says after a change to the topic that a message opens."""
    client._put(f"/t/-/{sent(archive, key)[1]}.json", **change)
    verification = verified(archive, client)
    (example,) = verification.examples
    assert (example.kind, example.message, counts(verification)[3]) == ("different", key, 1)
    return example.what


def test_an_edited_post_differs(archive: Archive, client: Client) -> None:
    post_id, topic_id = sent(archive, "m1.2")
    client.update_post(post_id, "Something else entirely, and longer than that")
    verification = verified(archive, client)
    assert counts(verification) == (38, 0, 0, 1)
    (example,) = verification.examples
    assert (example.kind, example.what, example.message) == ("different", "its text", "m1.2")
    assert (example.topic_id, example.post_number, example.title) == (topic_id, 3, "About seeds, part 1")


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


def test_another_title_is_told_with_what_it_is_now(archive: Archive, client: Client) -> None:
    assert "“All about bulbs and tubers”" in changed(archive, client, "m1.0", {"title": "All about bulbs and tubers"})


def test_another_category_differs(archive: Archive, client: Client) -> None:
    assert changed(archive, client, "m1.0", {"category_id": 1}) == "the topic's category"


@pytest.mark.parametrize("version", ["2.9", "2026"])
def test_other_tags_differ(archive: Archive, forum: Sandbox, version: str, tmp_path_factory: Any) -> None:
    with Sandbox(tmp_path_factory.mktemp(version) / "a.sqlite3", prepared=True, version=version) as tagged:
        client = Client(tagged.url, tagged.key, "admin")
        push(archive, client, mapping=TAGGED)
        assert verified(archive, client).is_clean
        assert "seeds" in changed(archive, client, "m0.0", {"tags[]": ["seeds"]})


def test_an_unlisted_topic_differs(archive: Archive, client: Client) -> None:
    client._put(f"/t/{sent(archive, 'm1.0')[1]}/status.json", status="visible", enabled="false")
    (example,) = verified(archive, client).examples
    assert "not listed" in example.what


def test_a_file_that_is_gone_is_told(archive: Archive, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    send = client._session.request

    def losing(*args: Any, **kwargs: Any) -> Any:
        response = send(*args, **kwargs)
        response._content = response.content.replace(
            b'<img src=\\"/uploads', b'<img src=\\"/images/transparent.png\\" data-orig-src=\\"upload://x\\" src=\\"/u'
        )
        return response

    monkeypatch.setattr(client._session, "request", losing)
    wrong = {example.message: example.what for example in verified(archive, client).examples}
    assert set(wrong) >= {"f.0"}
    assert all("a file of it" in what for what in wrong.values())


def test_a_private_category_that_was_opened_is_told(archive: Archive, forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "admin")
    push(archive, client, mapping=PRIVATE)
    assert verified(archive, client).is_clean
    there = next(item for item in client.read("/site.json")["categories"] if item["name"] == "Gardening")
    client._put(f"/categories/{there['id']}.json", json=True, name="Gardening", permissions={"everyone": 1})
    (words,) = verified(archive, client).open_categories
    assert "Gardening" in words


def test_what_continues_a_long_message_belongs_to_it(tmp_path_factory: Any, forum: Sandbox) -> None:
    setting(forum, "max_post_length", "200")
    text = "\n\n".join(f"Paragraph {number} of a letter that goes on and on." for number in range(20))
    records: list[Record] = [Thread(key="long", source=GARDENERS.key, title="A long letter")]
    records += [message("n0", "long", body=text), message("n1", "long", "n0")]
    with make_archive(tmp_path_factory.mktemp("long") / "a.sqlite3", records) as archive:
        client = Client(forum.url, forum.key, "admin")
        push(archive, client)
        assert archive.db.execute("SELECT max(part) FROM operation").fetchone()[0] > 3
        assert counts(verified(archive, client)) == (2, 0, 0, 0)
        (post_id,) = archive.db.execute("SELECT remote_id FROM operation WHERE part = 2").fetchone()
        client._delete(f"/posts/{post_id}.json")
        (example,) = verified(archive, client).examples
        assert (example.kind, example.message) == ("different", "n0")
        assert "continuation" in example.what


def test_what_was_never_sent_is_not_sent_yet(archive: Archive, client: Client) -> None:
    fill(archive, [message("new", "thread-0", "m0.0", day=40), message("other", "another thread")])
    verification = verified(archive, client)
    assert counts(verification) == (38, 0, 0, 0)
    assert verification.not_sent == 2
    assert verification.is_clean


def test_a_request_whose_answer_was_lost_is_no_extra_post(archive: Archive, client: Client) -> None:
    with archive.transaction() as db:
        db.execute(
            "UPDATE operation SET state = 'sending', remote_id = NULL, post_number = NULL WHERE kind = 'post' AND ref ="
            " (SELECT id FROM container WHERE key = 'm1.4')"
        )
    verification = verified(archive, client)
    assert (counts(verification), verification.not_sent) == ((37, 0, 0, 0), 1)


def test_what_was_refused_is_missing(archive: Archive, client: Client) -> None:
    with archive.transaction() as db:
        db.execute("UPDATE operation SET state = 'refused', remote_id = NULL WHERE kind = 'user' AND ref = 1")
        db.execute("DELETE FROM operation WHERE kind = 'post' AND thread_id = 1")
        db.execute(
            "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, thread_id)"
            " SELECT 1, 'post', id, 1, 'refused', 0, 0, 1 FROM message WHERE thread_id = 1"
        )
    verification = verified(archive, client)
    assert verification.missing == 5
    assert {example.what for example in verification.examples if example.kind == "missing"} == {
        "was refused by the forum"
    }


def test_what_was_not_asked_for_is_not_missing(archive: Archive, forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "admin")
    push(archive, client, selection=Selection(limit=2))
    verification = verified(archive, client)
    assert (counts(verification), verification.not_chosen, verification.not_sent) == ((10, 0, 0, 0), 28, 0)
    push(archive, client, selection=Selection())
    remember_choices(archive, open_target(archive, client, choices=Choices(selection=Selection(limit=1))))
    assert counts(verified(archive, client)) == (38, 0, 0, 0)  # what is there is looked at, whatever is chosen now
    fill(archive, [message("late", "thread-4", "m4.0", day=50)])
    verification = verified(archive, client)
    assert (counts(verification), verification.not_sent, verification.not_chosen) == ((38, 0, 0, 0), 0, 1)


def test_a_sample_is_the_same_every_time(archive: Archive, client: Client) -> None:
    first, second = (verified(archive, client, fraction=0.4) for _ in range(2))
    assert first == second
    assert 0 < first.topics < first.of_topics == 9
    assert verified(archive, client, fraction=0.0001).topics == 1


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


def test_a_topic_that_does_not_list_its_posts_is_read_page_by_page(
    archive: Archive, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_topics, "MEGA", 5)
    monkeypatch.setattr(sandbox_topics, "PRINTED", 2)
    monkeypatch.setattr("migrate.discourse.reading._POSTS_PER_PAGE", 2)
    client.create_post("Thank you all, this is very useful to me.", topic_id=sent(archive, "m1.0")[1])
    assert counts(verified(archive, client)) == (38, 0, 1, 0)


def _count(client: Client) -> Callable[[], int]:
    request, seen = client._session.request, []

    def counting(*args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return request(*args, **kwargs)

    client._session.request = counting  # type: ignore[method-assign]  # counted on the way
    return lambda: len(seen)


def test_a_date_that_was_in_the_future_stays_what_was_sent(
    tmp_path: Path, forum: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one"),
        message("b", "one", "a", sent_at=soon, day=1),
        message("c", "one", "b", sent_at=None, date_source=None),
    ]
    with make_archive(tmp_path / "a.sqlite3", records) as archive:
        client = Client(forum.url, forum.key, "admin")
        push(archive, client)
        later = time.time() + 7200
        monkeypatch.setattr("migrate.plan.plan.time", SimpleNamespace(time=lambda: later))
        assert verified(archive, client).is_clean
