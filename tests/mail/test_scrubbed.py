"""Notices of files that Mailman's archives took out of a mail."""

import time

import pytest

from migrate.mail.pieces import Linked, Text
from migrate.mail.scrubbed import taken_apart

NEXT = "-------------- next part --------------\n"
PLACE = "http://lists.example.org/pipermail/g/attachments/20150302/ab12cd34/"


def apart(text: str) -> list[Text | Linked]:
    return list(taken_apart(Text(text)))


def linked(text: str) -> Linked:
    (found,) = (piece for piece in apart(text) if isinstance(piece, Linked))
    return found


@pytest.mark.parametrize("label", ["URL: <{}>", "Url : {}", "URL: {} ", "Url: <{}>"])
def test_a_file_and_what_is_said_of_it(label):
    notice = (
        "A non-text attachment was scrubbed...\nName: plan.pdf\nType: application/pdf\n"
        "Size: 71147 bytes\nDesc: The beds\n" + label.format(PLACE + "attachment.pdf") + "\n"
    )
    text, file = apart(f"See the plan.\n{NEXT}{notice}")
    assert text == Text("See the plan.\n")
    assert isinstance(file, Linked)
    assert (file.name, file.url) == ("plan.pdf", PLACE + "attachment.pdf")
    assert file.about == ("application/pdf", "71147 bytes", "The beds")
    assert file.for_readers
    for word in ("next part", "A non-text attachment was scrubbed...", "Name: plan.pdf", "Desc: The beds"):
        assert word in file.notice


def test_what_is_not_available_is_not_shown():
    file = linked(
        f"x\n{NEXT}A non-text attachment was scrubbed...\nName: not available\nType: image/gif\nSize: 1 bytes\n"
        f"Desc: not available\nUrl : {PLACE}attachment.gif"
    )
    assert (file.name, file.about) == ("attachment.gif", ("image/gif", "1 bytes"))


@pytest.mark.parametrize(
    ("notice", "name", "about", "for_readers"),
    [
        ("An HTML attachment was scrubbed...\n", "attachment.html", (), False),
        (
            "A non-text attachment was scrubbed...\nName: signature.asc\nType: application/pgp-signature\n"
            "Size: 189 bytes\nDesc: not available\n",
            "signature.asc",
            ("application/pgp-signature", "189 bytes"),
            False,
        ),
        ("An embedded and charset-unspecified text was scrubbed...\nName: log.txt\n", "log.txt", (), True),
        (
            "An embedded message was scrubbed...\nFrom: Ann <ann@example.org>\n"
            "Subject: =?utf-8?Q?B=C3=A4ume?=\n\tand beans\nDate: Wed, 22 Apr 2009 16:44:17 +0200\nSize: 5044\n",
            "attachment.html",
            ("Ann <ann@example.org>", "Bäume and beans", "Wed, 22 Apr 2009 16:44:17 +0200", "5044"),
            True,
        ),
        (
            "Ein Dateianhang mit Binärdaten wurde abgetrennt...\nDateiname  : plan.pdf\n"
            "Dateityp   : application/pdf\nDateigröße : 5 bytes\nBeschreibung: nicht verfügbar\n",
            "plan.pdf",
            ("application/pdf", "5 bytes", "nicht verfügbar"),
            True,
        ),
    ],
)
def test_the_kinds_of_notices(notice, name, about, for_readers):
    file = linked(f"Text.\n{NEXT}{notice}URL: <{PLACE}attachment.html>\n")
    assert (file.name, file.about, file.for_readers) == (name, about, for_readers)


def test_texts_between_dividers_are_texts_of_their_own_and_lose_nothing():
    html = f"An HTML attachment was scrubbed...\nURL: {PLACE}a.html\n"
    pieces = apart(f"One.\n{NEXT}import this\n{NEXT}{html}{NEXT}Three.\n")
    assert [type(piece) for piece in pieces] == [Text, Text, Linked, Text]
    assert [piece.text.splitlines()[-1] for piece in pieces if isinstance(piece, Text)] == [
        "One.",
        "import this",
        "Three.",
    ]
    assert sum(piece.text.count("next part") for piece in pieces if isinstance(piece, Text)) == 2


@pytest.mark.parametrize(
    ("notice", "name", "about", "for_readers"),
    [
        ("Skipped content of type multipart/mixed\n", "Skipped content of type multipart/mixed", (), False),
        (
            "A message part incompatible with plain text digests has been removed ...\nName: plan.pdf\n"
            "Type: application/pdf\nSize: 5 bytes\nDesc: not available\n",
            "plan.pdf",
            ("application/pdf", "5 bytes"),
            True,
        ),
        (
            "A message part incompatible with plain text digests has been removed ...\nName: not available\n"
            "Type: text/html\nSize: 5 bytes\nDesc: not available\n",
            "",
            ("text/html", "5 bytes"),
            False,
        ),
    ],
)
def test_what_was_thrown_away_is_told_without_a_link(notice, name, about, for_readers):
    file = linked(f"Text.\n{NEXT}{notice}")
    assert (file.name, file.url, file.about, file.for_readers) == (name, "", about, for_readers)
    assert linked(f"Text.\n{NEXT}{notice}{NEXT}More.\n") == file
    assert all(line in f"{file.notice} · {file.name}" for line in notice.splitlines())


def test_a_list_of_fields_that_is_no_notice_stays_a_text():
    text = f"Beds:\n{NEXT}What I sowed this year...\nPeas: early\nBeans: late\nLeeks: never\nOnions: yes\n"
    assert "".join(piece.text for piece in apart(text) if isinstance(piece, Text)) == text


def test_a_notice_may_be_all_there_is():
    file = linked(f"\n\nAn HTML attachment was scrubbed...\nURL: <{PLACE}a.html>\n")
    assert (file.name, file.notice) == ("a.html", "An HTML attachment was scrubbed... · URL")


def test_dividers_of_other_languages_and_without_a_line_of_their_own():
    assert len(apart("Eins.\n-------------- nächster Teil --------------\nZwei.")) == 2
    first, file = apart(
        f"Skipped content of type multipart/x-mixed{NEXT}An HTML attachment was scrubbed...\nURL: <{PLACE}a.html>\n"
    )
    assert first == Linked("Skipped content of type multipart/x-mixed", "", (), "", for_readers=False)
    assert isinstance(file, Linked)
    assert apart("Skipped content of type text/plain, and more\n") == [
        Text("Skipped content of type text/plain, and more\n")
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"> {NEXT}> A non-text attachment was scrubbed...\n> URL: {PLACE}a.pdf",
        "---------- Forwarded message ----------\nFrom: Ann\n\nx",
        "The next part is hard.\n-- \nAnn",
    ],
)
def test_quoted_notices_and_other_lines_are_left_alone(text):
    assert apart(text) == [Text(text)]
    assert list(taken_apart(Text(f"{NEXT}x", html=True))) == [Text(f"{NEXT}x", html=True)]


def test_a_divider_without_a_notice_that_we_know_keeps_its_words():
    text = f"Hello.\n{NEXT}A thing was scrubbed...\nURL: gopher://x\n"
    assert "".join(piece.text for piece in apart(text) if isinstance(piece, Text)) == text


def test_hostile_notices_cost_little():
    started = time.monotonic()
    for piece in (NEXT, NEXT + "a" * 100 + "\n", "a: b\n", "a: b\n c\n", "---- ", "-----", "\n-" * 5, "URL: http://a/"):
        apart(NEXT + "It was scrubbed...\n" + piece * (500_000 // len(piece)))
    assert time.monotonic() - started < 4
