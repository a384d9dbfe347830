"""No address stands in a source that is shown, nobody who asked not to be named, and nothing in it runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.preview.redacted import Redacted
from migrate.preview.source import source_view
from tests.conftest import SAMPLES
from tests.preview.beside import archive_of, forum_of, messages, read, show

ANN = b"""\
From: Ann Lee <ann@example.org>
To: Olga <olga@example.org>
Subject: Beans of Ann Lee
Date: Mon, 3 Feb 2020 08:00:00 +0000
Message-ID: <one@example.org>

Sow them.

Ann Lee
"""
OLGA = b"""\
From: Olga <olga@example.org>
To: Ann Lee <ann@example.org>
Subject: Re: Beans of Ann Lee
Date: Mon, 3 Feb 2020 09:00:00 +0000
Message-ID: <two@example.org>
In-Reply-To: <one@example.org>

Ann Lee <ann@example.org> wrote:
> Sow them.
Not yet.
"""
HOSTILE = b"""\
From: "<script>alert(1)</script>" <x" onmouseover="alert(2)@example.org>
Subject: </pre><script>alert(3)</script><img src=x onerror=alert(4)>
Date: Mon, 3 Feb 2020 08:00:00 +0000
Message-ID: <one@example.org>
User-Agent: <svg onload=alert(5)>
X-<script>: 1
Content-Type: text/html; charset="x<script>y"

