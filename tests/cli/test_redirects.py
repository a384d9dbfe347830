"""redirects as a user types it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from migrate.sandbox import Sandbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]
BASE = "https://lists.example.org/pipermail/gardeners"
MAIL = """From ann Thu Mar  4 12:00:00 2004
From: Ann <ann@example.org>
Date: Thu, 4 Mar 2004 12:00:00 +0000
Subject: Peas
Message-ID: <1@x>

When do you sow them?

From ben Thu Mar  5 12:00:00 2004
From: Ben <ben@example.org>
Date: Fri, 5 Mar 2004 12:00:00 +0000
Subject: Re: Peas
Message-ID: <2@x>
In-Reply-To: <1@x>

In April.
"""


@pytest.fixture
def sent(tmp_path: Path, migrate: Run) -> Path:
    (tmp_path / "gardeners.mbox").write_text(MAIL)
    migrate("import", "mbox", "gardeners.mbox", "--to", "sandbox")
    return tmp_path


def test_rules_for_a_pipermail_archive(sent: Path, migrate: Run) -> None:
    done = migrate("redirects", "-o", "moved.csv", "--base-url", BASE, "--to", "sandbox")
    rows = (sent / "moved.csv").read_text().splitlines()
    assert rows[0] == "old,new"
    topic = rows[2].partition(",")[2]
    assert rows[1:] == [
        f"{BASE}/,/c/{rows[1].rpartition('/')[2]}",
        f"{BASE}/2004-March/000000.html,{topic}",
        f"{BASE}/2004-March/000001.html,{topic}/2",
    ]
    assert "3 addresses written to moved.csv" in done.stderr
    assert "numbered by counting" in done.stderr  # the user is asked to check them
    assert done.stderr.count(".html   /t/") == 2
    assert "make them again for the forum" not in done.stderr  # it is a table to look at
    nginx = migrate("redirects", "--format", "nginx", "--base-url", f"gardeners={BASE}")
    assert f'"{BASE.partition("//")[2]}/2004-March/000001.html" "{topic}/2";' in nginx.stdout
    assert "make them again for the forum" in nginx.stderr


def test_nothing_to_lead_anywhere(sent: Path, migrate: Run) -> None:
    done = migrate("redirects", "--json", "-o", "moved.csv")
    assert json.loads(done.stdout) == {"redirects": 0}
    assert "add --base-url" in migrate("redirects").stderr
    assert "no source 'bakers'" in migrate("redirects", "--base-url", f"bakers={BASE}", expect=2).stderr
    assert "nothing was sent to" in migrate("redirects", "--to", "https://x.example.org", expect=2).stderr.lower()


def test_permalinks_of_the_forum(sent: Path, migrate: Run) -> None:
    migrate("redirects", "--permalinks", "www.example.org", "--base-url", BASE, "--to", "sandbox", expect=2)
    done = migrate("redirects", "--permalinks", "lists.example.org", "--base-url", BASE, "--to", "sandbox")
    assert "3 permalinks made, 0 were there, 0 refused." in done.stdout
    again = migrate("redirects", "--permalinks", "lists.example.org", "--base-url", BASE, "--json")
    assert json.loads(again.stdout) == {"created": 0, "already": 3, "refused": 0, "stopped": False}
    with Sandbox(sent / "migration.sandbox.sqlite3") as forum:
        old = f"{forum.url}/pipermail/gardeners/2004-March/000001.html"
        assert requests.get(old, allow_redirects=False, timeout=10).headers["Location"].endswith("/2")
