"""Signatures tell minutes: what was said within one stays in the order it has on the page."""

from __future__ import annotations

from pathlib import Path

from importers.wiki import WikiImporter
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.settle import settle
from migrate.sources import Options

SAID = [("Zoe", "", "one"), ("Zoe", ":", "two"), ("Kim", "::", "three"), ("Ann", ":", "four"), ("Ann", ":", "five")]


def test_what_was_said_in_one_minute_stays_in_the_order_of_the_page(tmp_path: Path) -> None:
    lines = [f"{indent}{text} [[User:{name}|{name}]] 12:00, 3 May 2020 (UTC)" for name, indent, text in SAID]
    page = tmp_path / "Talk%3AGarden.wikitext"
    page.write_text("\n".join(["== Seeds ==", *lines]), encoding="utf-8")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, WikiImporter(), [str(page)], Options({"lang": ("en",)}))
        settle(archive)
        query = "SELECT body, datetime(sent_at / 1000, 'unixepoch') FROM message JOIN content ON message_id = id"
        rows = archive.db.execute(f"{query} ORDER BY position").fetchall()
    assert rows == [(text, "2020-05-03 12:00:00") for _, _, text in SAID]
