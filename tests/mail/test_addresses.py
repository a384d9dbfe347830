"""Who wrote it."""

import time

import pytest

from migrate.mail.addresses import author, parse_mailbox, parse_mailboxes
from migrate.mail.headers import parse_headers
from migrate.mail.problems import Problems


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("Ann Lee <Ann@Example.org>", "Ann Lee", "ann@example.org"),
        ('"Lee, Ann" <ann@example.org>', "Ann Lee", "ann@example.org"),
        ('"Ann \\"A\\" Lee" <ann@example.org>', 'Ann "A" Lee', "ann@example.org"),
        ("ann@example.org (Ann Lee)", "Ann Lee", "ann@example.org"),
        ("ann@example.org (Ann (the gardener) Lee)", "Ann (the gardener) Lee", "ann@example.org"),
        ("ann at example.org (Ann Lee)", "Ann Lee", "ann@example.org"),
        ("ann at example.org", "", "ann@example.org"),
        ("Ann Lee <ann at example.org>", "Ann Lee", "ann@example.org"),
        ("ann op example.org (Ann)", "Ann", "ann@example.org"),
        ("ann на example.org (Аня)", "Аня", "ann@example.org"),
        ("ann  example.org (Ann)", "Ann", "ann@example.org"),
        ("Ann Lee ann@example.org", "Ann Lee", "ann@example.org"),
        ("=?utf-8?Q?Lee=2C_=C3=84nn?= <ann@example.org>", "Änn Lee", "ann@example.org"),
        ('"ann@example.org" <ann@example.org>', "", "ann@example.org"),
        ("<ann@example.org>", "", "ann@example.org"),
        ("Ann", "Ann", ""),
        ("ann(at)example.org (Ann Lee)", "Ann Lee", "ann@example.org"),
        ("Ann Lee <ann [at] example [dot] org>", "Ann Lee", "ann@example.org"),
        ("ann at example dot org (Ann Lee)", "Ann Lee", "ann@example.org"),
        ("ann@example.org (=?utf-8?Q?=C3=84nn?= Lee)", "Änn Lee", "ann@example.org"),
        ("Ann Lee (at) home", "Ann Lee (at) home", ""),
        ("undisclosed-recipients:;", "undisclosed-recipients:;", ""),
        ("", "", ""),
        ("Ann <mailto:ann@example.org>", "Ann", "ann@example.org"),
        ("Ann <@relay.example.com:ann@example.org>", "Ann", "ann@example.org"),
        ("=?utf-8?Q?=C3=84nn_Lee_=3Cann=40example=2Eorg=3E?=", "Änn Lee", "ann@example.org"),
        ("Ann \x1b[31m<ann@example.org>", "Ann [31m", "ann@example.org"),
    ],
)
def test_forms_of_addresses(value, name, address):
    problems: Problems = []
    assert parse_mailbox(value.encode(), problems) == (name, address)
    assert problems == []


def test_several_addresses():
    value = b'"Lee, Ann" <a@example.org>, b@example.org (Bo, the second), Group: c@example.org;'
    assert [mailbox.address for mailbox in parse_mailboxes(value, [])] == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
    ]


def test_hostile_fields_cost_little():
    started = time.monotonic()
    for piece in (b"(", b"<", b'"', b"a at ", b"@", b"=?a?b?", b'"\\'):
        field = piece * (64_000 // len(piece))
        parse_mailbox(field, [])
        parse_mailboxes(field, [])
    assert time.monotonic() - started < 3


def who(header: str, envelope: bytes = b""):
    raw = header.encode()
    problems: Problems = []
    headers, _ = parse_headers(raw, 0, len(raw), [])
    return (*author(headers, envelope, ("gardeners", "mbox"), problems), [problem.code for problem in problems])


LIST = "List-Id: Gardeners <gardeners.example.org>\n"
RESTORED = ["sender-restored"]


def test_an_ordinary_sender():
    assert who(LIST + "From: Ann <ann@example.net>\nReply-To: x@example.com\n") == ("Ann", "ann@example.net", [])


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        ("'Ann Lee' via Gardeners <gardeners@example.org>", "X-Original-From: Ann Lee <ann@example.net>\n"),
        ("'Ann Lee' via Gardeners <gardeners@example.org>", "X-Original-Sender: ann@example.net\n"),
        (
            "Ann Lee via Gardeners <gardeners@example.org>",
            "Reply-To: gardeners@example.org, Ann Lee <ann@example.net>\n",
        ),
        ("Ann Lee via Gardeners <gardeners@example.org>", "Cc: b@example.com, Ann Lee <ann@example.net>\n"),
        (
            "Ann Lee via Gardeners <gardeners@example.org>",
            "Reply-To: Ben <ben@example.com>\nCc: Ann Lee <ann@example.net>\n",
        ),
        (
            "Ann Lee via Gardeners <gardeners@example.org>",
            "Reply-To: Ann Lee <ann@example.net>, Ben <ben@example.com>\n",
        ),
        ('"Lee, Ann via Gardeners" <gardeners@example.org>', "Reply-To: ann@example.net\n"),
        ('"Ann Lee (via Gardeners)" <gardeners@example.org>', "Reply-To: ann@example.net\n"),
        ("Ann Lee durch Gardeners <gardeners@example.org>", "X-MailFrom: ann@example.net\n"),
    ],
)
def test_a_sender_hidden_by_the_list_is_restored(sender, more):
    assert who(LIST + f"From: {sender}\n" + more) == ("Ann Lee", "ann@example.net", RESTORED)


