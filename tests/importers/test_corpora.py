"""Real archives: every message comes out, none twice, in numbers known beforehand."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.model import Finding, Message, Record
from migrate.sources import Options

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@cache
def read(path: Path) -> list[Record]:
    importer = MboxImporter()
    found: list[Record] = []
    for item in importer.scan([str(path)], Options()):
        found.extend([item] if isinstance(item, Finding) else importer.read(item))
    return found


@pytest.mark.parametrize(
    ("name", "count", "keys", "without_id"),
    [
        ("mbox/twisted-web.tar.xz", 5374, 5371, 0),
        ("mbox/divunal-author", 266, None, 230),
        ("mbox/divunal-list", 1700, None, 33),
        ("mbox/reality", 153, 153, 27),
        ("groups/open-iscsi.mbox.xz", 1233, 1233, 0),
        ("mail/mikel-mail", 103, None, None),  # the 104th file is the licence
        ("mail/bounces", 117, 117, None),
    ],
)
def test_every_message_comes_out(corpora, name, count, keys, without_id):
    found = read(corpora / name)
    letters = [record for record in found if isinstance(record, Message)]
    findings = [record for record in found if isinstance(record, Finding)]
    assert len(letters) == count
    assert sum(finding.lost for finding in findings) == 0
    if keys is not None:
        assert len({letter.key for letter in letters}) == keys
    if without_id is not None:
        assert Counter(finding.code for finding in findings)["id-missing"] == without_id
    told = {finding.locator for finding in findings if finding.code.startswith("charset-")}
    for letter in letters:
        assert REPLACEMENT not in letter.body + letter.elided + letter.title or letter.locator in told
        assert "\0" not in letter.body


def test_bounces_are_machine_made(corpora):
    letters = [record for record in read(corpora / "mail/bounces") if isinstance(record, Message)]
    flagged = sum("machine-made" in letter.flags for letter in letters)
    assert flagged >= 103


def test_members_of_the_google_group_are_restored(corpora):
    found = read(corpora / "groups/open-iscsi.mbox.xz")
    codes = Counter(record.code for record in found if isinstance(record, Finding))
    assert codes["sender-restored"] == 154
    assert not codes["sender-hidden"]
    authors = {record.author for record in found if isinstance(record, Message)}
    assert "open-iscsi@googlegroups.com" not in authors
    assert {record.source for record in found if isinstance(record, Message)} == {"open-iscsi.googlegroups.com"}


def test_pipermail_hides_addresses_but_not_from_us(corpora):
    letters = [record for record in read(corpora / "mbox/twisted-web.tar.xz") if isinstance(record, Message)]
    assert {letter.source for letter in letters} == {"twisted-web"}
    # In its first months the list wrote its own address beside everybody's name, and 17 times without any name.
    assert sum("@" not in letter.author for letter in letters) == 255
    assert not any(letter.author.startswith("twisted-web@") for letter in letters)
    assert all(letter.sent_at for letter in letters)
