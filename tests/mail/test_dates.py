"""When a message was written."""

from datetime import UTC, datetime

import pytest

from migrate.mail.dates import envelope_date, parse_date, read_dates
from migrate.mail.headers import parse_headers
from migrate.mail.problems import Problems

NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu, 1 Jul 1999 06:06:56 -0400 (EDT)", "1999-07-01T10:06:56"),
        ("Fri, 5 Jan 2024 10:00:00 +0000 (GMT+00:00)", "2024-01-05T10:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 GMT+0100", "2024-01-05T09:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 EST", "2024-01-05T15:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 -0000", "2024-01-05T10:00:00"),
        ("Fri, 5 Jan 2024 10:00:00", "2024-01-05T10:00:00"),
        ("Thu Apr 16 09:53:04 +0000 2015", "2015-04-16T09:53:04"),
        ("Fri Jan  5 10:00 EST 2024", "2024-01-05T15:00:00"),
        ("Fri Jan  5 10:00:00 2024 +0100", "2024-01-05T09:00:00"),
        ("5 Jan 99 10:00:00 GMT", "1999-01-05T10:00:00"),
        ("5 Jan 00 10:00:00 GMT", "2000-01-05T10:00:00"),
        ("Wed, 5 Jan 100 10:00:00 GMT", "2000-01-05T10:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 +9900", "2024-01-05T10:00:00"),
        ("2024-01-05T10:00:00+01:00", "2024-01-05T09:00:00"),
        ("2024-01-05 10:00:00Z", "2024-01-05T10:00:00"),
        ("2024-01-05 10:00:00 +0100", "2024-01-05T09:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 MEZ", "2024-01-05T09:00:00"),
        ("Fri Jan  5 10:00:00 CET 2024", "2024-01-05T09:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 +0000 (CET)", "2024-01-05T10:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 -2500", "2024-01-05T10:00:00"),
        ("Fri, 5 Jan 2024 24:00:00 +0000", "2024-01-06T00:00:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00"),
        ("Fri, 5 Jan 2024 10:00:00 PM +0100", "2024-01-05T21:00:00"),
        ("Jan 5, 2024 at 12:04 a.m.", "2024-01-05T00:04:00"),
        ("Di, 5 Mär 2024 10:00:00 +0100", "2024-03-05T09:00:00"),
        ("Freitag, 5. Januar 2024 10:00", "2024-01-05T10:00:00"),
        ("ven., 5 janv. 2024 10:00:00 +0100", "2024-01-05T09:00:00"),
        ("5 de enero de 2024 10:00", "2024-01-05T10:00:00"),
        ("пт, 5 янв. 2024 г. 10:00", "2024-01-05T10:00:00"),
        ("05.01.2024 10:00:00", "2024-01-05T10:00:00"),
    ],
)
def test_forms_of_dates(text, expected):
    assert parse_date(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31 Nov 2004 10:00:00",
        "Fri, 5 Jan 2024 25:00:00 +0000",
        "Fri, 5 Jan 2024 24:30:00 +0000",
        "31.11.2004 10:00:00",
        "5 Jan",
        "Mon, 1 Jan 0000 00:00:00 +0000",
        "Mon, 1 Jan 0 00:00:00 +0000",
        "Sat Jan  1 00:00:00 0000",
        "Fri, " * 10_000,
        "Fri, 99999999999999999999 Jan 2024 10:00:00",
    ],
)
def test_what_is_no_date(text):
    assert parse_date(text) is None


def test_dates_of_separator_lines():
    tenth = datetime(2024, 1, 5, 10, tzinfo=UTC)
    assert envelope_date(b"From a at h.example  Fri Jan  5 10:00:00 2024") == tenth
    assert envelope_date(b"From a@h.example Fri, 5 Jan 2024 05:00:00 -0500 (EST)") == tenth
    assert envelope_date(b"From -") is None


def when(header: bytes, envelope: bytes = b""):
    problems: Problems = []
    headers, _ = parse_headers(header, 0, len(header), [])
    date, source, _ = read_dates(headers, envelope, NOW, problems)
    return (date.date().isoformat() if date else None, source, [problem.code for problem in problems])


GOOD = b"Date: Fri, 5 Jan 2024 10:00:00 +0000\n"
RECEIVED = b"Received: from x by y; Sat, 6 Jan 2024 10:00:00 +0000\nReceived: by z; Thu, 4 Jan 2024 10:00:00 +0000\n"
ENVELOPE = b"From a@h.example Sun Jan  7 10:00:00 2024"


@pytest.mark.parametrize(
    ("header", "envelope", "expected"),
    [
        (GOOD + RECEIVED, ENVELOPE, ("2024-01-05", "header", [])),
        (b"Resent-" + GOOD + RECEIVED, ENVELOPE, ("2024-01-05", "resent", [])),
        (RECEIVED, ENVELOPE, ("2024-01-06", "received", [])),
        (b"Subject: x\n", ENVELOPE, ("2024-01-07", "envelope", [])),
        (b"Date: Fri, 5 Jan 2099 10:00:00 +0000\n" + RECEIVED, b"", ("2024-01-06", "received", ["date-rejected"])),
        (b"Date: Fri, 5 Jan 2099 10:00:00 +0000\n", b"", (None, None, ["date-missing"])),
        (b"Date: Fri, 5 Jan 0000 10:00:00 +0000\n", ENVELOPE, ("2024-01-07", "envelope", ["date-rejected"])),
        (b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", ENVELOPE, ("2024-01-07", "envelope", ["date-rejected"])),
        # Plausible by the calendar, but weeks after it arrived.
        (b"Date: Thu, 1 Feb 2024 00:00:00 +0000\n" + RECEIVED, b"", ("2024-01-06", "received", ["date-rejected"])),
        (b"", b"From mboxrd@z Thu Jan  1 00:00:00 1970", (None, None, ["date-missing"])),
    ],
)
def test_the_chain(header, envelope, expected):
    assert when(header, envelope) == expected


def test_when_it_arrived_is_kept_beside_what_it_says() -> None:
    headers, _ = parse_headers(GOOD + RECEIVED, 0, len(GOOD + RECEIVED), [])
    dates = read_dates(headers, ENVELOPE, NOW, [])
    assert dates.sent == datetime(2024, 1, 5, 10, tzinfo=UTC)
    assert dates.arrived == datetime(2024, 1, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
def test_a_month_may_come_in_any_charset(charset: str) -> None:
    assert when("Date: 5 août 2023 10:00:00 +0000\n".encode(charset)) == ("2023-08-05", "header", [])
