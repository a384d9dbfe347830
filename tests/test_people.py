"""Rules on names and addresses: who may be one person."""

from __future__ import annotations

import pytest

from migrate.people import are_one, is_usable, name_key, organisation, place_of


def test_spellings_of_a_name_are_one() -> None:
    assert name_key("José M. García") == name_key("jose garcia") == "jose garcia"
    assert name_key("José") == name_key("Garden Club") == name_key("") == ""


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ann@lists.example.org", "example.org"),
        ("ann@a.example.co.uk", "example.co.uk"),
        ("ann@gmail.com", ""),
        ("ann@yahoo.co.uk", ""),
        ("ann@smith.demon.co.uk", ""),
        ("ann@localhost", ""),
    ],
)
def test_organisations(address: str, expected: str) -> None:
    assert organisation(address) == expected


@pytest.mark.parametrize(
    ("address", "other", "expected"),
    [
        ("ann.lee@example.org", "ann.lee@example.net", True),
        ("ann.lee+garden@gmail.com", "ann.lee@gmail.com", True),
        ("ann@example.org", "a.lee@lists.example.org", True),
        ("ann@gmail.com", "a.lee@gmail.com", False),
        ("ann@example.org", "lee@example.net", False),
        ("al@example.org", "al@example.net", False),  # two letters say too little
        ("info@example.org", "info@example.net", False),
        ("info@example.org", "ann@example.org", False),
    ],
)
def test_addresses_under_one_name(address: str, other: str, expected: bool) -> None:
    assert are_one(address, other) is expected
    assert are_one(other, address) is expected


@pytest.mark.parametrize(
    "address", ["ann@example.org", "info@example.org", "request@example.org", "no.reply@example.org"]
)
def test_an_address_that_somebody_reads_can_be_an_accounts(address: str) -> None:
    assert is_usable(address, {"gardeners.example.org"})


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@localhost", "ann@import.invalid", "ann@printer.local", "noreply@example.org", "joh...@example.org",
     "12+a@users.noreply.example.org", "gardeners-bounces@example.org", "gardeners@example.org", "unknown@example.com"],
)  # fmt: skip
def test_nobody_can_take_over_an_account_with_an_address_that_nobody_reads(address: str) -> None:
    assert not is_usable(address, {"gardeners.example.org"})


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("wiki:plot.example.org:Ann", "wiki:plot.example.org:"),
        ("wiki:plot.example.org:8080:Ann", "wiki:plot.example.org:8080:"),
        ("wiki:plot.example.org:2024", "wiki:plot.example.org:"),
        ("wiki:plot.example.org:", ""),
        ("name:Ann: gardener:x", ""),
        ("ann@example.org", ""),
    ],
)
def test_the_place_that_tells_people_apart_may_have_a_port(key: str, place: str) -> None:
    assert place_of(key) == place
