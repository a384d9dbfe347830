"""Members' downloads and a dump of one group, in one archive: the same whatever comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.ingest import ingest
from migrate.plan import Plan
from migrate.settle import settle
from migrate.sources import get_importer
from tests.importers.facebook_dumps import messages, records

SAMPLES = [Path("samples/facebook/zoe"), Path("samples/facebook/radoslaw"), Path("samples/facebook-graph")]


def joined(folder: Path, order: list[Path]) -> dict[str, tuple[str | None, str | None]]:
    """Parent and thread of every message, by key."""
    with Archive.open(folder / "migration.sqlite3", mode="create") as archive:
        for path in order:
            ingest(archive, get_importer("facebook"), [str(path)])
            settle(archive)
        codes = {finding.code for finding in read_findings(archive)}
        assert codes >= {"comment-guessed", "comment-unplaced", "people-joined"}
        assert "same-id-other-text" not in codes
        return {message.key: (message.parent, message.thread) for message in read_messages(archive)}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str | None, str | None]]:
    return joined(tmp_path_factory.mktemp("first"), SAMPLES)


def test_a_post_in_two_exports_is_one(first: dict[str, tuple[str | None, str | None]]) -> None:
    apart = [{message.key for message in messages(records(path))} for path in SAMPLES]
    assert len(first) == sum(map(len, apart)) - 1  # the frost warning


@pytest.mark.parametrize("order", [SAMPLES[::-1], [SAMPLES[1], SAMPLES[2], SAMPLES[0]]])
def test_the_order_of_imports_decides_nothing(
    first: dict[str, tuple[str | None, str | None]], order: list[Path], tmp_path: Path
) -> None:
    assert joined(tmp_path, order) == first


def test_no_comment_has_a_heading_of_its_own(tmp_path: Path) -> None:
    """Its title is only the name for the thread of those that cannot be tied to a post."""
    with Archive.open(tmp_path / "migration.sqlite3", mode="create") as archive:
        for path in SAMPLES:
            ingest(archive, get_importer("facebook"), [str(path)])
        settle(archive)
        plan = Plan(archive)
        tied = [post for thread in plan.thread_ids() for post in plan.topic(thread).posts if post.parent_id is not None]
        assert tied
        assert {post.subject for post in tied} == {None}
