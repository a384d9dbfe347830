"""Whatever is killed, lost, refused or late: after `resume` the forum is the one that an undisturbed push makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.schedules import survive

FIRST = int(os.environ.get("TORTURE_FIRST", "0"))
SEEDS = int(os.environ.get("TORTURE_SEEDS", "200"))
BATCH = 10


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, BATCH), ids=lambda first: f"{first}-{first + BATCH - 1}")
def test_any_schedule(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + BATCH):
        folder = tmp_path / str(seed)
        folder.mkdir()
        survive(seed, folder)
