"""Addresses as the exports tell them, made safe for a web server's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.model import Record, Source, Thread
from migrate.old_urls import Options, old_urls
from migrate.old_urls.urls import clean
from tests.build import ANN, GARDENERS, mail, new_archive

ARCHIVED = "https://lists.example.org/archives/list/g@example.org/message/ABC/"


def test_what_messages_threads_and_sources_say(tmp_path: Path) -> None:
    source = Source(key="wiki", kind="wiki", name="wiki", url="https://wiki.example.org/Talk:Peas")
    thread = Thread(key="t", source="wiki", title="Peas", url="https://wiki.example.org/Talk:Peas#Peas")
    with new_archive(tmp_path, source, thread, mail("a", url=ARCHIVED)) as archive:
        found = list(old_urls(archive, Options()))
    # One address leads to one place; what stands behind "#" never reaches a server.
    assert [(item.kind, item.url) for item in found] == [
        ("source", "https://wiki.example.org/Talk:Peas"),
        ("message", ARCHIVED),
    ]


def test_an_address_of_several_messages_is_their_threads_or_nobodys(tmp_path: Path) -> None:
    ours, theirs, front = (f"https://lists.example.org/{name}" for name in ("ours", "theirs", "front"))
    records: list[Record] = [
        *(Thread(key=key, source=GARDENERS.key, title=key) for key in ("t", "u")),
        mail("a", url=ours, thread="t"),
        mail("b", url=ours.replace("https:", "http:"), thread="t"),
        mail("c", url=theirs, thread="t"),
        mail("d", url=theirs, thread="u"),
        mail("e", url=theirs, thread="u"),
        Source(key="other", kind="mbox", name="other", url=front),
        mail("f", url=front, thread="u"),
    ]
    with new_archive(tmp_path, *records) as archive:
        assert [(item.kind, item.url) for item in old_urls(archive, Options())] == [("source", front), ("thread", ours)]


def test_google_groups_shows_messages_by_their_ids(tmp_path: Path) -> None:
    group = Source(key="peas.googlegroups.com", kind="mbox", name="peas")
    with new_archive(
        tmp_path, group, ANN, mail("a+b/c@x", source=group.key), mail("none.1", source=group.key)
    ) as archive:
        found = [item.url for item in old_urls(archive, Options())]
    assert found == ["https://groups.google.com/d/msgid/peas/a%2Bb%2Fc%40x"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Lists.Example.org/a b?x=1&y=ü", "https://lists.example.org/a%20b?x=1&y=%C3%BC"),
        ("https://x.org/a%20b%40c", "https://x.org/a%20b%40c"),
        ('https://x.org/";}{return 301 $host;\n#', "https://x.org/%22%3B%7D%7Breturn%20301%20%24host%3B"),
        ("https://x.org/a\\b'c|d`e^", "https://x.org/a%5Cb%27c%7Cd%60e%5E"),
        ("https://x.org/", None),
        ("https://user:pw@x.org/a", None),
        ("https://x.org;evil/a", None),
        ("http://~./.*", None),
        ("http://../a", None),
        ("http://:80/a", None),
        ("https://x.org:8080/a", "https://x.org:8080/a"),
        ("javascript:alert(1)", None),
        ("https://[::1/a", None),
        ("news:comp.lang.c", None),
    ],
)
def test_addresses_are_percent_encoded_or_left_out(url: str, expected: str | None) -> None:
    assert clean(url) == expected
