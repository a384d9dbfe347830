"""Dates of signatures: in every language, in whatever form, as instants."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from importers.wiki.dates import Timestamp, timestamps_in
from importers.wiki.languages import all_languages
from importers.wiki.site import DateStyle, Site
from importers.wiki.sites import site_of_language
from tests.importers.wiki.corpora import CORPORA, wikipedia

_MORNING = datetime(2020, 3, 3, 10, 15, tzinfo=UTC)


def _site(language: str, zone: str = "UTC") -> Site:
    return replace(site_of_language(language), timezone=zone)


def _instants(site: Site, text: str) -> list[datetime]:
    return [stamp.at for stamp in timestamps_in(site, text)]


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", "10:15, 3 March 2020 (UTC)"),
        ("de", "Europe/Berlin", "11:15, 3. Mär. 2020 (CET)"),
        ("fr", "Europe/Paris", "3 mars 2020 à 11:15 (CET)"),
        ("es", "UTC", "10:15 3 mar 2020 (UTC)"),
        ("it", "Europe/Berlin", "11:15, 3 mar 2020 (CET)"),
        ("pl", "Europe/Warsaw", "11:15, 3 mar 2020 (CET)"),
        ("nl", "Europe/Berlin", "3 mrt 2020 11:15 (CET)"),
        ("hu", "Europe/Berlin", "2020. március 3., 11:15 (CET)"),
        ("sr", "Europe/Berlin", "11:15, 3. март 2020. (CET)"),
        ("sr", "Europe/Berlin", "11:15, 3. mart 2020. (CET)"),
        ("ar", "UTC", "10:15، 3 مارس 2020 (ت\N{NO-BREAK SPACE}ع\N{NO-BREAK SPACE}م)"),
        ("ckb", "UTC", "\N{RIGHT-TO-LEFT MARK}١٠:١٥، ٣ی ئازاری ٢٠٢٠ (UTC)"),
        ("ja", "Asia/Tokyo", "2020年3月3日 (火) 19:15 (JST)"),
        ("ja", "UTC", "2020年3月3日 (火) 10:15 (UTC)"),
        ("pt", "UTC", "10h15min de 3 de março de 2020 (UTC)"),
        ("th", "Asia/Bangkok", "17:15, 3 มีนาคม 2563 (+07)"),
    ],
)
def test_the_formats_of_the_big_wikis(language: str, zone: str, text: str) -> None:
    assert _instants(_site(language, zone), f"Ann {text}") == [_MORNING]


@pytest.mark.parametrize(
    "text",
    [
        "10:15, 3\N{NO-BREAK SPACE}March 2020 (UTC)",
        "10:15,\u200e 3 March\u200f 2020\u200e (UTC)",
        "10:15, March 3, 2020 (UTC)",
        "10:15 Mar 3, 2020 (UTC)",
        "10:15, 2020 Mar 3 (UTC)",
        "10:15, 3\nMarch 2020 (UTC)",
        "11:15, 3 March 2020 (CET)",
        "05:15, 3 March 2020 (EST)",
        "15:45, 3 March 2020 (UTC+5:30)",
    ],
)
def test_what_was_written_otherwise_is_read_too(text: str) -> None:
    assert _instants(_site("en"), f"Ann {text}") == [_MORNING]


def test_months_in_english_are_read_everywhere() -> None:
    assert _instants(_site("fr", "Europe/Paris"), "10:15, 3 March 2020 (UTC)") == [_MORNING]


def test_the_place_in_the_text_is_that_of_the_text_as_it_stands() -> None:
    text = "\u200eAnn\u200e 10:15,\u200e 3 March 2020 (UTC)\u200e!"
    (stamp,) = timestamps_in(_site("en"), text)
    assert text[stamp.start : stamp.end] == "10:15,\u200e 3 March 2020 (UTC)"


def test_several_dates_come_in_their_order() -> None:
    text = "10:16 Mar 3, 2020 (UTC) and 10:15, 3 March 2020 (UTC)"
    assert timestamps_in(_site("en"), text) == [
        Timestamp(0, 23, _MORNING + timedelta(minutes=1)),
        Timestamp(28, 53, _MORNING),
    ]


@pytest.mark.parametrize(
    ("abbreviation", "hour"),
    [("CEST", 0), ("MESZ", 0), ("CET", 1), ("MEZ", 1)],
)
def test_the_abbreviation_decides_which_hour_at_the_autumn_change(abbreviation: str, hour: int) -> None:
    site = _site("de", "Europe/Berlin")
    expected = datetime(2020, 10, 25, hour, 30, tzinfo=UTC)
    assert _instants(site, f"02:30, 25. Okt. 2020 ({abbreviation})") == [expected]


def test_the_wikis_own_zone_says_what_an_abbreviation_means() -> None:
    assert _instants(_site("he", "Asia/Jerusalem"), "10:15, 3 March 2020 (IST)") == [_MORNING - timedelta(hours=2)]
    assert _instants(_site("hi", "Asia/Kolkata"), "10:15, 3 March 2020 (IST)") == [_MORNING - timedelta(hours=5.5)]


@pytest.mark.parametrize(
    "text",
    [
        "10:15, 30 February 2020 (UTC)",
        "25:15, 3 March 2020 (UTC)",
        "10:61, 3 March 2020 (UTC)",
        "10:15, 3 March 1999 (UTC)",
        "10:15, 3 March 2020",
        "10:15, 3 March (UTC)",
        "110:15, 3 March 2020 (UTC)",
        "10:15, 3 Marsh 2020 (UTC)",
        "10:15, 3 March 2020 (talk)",
        "3 March 2020 (UTC)",
        "",
    ],
)
def test_what_is_no_date_of_a_signature(text: str) -> None:
    assert timestamps_in(_site("en"), text) == []


def test_an_unknown_time_zone_of_the_wiki_counts_as_utc() -> None:
    for zone in ("../../etc/passwd", "Europe", "Nowhere/Land", "\0", ""):
        assert _instants(_site("en", zone), "10:15, 3 March 2020 (UTC)") == [_MORNING]


def test_hostile_styles_cost_nothing_but_themselves() -> None:
    styles = (
        DateStyle("H:i, j F Y" * 100, months=("(" * 50,) * 12),
        DateStyle("xh", digits="0"),
        DateStyle("YYYY jj FF HH ii", months=("a",) * 400),
        DateStyle('"unfinished H:i \\'),
    )
    site = replace(_site("en"), dates=(*styles, *_site("en").dates))
    assert _instants(site, "10:15, 3 March 2020 (UTC)") == [_MORNING]


@pytest.mark.parametrize(
    "text",
    ["10:15, 3 March 2020 (UTC" * 8000, "2020 (" * 40_000, "(UTC) 20" * 25_000, "3 March 2020 à " * 15_000 + "(UTC)"],
)
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    site = _site("km")
    begun = time.process_time()
    timestamps_in(site, text)
    assert time.process_time() - begun < 3


def _written(style: DateStyle, at: datetime) -> str:
    """The date as MediaWiki writes it (Language::sprintfDate), for the letters that the table has."""
    month = at.month - 1
    values = {"H": f"{at:%H}", "G": str(at.hour), "i": f"{at:%M}", "s": f"{at:%S}", "d": f"{at:%d}", "j": str(at.day)}
    values |= {"m": f"{at:%m}", "n": str(at.month), "Y": str(at.year), "xkY": str(at.year + 543), "D": "x", "l": "x"}
    values |= {"F": style.months[month], "xg": style.genitive[month], "M": style.short[month]}
    own = str.maketrans("0123456789", style.digits)
    written = ""
    for quoted, escaped, letter in re.findall(r'"([^"]*)"|\\(.)|(xg|xkY|.)', style.format):
        number = letter in values and letter not in ("F", "xg", "M", "D", "l")
        written += quoted or escaped or (values[letter].translate(own) if number else values.get(letter, letter))
    return written


@pytest.mark.parametrize("code", all_languages())
def test_every_language_reads_what_it_writes(code: str) -> None:
    site = _site(code, "Europe/Berlin")
    moments = [
        datetime(2024, month, month + 9, month + 5, 7, tzinfo=ZoneInfo("Europe/Berlin")) for month in range(1, 13)
    ]
    for style in site.dates:
        if style.format == "n-j-Y H:i":  # Cantonese has the day before the month, too: nobody can tell
            continue
        text = " … ".join(f"Ann {_written(style, at)} ({at.tzname()})" for at in moments)
        assert _instants(site, text) == [at.astimezone(UTC) for at in moments], style.format


@pytest.mark.skipif(not CORPORA.exists(), reason="the published cases are not on this machine")
@pytest.mark.parametrize("language", ["ar", "en", "fr", "hu", "nl", "pl"])
def test_the_published_wikis_read_what_they_write(language: str) -> None:
    site = wikipedia(language)
    at = datetime(2021, 5, 9, 17, 8, tzinfo=ZoneInfo(site.timezone))
    zones = [shown for shown, name in site.dates[0].zones if name == at.tzname()]
    assert [_instants(site, f"{_written(site.dates[0], at)} ({zone})") for zone in zones] == [[at.astimezone(UTC)]]


@pytest.mark.skipif(not CORPORA.exists(), reason="the published cases are not on this machine")
@pytest.mark.parametrize("language", ["ar", "en", "fr", "hu", "nl", "pl"])
def test_the_table_says_what_the_published_wikis_say(language: str) -> None:
    published, ours = wikipedia(language).dates[0], site_of_language(language).dates[0]
    assert (ours.format, ours.months, ours.short) == (published.format, published.months, published.short)
