"""Raw fields, unfolding, encoded words."""

import time

import pytest

from migrate.mail.headers import MAX_FIELD, MAX_ID_FIELD, decode_header, parse_headers
from migrate.mail.problems import Problems


def parse(raw: bytes):
    problems: Problems = []
    headers, body = parse_headers(raw, 0, len(raw), problems)
    return headers, raw[body:], [problem.code for problem in problems]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fields_are_found_unfolded_and_compared_without_case(end):
    headers, body, codes = parse(
        end.join([b"SUBJECT: one", b"\ttwo", b"To : x", b"Received: 1", b"Received: 2", b"", b"body"])
    )
    assert headers.first(b"subject") == b"one\ttwo"
    assert headers.first(b"to") == b"x"
    assert headers.all(b"received") == [b"1", b"2"]
    assert headers.first(b"date") == b""
    assert (body, codes) == (b"body", [])


def test_a_stray_line_is_passed_over_and_what_follows_is_kept():
    headers, body, codes = parse(b"Subject: x\nstray\n  and more\nMessage-ID: <a@b>\n\nbody")
    assert headers.first(b"message-id") == b"<a@b>"
    assert (body, codes) == (b"body", ["header-garbage"])


def test_a_missing_empty_line_starts_the_body_and_loses_no_text():
    headers, body, codes = parse(b"Subject: x\nHello there.\nNote: buy milk.\n\nBye.")
    assert headers.first(b"subject") == b"x"
    assert (body, codes) == (b"Hello there.\nNote: buy milk.\n\nBye.", [])


def test_no_header_at_all():
    assert parse(b"\nbody")[1] == b"body"
    headers, body, _ = parse(b"just text, no colon\n\nmore")
    assert (headers.fields, body) == ([], b"just text, no colon\n\nmore")


def test_a_header_line_of_10_mb_is_cut_quickly():
    raw = b"Subject: " + b"=?a?q?" * 1_700_000 + b"\nFrom: a@example.org\n\nbody"
    started = time.monotonic()
    headers, body, codes = parse(raw)
    assert len(headers.first(b"subject")) <= MAX_FIELD
    assert headers.first(b"from") == b"a@example.org"
    assert (body, codes) == (b"body", ["header-too-long"])
    decode_header(headers.first(b"subject"), [])
    assert time.monotonic() - started < 2


def test_references_may_be_longer_than_other_fields():
    headers, _, codes = parse(b"References: " + b"<0123456789@example.org> " * 5000 + b"\n\n")
    assert codes == []
    assert MAX_FIELD < len(headers.first(b"references")) < MAX_ID_FIELD


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?Q?J=C3=BCrgen_M.?= <x@y>", "Jürgen M. <x@y>"),
        (b"=?utf-8?B?w6k=?= =?UTF-8?Q?=c3?=\n =?utf-8?q?=a9?= end", "éé end"),
        (b"=?iso-8859-1?Q?caf=E9?= =?koi8-r?B?8NLJ18XU?=", "caféПривет"),
        (b"a =?us-ascii?q?b?= c", "a b c"),
        (b'"=?utf-8?Q?quoted =C3=A9?="', '"quoted é"'),
        (b"=?utf-8?Q?why=3F?yes?=", "why??yes"),
        (b"=?utf-8*en?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?B?w6k?=", "é"),
        (b"=?utf-8?B?w6\x80k=?=", "é"),
        (b"=?utf-8?B?w6k!?=", "é"),
        (b"=?utf-8?B?w?= =?utf-8?B?6k=?=", "é"),
        (b"=?utf-8?Q?caf=C3=A9", "café"),
        (b"Re: =?utf-8?B?R3LDvMOfZSBhdX?", "Re: Grüße au"),
        (b"=?utf-8 ?Q?caf=C3=A9?=", "café"),
        (b"=?utf-8?Q?=3D=3Futf-8=3FQ=3Fcaf=3DC3=3DA9=3F=3D?=", "café"),
        (b"=?utf-8?Q?a=C3=A9?==?utf-8?Q?b?=", "aéb"),
        (b"=?utf-8?Q?caf=C3?= =?UTF-8?B?qQ==?=", "café"),
        (b"=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?gb2312?B?1tDOxA==?=", "中文"),
        (b"=?utf-8?X?nope?=", "=?utf-8?X?nope?="),
        (b"one\n two\t three", "one two three"),
        (b"=?utf-8?Q?a=0Ab?=", "a b"),
        ("roh: ü".encode(), "roh: ü"),
    ],
)
def test_decoding_without_doubt(value, text):
    problems: Problems = []
    assert decode_header(value, problems) == text
    assert problems == []


@pytest.mark.parametrize(("charset", "text"), [("big5", "中文"), ("us-ascii", None), ("utf-8", None), (None, None)])
def test_raw_bytes_are_taken_for_the_charset_of_the_text_if_that_says_something(charset, text):
    problems: Problems = []
    decoded = decode_header("中文".encode("big5"), problems, charset)
    assert (decoded == text) == (text is not None)
    assert bool(problems) == (text is None)


def test_raw_bytes_that_are_no_utf8_are_guessed_with_a_problem():
    problems: Problems = []
    assert decode_header("Grüße".encode("latin-1"), problems) == "Grüße"
    assert [problem.code for problem in problems] == ["charset-guessed"]
