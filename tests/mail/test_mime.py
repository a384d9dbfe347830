"""Parts: where they lie and what they hold."""

import email
import time
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail.headers import parse_headers
from migrate.mail.mime import parameters, parse_parts
from migrate.mail.problems import Problems
from migrate.mail.transfer import content, text_content


def parts(raw: bytes, problems: Problems | None = None):
    problems = [] if problems is None else problems
    headers, body = parse_headers(raw, 0, len(raw), problems)
    return [
        (part.media_type, (text_content if part.media_type.startswith("text/") else content)(raw, part, problems))
        for part in parse_parts(raw, headers, body, problems).leaves()
    ]


MIXED = b"""Content-Type: multipart/mixed; boundary="b"

preamble
--b
Content-Type: multipart/alternative; boundary=inner

--inner

plain
--inner
Content-Type: text/html

<p>html</p>
--inner--

--b
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

AAEC
--b
Content-Type: image/png

--b--
epilogue
"""


def test_a_last_delimiter_that_lost_a_dash_is_the_last_all_the_same():
    assert parts(MIXED.replace(b"\n--b--\nepilogue", b"\n--b-")) == parts(MIXED)


def test_a_delimiter_that_only_begins_like_one_is_another_part_s():
    raw = MIXED.replace(b"inner", b"b-").replace(b"\n--b--\nepilogue\n", b"\n")
    assert parts(raw) == parts(MIXED)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_tree_is_walked_in_order(end):
    assert parts(MIXED.replace(b"\n", end)) == [
        ("text/plain", b"plain"),
        ("text/html", b"<p>html</p>"),
        ("application/octet-stream", b"\0\1\2"),
        ("image/png", b""),
    ]


def test_a_missing_end_keeps_the_parts():
    cut = MIXED[: MIXED.index(b"AAEC") + 4]
    assert parts(cut)[-1] == ("application/octet-stream", b"\0\1\2")


def test_similar_boundaries_are_told_apart():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bb\nstill one\n--b\n\ntwo\n--b--\n"
    assert parts(raw) == [("text/plain", b"one\n--bb\nstill one"), ("text/plain", b"two")]


def test_a_multipart_without_parts_is_text():
    problems: Problems = []
    assert parts(b"Content-Type: multipart/mixed\n\njust text", problems) == [("text/plain", b"just text")]
    assert [problem.code for problem in problems] == ["mime-no-boundary"]


def test_parts_of_a_digest_are_messages():
    raw = b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\ny\n--b--\n"
    assert parts(raw) == [("message/rfc822", b"Subject: x\n\ny")]


def test_ten_thousand_levels_and_parts_do_not_crash():
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000))
    problems: Problems = []
    started = time.monotonic()
    assert [media_type for media_type, _ in parts(nested + b"\ncore\n", problems)] == ["application/octet-stream"]
    same = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 10_000
    parts(same, problems)
    many = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000
    found = parts(many, problems)
    assert found[-1][0] == "application/octet-stream"
    assert sum(data.count(b"x") for _, data in found) == 10_000
    assert time.monotonic() - started < 5
    assert {problem.code for problem in problems} >= {"mime-too-deep"}


