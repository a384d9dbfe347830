"""Addresses as the exports tell them, made safe for a web server's configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.model import Record, Source, Thread
from migrate.old_urls import Options, old_urls
from migrate.old_urls.comments import by_id
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
        ("source", "https://wiki.example.org/Talk%3APeas"),  # as some programs write it
        ("thread", "https://wiki.example.org/Talk:Peas#Peas"),
        ("message", ARCHIVED),
    ]


def test_a_page_of_several_threads_clobbers_none_of_them(tmp_path: Path) -> None:
    page = "https://wiki.example.org/wiki/Talk:Peas_(green)"
    alone = page.replace("Peas", "Beans")
    records: list[Record] = [
        *(Thread(key=key, source=GARDENERS.key, title=key, url=f"{page}#{key}") for key in ("Rows", "When_to_sow?")),
        Thread(key="lead", source=GARDENERS.key, title="lead", url=page),
        Thread(key="only", source=GARDENERS.key, title="only", url=f"{alone}#only"),
        mail("a", url=f"{page}#c-Ann-20200303101500", thread="Rows"),
        mail("b", url=f"{page}#When_to_sow?", thread="When_to_sow?"),
        mail("c", url=page, thread="lead"),
        mail("d", url=f"{alone}#c-Ben_O'Hara-20200303101500", thread="only"),
    ]
    with new_archive(tmp_path, *records) as archive:
        threads = dict(archive.db.execute("SELECT key, id FROM thread"))
        found = {item.url: (item.kind, item.threads) for item in old_urls(archive, Options())}
    assert found == {
        page: ("page", (threads["Rows"], threads["When_to_sow?"], threads["lead"])),
        page.replace("Talk:", "Talk%3A"): ("page", (threads["Rows"], threads["When_to_sow?"], threads["lead"])),
        f"{page}#Rows": ("thread", ()),
        f"{page}#When_to_sow?": ("thread", ()),
        alone: ("thread", ()),
        alone.replace("Talk:", "Talk%3A"): ("thread", ()),
        f"{alone}#only": ("thread", ()),
        f"{page}#c-Ann-20200303101500": ("message", ()),
        "https://wiki.example.org/wiki/Special:GoToComment/c-Ann-20200303101500": ("message", ()),
        f"{alone}#c-Ben_O%27Hara-20200303101500": ("message", ()),
        "https://wiki.example.org/wiki/Special:GoToComment/c-Ben_O%27Hara-20200303101500": ("message", ()),
    }


@pytest.mark.parametrize(
    ("url", "comment"),
    [
        ("https://w.example/wiki/Talk:A/B:C#c-X-1", "https://w.example/wiki/Special:GoToComment/c-X-1"),
        ("https://w.example/Talk:A#c-X-1", "https://w.example/Special:GoToComment/c-X-1"),
        ("https://w.example/a/b/Diskussion:%C3%9C#c-X", "https://w.example/a/b/Special:GoToComment/c-X"),
        (
            "https://w.example:81/w/index.php?title=Talk:A#c-X",
            "https://w.example:81/w/index.php?title=Special:GoToComment/c-X",
        ),
        ("https://w.example/wiki/Main#c-X", None),
        ("https://w.example/wiki/Talk:A#Heading", None),
        ("https://w.example/" + "a/" * 5000, None),
    ],
)
def test_comments_by_their_ids(url: str, comment: str | None) -> None:
    assert by_id(url) == comment


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
        ("https://x.org/wiki/Talk:A;b@$!*(),~", "https://x.org/wiki/Talk:A;b@$!*(),~"),  # as MediaWiki links to it
        ('https://x.org/";}{return 301 $host;\n#', "https://x.org/%22;%7D%7Breturn%20301%20$host;"),
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
