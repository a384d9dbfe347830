"""Message-IDs, references, conversations."""

import base64
import time
from hashlib import blake2b

import pytest

from migrate.mail.headers import parse_headers
from migrate.mail.ids import conversation, made_id, message_ids, own_id, references
from migrate.mail.problems import Problems


def headers(raw: bytes):
    return parse_headers(raw, 0, len(raw), [])[0]


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@b>", ["a@b"]),
        (b"<a @ b>", ["a@b"]),
        (b"<abc def@h> (added by postmaster@h)", ["abcdef@h"]),
        (b"<a@b><c@d>\t<e@f>", ["a@b", "c@d", "e@f"]),
        (b"bare@id", ["bare@id"]),
        (b"Your message of Monday", []),
        (b'Message from x@y of "Mon" <a@b>', ["a@b"]),
        (b"<>", []),
        (b"", []),
        (b"<unfinished@id", ["unfinished@id"]),
        (b"<a@b <c@d>", ["a@b", "c@d"]),
        (b"<" + b"x" * 2000 + b"@b>", []),
        (b"<a\x1b[1m@b>", ["a[1m@b"]),
    ],
)
def test_normalising(value, ids):
    assert message_ids(value) == ids


def test_references_without_repeats_and_itself():
    header = headers(b"References: <1@x> <2@x> <1@x> <me@x>\nIn-Reply-To: <2@x>\n")
    assert references(header, "me@x", []) == ("1@x", "2@x")
    assert references(headers(b"In-Reply-To: bare@x\n"), None, []) == ("bare@x",)


def test_references_written_newest_first_are_turned_round():
    header = headers(b"References: <3@x> <2@x> <1@x>\nIn-Reply-To: <3@x>\n")
    assert references(header, None, []) == ("1@x", "2@x", "3@x")


def test_where_in_reply_to_disagrees_the_last_reference_stays_the_parent():
    header = headers(b"References: <1@x> <2@x>\nIn-Reply-To: <3@x>\n")
    assert references(header, None, []) == ("1@x", "3@x", "2@x")


def test_thousands_of_references_are_cut_in_the_middle():
    problems: Problems = []
    header = headers(b"References: " + b"\n ".join(b"<%d@example.org>" % number for number in range(5000)) + b"\n")
    found = references(header, None, problems)
    assert (found[0], found[49], found[50], found[-1], len(found)) == (
        "0@example.org",
        "49@example.org",
        "4950@example.org",
        "4999@example.org",
        100,
    )
    assert [problem.code for problem in problems] == ["references-cut"]


def test_thousands_of_references_and_replies_are_compared_in_linear_time():
    raw = b"References: " + b"".join(b"<r%d@h>" % number for number in range(50_000)) + b"\n"
    raw += b"".join(b"In-Reply-To: <i%d@h>\n" % number for number in range(20_000))
    started = time.process_time()
    references(headers(raw), None, [])
    assert time.process_time() - started < 3


def test_a_made_id_depends_on_sender_date_subject_and_words():
    first = b"From: a\nDate: b\nSubject: c\n\nsome words\n"
    keys = {
        made_id(headers(raw), raw, raw.index(b"\n\n"), b"")
        for raw in (first, first.replace(b"From: a", b"From: x"), first.replace(b"words", b"others"))
    }
    assert len(keys) == 3
    again = first.replace(b"Subject", b"Received: elsewhere\nSubject").replace(b"\n\nsome", b"\n\nsome \n")
    assert made_id(headers(again), again, again.index(b"\n\n"), b"") in keys
    assert made_id(headers(b""), b"\n", 0, b"") != made_id(headers(b""), b"X-Y: 1\n", 7, b"")


def test_a_made_id_is_the_same_however_the_words_are_set_and_however_many_they_are():
    words = b"some words and others " * 120_000
    lines = words.replace(b" words ", b"\r\n\twords \n")
    ids = {made_id(headers(b"From: a"), raw, 0, b"") for raw in (words, lines, b"\n" + words.strip())}
    assert len(ids) == 1
    assert made_id(headers(b"From: a"), words + b"more", 0, b"") not in ids
    text = b"\n".join(words.split())
    digest = blake2b(digest_size=16)
    for part in (b"a", b"", b"", text):
        digest.update(len(part).to_bytes(8, "big") + part)
    assert ids == {f"none.{digest.hexdigest()}"}


def test_without_a_date_the_separator_tells_two_equal_messages_apart():
    raw = b"From: a\n\n+1\n"
    keys = {made_id(headers(raw), raw, 9, b"From a " + second) for second in (b"10:00:01", b"10:00:02")}
    assert len(keys) == 2


def test_the_first_usable_id_wins():
    assert own_id(headers(b"Message-ID: <>\nMessage-ID: <a@b>\n")) == "a@b"
    assert own_id(headers(b"Subject: x\n")) is None


def test_conversations():
    index = bytes([1]) + bytes(range(21))
    parent = base64.b64encode(index)
    child = base64.b64encode(index + b"12345")
    first = conversation(headers(b"Thread-Index: " + parent + b"\n"))
    assert first == f"thread-index:{index.hex()}"
    assert conversation(headers(b"Thread-Index: " + child + b"\n")) == first
    assert conversation(headers(b"Thread-Index: " + child + b"\nX-GM-THRID: 1234\n")) == "x-gm-thrid:1234"
    for broken in (b"no base64 here, but long enough to look", b"AAAA", base64.b64encode(index + b"1")):
        assert conversation(headers(b"Thread-Index: " + broken + b"\n")) is None
