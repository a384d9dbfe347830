"""What a reader sees of the parts of a mail."""

import base64
import time

import pytest

from migrate.mail.message import Mail, read_mail
from migrate.mail.pieces import Forwarded, Picture, Text
from tests.mail import tnefs

HEAD = b"From: Ann <ann@example.org>\nDate: Fri, 5 Jan 2024 10:00:00 +0000\nSubject: x\nMessage-ID: <a@b>\n"
PLAIN = b"Content-Type: text/plain\n\nplain"
BLANK = b"Content-Type: text/plain\n\n \n"
PNG = b'Content-Type: image/png; name="%s"\nContent-ID: <%s@x>\nContent-Disposition: inline\n\nPNG%s'
INNER = (
    b"From: Ben <ben@example.org>\nDate: Thu, 4 Jan 2024 09:00:00 +0000\nSubject: =?utf-8?Q?B=C3=A4ume?=\n"
    b"Message-ID: <inner@b>\n"
)


def multipart(kind: str, *parts: bytes, boundary: str = "b", head: bytes = HEAD) -> bytes:
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\n" + part + b"\n" for part in parts)
    return head + f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + body + b"--" + mark + b"--\n"


def codes(mail: Mail) -> list[str]:
    return [problem.code for problem in mail.problems]


def picture(name: str) -> bytes:
    return PNG % ((name.encode(),) * 3)


def shapes(mail: Mail) -> list[str]:
    return [
        piece.text.strip() if isinstance(piece, Text) else piece.file.filename if isinstance(piece, Picture) else "…"
        for piece in mail.pieces
    ]


def test_pictures_between_texts_stay_there_and_others_are_files_only():
    mail = read_mail(multipart("mixed", PLAIN, picture("a"), PLAIN, picture("b"), BLANK))
    assert shapes(mail) == ["plain", "a", "plain", ""]
    assert [file.filename for file in mail.files] == ["a", "b"]


def test_a_picture_that_is_attached_or_stands_in_the_html_is_not_placed_again():
    html = b'Content-Type: text/html\n\n<p>See <img src="cid:a@x"></p>'
    attached = picture("b").replace(b"inline", b"attachment")
    assert shapes(read_mail(multipart("mixed", html, picture("a"), attached, PLAIN)))[1:] == ["plain"]


def forwarded(*parts: bytes) -> Mail:
    return read_mail(multipart("mixed", PLAIN, *parts))


def test_a_forwarded_message_can_be_read_and_keeps_its_bytes():
    inner = INNER + b"\nwords inside"
    mail = forwarded(b"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n" + inner)
    _, message = mail.pieces
    assert isinstance(message, Forwarded)
    assert message.fields == (
        ("From", "Ben <ben@example.org>"),
        ("Date", "Thu, 4 Jan 2024 09:00:00 +0000"),
        ("Subject", "Bäume"),
    )
    assert message.pieces == (Text("words inside"),)
    assert [(file.filename, file.content) for file in mail.files] == [("message.eml", inner)]


def test_a_forwarded_message_may_begin_as_in_a_mailbox():
    inner = b"\nFrom ben@example.org Thu Jan  4 09:00:00 2024\n" + INNER + b"\nwords inside"
    message = forwarded(b"Content-Type: message/rfc822; name=x.eml\n\n" + inner).pieces[1]
    assert isinstance(message, Forwarded)
    assert message.pieces == (Text("words inside"),)


def test_other_forms_of_the_same_text_are_no_attachments():
    enriched = b"Content-Type: text/enriched\n\n<bold>plain</bold>"
    assert read_mail(multipart("alternative", PLAIN, enriched)).files == ()
    assert shapes(read_mail(multipart("alternative", enriched))) == ["plain"]


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        (
            "enriched",
            "<bold>Beans</bold> <<5 cm\napart.\n\n<color><param>red</param>Peas</color>.",
            "Beans <5 cm apart.\nPeas.",
        ),
        ("enriched", "a <param>x", "a"),
        ("richtext", "<bold>1 <lt>2</bold><nl>and\n<comment>no</comment>on", "1 <2\nand on"),
    ],
)
def test_enriched_text_is_read_without_its_commands(kind, written, read):
    part = f"Content-Type: text/{kind}\n\n{written}\n"
    assert shapes(read_mail(HEAD + part.encode())) == [read]
    mail = read_mail(multipart("mixed", part.encode()))
    assert (shapes(mail), mail.files) == ([read], ())


