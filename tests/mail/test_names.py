"""What names say of people."""

from __future__ import annotations

import pytest

from migrate.mail.names import is_full_name, is_role, spoken_name


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Lee, Ann", "Ann Lee"),
        ("van der Berg, Jan Piet", "Jan Piet van der Berg"),
        ("Lee, Ann (Gardens)", "Ann Lee (Gardens)"),
        ("ANN LEE", "Ann Lee"),
        ("LEE, ANN (IBM)", "Ann Lee (IBM)"),
        ("ANN-MARIE O'HARA", "Ann-Marie O'Hara"),
        ("Lee, Jr.", "Lee, Jr."),
        ("Ann Lee, PhD", "Ann Lee, PhD"),
        ("Ann, Ben and Cat", "Ann, Ben and Cat"),
        ("IBM", "IBM"),
        ("ann lee", "ann lee"),
        ("李安", "李安"),
        ("IBM CORP", "IBM CORP"),
        ("SUPPORT TEAM", "SUPPORT TEAM"),
        ("US-CERT", "US-CERT"),
        ("JP MORGAN", "JP Morgan"),
        ("RON MCDONALD", "Ron McDonald"),
        ("İREM ÇELİK", "İrem Çelik"),
        ("Seattle, WA", "Seattle, WA"),
        ("Gardens, Corp.", "Gardens, Corp."),
        ("Support, Gardens", "Support, Gardens"),
    ],
)
def test_names_as_people_say_them(written: str, spoken: str) -> None:
    assert spoken_name(written) == spoken


@pytest.mark.parametrize("name", ["Ann Lee", "Jan Piet van der Berg", "Ann-Marie O'Hara", "Ольга Иванова"])
def test_full_names(name: str) -> None:
    assert is_full_name(name)


@pytest.mark.parametrize(
    "name", ["", "Ann", "Ann L.", "Support Team", "The Gardeners List", "a b", "one two three four five six"]
)
def test_what_is_no_full_name(name: str) -> None:
    assert not is_full_name(name)


def test_roles() -> None:
    assert is_role("info@example.org")
    assert is_role("gardeners-bounces@example.org")
    assert not is_role("ann@example.org")
