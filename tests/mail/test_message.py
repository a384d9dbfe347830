"""One message as a whole."""

import base64
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail.message import Mail, read_mail
from migrate.mail.pieces import Text

NOW = datetime(2024, 6, 1, tzinfo=UTC)
HEAD = b"From: Ann <ann@example.org>\nDate: Fri, 5 Jan 2024 10:00:00 +0000\nSubject: x\nMessage-ID: <a@b>\n"


def read(raw: bytes, envelope: bytes = b"") -> Mail:
    return read_mail(raw, envelope=envelope, now=NOW)


def codes(mail: Mail) -> list[str]:
    return [problem.code for problem in mail.problems]


def multipart(kind: str, *parts: bytes) -> bytes:
    body = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return HEAD + f"Content-Type: multipart/{kind}; boundary=b\n\n".encode() + body + b"--b--\n"


PLAIN = b"Content-Type: text/plain\n\nplain"
HTML = b"Content-Type: text/html\n\n<p>html</p>"
FOOTER = (
    b"Content-Type: text/plain\n\n" + b"_" * 47 + b"\nGardeners mailing list\nhttps://lists.example.org/listinfo/g\n"
)
PNG = b"Content-Type: image/png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(
    b"\x89PNG"
)


def test_a_simple_message():
    mail = read(
        HEAD + b"List-Id: Gardeners <g.example.org>\nArchived-At: <https://lists.example.org/1>\n\nHello\r\nthere\n"
    )
    assert (mail.key, mail.subject, mail.author) == ("a@b", "x", ("Ann", "ann@example.org"))
    assert (mail.sent_at, mail.date_source) == (datetime(2024, 1, 5, 10, tzinfo=UTC), "header")
    assert mail.texts == (Text("Hello\nthere\n"),)
    assert (mail.list, mail.url) == (("g.example.org", "Gardeners"), "https://lists.example.org/1")
    assert (mail.files, mail.flags, mail.problems) == ((), frozenset(), ())


def test_flowed_text_keeps_its_parameters():
    mail = read(HEAD + b"Content-Type: text/plain; format=Flowed; DelSp=yes\n\nx")
    assert mail.texts == (Text("x", flowed=True, delsp=True),)


def test_the_plain_alternative_is_taken_unless_it_says_nothing():
    assert [text.text for text in read(multipart("alternative", PLAIN, HTML)).texts] == ["plain"]
    for excuse in (b"  \n", b"Please view this email in your browser."):
        empty = b"Content-Type: text/plain\n\n" + excuse
        assert read(multipart("alternative", empty, HTML)).texts == (Text("<p>html</p>", html=True),)


def test_pictures_in_the_html_make_it_the_better_alternative():
    related = (
        b"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src=cid:pic@x>\n--r\n"
        + PNG
        + b"\n--r--\n"
    )
    mail = read(multipart("alternative", PLAIN, related))
    assert [text.html for text in mail.texts] == [True]
    assert [(file.content_id, file.content) for file in mail.files] == [("pic@x", b"\x89PNG")]


def test_text_parts_are_joined_and_a_list_footer_is_set_apart():
    mail = read(multipart("mixed", PLAIN, PNG, PLAIN, FOOTER))
    assert [text.text for text in mail.texts] == ["plain", "plain"]
    assert "Gardeners mailing list" in mail.footers[0].text
    assert [file.filename for file in mail.files] == ["image.png"]


def test_attachments_are_exact_named_safely_and_not_in_the_native_bytes():
    data = bytes(range(256))
    part = (
        b'Content-Type: application/x-y; name="../../etc/pass\x1bwd"\nContent-Disposition: attachment\n'
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)
    )
    inner = b"Content-Type: message/rfc822\n\nSubject: inner\n\nwords inside"
    mail = read(multipart("mixed", PLAIN, part, inner))
    assert [(file.filename, file.content) for file in mail.files] == [
        ("passwd", data),
        ("message.eml", b"Subject: inner\n\nwords inside"),
    ]
    assert b"plain" in mail.native and b"pass" in mail.native
    assert base64.b64encode(data)[:40] not in mail.native
    assert b"words inside" not in mail.native


def test_a_text_file_is_an_attachment_also_when_it_is_inline():
    patch = b'Content-Type: text/plain; name="a.patch"\nContent-Disposition: inline; filename="a.patch"\n\ndiff'
    mail = read(multipart("mixed", PLAIN, patch))
    assert [text.text for text in mail.texts] == ["plain"]
    assert [(file.filename, file.content) for file in mail.files] == [("a.patch", b"diff")]