def test_a_form_of_a_text_may_be_several_parts_with_a_file_between():
    html = b"Content-Type: text/html\n\n<p>%s</p>"
    more = b"And onions want sun, leeks want rain, garlic wants winter, peas want wire."
    file = b"Content-Type: application/pdf; name=a.pdf\n\n%PDF"
    apple = multipart("mixed", html % b"plain", file, html % more, boundary="i", head=b"")
    mail = read_mail(multipart("alternative", PLAIN, apple))
    assert shapes(mail) == ["<p>plain</p>", f"<p>{more.decode()}</p>"]
    assert [file.filename for file in mail.files] == ["a.pdf"]
    whole = read_mail(multipart("alternative", PLAIN + b" " + more, apple))
    assert shapes(whole) == [f"plain {more.decode()}"]
    two = multipart("alternative", PLAIN, b"Content-Type: text/plain; charset=utf-8\n\nsecond", html % b"plain")
    assert shapes(read_mail(two)) == ["plain", "second"]


def test_a_text_file_beside_the_forms_of_a_text_is_a_file():
    notes = b"Content-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\nmy notes"
    mail = read_mail(multipart("alternative", PLAIN, notes, b"Content-Type: text/html\n\n<p>plain</p>"))
    assert shapes(mail) == ["plain"]
    assert [(file.filename, file.content) for file in mail.files] == [("notes.txt", b"my notes")]


def test_many_parts_of_one_form_cost_little():
    started = time.monotonic()
    parts = [b"Content-Type: text/html\n\nx", PLAIN] * 900
    assert len(read_mail(multipart("alternative", *parts)).pieces) == 900
    assert time.monotonic() - started < 2


def test_the_files_of_a_forwarded_message_are_files_of_the_mail():
    inner = multipart("mixed", PLAIN, b"Content-Type: application/pdf; name=a.pdf\n\n%PDF", boundary="i", head=INNER)
    mail = forwarded(b"Content-Type: message/rfc822\n\n" + inner)
    assert {file.filename for file in mail.files} == {"a.pdf", "message.eml"}


def test_messages_in_messages_are_read_to_a_depth_and_none_is_lost():
    raw = INNER + b"\ninnermost words"
    for level in range(30):
        raw = multipart("mixed", PLAIN, b"Content-Type: message/rfc822\n\n" + raw, boundary=f"b{level}", head=INNER)
    mail = read_mail(raw)
    depth = 0
    pieces = mail.pieces
    while inner := [piece for piece in pieces if isinstance(piece, Forwarded)]:
        depth, pieces = depth + 1, inner[0].pieces
    assert 1 < depth < 10
    assert any(b"innermost words" in file.content for file in mail.files)


def test_what_a_server_sends_back_is_kept_but_not_shown():
    returned = b"Content-Type: message/rfc822\n\n" + INNER + b"\nmy words"
    for raw in (
        multipart("report", PLAIN, returned),
        multipart("mixed", PLAIN, returned, head=HEAD + b"Auto-Submitted: auto-replied\n"),
    ):
        mail = read_mail(raw)
        assert mail.pieces == (Text("plain"),)
        assert [file.filename for file in mail.files] == ["message.eml"]


STATUS = (
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
    b"Final-Recipient: rfc822; ben@example.org\nAction: failed\nStatus: 5.1.1\n"
    b"Diagnostic-Code: smtp; 550 No such\n user\n"
)


def test_a_delivery_report_without_words_shows_its_fields():
    assert read_mail(multipart("report", STATUS)).texts == (
        Text("Final-Recipient: ben@example.org\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: 550 No such user"),
    )
    assert read_mail(multipart("report", PLAIN, STATUS)).texts == (Text("plain"),)


def test_a_read_receipt_without_words_shows_its_fields():
    receipt = b"Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent; displayed\n"
    assert shapes(read_mail(multipart("report", receipt))) == ["Disposition: manual-action/MDN-sent; displayed"]


