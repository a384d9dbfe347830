"""Google Groups: what is none of the group's, who is none of its members, and what only looks like something."""

import pytest

from importers.google_groups import GoogleGroupsImporter, tables
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.ingest import ingest
from migrate.model import Finding, Person
from migrate.settle import settle
from migrate.sources import get_importer
from migrate.tree import read_tree
from tests.importers.takeouts import GARDENERS, KEY, PUBLIC, codes, letter, members, messages, records, source, takeout

MINE = ("Delivered-To: me@example.net", "X-GM-THRID: 70")
LISTED = f"List-ID: <{KEY}>"


def test_files_called_as_vaults_do_not_open_the_owners_own_mail(tmp_path):
    takeout(tmp_path, letter(1), info=PUBLIC)
    for place, content in (("Mail/All.mbox", letter("private")), ("Drive/camera-metadata.xml", b"<x/>")):
        path = tmp_path / "Takeout" / place
        path.parent.mkdir()
        path.write_bytes(content)
    found = records(tmp_path)
    assert [message.key for message in messages(found)] == ["1@example.org"]
    assert "files-of-no-group" in codes(found)


def test_a_folder_with_some_metadata_is_not_taken_for_an_export(tmp_path):
    (tmp_path / "maven-metadata.xml").write_text("<metadata/>")
    assert not GoogleGroupsImporter().detect(tmp_path)


def test_a_folder_that_is_called_after_a_person_is_not_taken_for_a_groups(tmp_path):
    folder = tmp_path / "me@example.net"
    folder.mkdir()
    (folder / "Inbox.mbox").write_bytes(letter(1, "Delivered-To: me@example.net"))
    assert not GoogleGroupsImporter().detect(folder)
    takeout(
        tmp_path / "domain", letter(1), owned="Takeout/Groups/example.net/groups you own", group="board@example.net"
    )
    assert GoogleGroupsImporter().detect(tmp_path / "domain")


def test_what_a_member_sent_and_got_alone_is_not_the_groups(tmp_path):
    """With a label Takeout holds whole conversations, private answers too."""
    answer = "In-Reply-To: <1@example.org>"
    (tmp_path / "mine.mbox").write_bytes(
        letter(1, *MINE, LISTED)
        + letter(2, "X-GM-THRID: 70", "X-Gmail-Labels: Sent,Closed cases", answer, f"To: Us <{GARDENERS}>", day=6)
        + letter(3, *MINE, "Subject: Re: About 1", answer, "To: me@example.net", body="Between us", day=7)
        + letter(4, "X-Gmail-Labels: Sent", answer, "To: ann@example.org", day=8)
        + letter(5, "Delivered-To: me@example.net", "List-ID: <other.example.org>", day=9)
    )
    found = records(tmp_path / "mine.mbox")
    assert {message.key[0]: message.source for message in messages(found)} == {
        "1": KEY,
        "2": KEY,
        "5": "other.example.org",
    }
    assert {(message.thread, message.flags) for message in messages(found)} == {(None, ())}
    lost = [record for record in found if isinstance(record, Finding) and record.lost]
    assert [(finding.code, finding.lost) for finding in lost] == [("mail-of-no-group", 1)] * 2
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, get_importer("google-groups"), [str(tmp_path / "mine.mbox")], workers=1)
        settle(archive)
        threads = {message.key[0]: message.thread for message in read_messages(archive)}
    assert threads["1"] == threads["2"] != threads["5"]


def test_a_thread_id_is_one_however_it_is_written(tmp_path):
    fields = ("X-GM-THRID: 16AB", "X-GM-THRID:  16ab\t", "X-GM-THRID:\n 16Ab", "X-GM-THRID: 16AB\r")
    takeout(tmp_path, *(letter(number, field) for number, field in enumerate(fields)))
    assert {message.thread for message in messages(records(tmp_path))} == {f"google-groups:{KEY}:16ab"}


def test_the_same_thread_id_in_two_groups_makes_no_thread_of_both(tmp_path):
    takeout(tmp_path, letter(1, "X-GM-THRID: 42"), info=PUBLIC)
    takeout(tmp_path, letter(2, "X-GM-THRID: 42", day=6), group="board@googlegroups.com")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, get_importer("google-groups"), [str(tmp_path / "Takeout")], workers=1)
        settle(archive)
        assert len({message.thread for message in read_messages(archive)}) == 2