</pre></main><script>alert(6)</script><img src=x onerror=alert(7)><a href="javascript:alert(8)">x</a>
<form action="https://evil.example"><input name=q></form><style>*{display:none}</style><base href="//evil.example">
<iframe srcdoc="x"></iframe><img src="https://evil.example/pixel.gif"><div id="findings" onclick="alert(9)">x</div>
"""
SPELT = (
    "ann@example.org",
    "ann%40example.org",
    "ann&#64;example.org",
    "ann&#x40;example.org",
    "ann&#64example.org",
    "ann&#00000000064;example.org",
    "ann&commat;example.org",
    "".join(f"&#{ord(sign)};" for sign in "ann@example.org"),
    "".join(f"&#x{ord(sign):x};" for sign in "ann@example.org"),
    '"ann lee"@example.org',
    "ann!@example.org",
    "ann@[192.0.2.1]",
    "mailto:ann@example.org?subject=x",
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_of(tmp_path, ANN, OLGA) as made:
        yield made


def choose(archive: Archive, key: str, withheld: str) -> None:
    with archive.transaction() as db:
        query = "INSERT INTO person_choice (person_id, withheld) SELECT id, ? FROM person WHERE key = ?"
        db.execute(query, (withheld, key))


def sources(archive: Archive) -> list[str]:
    forum = forum_of(archive)
    return [show(forum, f"/source/{message}").source for message in messages(archive)]


@pytest.mark.parametrize("spelt", SPELT)
def test_an_address_is_masked_however_it_is_spelt(archive: Archive, spelt: str) -> None:
    redacted = Redacted(archive, forum_of(archive).plan)
    text = unescape(redacted.source(f"Write to {spelt} soon.", 1))
    assert "example.org" not in text
    assert "192.0.2.1" not in text
    assert text.startswith("Write to ")
    assert text.endswith(" soon.")


def test_an_address_without_a_dot_is_masked_if_it_is_somebodys(archive: Archive) -> None:
    with archive.transaction() as db:
        db.execute("UPDATE person SET key = 'root@localhost' WHERE key = 'olga@example.org'")
    redacted = Redacted(archive, forum_of(archive).plan)
    text = "as root@localhost, cc=root@localhost, not backup@localhost; x = a @ b; @property; <one@two>"
    assert redacted.source(text, 1) == text.replace("root@localhost", "root@…")


@pytest.mark.parametrize(
    "spelt", ["by/ann@example.org", "ann%40example.org/1", "?by=ann@example.org", "=Ann@Example.org"]
)
def test_a_link_that_holds_somebodys_address_is_not_shown(archive: Archive, spelt: str) -> None:
    redacted = Redacted(archive, forum_of(archive).plan)
    assert redacted.url(f"https://lists.example.org/{spelt}", 1) == ""
    own = "https://lists.example.org/msgid/ann-2020@example.org"  # that of a message
    assert redacted.url(own, 1) == own


@pytest.mark.parametrize("sign", [" at ", " AT ", "(at)", " [at] ", " <at> ", "&lt;at&gt;"])
def test_an_address_that_is_spelt_out_is_masked_if_it_is_somebodys(archive: Archive, sign: str) -> None:
    redacted = Redacted(archive, forum_of(archive).plan)
    text = f"Write to ann{sign}example.org, or look at docs.example.org."
    assert redacted.source(text, 1) == f"Write to ann{sign}…, or look at docs.example.org."


def test_who_asked_not_to_be_named_is_not_in_any_source(archive: Archive) -> None:
    choose(archive, "ann@example.org", "name")
    forum = forum_of(archive)
    for message in messages(archive):
        page = show(forum, f"/source/{message}")
        assert "Ann" not in page.text
        assert "ann@" not in page.text.lower()
        assert "Sow them." in page.source


def test_a_name_of_one_word_is_not_in_the_header(archive: Archive) -> None:
    choose(archive, "olga@example.org", "name")
    forum = forum_of(archive)
    for message in messages(archive):
        assert "Olga" not in show(forum, f"/source/{message}").text


def test_whose_words_are_withheld_has_no_source(archive: Archive) -> None:
    choose(archive, "ann@example.org", "words")
    page = show(forum_of(archive), "/source/1")
    assert page.status == 200
    assert "Sow them" not in page.text
    assert "asked that their words be left out" in page.text
    assert "Ann" not in page.text


def test_wikitext_names_no_user_who_asked_for_it(tmp_path: Path) -> None:
    with read(tmp_path / "a.sqlite3", "wiki", SAMPLES / "wiki") as archive:
        query = "SELECT key FROM person JOIN person_name ON person_id = person.id WHERE name = 'Tendril'"
        (key,) = archive.db.execute(query).fetchone()
        said = "".join(sources(archive))
        assert "[[User:Tendril|Tendril]]" in said
        assert "{{ping|Tendril}}" in said
        choose(archive, key, "name")
        assert not re.search(r"[:|/=]Tendril", "".join(sources(archive)))  # in prose it may be anybody's
        signed = "[[User:Tendril|<b>Tendril</b>]] 12:00\nNo tendril was harmed."
        redacted = Redacted(archive, forum_of(archive).plan)
        assert redacted.source(signed, 1).count("endril") == 1


def test_nothing_of_a_hostile_mail_runs_or_leaves(tmp_path: Path) -> None:
    with archive_of(tmp_path, HOSTILE) as archive:
        page = show(forum_of(archive), "/source/1")
    assert "alert(6)" in page.source  # what it says is shown
    assert not page.tags & {"script", "iframe", "base", "object"}
    assert page.html.count("<style") == 1
    assert page.html.count("<form") == 1  # the search
    assert not any(name.startswith("on") or name in ("srcdoc", "style") for name in page.attributes)
    assert not any(link.startswith(("javascript:", "data:text")) for link in page.links)
    assert 'src="http' not in page.html
    assert page.html.count('id="main"') == 1


def test_nobody_is_unsubscribed_by_a_look_at_a_mailing(tmp_path: Path) -> None:
    text = '<p>Beans. <a title="a > b" href="https://lists.example.org/unsubscribe?who=7">Leave</a></p>'
    with archive_of(tmp_path, ANN.replace(b"\n\n", b"\nContent-Type: text/html\n\n" + text.encode(), 1)) as archive:
        page = source_view(forum_of(archive), 1)
    assert page is not None
    (look,) = [piece.html for piece in page.pieces if piece.html]
    assert "<a>Leave</a>" in look


@pytest.mark.parametrize("folder", ["mbox/divunal-list", "mail"])
def test_no_address_of_real_mail_is_in_its_source(tmp_path: Path, corpora: Path, folder: str) -> None:
    with read(tmp_path / "a.sqlite3", "mbox", corpora / folder) as archive:
        rows = archive.db.execute("SELECT lower(email) FROM person WHERE email LIKE '%@%'").fetchall()
        known = {address for (address,) in rows}
        forum = forum_of(archive)
        texts = [show(forum, f"/source/{message}").source.lower() for message in messages(archive)[::3]]
    assert len(texts) > 20
    assert known
    everything = "\n".join(texts)
    assert [address for address in known if address in everything] == []


@pytest.mark.parametrize("name", ["mbox", "google-groups", "mailchimp"])
def test_no_address_of_a_sample_is_in_its_source(tmp_path: Path, name: str) -> None:
    with read(tmp_path / "a.sqlite3", name, SAMPLES / name) as archive:
        known = {address for (address,) in archive.db.execute("SELECT lower(email) FROM person WHERE email <> ''")}
        forum = forum_of(archive)
        for message in messages(archive):
            text = show(forum, f"/source/{message}").text.lower()
            assert not [address for address in known if address in text]
    assert known or name == "mailchimp"
