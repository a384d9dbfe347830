"""Where messages begin and end."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail.splitter import Dialect, Format, cut_at, detect_format, is_separator, split, unescape

ASCTIME = b"From a@example.org Fri Jan  5 10:00:00 2024\n"
FIELDS = b"From: a@example.org\nSubject: x\n\n"


def bodies(data: bytes) -> list[bytes]:
    form = detect_format(data)
    assert form is not None
    if form.cr_only:
        data = data.replace(b"\r", b"\n")
    return [unescape(data[segment.content : segment.end], form).split(b"\n\n", 1)[-1] for segment in split(data, form)]


@pytest.mark.parametrize(
    "line",
    [
        b"From a@h.example Fri Jan  5 10:00:00 2024",
        b"From a at h.example  Fri Jan  5 10:00:00 2024",
        b"From a@h.example Mon, 2 Aug 1999 18:55:09 -0400 (EDT)",
        b"From 28668125511680@xxx Thu Apr 16 09:53:04 +0000 2015",
        b"From - Fri Jan  5 10:00:00 2024",
        b"From ",
        b"From ???@??? Fri Jan  5 10:00:00 2024",
        b"From MAILER-DAEMON Fri Jan  5 10:00:00 2024",
        b"From a@h.example Fri Jan  5 10:00 EST 2024",
        b"From a@h.example Fri Jan  5 10:00:00 2024 +0100",
        b"From mboxrd@z Thu Jan  1 00:00:00 1970",
        "From ä@h.example Fri Jan  5 10:00:00 2024".encode("latin-1"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_every_shape_of_separator_is_one(line, end):
    message = line + end + b"Subject: x" + end + end + b"body" + end
    assert is_separator(message, 0)
    data = message + end + message
    assert len(list(split(data, Format(Dialect.MBOXO)))) == 2


def test_a_date_in_the_servers_language_needs_a_blank_line_and_known_fields():
    line = b"From a@h.example ven. 05 janv. 2024 10:00:00\n"
    data = b"\n" + line + b"From: a\nSubject: x\n\nbody\n"
    assert is_separator(data, 1)
    assert not is_separator(b"text\n" + line + b"From: a\nSubject: x\n\nbody\n", 5)
    assert not is_separator(b"\n" + line + b"Note: a\nSubject: x\n\nbody\n", 1)


@pytest.mark.parametrize(
    "text",
    [
        b"From here on it gets hard.\nNote: this is prose.\n",
        b"From \nhttps://h.example/ you can fetch it.\n",
        b"From -\nNote: a list.\n",
        b"From a@h.example Fri Jan  5 10:00:00 2024\nis how a separator looks.\n",
        b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: A <a@h.example>\nSubject: x\n",
    ],
)
def test_prose_and_patches_in_a_body_are_no_separators(text):
    data = ASCTIME + FIELDS + b"first\n\n" + text + b"\n" + ASCTIME + FIELDS + b"second\n"
    assert len(bodies(data)) == 2


def test_a_patch_series_is_split_at_its_own_separators():
    patch = b"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n" + FIELDS + b"diff\n\n"
    assert len(bodies(patch * 3)) == 3


def test_mboxo_quoting_is_undone_but_quotations_are_left():
    data = ASCTIME + FIELDS + b"one\n>From now on\n\n>quoted\n>From the start\n> spaced\n>From me\n"
    assert bodies(data) == [b"one\nFrom now on\n\n>quoted\n>From the start\n> spaced\nFrom me\n"]


def test_mboxrd_is_recognised_and_reversed():
    data = ASCTIME + FIELDS + b">From one\n\n>>From two\n\n>quote\n>>From three\n"
    form = detect_format(data)
    assert form is not None and form.dialect is Dialect.MBOXRD
    assert bodies(data) == [b"From one\n\n>From two\n\n>quote\n>From three\n"]


@pytest.mark.parametrize("header", [b"From: a\nContent-Length: %d\n\n", b"Content-Length: %d\nFrom: a\n\n"])
def test_mboxcl2_obeys_true_lengths_and_undoes_nothing(header):
    body = b"see:\n\n" + ASCTIME + FIELDS + b">From inside\n"
    message = ASCTIME + header % len(body) + body + b"\n"
    assert bodies(message * 3) == [body] * 3


def test_wrong_lengths_are_ignored():
    message = ASCTIME + b"From: a\nContent-Length: 7000\n\nshort\n\n"
    assert bodies(message * 3) == [b"short\n"] * 3


def test_mmdf_messages_stand_between_marks():
    mark = b"\x01\x01\x01\x01\n"
    data = (mark + FIELDS + b"From the body\n" + mark) * 2
    assert bodies(data) == [b"From the body\n"] * 2


def test_mmdf_with_dos_line_ends_with_single_marks_and_with_control_characters_in_a_body():
    mark = b"\x01\x01\x01\x01\n"
    assert (
        bodies(((mark + FIELDS + b"one\n" + mark) * 2).replace(b"\n", b"\r\n").replace(b"\r\n\r\n", b"\n\n"))
        == [b"one\r\n"] * 2
    )
    assert bodies((mark + FIELDS + b"one\n") * 3 + mark) == [b"one\n"] * 3
    inside = b"see \x01\x01\x01\x01\n\x01\x01\x01\x01\x01\n"
    assert bodies((mark + FIELDS + inside + mark) * 2) == [inside] * 2
    assert bodies((mark + ASCTIME + FIELDS + b"one\n" + mark) * 2) == [b"one\n"] * 2


def test_old_mac_line_ends_byte_order_marks_and_zeros():
    assert bodies((ASCTIME + FIELDS + b"one\n\n" + ASCTIME + FIELDS + b"two\n").replace(b"\n", b"\r")) == [
        b"one\n",
        b"two\n",
    ]
    assert len(bodies(b"\xef\xbb\xbf" + ASCTIME + FIELDS + b"one\n")) == 1
    zeros = ASCTIME + FIELDS + b"one\n" + bytes(300) + ASCTIME + FIELDS + b"two\n"
    assert bodies(zeros) == [b"one\n", b"two\n"]


def test_thunderbirds_leading_space_and_extra_header_line():
    data = b"From - Fri Jan  5 10:00:00 2024\n>From - Fri Jan  5 10:00:00 2024\n" + FIELDS + b"one\n From two\n"
    assert bodies(data) == [b"one\nFrom two\n"]
    form = detect_format(data)
    assert form is not None
    assert data[next(split(data, form)).content :].startswith(b"From: a@example.org")


def test_a_message_without_header_and_one_without_anything_are_messages():
    data = ASCTIME + b"\njust text\n\n" + ASCTIME + FIELDS + b"x\n\n" + ASCTIME
    assert len(bodies(data)) == 3


def test_binary_junk_after_a_message_is_no_part_of_it():
    junk = bytes(range(256)) * 2 + b"\n"
    data = ASCTIME + FIELDS + b"one\n\n" + junk + ASCTIME + FIELDS + b"two\n"
    segments = list(split(data, Format(Dialect.MBOXO)))
    assert data[segments[0].end : segments[0].stop].strip() == junk.strip()
    assert bodies(data) == [b"one\n", b"two\n"]


LINES = st.sampled_from(
    [
        ASCTIME,
        b"From \n",
        b"From x\n",
        b">From a\n",
        b">>From a\n",
        b"Subject: x\n",
        b"Content-Length: 20\n",
        b"\n",
        b"\r\n",
        b"text\n",
        b"\x01\x01\x01\x01\n",
        b"\x00\x00\x00\n",
        b"\xff\xfe\x01\x02\x00\n",
        b"no line end",
    ]
)


@given(st.lists(LINES, max_size=40).map(b"".join), st.sampled_from(list(Dialect)))
def test_every_byte_is_accounted_for(data, dialect):
    """Segments follow one another without gaps from the first separator to the end."""
    segments = list(split(data, Format(dialect)))
    position = segments[0].start if segments else 0
    for segment in segments:
        assert segment.start == position
        assert segment.start <= segment.content <= segment.end <= segment.stop
        position = segment.stop
    assert not segments or position == len(data)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at(data):
    detect_format(data)
    assert sum(segment.stop - segment.start for segment in split(data, Format(Dialect.MBOXO))) <= len(data)


@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_smaller_than_the_target_is_not_cut(dialect):
    mark = b"\x01\x01\x01\x01\n"
    data = (mark + FIELDS + mark if dialect is Dialect.MMDF else ASCTIME + FIELDS) * 2
    assert cut_at(data, Format(dialect), len(data) + 1, complete=True) is None


@pytest.mark.parametrize("line", [b"\0From x\na: b\n", b"\0From x\nA: ", b"\0From \nA: ", b"\x01\x01\x01\x01\na: b\n"])
def test_hostile_lines_cost_no_more_than_their_length(line):
    data = ASCTIME + FIELDS + line * ((1 << 20) // len(line))
    started = time.process_time()
    for dialect in (Dialect.MBOXO, Dialect.MMDF):
        list(split(data, Format(dialect)))
        cut_at(data, Format(dialect), 100, complete=True)
    assert time.process_time() - started < 5  # it took minutes to look at each header's 64 KB again


@pytest.mark.parametrize("dialect", [Dialect.MBOXO, Dialect.MBOXCL2, Dialect.MMDF])
def test_a_cut_does_not_move_when_the_file_grows(dialect):
    form = Format(dialect)
    if dialect is Dialect.MMDF:
        message = b"\x01\x01\x01\x01\n" + FIELDS + b"body\n" * 50 + b"\x01\x01\x01\x01\n"
    else:
        message = ASCTIME + b"From: a\nContent-Length: 250\n\n" + b"body\n" * 50 + b"\n"
    data = message * 2000
    cut = cut_at(data, form, 10_000, complete=True)
    assert cut is not None and cut % len(message) == 0 and cut >= 10_000
    assert cut_at(data[:200_000], form, 10_000, complete=False) == cut
    assert cut_at(data[:50_000], form, 10_000, complete=False) is None
