"""A mailbox of a private group is as private as the group, whatever it is called and whichever was read first."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.model import Message, Origin, Record, Source
from migrate.plan import Plan
from migrate.settle import settle
from tests.build import GARDENERS, mail, new_archive, write

BOARD = Source(key="board.googlegroups.com", kind="google-groups", name="Board", private=True)


def of_board(key: str, *references: str) -> Message:
    """The same mail, as the group's own export has it."""
    place = f"topics.mbox@{key}"
    return mail(key, *references, source=BOARD.key, locator=place, origins=(Origin(source=BOARD.key, locator=place),))


def private(archive: Archive) -> dict[str, bool]:
    return {key: bool(is_so) for key, is_so in archive.db.execute("SELECT key, private FROM source")}


def found(archive: Archive) -> list[tuple[str, int]]:
    query = "SELECT source.key, lost FROM finding JOIN source ON source.id = source_id WHERE code = 'private-by-copies'"
    return archive.db.execute(query).fetchall()


@pytest.mark.parametrize("one_at_a_time", [True, False])
def test_a_mailbox_that_is_mostly_a_private_groups_mail_is_private(tmp_path: Path, one_at_a_time: bool) -> None:
    mailbox: list[Record] = [mail("a"), mail("b", "a", day=1), mail("deleted", "a", day=2)]
    with new_archive(tmp_path, *mailbox) as archive:
        if one_at_a_time:
            settle(archive)
        write(archive, [BOARD, of_board("a"), of_board("b", "a")])
        settle(archive)
        settle(archive)
        assert private(archive) == {GARDENERS.key: True, BOARD.key: True}
        assert found(archive) == [(GARDENERS.key, 0)]
        assert Plan(archive).summary().reserved == (GARDENERS.name,)


def test_a_list_with_some_mail_in_common_with_a_private_group_is_not(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), mail("b", "a", day=1)) as archive:
        write(archive, [BOARD, of_board("a"), of_board("c", "a")])
        settle(archive)
        assert private(archive) == {GARDENERS.key: False, BOARD.key: True}
        assert found(archive) == []
        assert Plan(archive).summary().left_out == {"private": 1}
