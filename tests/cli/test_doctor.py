"""doctor as a user types it, before and after a push."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.cli.session import known_target
from migrate.discourse.facts import open_target
from migrate.errors import MigrateError
from migrate.sandbox import Sandbox
from tests.conftest import SAMPLES
from tests.discourse.community import make_archive, talk
from tests.discourse.pushing import client_of, pushed

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Sandbox]:
    """A forum as it is installed."""
    folder = tmp_path / "forum"
    folder.mkdir()
    with Sandbox(folder / "forum.sqlite3") as sandbox:
        yield sandbox


def keys(forum: Sandbox) -> dict[str, str]:
    return {"DISCOURSE_API_KEY": forum.key, "DISCOURSE_API_USERNAME": forum.admin_username}


def emails(forum: Sandbox) -> Any:
    return requests.get(f"{forum.url}/site/settings.json", timeout=10).json()["disable_emails"]


def test_from_a_fresh_forum_to_a_push_and_back(migrate: Run, fresh: Sandbox, tmp_path: Path) -> None:
    env = keys(fresh)
    migrate("import", "mbox", GARDENERS)
    refused = migrate("push", "--to", fresh.url, env=env, expect=3).stderr
    assert f"migrate doctor --to {fresh.url} --apply" in refused
    shown = migrate("doctor", "--to", fresh.url, env=env, expect=1).stdout
    assert "disable_emails: no → yes" in shown
    assert "--apply" in shown
    assert emails(fresh) == "no"
    ready = migrate("doctor", "--to", fresh.url, "--apply", env=env).stdout
    assert "Ready. Next: migrate push" in ready
    assert emails(fresh) == "yes"
    migrate("push", "--to", fresh.url, env=env)
    assert "migrate doctor --restore" in migrate("status").stdout
    (tmp_path / "other.sqlite3").write_bytes((tmp_path / "migration.sqlite3").read_bytes())
    back = f"migrate doctor --restore --to {fresh.url} -a other.sqlite3"
    assert back in migrate("status", "-a", "other.sqlite3").stdout
    assert "disable_emails" in json.loads(migrate("status", "--json").stdout)["targets"][0]["changed_settings"]
    assert "sends e-mail again" in migrate("doctor", "--restore", env=env).stdout
    assert emails(fresh) == "no"
    assert "doctor --restore" not in migrate("status").stdout
    assert "nothing to put back" in migrate("doctor", "--restore", env=env, expect=2).stderr


def test_a_push_to_a_forum_that_may_mail(migrate: Run, fresh: Sandbox) -> None:
    migrate("import", "mbox", GARDENERS)
    assert "Created" in migrate("push", "--to", fresh.url, "--allow-emails", env=keys(fresh), expect=1).stdout


def test_the_sandbox_is_ready(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    found = json.loads(migrate("doctor", "--to", "sandbox", "--json").stdout)
    assert found["ready"]
    assert {advice["kind"] for advice in found["settings"]} <= {"your decision"}
    assert {check["name"] for check in found["checks"]} >= {"key", "version", "reply-keys", "uploads", "duration"}


def test_without_an_archive_the_forum_alone_is_looked_at(migrate: Run, fresh: Sandbox, tmp_path: Path) -> None:
    found = json.loads(migrate("doctor", "--to", fresh.url, "--json", env=keys(fresh), expect=1).stdout)
    assert found["archive"] is None
    assert not (tmp_path / "migration.sqlite3").exists()
    assert "import first" in migrate("doctor", "--to", fresh.url, "--apply", env=keys(fresh), expect=2).stderr
    assert emails(fresh) == "no"


def test_a_mapping_is_looked_at_before_the_first_push(migrate: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[[rule]]\nparent = "Lists"\nread = "board"\n', "utf-8")
    assert "import first" in migrate("doctor", "--to", "sandbox", "--mapping", mapping, expect=2).stderr
    migrate("import", "mbox", GARDENERS)
    shown = migrate("doctor", "--to", "sandbox", "--mapping", mapping, expect=1).stdout
    assert "Categories: 2 to be made." in shown
    assert "There is no such group: board" in shown
    assert "Categories: 1 to be made." in migrate("doctor", "--to", "sandbox").stdout
    mapping.write_text('[[rule]]\nparent = "Lists"\nread = "staff"\n', "utf-8")
    ready = migrate("doctor", "--to", "sandbox", "--mapping", mapping).stdout
    assert f"migrate push --to sandbox --mapping {mapping}" in ready
    mapping.write_text("[[rule]]\ncolour = 1\n", "utf-8")
    assert "line 2: unknown key" in migrate("doctor", "--to", "sandbox", "--mapping", mapping, expect=2).stderr


def test_wrong_use_and_bad_targets(migrate: Run, fresh: Sandbox) -> None:
    migrate("doctor", expect=2)
    migrate("doctor", "--to", fresh.url, "--apply", "--restore", env=keys(fresh), expect=2)
    env = {"DISCOURSE_API_KEY": "b" * 64}
    found = json.loads(migrate("doctor", "--to", fresh.url, "--json", env=env, expect=3).stdout)
    assert "does not accept the API key" in found["error"]


def test_resume_means_the_forum_that_was_sent_to_and_none_that_was_only_looked_at(
    tmp_path: Path, fresh: Sandbox
) -> None:
    path = tmp_path / "a.sqlite3"
    with make_archive(path, talk()) as archive, Sandbox(tmp_path / "other.sqlite3", prepared=True) as other:
        open_target(archive, client_of(fresh))
        with pytest.raises(MigrateError, match="Nothing was sent"):
            known_target(path, None)
        pushed(archive, other)
        assert known_target(path, None) == other.url