def test_what_is_left_of_an_address_in_a_hidden_name():
    header = LIST + "From: %s via Gardeners <gardeners@example.org>\n"
    assert who(header % "ann@example.net") == ("", "ann@example.net", RESTORED)
    assert who(header % "ann---") == ("ann", "", ["sender-hidden"])


def test_an_address_that_a_list_wrote_into_another_is_read_from_it():
    assert who("From: Ann Lee <ann=40example.net@dmarc.example.org>\n") == ("Ann Lee", "ann@example.net", [])
    assert who("From: Ann Lee <ann=40example.net@example.org>\n") == ("Ann Lee", "ann=40example.net@example.org", [])


def test_names_that_only_look_like_a_list_s_word():
    assert who("From: Nils Per Andersson <andersson@example.org>\n")[:2] == (
        "Nils Per Andersson",
        "andersson@example.org",
    )
    assert who("From: Pizza via Rome <a@example.org>\n")[:2] == ("Pizza", "a@example.org")


def test_the_separator_line_is_the_last_resort():
    header = LIST + "From: Ann Lee via Gardeners <gardeners@example.org>\n"
    assert who(header, b"From ann@example.net Fri Jan  5 10:00:00 2024") == ("Ann Lee", "ann@example.net", RESTORED)


def test_a_list_address_never_becomes_a_person():
    header = LIST + "From: Ann Lee via Gardeners <gardeners@example.org>\nReply-To: gardeners@example.org\n"
    assert who(header) == ("Ann Lee", "", ["sender-hidden"])
    envelope = b"From gardeners-bounces@example.org Fri Jan  5 10:00:00 2024"
    assert who(header, envelope) == ("Ann Lee", "", ["sender-hidden"])


def test_no_sender():
    assert who("Subject: x\n") == ("", "", ["author-missing"])
    envelope = b"From ann@example.net Fri Jan  5 10:00:00 2024"
    assert who("Subject: x\n", envelope) == ("", "ann@example.net", ["author-from-envelope"])


def test_an_old_list_that_put_its_address_beside_the_authors_name():
    """Without any header that tells the list's address; everybody would be one person."""
    assert who("From: gardeners at example.org (Ann Lee)\n") == ("Ann Lee", "", ["sender-hidden"])
    header = "From: gardeners at example.org (Ann Lee)\nReply-To: ann@example.net\n"
    assert who(header) == ("Ann Lee", "ann@example.net", RESTORED)


def test_a_list_that_left_nothing_of_the_author_is_not_taken_for_one():
    header = "From: gardeners at example.org (gardeners at example.org)\nSubject: "
    assert who(f"{header}[Gardeners] Slugs\n") == ("", "", ["sender-hidden"])
    assert who(f"{header}Slugs\n") == ("", "gardeners@example.org", [])


def test_a_mailbox_called_after_its_owner_hides_nobody():
    assert who("From: Mbox Smith <mbox@example.org>\n") == ("Mbox Smith", "mbox@example.org", [])


def test_via_something_else_is_no_part_of_a_name():
    assert who("From: Ann Lee via Wiki <ann@example.net>\n") == ("Ann Lee", "ann@example.net", [])
    assert who("From: Ann per Saldo <ann@example.net>\n") == ("Ann per Saldo", "ann@example.net", [])


def test_a_list_is_known_by_its_name_after_via():
    header = "From: 'Ann Lee' via Bakers <bakers@example.org>\nReply-To: ann@example.net\n"
    assert who(header) == ("Ann Lee", "ann@example.net", RESTORED)


@pytest.mark.parametrize("address", ["webmaster@example.org", "noreply@example.org", "gardeners-owner@example.org"])
def test_behind_an_address_of_several_everybody_is_known_by_name(address):
    assert who(f"From: Ann Lee <{address}>\n") == ("Ann Lee", "", [])
    assert who(f"From: Support Team <{address}>\n") == ("Support Team", address, [])
    assert who(f"From: {address}\n") == ("", address, [])
