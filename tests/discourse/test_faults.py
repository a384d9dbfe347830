"""Whatever happens to requests and answers, the forum is the one that an undisturbed push makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.discourse.client import Client
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.community import dump, make_archive, talk
from tests.discourse.faults import FAULTS, FaultyAdapter, make_faulty
from tests.discourse.pusher import push


def push_until_done(path: Path, forum: Sandbox, adapter: FaultyAdapter) -> None:
    """Each run may end in a TargetError, as for the user, who then resumes."""
    for _ in range(10):
        try:
            result = push(path, "", "", client=make_faulty(Client(forum.url, forum.key, "admin"), adapter))
        except TargetError:
            continue
        assert not result.stopped
        return
    raise AssertionError("does not come to an end")


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_of_faults(tmp_path: Path, forum: Sandbox, undisturbed: dict[str, object], seed: int) -> None:
    path = tmp_path / "migration.sqlite3"
    make_archive(path, talk()).close()
    adapter = FaultyAdapter(seed)
    push_until_done(path, forum, adapter)
    assert len(set(adapter.happened)) >= 5
    assert dump(forum.url, forum.key) == undisturbed


@pytest.mark.parametrize("fault", FAULTS)
def test_one_kind_of_fault_very_often(
    tmp_path: Path, forum: Sandbox, undisturbed: dict[str, object], fault: str
) -> None:
    path = tmp_path / "migration.sqlite3"
    make_archive(path, talk()).close()
    adapter = FaultyAdapter(1, share=0.5, faults=(fault,))
    push_until_done(path, forum, adapter)
    assert len(adapter.happened) > 20
    assert dump(forum.url, forum.key) == undisturbed