@pytest.mark.parametrize(
    ("encoding", "data", "expected", "codes"),
    [
        (b"base64", b"aGVs\nbG8=\n", b"hello", []),
        (b"BASE64", b"aGVsbG8", b"hello", ["encoding-damaged"]),
        (b"base64", b"aGVsbG8g" * 9 + b"*" + b"aGVsbG8g" * 9, b"hello " * 18, ["encoding-damaged"]),
        (b"base64", b"no base64, clearly!", b"no base64, clearly!", ["encoding-damaged"]),
        (b"base64", b"aGVsbG8=aGVsbG8=", b"hellohello", ["encoding-damaged"]),
        (b"base64", b"aGVsbG8=\n\n--\nA list's footer", b"hello\n--\nA list's footer", ["encoding-damaged"]),
        (b"quoted-printable", b"caf=C3=A9 =\nx =ZZ=\n", "café x =ZZ".encode(), []),
        (b"x-uuencode", b"begin 644 a.txt\n%:&5L;&\\ \n`\nend\n", b"hello", []),
        (b"8bit", "é".encode(), "é".encode(), []),
        (b"text/html", b"as it is", b"as it is", []),
    ],
)
def test_transfer_encodings(encoding, data, expected, codes):
    problems: Problems = []
    found = parts(b"Content-Transfer-Encoding: " + encoding + b"\n\n" + data, problems)[0][1]
    assert [problem.code for problem in problems] == codes
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'text/plain; charset="utf-8"; Format=flowed', {"charset": "utf-8", "format": "flowed"}),
        (b'attachment; filename="C:\\temp\\plan.txt"', {"filename": "C:\\temp\\plan.txt"}),
        (b'attachment; filename="a \\"b\\"; c.txt"', {"filename": 'a "b"; c.txt'}),
        (b"attachment; filename*=utf-8''Stra%C3%9Fe.pdf", {"filename": "Straße.pdf"}),
        (b"attachment; filename*0*=utf-8''%C3%84; filename*1=b.txt", {"filename": "Äb.txt"}),
        (b"attachment; filename*0=long; filename*1=name.txt", {"filename": "longname.txt"}),
        ("attachment; filename=Grüße.txt".encode(), {"filename": "Grüße.txt"}),
        (b"text/plain; charset=a; charset=b", {"charset": "a"}),
        (b"attachment; filename*1=b.txt; filename*0=a", {"filename": "ab.txt"}),
        (b"attachment; filename*0*=utf-8''a%C3; filename*1*=%A4.txt", {"filename": "aä.txt"}),
        (b"attachment; filename*=Stra%C3%9Fe.pdf", {"filename": "Straße.pdf"}),
        (b"attachment; filename=plain.txt; filename*=utf-8''%E2%82%AC.txt", {"filename": "€.txt"}),
        (b"attachment; filename=the bed plan.pdf; size=7", {"filename": "the bed plan.pdf", "size": "7"}),
        (b"text/plain; charset=utf-8 format=flowed", {"charset": "utf-8", "format": "flowed"}),
        (b"text/plain", {}),
    ],
)
def test_parameters(value, expected):
    assert parameters(value, []) == expected


def test_a_file_name_in_a_charset_that_nobody_knows_is_told():
    problems: Problems = []
    assert parameters(b"attachment; filename*=x-unknown''%E9.txt", problems) == {"filename": "é.txt"}
    assert [problem.code for problem in problems] == ["charset-guessed"]


def test_hostile_parameters_cost_little():
    started = time.monotonic()
    for piece in (b" ", b";", b"a=", b'a="', b'\\"', b"; a", b"*0*=''", b"a*0=b;"):
        parameters(b"text/plain; x=y" + piece * (64_000 // len(piece)), [])
    assert time.monotonic() - started < 3


@given(st.binary(max_size=200), st.sampled_from([b"", b"base64", b"quoted-printable", b"x-uuencode"]))
def test_no_content_is_refused(data, encoding):
    parts(b"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: " + encoding + b"\n\n--b\n" + data)


def standard_parts(message: Message) -> Iterator[tuple[str, bytes | None]]:
    """The leaves as the standard library sees them; it looks into messages inside messages, which we do not."""
    if message.get_content_maintype() == "message":
        yield message.get_content_type(), None
    elif message.is_multipart():
        for child in message.get_payload():
            assert isinstance(child, Message)
            yield from standard_parts(child)
    else:
        payload = message.get_payload(decode=True)
        yield message.get_content_type(), payload if isinstance(payload, bytes) else b""


# Where we keep what the standard library gives up: an empty multipart is text, a stray header line ends no header,
# the last line end before a missing delimiter stays, parts are found though the header lost their type.
DIFFERENT = {
    "bad_date_header2.eml",
    "empty_in_reply_to.eml",
    "example13.eml",
    "microsoft_02.txt",
    "missing_body.eml",
    "must_supply_encoding.eml",
    "raw_email4.eml",
    "raw_email_incorrect_header.eml",
}


def test_real_messages_have_the_parts_that_the_standard_library_finds(corpora: Path):
    files = sorted([*(corpora / "mail").glob("*/*.eml"), *(corpora / "mail").glob("*/*.txt")])
    different = set()
    for file in files:
        raw = file.read_bytes().lstrip(b"\r\n")
        if raw.startswith((b"From ", b">From ")):
            raw = raw.partition(b"\n")[2]
        ours = parts(raw)
        theirs = list(standard_parts(email.message_from_bytes(raw)))
        same = [kind for kind, _ in ours] == [kind for kind, _ in theirs] and all(
            other is None or data.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
            for (_, data), (_, other) in zip(ours, theirs, strict=True)
        )
        if not same:
            different.add(file.name)
    assert len(files) > 200
    assert different == DIFFERENT
