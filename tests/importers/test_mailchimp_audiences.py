"""Audiences of Mailchimp: nobody becomes a person who did not subscribe, confirm it and stay."""

import csv
from pathlib import Path

import pytest

from importers.mailchimp import MailchimpImporter
from importers.mailchimp.contacts import address_of
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.model import Finding, Person
from migrate.sources import Options
from tests.importers.newsletters import (
    CLEANED,
    LABELS,
    SUBSCRIBED,
    SYSTEM,
    UNSUBSCRIBED,
    codes,
    contact,
    members,
    messages,
    records,
    table,
)


def audience(path: Path, columns=SUBSCRIBED, *addresses: str, labels=LABELS, **more: str) -> Path:
    """An audience's file with that name and these contacts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [contact(address, *more.values(), columns=len(columns)) for address in addresses]
    path.write_text(table([(*labels, *columns), *rows]), "utf-8")
    return path


def everybody(folder: Path) -> Path:
    """One audience with a contact of every kind."""
    audience(folder / "subscribed_members_export_ab12cd.csv", SUBSCRIBED, "in@example.org")
    audience(folder / "unsubscribed_members_export_ab12cd.csv", UNSUBSCRIBED, "left@example.org")
    audience(folder / "cleaned_members_export_ab12cd.csv", CLEANED, "bounced@example.org")
    audience(folder / "nonsubscribed_email_audience_export_ab12cd.csv", SUBSCRIBED, "bought@example.org")
    audience(folder / "pending_members_export_ab12cd.csv", SUBSCRIBED, "asked@example.org")
    audience(folder / "contacts.csv", SUBSCRIBED, "unknown@example.org")
    return folder


@pytest.mark.parametrize(("wanted", "made"), [("placeholders", "account"), ("invite-list", "invite")])
def test_only_who_subscribed_becomes_a_member(tmp_path, wanted, made):
    found = records(everybody(tmp_path), members=wanted)
    assert members(found) == {
        "in@example.org": made,
        "left@example.org": "never",
        "bounced@example.org": "never",
        "bought@example.org": "never",
        "asked@example.org": "never",
        "unknown@example.org": "never",
    }
    assert messages(found) == []
    assert codes(found)["contacts-status-unknown"] == 1


def test_without_the_option_contacts_are_only_counted(tmp_path):
    found = records(everybody(tmp_path / "lists" / "Gardeners").parent.parent)
    assert set(members(found).values()) == {"never"}
    assert "in@example.org" not in repr(found)
    (told,) = [record.text for record in found if isinstance(record, Finding) and record.code == "audience"]
    assert told == (
        "Gardeners: 1 subscribed, 1 unsubscribed, 1 cleaned, 2 not subscribed, 1 of unknown status;"
        " only counted, nobody becomes a person."
    )


@pytest.mark.parametrize("columns", [CLEANED, UNSUBSCRIBED], ids=["cleaned", "unsubscribed"])
@pytest.mark.parametrize("name", ["subscribed_members_export_ab12cd.csv", "Kontakte.csv", "abonniert.csv"])
def test_columns_go_before_the_name_of_the_file(tmp_path, columns, name):
    """An importer that looks for those who left alone takes those who bounced for subscribed."""
    path = audience(
        tmp_path / name, columns, "gone@example.org", labels=("Deine E-Mail Adresse", "Vorname", "Nachname")
    )
    assert members(records(path, members="placeholders")) == {"gone@example.org": "never"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("subscribed_email_audience_export_1a10653875.csv", "invite"),
        ("subscribed.csv", "invite"),
        ("Garten subscribed (1).csv", "invite"),
        ("subscribed/Gardeners.csv", "invite"),
        ("unsubscribed_members_export_1.csv", "never"),
        ("un-subscribed.csv", "never"),
        ("not_subscribed.csv", "never"),
        ("subscribed and cleaned.csv", "never"),
        ("cleaned/subscribed.csv", "never"),
        ("archived_members_export_1.csv", "never"),
        ("transactional_members_export_1.csv", "never"),
        ("abonnés_members_export_1.csv", "never"),
        ("SUBSCRIBERS.csv", "never"),
    ],
)
def test_the_name_must_say_subscribed_and_nothing_against_it(tmp_path, name, made):
    audience(tmp_path / "export" / name, SUBSCRIBED, "ann@example.org")
    assert members(records(tmp_path / "export", members="invite-list")) == {"ann@example.org": made}


def test_who_did_not_confirm_is_not_invited(tmp_path):
    rows = [
        contact("yes@example.org"),
        contact("no@example.org", confirmed=""),
        contact("blank@example.org", confirmed=" "),
    ]
    path = tmp_path / "subscribed_members_export_1.csv"
    path.write_text(table([(*LABELS, *SUBSCRIBED), *rows]))
    found = records(path, members="invite-list")
    assert members(found) == {"yes@example.org": "invite", "no@example.org": "never", "blank@example.org": "never"}
    assert "2 not confirmed" in repr(found)


@pytest.mark.parametrize("when", [None, "0000-00-00 00:00:00", "-", "not confirmed"])
def test_without_a_date_nobody_confirmed(tmp_path, when):
    path = tmp_path / "subscribed_members_export_1.csv"
    column, cell = (",CONFIRM_TIME", f",{when}") if when else ("", "")
    path.write_text(
        f"Email Address,First Name,OPTIN_TIME,LEID{column}\nann@example.org,Ann,2020-01-01 10:00:00,4{cell}\n"
    )
    assert members(records(path, members="invite-list")) == {"ann@example.org": "never"}


def test_a_row_may_say_what_its_file_does_not(tmp_path):
    header = (*LABELS, *SYSTEM, "Status")
    rows = [
        [*contact("in@example.org", columns=len(SYSTEM)), "Subscribed"],
        [*contact("out@example.org", columns=len(SYSTEM)), "unsubscribed"],
        [*contact("odd@example.org", columns=len(SYSTEM)), "Abonniert"],
    ]
    rows = [[*row[: 3 + len(SYSTEM)], row[-1]] for row in rows]
    (tmp_path / "contacts.csv").write_text(table([header, *rows]))
    assert members(records(tmp_path, members="placeholders")) == {
        "in@example.org": "account",
        "out@example.org": "never",
        "odd@example.org": "never",
    }


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (("Email Address", "First Name", "Last Name"), "Zoë Lee"),
        (("Deine E-Mail Adresse", "Vorname", "Nachname"), "Zoë Lee"),
        (("Adresse e-mail", "Prénom", "Nom"), "Zoë Lee"),
        (("Correo", "Apellidos", "Nombre"), "Lee Zoë"),
        (("Email", "Company", "ZIP Code"), ""),
        (("Vorname", "Firma", "Nachname"), "Lee"),  # the first column is the address whatever it is called
    ],
)
def test_names_in_many_languages_and_none_by_guessing(tmp_path, labels, name):
    path = audience(
        tmp_path / "subscribed_members_export_1.csv",
        SUBSCRIBED,
        "Zoe@Example.org",
        labels=labels,
        first=" Zoë ",
        last="Lee ",
    )
    (person,) = [record for record in records(path, members="placeholders") if isinstance(record, Person)]
    assert (person.key, person.email) == ("zoe@example.org", "zoe@example.org")
    assert person.name == name


def test_nothing_else_of_a_contact_is_read(tmp_path):
    found = repr(
        records(
            audience(tmp_path / "subscribed_members_export_1.csv", SUBSCRIBED, "ann@example.org"),
            members="placeholders",
        )
    )
    for secret in ("192.0.2.1", "Secret note", "52.5", "13.4", "2021-01-01"):
        assert secret not in found


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_separator_and_charset(tmp_path, separator, charset):
    path = tmp_path / "subscribed_members_export_1.csv"
    rows = [(*LABELS, *SUBSCRIBED), contact("ann@example.org", "Zoé", "Müller")]
    path.write_bytes(table(rows, separator).encode(charset))
    people = [record for record in records(path, members="placeholders") if isinstance(record, Person)]
    assert [(person.key, person.name) for person in people] == [("ann@example.org", "Zoé Müller")]


@pytest.mark.parametrize(
    "text",
    [
        *("", "ann", "ann@", "@example.org", "a b@example.org", "ann@example", "<ann@example.org>", "a@b@example.org"),
        *("ann@example.org,b@x.org", "ann@-x.org", "a" * 65 + "@example.org", "ann@" + "x" * 64 + ".org"),
        *('=cmd|"x"@example.org', "a\u200bnn@example.org"),
    ],
)
def test_what_is_no_address(text):
    assert address_of(text) == ""


@pytest.mark.parametrize("text", ["Ann.Lee+news@Example.co.uk", "jürgen@müller.de", "a@xn--mller-kva.xn--p1ai"])
def test_what_is_an_address(text):
    assert address_of(f" {text} ") == text.lower()


def test_contacts_without_an_address_are_counted(tmp_path):
    path = audience(tmp_path / "subscribed_members_export_1.csv", SUBSCRIBED, "ann@example.org", "nobody", "49 170 123")
    found = records(path, members="placeholders")
    assert members(found) == {"ann@example.org": "account"}
    assert codes(found)["contacts-without-address"] == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_who_left_one_audience_is_no_member_by_another_in_whatever_order(tmp_path, order):
    files = [
        audience(tmp_path / "a" / "subscribed_members_export_aa.csv", SUBSCRIBED, "ann@example.org", "ben@example.org"),
        audience(tmp_path / "b" / "cleaned_members_export_bb.csv", CLEANED, "Ann@Example.org"),
    ]
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        for number in order:
            options = Options({"members": ("placeholders",)})
            ingest(archive, MailchimpImporter(), [str(files[number])], options, workers=1)
        listed = archive.db.execute("SELECT key, member FROM person ORDER BY key").fetchall()
        whole = "\n".join(archive.db.iterdump())
    assert listed == [("ben@example.org", "account")]
    assert "ann@example.org" not in whole.lower()  # only a digest is kept


def test_many_contacts_are_cut_and_none_is_lost(tmp_path, monkeypatch):
    monkeypatch.setattr("importers.mailchimp.audiences.ROWS", 7)
    addresses = [f"a{number}@example.org" for number in range(50)]
    path = audience(tmp_path / "subscribed_members_export_1.csv", SUBSCRIBED, *addresses)
    assert sorted(members(records(path, members="placeholders"))) == sorted(addresses)


def test_a_cell_over_several_lines_is_one(tmp_path):
    path = tmp_path / "subscribed_members_export_1.csv"
    note = 'likes\n"bees"\nunsubscribed@example.org,x'
    rows = [[*contact("ann@example.org")[:-2], note, ""], contact("ben@example.org")]
    path.write_text(table([(*LABELS, *SUBSCRIBED), *rows]))
    assert sorted(members(records(path, members="placeholders"))) == ["ann@example.org", "ben@example.org"]


def test_a_note_that_breaks_the_table_subscribes_nobody(tmp_path):
    """A cell that is too long to be one ends anywhere; what follows in it may look like contacts."""
    csv.field_size_limit(64 << 20)  # as another importer may leave it
    path = tmp_path / "subscribed_members_export_1.csv"
    forged = ",".join(contact("forged@example.org"))
    rows = [
        contact("ann@example.org"),
        [*contact("ben@example.org")[:-2], f"x\n{forged}\n" * 3000, ""],
        contact("later@example.org"),
    ]
    path.write_text(table([(*LABELS, *SUBSCRIBED), *rows]))
    found = records(path, members="invite-list")
    assert [key for key, made in members(found).items() if made == "invite"] == ["ann@example.org"]
    assert codes(found)["contacts-status-unknown"] == 1


def test_published_exports_have_their_counts(corpora):
    found = records(*sorted((corpora / "mailchimp").glob("*.csv")), members="invite-list")
    standing = members(found)
    assert sum(made == "invite" for made in standing.values()) == 5
    assert {key[0] for key, made in standing.items() if made == "invite"} == {"s"}
    assert sum(made == "never" for made in standing.values()) == 10
    assert "5 subscribed, 5 unsubscribed, 5 cleaned" in repr(found)
    named = {record.key: record.name for record in found if isinstance(record, Person)}
    assert named["s5@example.com"] == "Dolor Simet"
