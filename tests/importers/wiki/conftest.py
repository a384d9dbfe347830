"""What the tests of wikis share: nothing waits in earnest, and locks lie in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """The seconds that were waited for a wiki, without waiting. A forgotten one would cost three minutes."""
    taken: list[float] = []
    monkeypatch.setattr("tenacity.nap.sleep", taken.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # two runs at a time do not wait for each other
    return taken
