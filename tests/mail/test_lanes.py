"""The short ways through ordinary mail: they give what the long ones give, for whatever there is."""

import base64
import binascii
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail import headers, ids, splitter, transfer
from migrate.mail.dates import _unusual_date, parse_date
from migrate.mail.headers import NO_HEADERS, parse_headers
from migrate.mail.mime import Part, _boundaries
from migrate.mail.problems import Problems
from migrate.mail.splitter import Dialect, Format, unescape
from migrate.mail.two_headers import with_one_header
from migrate.model import Message
from tests.importers.test_corpora import read

ARCHIVES = ("groups/open-iscsi.mbox.xz", "mbox/divunal-list", "mbox/reality", "mail/mikel-mail", "mail/bounces")
PIECES = st.sampled_from([
    *(b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b"\r\n\r\n", b" ", b":", b"\n ", b"\r\n\tx", b"From: a", b"\nDate:\n"),
    *(b"To : c\n", b"words", b"X-Google-Thread: b", b"x-google-a:", b"y" * 65_000, b"z" * 530),
])  # fmt: skip
BASE64, _ = parse_headers(b"Content-Transfer-Encoding: BASE64\n", 0, 34, [])
RAW = st.lists(PIECES, max_size=14).map(b"".join)


@pytest.fixture(scope="module")
def natives(corpora: Path) -> list[bytes]:
    found = [record.native for name in ARCHIVES for record in read(corpora / name) if isinstance(record, Message)]
    assert len(found) > 3000
    return [native for native in found if native]


def header(raw: bytes, stop: int) -> tuple[object, ...]:
    problems: Problems = []
    found, body = parse_headers(raw, 0, stop, problems)
    return found.fields, body, problems


