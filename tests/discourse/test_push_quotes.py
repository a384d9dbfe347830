"""Quotes on the forum: they lead to the very post, whatever happened on the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.model import Record, Thread
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, fill, make_archive, message
from tests.discourse.pushing import client_of, pushed, topics

FROST = "The frost came early this year, and all the beans were black."
STRAW = "Straw brings mice into the garden, as everybody knows here."
SOUP = "My neighbour makes a soup of frozen beans."
LINK = re.compile(r'<div class="title"><a href="/t/(\d+)/(\d+)">([^<]*):</a></div>')


def talk(first: int = 0) -> list[Record]:
    records: list[Record] = [
        Thread(key="t", source=GARDENERS.key, title="Frost"),
        message("a", "t", body=FROST, author=1, day=0),
        message("b", "t", "a", body=f"On 1 January, Ann Lee wrote:\n> {FROST}\n\n{STRAW}", author=2, day=1),
        message(
            "c", "t", "b", body=SOUP, author=3, day=2,
            elided=f"Jürgen Groß wrote:\n> Ann Lee wrote:\n>\n> > {FROST}\n>\n> {STRAW}",
        ),
        message("d", "t", "c", body=f"> {SOUP}\n\nNo soup.\n\n> What nobody said in all these years.", author=1, day=3),
    ]  # fmt: skip
    return records[:1] + records[1 + first :]


@pytest.fixture
def quoting(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "quotes.sqlite3", talk()) as made:
        yield made


def get(forum: Sandbox, path: str, **parameters: str) -> Any:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    return requests.get(forum.url + path, params=parameters, headers=headers, timeout=10).json()


def raws(forum: Sandbox) -> list[str]:
    return [post[3] for post in topics(forum)["Frost"]]


def is_clean(archive: Archive, forum: Sandbox) -> bool:
    client = client_of(forum)
    return verify(archive, client, open_target(archive, client)).is_clean


def test_every_link_leads_to_the_post_that_has_the_words(quoting: Archive, forum: Sandbox) -> None:
    pushed(quoting, forum)
    posts = get(forum, f"/t/{get(forum, '/latest.json')['topic_list']['topics'][0]['id']}.json", include_raw="true")
    stream = posts["post_stream"]["posts"]
    links = {post["post_number"]: LINK.findall(post["cooked"]) for post in stream}
    topic = str(posts["id"])
    assert links == {
        1: [],
        2: [(topic, "1", "Ann_Lee")],
        3: [(topic, "2", "Jurgen_Gross"), (topic, "1", "Ann_Lee")],
        4: [(topic, "3", "olga")],
    }
    for post in stream:
        for _, number, name in links[post["post_number"]]:
            quoted = get(forum, f"/posts/by_number/{topic}/{number}.json")
            assert quoted["username"] == name
    assert raws(forum)[1] == f'[quote="Ann_Lee, post:1, topic:this"]\n\n{FROST}\n\n[/quote]\n\n{STRAW}'
    assert raws(forum)[3].endswith("No soup.\n\n> What nobody said in all these years.")
    assert is_clean(quoting, forum)


def test_what_is_not_there_is_quoted_plainly(tmp_path: Path, forum: Sandbox) -> None:
    records = talk()
    records[1] = message("a", "t", body=FROST, author=1, day=0, flags=("machine-made",))
    with make_archive(tmp_path / "quotes.sqlite3", records) as archive:
        pushed(archive, forum)
        first, second, _ = raws(forum)
        assert first == f"On 1 January, Ann Lee wrote:\n> {FROST}\n\n{STRAW}"
        assert f"> {FROST}" in second
        assert '[quote="Jurgen_Gross, post:1, ' in second
        assert is_clean(archive, forum)


def test_what_comes_later_is_quoted_by_its_number_then(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "quotes.sqlite3", [*talk()[:2], *talk()[3:4]]) as archive:
        pushed(archive, forum)
        assert raws(forum)[1].count("[quote=") == 1  # of the message that is missing it quotes plainly
        fill(archive, [talk()[2], talk()[4]])
        before = raws(forum)
        pushed(archive, forum)
        assert raws(forum)[:2] == before
        assert [number for number, *_ in topics(forum)["Frost"]] == [1, 2, 3, 4]
        assert '[quote="olga, post:2, ' in raws(forum)[3]
        assert is_clean(archive, forum)


def test_an_archive_read_anew_adopts_what_is_there(tmp_path: Path, quoting: Archive, forum: Sandbox) -> None:
    pushed(quoting, forum)
    before = raws(forum)
    with make_archive(tmp_path / "anew.sqlite3", talk()) as anew:
        client = client_of(forum)
        client._session.headers["User-Agent"] = "later"  # else the forum takes it for a repetition within two minutes
        result = Push(anew, client, open_target(anew, client)).run()
        assert (result.adopted["topic"], result.adopted["reply"]) == (1, 3)
        assert raws(forum) == before
        assert is_clean(anew, forum)


def test_the_journal_knows_what_was_really_sent(quoting: Archive, forum: Sandbox) -> None:
    """A request that was lost on its way arrives after all, when its text would be another one by now."""
    client = client_of(forum)
    target = open_target(quoting, client)
    (last,) = quoting.db.execute("SELECT id FROM container WHERE key = 'd'").fetchone()
    create = client.create
    held: list[Any] = []

    def hold_back(path: str, parameters: Any, **options: Any) -> Any:
        if path == "/posts.json" and "No soup" in parameters["raw"] and not held:
            held.append((path, parameters, options))
            raise KeyboardInterrupt
        return create(path, parameters, **options)

    client.create = hold_back  # type: ignore[assignment]  # the process is killed there
    with pytest.raises(KeyboardInterrupt):
        Push(quoting, client, target, workers=1).run()
    quoting.db.execute("DELETE FROM quote WHERE message_id = ?", (last,))
    late = client_of(forum)
    create_late = late.create

    def arrive_first(path: str, parameters: Any, **options: Any) -> Any:
        if path == "/posts.json" and held:
            first = held.pop()
            create(first[0], first[1], **first[2])
        return create_late(path, parameters, **options)

    late.create = arrive_first  # type: ignore[assignment]  # the lost one overtakes
    Push(quoting, late, target).run()
    assert '[quote="olga, post:3, ' in raws(forum)[3]
    assert is_clean(quoting, forum)


def test_the_choice_for_the_tail_is_kept_for_the_forum(tmp_path: Path, quoting: Archive, forum: Sandbox) -> None:
    client = client_of(forum)

    def push(archive: Archive, quotes: Any = None) -> Client:
        Push(archive, client, open_target(archive, client, choices=Choices(quotes=quotes))).run()
        return client

    push(quoting, "drop")
    assert raws(forum)[2] == SOUP
    fill(quoting, [message("e", "t", "d", body="Good.", elided="\\-- \nAl", author=4, day=4)])
    push(quoting)
    assert raws(forum)[4] == "Good."
    fill(quoting, [message("f", "t", "d", body="Fine.", elided="\\-- \nAl", author=4, day=5)])
    push(quoting, "keep")
    assert raws(forum)[4:] == ["Good.", "Fine.\n\n\\-- \nAl"]
    fill(quoting, [message("g", "t", "d", body="Well.", elided="\\-- \nAl", author=4, day=6)])
    push(quoting, "fold")
    assert "[details=" in raws(forum)[6]
    assert is_clean(quoting, forum)
