"""The whole street on real archives: what is read is on the forum, once, and can be taken back.

Reading or sending again changes nothing.
"""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.archive.writer import Counts
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.undo.undo import Undo
from migrate.discourse.verify import verify
from migrate.ingest import ingest
from migrate.sandbox import Sandbox
from migrate.settle import settle

# Messages in each, as the README of the corpora says.
REAL = {"mbox/reality": 153, "groups/open-iscsi.mbox.xz": 1233}


@pytest.mark.parametrize("version", ["2.9", "2026"])
def test_real_lists_arrive_whole(corpora: Path, tmp_path: Path, version: str) -> None:
    locations = [str(corpora / name) for name in REAL]
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        first = ingest(archive, MboxImporter(), locations)
        settle(archive)
        assert first.read == sum(REAL.values())
        assert first.lost == 0
        assert ingest(archive, MboxImporter(), locations) == Counts(read=first.read, duplicates=first.read)
        with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version=version) as forum:
            with closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client:
                target = open_target(archive, client)
                created = Push(archive, client, target).run().created
                assert created["topic"] + created["reply"] + _left_out(archive) == first.new
                result = verify(archive, client, target)
                assert (result.checked, result.is_clean) == (created["topic"] + created["reply"], True)
                assert Push(archive, client, target).run().created == {}
                undone = Undo(archive, client, target).run()
                assert (undone.removed["topic"], undone.left) == (created["topic"], [])


def _left_out(archive: Archive) -> int:
    query = "SELECT count(*) FROM message WHERE flags LIKE '%machine-made%' OR flags LIKE '%no-archive%'"
    (count,) = archive.db.execute(query).fetchone()
    return int(count)
