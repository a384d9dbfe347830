"""undo as a user types it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.known import known_targets
from migrate.discourse.undo.generations import begin_undo
from migrate.sandbox import Sandbox
from tests.conftest import SAMPLES
from tests.discourse.pushing import setting

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "forum"
    folder.mkdir()
    with Sandbox(folder / "forum.sqlite3", prepared=True) as sandbox:
        yield sandbox


@pytest.fixture
def env(forum: Sandbox, migrate: Run) -> dict[str, str]:
    """After a push."""
    keys = {"DISCOURSE_API_KEY": forum.key, "DISCOURSE_API_USERNAME": forum.admin_username}
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    migrate("push", "--to", forum.url, env=keys)
    return keys


def topics(forum: Sandbox) -> list[int]:
    listed = Client(forum.url, forum.key, forum.admin_username).read("/latest.json")["topic_list"]["topics"]
    return [topic["id"] for topic in listed]


def at_a_terminal(answer: bytes, folder: Path, forum: Sandbox, env: dict[str, str]) -> tuple[int, str]:
    """Exit code and what is shown when somebody answers the question."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "migrate", "undo", "--to", forum.url]
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | env, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    os.write(ours, answer + b"\n")
    shown, _ = process.communicate(timeout=60)
    for end in (ours, theirs):
        os.close(end)
    return process.returncode, shown.decode()


def test_it_asks_first_and_a_no_changes_nothing(forum: Sandbox, env: dict[str, str], tmp_path: Path) -> None:
    before = topics(forum)
    code, shown = at_a_terminal(b"n", tmp_path, forum, env)
    assert (code, topics(forum)) == (1, before)
    assert f"{len(before)} topics" in shown
    assert forum.url in shown


def test_a_yes_removes_all_and_says_what(forum: Sandbox, env: dict[str, str], tmp_path: Path) -> None:
    count = len(topics(forum))
    code, shown = at_a_terminal(b"y", tmp_path, forum, env)
    assert (code, topics(forum)) == (0, [])
    assert f"Removed {count} topics" in shown


def test_without_a_terminal_it_wants_a_yes(migrate: Run, forum: Sandbox, env: dict[str, str]) -> None:
    before = topics(forum)
    assert "--yes" in migrate("undo", "--to", forum.url, env=env, expect=2, stdin="y\n").stderr
    assert topics(forum) == before


def test_without_a_forum_it_is_the_one_that_was_sent_to(migrate: Run, forum: Sandbox, env: dict[str, str]) -> None:
    migrate("undo", "--to", "sandbox", "--yes")  # only looked at
    assert "nothing was sent" not in migrate("status").stdout.lower()
    migrate("undo", "--yes", env=env)
    assert topics(forum) == []


def test_what_is_still_changed_there_is_told_at_the_end(migrate: Run, forum: Sandbox, env: dict[str, str]) -> None:
    setting(forum, "disable_emails", "no")
    migrate("doctor", "--to", forum.url, "--apply", env=env)
    shown = migrate("undo", "--yes", env=env).stdout
    assert f"migrate doctor --restore --to {forum.url}" in shown
    assert "e-mail is off among them" in shown


def test_a_second_undo_says_what_stays(forum: Sandbox, env: dict[str, str], tmp_path: Path) -> None:
    Client(forum.url, forum.key, forum.admin_username).create_post("Thank you, very useful.", topic_id=topics(forum)[0])
    at_a_terminal(b"y", tmp_path, forum, env)
    _, shown = at_a_terminal(b"n", tmp_path, forum, env)
    assert "This removes" not in shown
    assert "by the undo before; they stay, unless nobody else uses them" in shown
    assert "1 topic ·" in shown


def test_a_script_gets_one_object_and_a_new_push_starts_anew(migrate: Run, forum: Sandbox, env: dict[str, str]) -> None:
    count = len(topics(forum))
    done = json.loads(migrate("undo", "--to", forum.url, "--yes", "--json", env=env).stdout)
    assert (done["removed"]["topic"], done["left"], done["stopped"]) == (count, [], False)
    assert "nothing to remove" in migrate("undo", "--to", forum.url, "--yes", env=env).stdout
    again = json.loads(migrate("push", "--to", forum.url, "--json", env=env).stdout)
    assert (again["created"]["topic"], again["refused"]) == (count, 0)
    migrate("verify", env=env)


def test_what_stays_is_listed_with_a_link_and_the_way_to_remove_it(
    migrate: Run, forum: Sandbox, env: dict[str, str]
) -> None:
    topic = topics(forum)[0]
    Client(forum.url, forum.key, forum.admin_username).create_post("Thank you, very useful to me.", topic_id=topic)
    shown = migrate("undo", "--to", forum.url, "--yes", env=env, expect=1).stdout
    assert f"{forum.url}/t/{topic}" in shown
    assert "other people wrote there: admin" in shown
    assert "--also-answered" in shown
    migrate("undo", "--to", forum.url, "--yes", "--also-answered", env=env)
    assert topics(forum) == []


def test_an_undo_that_was_interrupted_is_told_and_nothing_is_sent(
    migrate: Run, forum: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    with Archive.open(tmp_path / "migration.sqlite3", mode="write") as archive:
        begin_undo(archive, known_targets(archive)[0])
    assert f"migrate undo --to {forum.url}" in migrate("status").stdout
    assert f"migrate undo --to {forum.url}" in migrate("resume", env=env, expect=2).stderr
    assert "--yes" in migrate("undo", "--to", forum.url, "--also-answered", env=env, expect=2).stderr
    migrate("undo", "--to", forum.url, env=env)  # that it is wanted was said before
    assert "not finished" not in migrate("status").stdout


def test_the_embedded_forum_is_undone_like_any_other(migrate: Run) -> None:
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox", "--to", "sandbox")
    migrate("undo", "--to", "sandbox", "--yes")
    (target,) = json.loads(migrate("status", "--json").stdout)["targets"]
    assert target["kinds"]["post"]["done"] == 0
    assert "all that was sent was taken back. A push starts anew: migrate push --to sandbox" in migrate("status").stdout
