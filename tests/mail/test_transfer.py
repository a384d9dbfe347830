"""Transfer encodings that the header does not tell."""

import base64
import quopri
import time

import pytest

from migrate.mail.message import read_mail

HEAD = b"From: Ann <ann@example.org>\nDate: Fri, 5 Jan 2024 10:00:00 +0000\nMessage-ID: <a@b>\n"
WORDS = "Grüße aus dem Garten. Die Bohnen stehen schon zwei Fuß hoch, und der Spinat ist beinahe geschossen = vorbei.\n"


def text(body: bytes, more: bytes = b"") -> tuple[str, list[str]]:
    mail = read_mail(HEAD + more + b"\n" + body)
    return mail.texts[0].text, [problem.code for problem in mail.problems]


@pytest.mark.parametrize("more", [b"", b"Content-Transfer-Encoding: 7bit\n", b"Content-Transfer-Encoding: nonsense\n"])
def test_quoted_printable_without_its_label_is_decoded_and_told(more):
    encoded = quopri.encodestring(WORDS.encode() * 3)
    assert text(encoded, more) == (WORDS * 3, ["encoding-unlabelled"])
    assert text(encoded.replace(b"\n", b"\r\n"), more)[0].strip() == (WORDS * 3).strip()


def test_quoted_printable_encoded_twice():
    twice = quopri.encodestring(quopri.encodestring(WORDS.encode() * 3))
    assert text(twice, b"Content-Transfer-Encoding: quoted-printable\n") == (WORDS * 3, ["encoding-unlabelled"])


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "." * 62])  # no padding, two signs, one; one in a full line
def test_base64_without_its_label_is_decoded_and_told(end):
    encoded = base64.encodebytes((WORDS * 3 + end).encode())
    assert text(encoded) == (WORDS * 3 + end, ["encoding-unlabelled"])
    assert text(b"\n\n" + encoded + b"\n\n")[0] == WORDS * 3 + end


@pytest.mark.parametrize(
    "body",
    [
        b"In quoted-printable a blank at the end of a line is =20\nand an equal sign is =3D. x = 1\n",
        b"if a =3D b: see https://example.org/?x=C3=A9\n"
        + b"a line that is longer than any encoder would leave it " * 3,
        b"id=20\nname=FOO\n",
        b"https://example.org/?q=20&x=3D\nhttps://example.org/?a=3D1\n",
        b"color=FFaa00\ncolor=AAbbcc\nbgcolor=CCddee\n",
        b"sha=ABcdef01\nkey=CAfe\nid=BEef\n",
        b"Does quoted-printable look like this?\nGr=C3=BC=C3=9Fe aus dem Garten=20\nvon mir=20\n",
        b"x =\n  1\n",
        b"a" * 76 + b"\n" + b"b" * 76 + b"\n",  # no words come out of it
        b"-----BEGIN KEY-----\n" + b"QUJD" * 19 + b"\n" + b"QUJD" * 19 + b"\n-----END KEY-----\n",
        base64.b64encode(bytes(range(256))) + b"\n",
    ],
)
def test_text_that_only_looks_encoded_is_left_alone(body):
    assert text(body) == (body.decode(), [])


@pytest.mark.parametrize(
    ("encoding", "data", "expected"),
    [
        (b"Quoted_Printable", b"caf=C3=A9", "café"),
        (b'"quoted-printable";', b"caf=C3=A9", "café"),
        (b"base-64", base64.b64encode(b"hello"), "hello"),
        (b"quoted-printable", b"one =  \ntwo =\t\r\nthree=\n", "one two three"),
        (b"quoted-printable", b"caf=c3=a9 =zz =", "café =zz "),
        (b"8-bit", "café".encode(), "café"),
    ],
)
def test_labels_and_line_breaks_as_programs_write_them(encoding, data, expected):
    assert text(data, b"Content-Transfer-Encoding: " + encoding + b"\n") == (expected, [])


def test_attachments_are_never_decoded_by_guess():
    encoded = quopri.encodestring(WORDS.encode() * 3)
    part = b"Content-Type: application/x-y; name=a.bin\n\n" + encoded
    mail = read_mail(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n" + part + b"\n--b--\n")
    assert mail.files[0].content == encoded


def test_hostile_texts_cost_little():
    started = time.monotonic()
    for piece in (b"=", b"=3D", b"=20\n", b"=\n", b"= ", b"=\t", b"=C3", b"A" * 76 + b"\n", b"=3D" * 25 + b"=\n"):
        text(piece * (2_000_000 // len(piece)))
    assert time.monotonic() - started < 6


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"Hello world\nThis is plain text, really\n", "Hello world\nThis is plain text, really\n"),
        (b"Thisword\nis plain text only\n", "Thisword\nis plain text only\n"),
        (b"Hello\n\nBye\n", "Hello\n\nBye\n"),
        (b"Hey you\nthere\n", "Hey you\nthere\n"),
        (base64.b64encode(b"hello this is") + b"\nThanks\n", "hello this is\nThanks"),
        (base64.b64encode(b"one, ") + base64.b64encode(b"two, ") + base64.b64encode(b"three"), "one, two, three"),
    ],
)
def test_words_labelled_as_base64_are_not_decoded(body, expected):
    read, codes = text(body, b"Content-Transfer-Encoding: base64\n")
    assert (read, codes) == (expected, ["encoding-damaged"])


def test_base64_of_wide_characters_is_no_damage():
    more = b"Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n"
    assert text(base64.b64encode("Grüße".encode("utf-16le")), more) == ("Grüße", [])


@pytest.mark.parametrize("kind", [b"text/csv", b"text/x-patch", b"text/plain"])
def test_the_bytes_of_a_file_are_those_its_label_says(kind):
    csv = b"a=3D1\nb=3D2\nGr=C3=BC=C3=9Fe=20\n"
    encoded = base64.encodebytes(WORDS.encode() * 3)
    for content in (csv, encoded):
        part = b"Content-Type: " + kind + b"; name=a\nContent-Disposition: attachment; filename=a\n\n" + content
        mail = read_mail(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n" + part + b"\n--b--\n")
        assert ([file.content for file in mail.files], mail.problems) == ([content], ())