@pytest.mark.parametrize("address", ["jo@...", "jo@exa...", "jo@e...le.org", "j***@example.org", "jo...@example.org"])
def test_a_cut_address_is_nobodys_wherever_it_is_cut(tmp_path, address):
    takeout(tmp_path, letter(1, sender=f"Jo Smith <{address}>"), letter(2, sender=f"Jon Pike <{address}>"))
    found = records(tmp_path)
    assert [record.email for record in found if isinstance(record, Person)] == [None, None]
    assert len({message.author for message in messages(found)}) == 2
    assert "address-masked" in codes(found)


def test_another_groups_address_is_nobody_either(tmp_path):
    other = "seeds@googlegroups.com"
    takeout(
        tmp_path,
        letter(1, sender=f"Seeds <{other}>"),
        letter(2, "X-Original-Sender: ben@example.org", sender=f"Ben <{other}>"),
        members=f"Email address,Nickname,Group status\n{other},Seeds,member\ncy@example.org,Cy,member\n",
    )
    found = records(tmp_path, members="placeholders")
    assert [message.author for message in messages(found)] == ["name:seeds", "ben@example.org"]
    assert members(found) == {"cy@example.org": "account"}


@pytest.mark.parametrize(
    ("value", "private"),
    [
        ("Public", False),
        ("Anyone", False),
        ("Todo el mundo", False),
        ("公開", False),
        ("互联网上的任何人", False),
        ("Vem som helst på webben", False),
        ("Alle im Internet", True),  # nothing that is known as everybody
        ("Anyone at Contoso", True),
        ("Everyone at Webflow", True),
        ("Anyone with the link", True),
        ("Contoso の全員", True),
        ("Contoso的所有人", True),
        ("Cualquiera de Contoso", True),
        ("Jeder bei Contoso", True),
    ],
)
def test_everybody_somewhere_is_not_everybody(tmp_path, value, private):
    found = records(takeout(tmp_path, letter(1), info=f"Group name,Who can view conversations\nG,{value}\n"))
    assert source(found).private is private


@pytest.mark.parametrize(
    "status",
    [
        "not a member",
        "non-member",
        "Nicht-Mitglied",
        "kein Mitglied",
        "exmiembro",
        "no miembro",
        "były członek",
        "member (left)",
        "rejected member",
        "membership declined",
        "メンバーではない",
    ],
)
def test_who_is_no_member_is_not_made_one(tmp_path, status):
    table = f"Email address,Nickname,Group status\nann@example.org,Ann,member\nben@example.org,Ben,{status}\n"
    found = members(records(takeout(tmp_path, letter(1), members=table), members="placeholders"))
    assert found.pop("ann@example.org") == "account"
    assert found in ({}, {"ben@example.org": "never"})


@pytest.mark.parametrize(
    "status",
    ["Group owner", "Propietario del grupo", "Propriétaire du groupe", "Gruppenmitglied", "グループのメンバー"],
)
def test_of_what_somebody_is_a_member_may_be_said(tmp_path, status):
    table = f"Email address,Nickname,Group status\nann@example.org,Ann,{status}\n"
    found = records(takeout(tmp_path, letter(1), members=table), members="placeholders")
    assert members(found) == {"ann@example.org": "account"}


@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_commas_in_a_description_part_no_cells(tmp_path, first):
    table = (
        f"{first}Group name;Description;Who can view conversations\r\n"
        "G;Seeds, plants, slugs, pots, rakes, hoes;Anyone on the web\r\n"
    )
    found = source(records(takeout(tmp_path, letter(1), info=table)))
    assert (found.name, found.description[-4:], found.private) == ("G", "hoes", False)


def test_a_table_of_any_size_costs_no_more_than_its_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_CELLS", 100)
    (tmp_path / "rows.csv").write_text("a,b\n" * 1000)
    (tmp_path / "line.csv").write_text("a,b\n" + "ab," * tables.LONGEST_LINE)
    for file in read_tree([str(tmp_path)]):
        rows, findings = tables.read_table(file)
        assert len(rows) == {"rows.csv": 51, "line.csv": 1}[file.name]
        assert [finding.code for finding in findings] == ["table-damaged"]