CALENDAR = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
    b'ORGANIZER;CN="Ann, the chair":mailto:ann@example.org\r\n'
    b"ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Ben:mailto:ben@example.o\r\n rg\r\n"
    b"ATTENDEE;CN=cy@example.org:mailto:cy@example.org\r\n"
    b"DTSTART;TZID=Europe/Berlin:20240105T190000\r\nDTEND;TZID=Europe/Berlin:20240105T203000\r\n"
    b"SUMMARY:Seeds\\, bulbs and\r\n  more\r\nLOCATION:The shed\r\n"
    b"DESCRIPTION:Bring seeds.\\nAnd tea\\; please.\r\n"
    b"BEGIN:VALARM\r\nDESCRIPTION:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nSUMMARY:Another\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_invitation_is_text_without_addresses_and_a_file():
    mail = read_mail(HEAD + b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n" + CALENDAR)
    assert mail.texts == (
        Text(
            "Seeds, bulbs and more\nWhen: 2024-01-05 19:00 Europe/Berlin – 20:30 Europe/Berlin\nWhere: The shed\n"
            "Organizer: Ann, the chair\nAttendees: Ben\n\nBring seeds.\nAnd tea; please."
        ),
    )
    assert [(file.filename, file.content) for file in mail.files] == [("invitation.ics", CALENDAR)]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            "SUMMARY:Fair\nDTSTART;VALUE=DATE:20240105\nRRULE:FREQ=YEARLY",
            "Fair\nWhen: 2024-01-05\nRepeats: FREQ=YEARLY",
        ),
        ("SUMMARY:Walk\nDTSTART:20240105T190000Z\nDURATION:PT1H30M", "Walk\nWhen: 2024-01-05 19:00 UTC (1 h 30 min)"),
        ("DTSTART:20240105T230000Z\nDTEND:20240106T010000Z", "When: 2024-01-05 23:00 UTC – 2024-01-06 01:00 UTC"),
        ("SUMMARY:Fair\nDTSTART;VALUE=DATE:20240105\nDTEND;VALUE=DATE:20240106", "Fair\nWhen: 2024-01-05"),
        ("SUMMARY:Fair\nDTSTART;VALUE=DATE:20240105\nDTEND;VALUE=DATE:20240105", "Fair\nWhen: 2024-01-05"),
        ("DTSTART;VALUE=DATE:20240105\nDTEND;VALUE=DATE:20240108", "When: 2024-01-05 – 2024-01-07"),
        ("DTSTART;VALUE=DATE:20240105\nDTEND;VALUE=DATE:20249999", "When: 2024-01-05 – 20249999"),
        ("SUMMARY:Fair\nSTATUS:CANCELLED", "Fair\nStatus: cancelled"),
        ("SUMMARY:Odd\nDTSTART:whenever", "Odd\nWhen: whenever"),
        ("LOCATION:nowhere", ""),
    ],
)
def test_events_of_other_shapes(event, expected):
    calendar = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{event}\nEND:VEVENT\nEND:VCALENDAR\n"
    mail = read_mail(multipart("mixed", PLAIN, b"Content-Type: text/calendar\n\n" + calendar.encode()))
    assert "\n".join(text.text for text in mail.texts[1:]) == expected


def test_answers_and_cancellations_say_so():
    event = "BEGIN:VEVENT\nSUMMARY:Fair\nATTENDEE;CN=Ben;PARTSTAT=DECLINED:mailto:b@x\nEND:VEVENT\n"
    for method, expected in (
        ("REPLY", "Fair\nAttendees: Ben (declined)"),
        ("CANCEL", "Fair\nStatus: cancelled\nAttendees: Ben"),
    ):
        calendar = f"BEGIN:VCALENDAR\nMETHOD:{method}\n{event}END:VCALENDAR\n".encode()
        assert read_mail(HEAD + b"Content-Type: text/calendar\n\n" + calendar).texts == (Text(expected),)


def der(tag: int, *contents: bytes, indefinite: bool = False) -> bytes:
    content = b"".join(contents)
    if indefinite:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 0x80 else b"\x84" + size.to_bytes(4, "big")
    return bytes((tag,)) + length + content


SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
DATA = bytes.fromhex("06092a864886f70d010701")


def opaque(entity: bytes, indefinite: bool) -> bytes:
    halves = der(0x04, entity[:9]), der(0x04, entity[9:])
    octets = der(0x24, *halves, indefinite=True) if indefinite else der(0x04, entity)
    encapsulated = der(0x30, DATA, der(0xA0, octets, indefinite=indefinite), indefinite=indefinite)
    signed = der(0x30, der(0x02, b"\1"), der(0x31), encapsulated, der(0x31), indefinite=indefinite)
    return der(0x30, SIGNED, der(0xA0, signed, indefinite=indefinite), indefinite=indefinite)


def smime(data: bytes, kind: bytes = b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") -> Mail:
    return read_mail(
        HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)
    )


@pytest.mark.parametrize("indefinite", [False, True])
def test_the_mail_inside_an_opaque_signature_is_read(indefinite):
    pdf = b"Content-Type: application/pdf; name=a.pdf\n\n%PDF"
    mail = smime(opaque(multipart("mixed", PLAIN, pdf, head=b""), indefinite))
    assert mail.texts == (Text("plain"),)
    assert [file.filename for file in mail.files] == ["a.pdf"]
    assert codes(mail) == ["signature-removed"]
    assert base64.encodebytes(opaque(multipart("mixed", PLAIN, pdf, head=b""), indefinite))[:60] in mail.native


