"""A live wiki on its way into the archive: by several processes, stopped in the middle, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from importers.wiki import WikiImporter
from migrate.archive import Archive
from migrate.archive.writer import Counts
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.sources import Chunk, Options
from tests.importers.wiki.fake_wiki import FakeWiki, Fault, serving

PAGES = 100


@pytest.fixture
def wiki() -> Iterator[FakeWiki]:
    made = FakeWiki()
    for number in range(1, PAGES + 1):
        made.add(f"Talk:Page {number:03}", f"Seeds {number}. [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)")
    with serving(made):
        yield made


def read(archive: Path, wiki: FakeWiki, workers: int = 1) -> Counts:
    with Archive.open(archive, mode="create" if not archive.exists() else "write") as opened:
        return ingest(opened, WikiImporter(), [wiki.url], Options(), workers=workers)


def fetched(wiki: FakeWiki) -> list[int]:
    """The numbers of the versions whose texts were asked for."""
    return [int(number) for each in wiki.asked for number in each.get("revids", "").split("|") if number]


def test_one_request_at_a_time_however_many_processes(wiki: FakeWiki, tmp_path: Path) -> None:
    assert read(tmp_path / "archive", wiki, workers=3).new == PAGES
    assert wiki.at_once == 1
    assert sorted(fetched(wiki)) == sorted({article.newest for article in wiki.articles.values()})


def test_what_was_stopped_goes_on_where_it_was(wiki: FakeWiki, tmp_path: Path) -> None:
    last = max(article.newest for article in wiki.articles.values())
    batch = "|".join(str(number) for number in range(7601, last + 1, 100))
    wiki.faults.append(Fault(status=403, of=batch))
    with pytest.raises(InputError, match="403"):
        read(tmp_path / "archive", wiki)
    assert not wiki.faults
    before = set(fetched(wiki))
    wiki.asked.clear()
    counts = read(tmp_path / "archive", wiki)
    assert counts.new + counts.duplicates == PAGES
    assert len(fetched(wiki)) < PAGES // 2
    assert set(fetched(wiki)) | before == {article.newest for article in wiki.articles.values()}


def test_reading_again_adds_nothing_and_asks_for_nothing(wiki: FakeWiki, tmp_path: Path) -> None:
    read(tmp_path / "archive", wiki)
    wiki.asked.clear()
    assert read(tmp_path / "archive", wiki) == Counts(read=PAGES, new=0, duplicates=PAGES, lost=0)
    assert fetched(wiki) == []


def test_it_prints_nothing_and_leaves_no_address_of_ours(
    wiki: FakeWiki, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    wiki.faults += [Fault(body=b'{"warnings": {"main": {"*": "LOUD"}}, "query": {"userinfo": {}}}', of="allmessages")]
    read(tmp_path / "archive", wiki)
    assert capfd.readouterr() == ("", "")
    kept = b"".join(path.read_bytes() for path in sorted((tmp_path / "archive").rglob("*")) if path.is_file())
    assert b"203.0.113.9" not in kept  # what the wiki calls who is not logged in


def test_a_password_is_sent_to_one_wiki_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAWIKI_USERNAME", "Ann@migrate")
    monkeypatch.setenv("MEDIAWIKI_PASSWORD", "s3cret")
    asked: list[str] = []

    def scan(address: str, wishes: object) -> list[Chunk]:
        asked.append(address)
        return []

    monkeypatch.setattr("importers.wiki.api.scan_site", scan)
    both = ["https://one.example.org/wiki/Talk:A", "https://two.example.org"]
    with pytest.raises(InputError, match="for one wiki"):
        list(WikiImporter().scan(both, Options()))
    pages = ["https://one.example.org/wiki/Talk:A", "https://ONE.example.org/wiki/Talk:B"]
    list(WikiImporter().scan(pages, Options()))
    monkeypatch.delenv("MEDIAWIKI_PASSWORD")
    list(WikiImporter().scan(both, Options()))
    assert asked == pages + both
