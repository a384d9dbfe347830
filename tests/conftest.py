"""What all tests share: where the real exports lie."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

# Run in the background by a shell, Ctrl-C would be ignored, also by the programs that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
# When the run is ended from outside, what tests have started (a wiki's server) is to end, too.
signal.signal(signal.SIGTERM, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("MIGRATE_SHARED", REPOSITORY.parent / "shared"))
CORPORA = SHARED / "corpora"
SAMPLES = REPOSITORY / "samples"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real exports; a test that needs it is skipped, visibly, where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"no corpora at {CORPORA}")
    return CORPORA