@pytest.mark.parametrize(
    "data",
    [
        der(0x30, ENVELOPED, der(0xA0, der(0x30, der(0x02, b"\0")))),
        opaque(b"Content-Type: text/plain\n\nx", indefinite=False)[:-9],
        b"",
        b"\x30",
        b"\x30\x80" * 50_000,
        b"\x24\x80" * 50_000,
        b"\x30\xff" + b"\xff" * 200,
        der(0x30, SIGNED),
    ],
    ids=range(8),
)
def test_encrypted_and_damaged_mail_is_kept_and_told(data):
    started = time.monotonic()
    mail = smime(data)
    assert codes(mail) == ["mail-encrypted"]
    assert [(file.filename, file.content) for file in mail.files] == [("smime.p7m", data)]
    assert time.monotonic() - started < 2


def test_encrypted_mail_of_pgp_is_kept_and_told():
    control = b"Content-Type: application/pgp-encrypted\n\nVersion: 1"
    data = b"Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----"
    mail = read_mail(multipart("encrypted", control, data))
    assert [file.filename for file in mail.files] == ["encrypted.asc"]
    assert codes(mail) == ["mail-encrypted"]
    assert codes(read_mail(HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nabc\n")) == ["mail-encrypted"]


def winmail(*before: bytes, kind: bytes = b"application/ms-tnef") -> Mail:
    data = tnefs.tnef(tnefs.text("From Outlook."), tnefs.file("../plan.pdf", b"%PDF"))
    part = (
        b"Content-Type: "
        + kind
        + b"; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(data)
    )
    return read_mail(multipart("mixed", *before, part))


@pytest.mark.parametrize("kind", [b"application/ms-tnef", b"application/octet-stream"])
def test_winmail_gives_its_files_and_its_text_where_there_is_no_other(kind):
    mail = winmail(kind=kind)
    assert mail.texts == (Text("From Outlook."),)
    assert [(file.filename, file.content) for file in mail.files] == [("plan.pdf", b"%PDF")]
    assert winmail(PLAIN, kind=kind).texts == (Text("plain"),)


def test_a_winmail_in_which_nothing_is_found_stays_a_file():
    data = base64.encodebytes(tnefs.tnef())
    part = b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" + data
    mail = read_mail(multipart("mixed", part))
    assert [file.media_type for file in mail.files] == ["application/ms-tnef"]


def test_a_winmail_that_cannot_be_opened_stays_a_file():
    mail = read_mail(multipart("mixed", PLAIN, b"Content-Type: application/ms-tnef\n\nnothing"))
    assert [file.filename for file in mail.files] == ["winmail.dat"]
    assert codes(mail)[0].startswith("tnef-")


def test_what_a_list_appends_behind_the_parts_is_not_lost():
    mail = read_mail(multipart("mixed", PLAIN) + b"\n____\nGardeners mailing list\n")
    assert [text.text.strip() for text in mail.footers] == ["____\nGardeners mailing list"]
    assert read_mail(multipart("mixed", PLAIN) + b"\n \n").footers == ()


@pytest.mark.parametrize("preamble", [b"", b"This is a multi-part message in MIME format.\n\n"])
@pytest.mark.parametrize("footer", [b"", b"\n_____\nGardeners mailing list\n"])
@pytest.mark.parametrize("kind", [b"html", b"enriched"])
def test_parts_are_found_though_the_header_lost_their_type(preamble, footer, kind):
    other = b"Content-Type: text/" + kind + b"\n\n<p>plain</p>"
    body = multipart("mixed", PLAIN, other, boundary="----=_Part.1(x)--", head=b"").partition(b"\n\n")[2]
    mail = read_mail(HEAD + b"\n" + preamble + body + footer)
    assert mail.texts == (Text("plain"),)
    assert codes(mail) == ["mime-type-missing"]


@pytest.mark.parametrize(
    "body",
    [
        b"I got this:\n\n--boundary\nContent-Type: text/plain\n\nx\n--boundary--\n",
        b"--boundary\nContent-Type: text/plain\n\nx\nno end\n",
        b"-- signature\nContent-Type: text/plain\n\nx\n",
        b"What is wrong with this MIME mail?\n\n--boundary\nContent-Type: text/plain\n\nx\n--boundary--\n",
        b"--boundary\nContent-Type: text/plain\n\nx\n--boundary--\n\nWhat does this mean?\n",
    ],
)
def test_somebody_who_shows_parts_has_written_text(body):
    assert read_mail(HEAD + b"\n" + body).texts == (Text(body.decode()),)
