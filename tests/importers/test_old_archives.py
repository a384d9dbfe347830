"""Real archives of Mailman 2: what it left encoded, and the files it took out."""

import re
from collections import Counter
from pathlib import Path

import pytest

from migrate.model import Finding, Message, Record
from tests.content.rendering import words
from tests.importers.test_corpora import read

_NOT_DECODED = re.compile(r"^(?:[A-Za-z0-9+/]{70,76}\n){3}|^--\S{10,70}\nContent-Type: text/plain", re.MULTILINE)


@pytest.fixture(scope="module")
def records(corpora: Path) -> list[Record]:
    return read(corpora / "mbox/twisted-web.tar.xz")


def test_parts_without_their_header_and_texts_still_encoded_can_be_read(records: list[Record]) -> None:
    codes = Counter(record.code for record in records if isinstance(record, Finding))
    assert codes["mime-type-missing"] > 50
    assert codes["encoding-unlabelled"] > 150
    # One lost the delimiter before its first part as well.
    assert sum(_NOT_DECODED.search(record.body) is not None for record in records if isinstance(record, Message)) <= 1


def test_files_that_lie_elsewhere_are_links_and_no_word_of_the_notices_is_lost(records: list[Record]) -> None:
    mended = {record.locator for record in records if isinstance(record, Finding)}
    noticed = [
        (record, record.native)
        for record in records
        if isinstance(record, Message)
        and record.locator not in mended
        and record.native is not None
        and record.native.isascii()
        and b"attachment was scrubbed...\nURL: <http" in record.native
    ]
    assert len(noticed) > 100
    for letter, native in noticed:
        assert "attachment was scrubbed" not in letter.body
        assert "](http" in letter.body + letter.elided
        source = Counter(words(native.partition(b"\n\n")[2].decode()))
        assert not source - Counter(words(f"{letter.body}\n{letter.elided}")), letter.locator