def line_by_line(raw: bytes, stop: int) -> tuple[object, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(headers, "_well_formed", lambda raw, start, stop: ({}, start))
        return header(raw, stop)


@given(RAW, st.integers(0, 3))
def test_a_header_read_at_once_is_the_one_read_line_by_line(raw: bytes, cut: int) -> None:
    stop = max(0, len(raw) - cut)
    assert header(raw, stop) == line_by_line(raw, stop)


def test_the_headers_of_real_mail_are_the_ones_read_line_by_line(natives: list[bytes]) -> None:
    assert all(header(raw, len(raw)) == line_by_line(raw, len(raw)) for raw in natives)


def joined(raw: bytes) -> bytes:
    """The same rule, told by patterns over all of it."""
    field, empty = re.compile(rb"(?im)^X-Google-[\w-]{1,40}:"), re.compile(rb"\r?\n\r?\n")
    longest = 64 << 10
    first = empty.search(raw, 0, longest)
    if first is None or field.search(raw, 0, first.start()):
        return raw
    second = empty.search(raw, first.end(), first.end() + longest)
    stop = second.start() if second else min(len(raw), first.end() + longest)
    if field.search(raw, first.end(), stop) and headers.WELL_FORMED.fullmatch(raw, first.end(), stop):
        return raw[: first.start()] + b"\n" + raw[first.end() :]
    return raw


@given(RAW)
def test_headers_in_two_pieces_are_found_also_by_their_first_field_alone(raw: bytes) -> None:
    assert with_one_header(raw)[0] == joined(raw)


def test_headers_in_two_pieces_of_real_mail(natives: list[bytes]) -> None:
    apart = [raw.replace(b"\n", b"\n\n", 1) if b"X-Google-" in raw else raw for raw in natives]
    assert [with_one_header(raw)[0] for raw in apart] == [joined(raw) for raw in apart]


LINES = st.lists(st.sampled_from([b"\n", b"\r\n", b">", b">>", b"From ", b" ", b"\0", b"\xbf", b"x", b" From a"])).map(
    b"".join
)


@given(LINES, st.integers(0, 3))
@pytest.mark.parametrize(
    ("quick", "rule"),
    [
        (splitter._ESCAPED, rb"^>(>*)From "),
        (splitter._SPACED, rb"^ From "),
        (splitter._BARE_FROM, rb"^From "),
        (splitter._MAYBE_SEPARATOR, rb"(?:^|(?<=[\0\xbf]))From "),
    ],
)
def test_what_stands_at_a_line_s_beginning_is_found_without_looking_at_each(
    quick: re.Pattern[bytes], rule: bytes, raw: bytes, start: int
) -> None:
    at_begin = re.compile(rule, re.MULTILINE)
    assert [(m.span(), m.groups()) for m in quick.finditer(raw)] == [
        (m.span(), m.groups()) for m in at_begin.finditer(raw)
    ]
    behind = [match.span() for match in at_begin.finditer(raw) if match.start() >= start]
    assert [match.span() for match in quick.finditer(raw, start)] == behind


@given(LINES)
def test_no_escaped_line_is_passed_over(raw: bytes) -> None:
    assert unescape(raw, Format(Dialect.MBOXRD)) == re.sub(rb"(?m)^>(>*)From ", rb"\1From ", raw)


@given(
    st.lists(
        st.sampled_from([b"<", b">", b"<a@x>", b"<b@y>", b" ", b"\t", b"c", b"\x1f", b"\xc3\xa9", b"z" * 998, b"@"])
    ).map(b"".join)
)
def test_plain_ids_are_those_the_careful_way_finds(value: bytes) -> None:
    found = ids.message_ids(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_PLAIN", re.compile(rb"(?!)"))
        assert found == ids.message_ids(value)


def delimiters(raw: bytes, boundary: str, start: int) -> list[tuple[int, int, bool]]:
    """The same rule, told by a pattern."""
    pattern = re.compile(rb"(?m)^--" + re.escape(boundary.encode()) + rb"(--?)?[ \t]*\r?(?:\n|\Z)")
    found = list(pattern.finditer(raw, start))
    ends = [match[1] for match in found if match[1]]
    last = b"-" if ends == [b"-"] else b"--"
    return [(*match.span(), match[1] == last) for match in found if match[1] in (None, last)]


@given(
    st.lists(st.sampled_from([b"--B", b"--B", b"\n", b"\n", b"\r\n", b" ", b"-", b"x", b"--B--\n"])).map(b"".join),
    st.sampled_from(["B", "B-", "-"]),
    st.booleans(),
)
def test_delimiters_are_found_without_a_pattern(raw: bytes, boundary: str, behind: bool) -> None:
    raw, start = (b"X: y\n\n" + raw, 6) if behind else (raw, 0)
    part = Part(NO_HEADERS, start, len(raw), "multipart/mixed", {"boundary": boundary})
    assert _boundaries(raw, part) == delimiters(raw, boundary, start)


@given(st.lists(st.sampled_from([b"AAAA", b"QUJD", b"=", b"==", b"\n", b"\r\n", b" ", b"\f", b"A", b"ab+/", b"!"])))
def test_whole_base64_is_decoded_at_once_as_it_is_run_by_run(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    problems: Problems = []
    part = Part(BASE64, 2, len(data) + 2, "image/png", {})
    assert transfer.content(b"\n\n" + data, part, problems) == transfer._decoded(data)
    assert bool(problems) == (
        transfer._BASE64_RUN.fullmatch(data) is None or len(data.translate(None, b" \t\r\n")) % 4 != 0
    )


def test_a_file_of_any_size_is_decoded() -> None:
    for size in range(70):
        data = bytes(range(size))
        for encoded in (base64.encodebytes(data), binascii.b2a_base64(data).replace(b"\n", b"\r\n")):
            part = Part(BASE64, 0, len(encoded), "image/png", {})
            problems: Problems = []
            assert (transfer.content(encoded, part, problems), problems) == (data, [])


@pytest.mark.parametrize("day", ["Thu, 9", "Thu,  9", "Thu,9", "9", "Thu, 09"])
@pytest.mark.parametrize(
    "rest", ["May 2009 10:11:12 +0200 (CEST)", "Feb 2030 23:59:60 -0730", "Jun 1999 24:00:00 +0000"]
)
def test_dates_of_the_usual_shape_are_those_the_careful_way_finds(day: str, rest: str) -> None:
    assert parse_date(f"{day} {rest}") is not None
    assert parse_date(f"{day} {rest}") == _unusual_date(f"{day} {rest}")


def test_the_dates_of_real_mail_are_those_the_careful_way_finds(natives: list[bytes]) -> None:
    dates = {
        date.strip()
        for raw in natives
        for name in (b"date", b"received")
        for date in [parse_headers(raw, 0, len(raw), [])[0].text(name).rpartition(";")[2]]
    }
    assert [date for date in dates if parse_date(date) != _unusual_date(date)] == []
