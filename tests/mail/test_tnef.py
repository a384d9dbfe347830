"""winmail.dat."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail import tnef
from migrate.mail.problems import Problems
from tests.mail import tnefs

SAMPLE = tnefs.tnef(tnefs.text("Café at eight?"), tnefs.file("Größere Pläne.txt", b"bytes \0\1"))


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems]


def test_text_and_files_are_taken_out():
    problems: Problems = []
    found = tnef.opened(SAMPLE, problems)
    assert found == ("Café at eight?", "", [("Größere Pläne.txt", b"bytes \0\1")])
    assert problems == []


def test_a_message_within_is_opened_too():
    inner = bytes.fromhex("0703020000000000c000000000000046") + SAMPLE
    holder = tnefs.item(2, tnefs.FILE_BEGINS, bytes(14)) + tnefs.item(
        2, tnefs.FILE_PROPERTIES, tnefs.properties(tnefs.value(tnefs.MAPI_DATA, tnefs.OBJECT, inner))
    )
    found = tnef.opened(tnefs.tnef(holder), [])
    assert found is not None
    assert found.files == [("message.txt", "Café at eight?".encode()), ("Größere Pläne.txt", b"bytes \0\1")]


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    def missing(name: str, package: str | None = None) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(tnef, "import_module", missing)
    problems: Problems = []
    assert tnef.opened(SAMPLE, problems) is None
    assert codes(problems) == ["tnef-closed"]
    assert "discourse-migrate[tnef]" in problems[0].text


def many(kind: int, count: int) -> bytes:
    """A property that says it has so many values."""
    return tnefs.tnef(tnefs.item(1, tnefs.PROPERTIES, struct.pack("<IHHI", 1, kind, 0x1000, count) + bytes(8)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no TNEF at all, only text",
        SAMPLE[:-20],
        many(0x1002, 0xFFFFFFFF),
        many(0x1003, 0),
        many(0x101E, 0xFFFFFFFF),
        many(0x001E, 0xFFFFFFFF),
        tnefs.tnef(tnefs.item(1, tnefs.PROPERTIES, b"\xff\xff\xff\xff")),
        tnefs.tnef(tnefs.item(2, tnefs.FILE_DATA, b"a file that never began")),
        tnefs.tnef() + tnefs.item(1, 0x8004, b"") * 200_000,
    ],
    ids=range(10),
)
def test_what_is_damaged_or_hostile_costs_little_and_is_told(data):
    started = time.monotonic()
    problems: Problems = []
    found = tnef.opened(data, problems)
    assert found is None or not found.files
    assert (found is None) == (codes(problems) == ["tnef-unreadable"])
    assert time.monotonic() - started < 3


def test_what_nobody_asked_for_does_no_harm():
    endless = tnefs.item(1, tnefs.RECIPIENTS, b"\xff\xff\xff\xff" + bytes(8))
    found = tnef.opened(tnefs.tnef(endless, tnefs.text("Words.")), [])
    assert found is not None and found.text == "Words."


@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=6))
def test_no_damage_makes_it_raise(at, damage):
    tnef.opened(SAMPLE[:at] + damage + SAMPLE[at + len(damage) :], [])