def test_html_tells_its_charset_itself():
    raw = (
        HEAD
        + b"Content-Type: text/html\n\n<meta http-equiv=x content='text/html; charset=koi8-r'>"
        + "да".encode("koi8-r")
    )
    assert read(raw).texts[0].text.endswith("да")


def test_zeros_in_the_text_are_removed_and_told():
    mail = read(HEAD + b"\na\0b")
    assert (mail.texts[0].text, codes(mail)) == ("ab", ["nul-removed"])


def test_machine_made_and_unwanted_mail_is_flagged():
    for field in (
        b"Auto-Submitted: auto-replied",
        b"X-Autoreply: yes",
        b"Return-Path: <>",
        b"Precedence: auto_reply",
        b"Subject: Auto reply",
        b"Subject: Delivery Status Notification (Failure)",
    ):
        assert read(field + b"\n\nx").flags == {"machine-made"}
    assert read(b"Auto-Submitted: no (I did it)\n\nx").flags == frozenset()
    assert read(b"Auto-Submitted: no\nPrecedence: bulk\nReturn-Path: <a@b>\n\nx").flags == frozenset()
    assert read(multipart("report", PLAIN)).flags == {"machine-made"}
    assert read(b"X-No-Archive: Yes\nX-Mozilla-Status: 0009\n\nx").flags == {"no-archive", "trashed"}


def test_nothing_at_all_is_still_a_message():
    mail = read(b"")
    assert mail.key.startswith("none.")
    assert {"header-missing", "id-missing", "date-missing", "author-missing"} <= set(codes(mail))


def test_a_huge_body_is_read_in_bearable_time():
    started = time.monotonic()
    mail = read(HEAD + b"\n" + b"All work and no play. " * 1_000_000)
    assert len(mail.texts[0].text) == 22_000_000
    assert time.monotonic() - started < 3


HEADER_PIECES = st.sampled_from(
    [
        HEAD,
        b"From: =?utf-8?Q?=\n",
        b"Subject: =?x?b?!!?=\n",
        b"Content-Type: multipart/alternative; boundary=b\n",
        b"Content-Type: text/html; charset=\xff\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Disposition: attachment; filename*0*=x'y'%\n",
        b"Date: Fri, 99 Foo\n",
        b"List-Id: <\n",
        b"Thread-Index: AAAA\n",
        b"garbage\n",
        b"\n",
        b"--b\n",
        b"--b--\n",
        b"text \xe9\xff\n",
    ]
)


@given(st.lists(HEADER_PIECES, max_size=20).map(b"".join), st.binary(max_size=60))
def test_it_never_raises_and_gives_clean_text(raw, envelope):
    mail = read(raw, b"From " + envelope)
    for text in (mail.key, mail.subject, mail.author.name, *(part.text for part in mail.texts)):
        text.encode()
        assert "\0" not in text


SENT_BACK = "Your mail could not be delivered to <ben@example.org>: no such user.\n"


@pytest.mark.parametrize(
    "subject",
    [
        "Undeliverable: Slugs",
        "Mail delivery failed: returning message to sender",
        "Delivery Failure",
        "Returned Mail - Error During Delivery",
    ],
)
def test_a_bounce_is_known_by_its_subject_and_its_text_together(subject):
    head = f"From: a@example.org\nSubject: {subject}\n".encode()
    assert read(head + b"\n" + SENT_BACK.encode()).flags == {"machine-made"}
    html = b"Content-Type: text/html\n\n<p>" + SENT_BACK.encode().replace(b"<", b"&lt;")
    assert read(head + html).flags == {"machine-made"}
    assert read(head + b"\nWho of you knows why my shed's mail comes back with this subject?\n").flags == frozenset()


@pytest.mark.parametrize(
    "subject",
    [
        "Delivery failure on our server, what now?",
        "Re: Mail error",
        "Returned mail is piling up",
        "Undelivered packages",
        "Undeliverable mail to the list",
        "Mail delivery failed for everybody behind postfix",
    ],
)
def test_people_who_ask_about_bounces_are_no_machines(subject):
    mail = read(f"From: a@example.org\nSubject: {subject}\n\n{SENT_BACK}".encode())
    assert mail.flags == frozenset()


def test_a_postmaster_may_be_a_person():
    head = b"From: postmaster@example.org\nSubject: Slugs\n\n"
    assert read(head + SENT_BACK.encode()).flags == {"machine-made"}
    assert read(head + b"They eat everything.\n").flags == frozenset()
