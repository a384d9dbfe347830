"""Without what is private: not a title, a name, a file or a number of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.plan import Plan
from migrate.preview import PlannedForum
from tests.discourse.community import BAKERS, fill, message
from tests.preview.test_forum import html, message_of, thread_of

READ = '[[rule]]\nsource = "Bakers*"\ncategory = "Bread"\nread = ["bakers"]'


def forum(archive: Archive, text: str = "", *, with_private: bool = False) -> PlannedForum:
    return PlannedForum(archive, Plan(archive, mapping=read_mapping(text, "m.toml")), with_private=with_private)


@pytest.mark.parametrize("text", ["", READ], ids=["as its export says", "as the mapping says"])
def test_nothing_of_a_private_list_is_there(private: Archive, text: str) -> None:
    if text:
        private.db.execute("UPDATE source SET private = 0")
    shown, secret = forum(private, text), thread_of(private, "secret")
    assert [card.name for card in shown.categories()] == ["gardeners"]
    assert shown.categories()[0].topics == len(shown.topic_ids()) == 5
    assert secret not in shown.topic_ids()
    assert shown.topic(secret, 1) is None
    assert shown.page_of(secret, 1) is None
    assert shown.number_of(message_of(private, "s.0")) is None
    found = shown.search("sourdough", 1)
    assert found
    assert (found.found, found.total) == ([], 0)


def test_the_same_is_there_for_the_operator(private: Archive) -> None:
    shown, secret = forum(private, with_private=True), thread_of(private, "secret")
    assert [card.restricted for card in shown.categories()] == [False, True]
    assert "Sourdough" in html(shown, secret)
    assert shown.user("Al1", 1)


def test_who_wrote_in_private_only_is_nobody(private: Archive) -> None:
    shown = forum(private)
    assert "Al1" not in shown.usernames()
    assert shown.user("Al1", 1) is None
    ann, whole = shown.user("Ann_Lee", 1), forum(private, with_private=True).user("Ann_Lee", 1)
    assert ann and whole
    assert ann.total < whole.total
    assert {said.topic.category.name for said in ann.posts if said.topic.category} == {"gardeners"}


def test_files_of_private_lists_are_not_given_out(private: Archive, tmp_path: Path) -> None:
    private.db.execute("UPDATE thread SET source_id = (SELECT id FROM source WHERE key = ?)", (BAKERS.key,))
    private.db.execute("UPDATE message SET source_id = (SELECT id FROM source WHERE key = ?)", (BAKERS.key,))
    (sha256,) = private.db.execute("SELECT sha256 FROM attachment LIMIT 1").fetchone()
    assert forum(private, with_private=True).file(sha256)
    shown = forum(private)
    assert shown.file(sha256) is None
    assert shown.topic_ids() == []
    assert BAKERS.name not in shown.title


def test_a_mention_does_not_lead_to_whom_nobody_may_see(private: Archive) -> None:
    fill(private, [message("ask", "thread-0", "m0.0", body="Ask [Al](person:al%40example.org) about it.", day=60)])
    text = "mentions = true"
    thread = thread_of(private, "thread-0")
    assert '<a class="mention" href="/u/Al1">@Al1</a>' in html(forum(private, text, with_private=True), thread)
    assert "/u/Al1" not in html(forum(private, text), thread)


def test_nothing_is_found_by_what_is_hidden(archive: Archive) -> None:
    body = "Olga Petrova grows leeks; write to leeks@example.org."
    fill(archive, [message("leeks", "thread-0", "m0.0", author=3, body=body, day=60)])
    archive.db.execute("UPDATE person_name SET name = 'Olga Petrova' WHERE name = 'Ольга'")
    found = forum(archive).search("petrova leeks", 1)
    assert found
    assert found.total == 1
    assert "example.org" not in found.found[0].excerpt
    archive.db.execute(
        "INSERT INTO person_choice (person_id, withheld) SELECT id, 'name' FROM person WHERE key = 'olga@example.org'"
    )
    shown = forum(archive)
    for words in ("petrova", "leeks@example.org"):
        hidden = shown.search(words, 1)
        assert hidden
        assert hidden.found == []
    leeks = shown.search("leeks", 1)
    assert leeks
    assert leeks.total == 1
