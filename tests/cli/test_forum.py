"""push, resume, status, verify and sandbox as a user types them."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.cli.push import _show_push
from migrate.discourse.api.client import Client
from migrate.discourse.push.run import PushResult
from migrate.ingest import ingest
from migrate.sandbox import Sandbox
from tests.conftest import SAMPLES
from tests.mboxes import write_mbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


@pytest.fixture
def forum(tmp_path: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "forum"
    folder.mkdir()
    with Sandbox(folder / "forum.sqlite3", prepared=True) as sandbox:
        yield sandbox


def keys(forum: Sandbox) -> dict[str, str]:
    return {"DISCOURSE_API_KEY": forum.key, "DISCOURSE_API_USERNAME": forum.admin_username}


def test_a_list_goes_to_the_sandbox_and_back(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    created = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)["created"]
    assert created["topic"] > 5
    assert created["upload"] > 0
    verified = json.loads(migrate("verify", "--json").stdout)
    assert verified["checked"] == created["topic"] + created["reply"]
    assert (verified["missing"], verified["extra"], verified["different"]) == (0, 0, 0)
    again = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)
    assert (again["created"], again["already"]) == ({}, verified["checked"])


def test_what_becomes_of_folded_text_is_remembered_for_the_forum(migrate: Run, tmp_path: Path) -> None:
    def chosen() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "migration.sqlite3")) as db:
            return [quotes for (quotes,) in db.execute("SELECT quotes FROM target")]

    migrate("import", "mbox", GARDENERS, "--to", "sandbox", "--quotes", "drop")
    assert chosen() == ["drop"]
    migrate("resume")
    migrate("verify")
    assert chosen() == ["drop"]
    migrate("push", "--to", "sandbox", "--quotes", "keep")
    assert chosen() == ["keep"]
    migrate("push", "--to", "sandbox", "--quotes", "hide", expect=2)
    assert "add --to" in migrate("import", "mbox", GARDENERS, "--quotes", "drop", expect=2).stderr


def test_import_with_to_sends_at_once(migrate: Run) -> None:
    done = migrate("import", "mbox", GARDENERS, "--to", "sandbox")
    assert "Created" in done.stdout
    assert "complete" in migrate("status").stdout


def test_a_variable_alone_never_makes_an_import_send(migrate: Run, forum: Sandbox) -> None:
    migrate("import", "mbox", GARDENERS, env={"DISCOURSE_URL": forum.url} | keys(forum))
    assert json.loads(migrate("status", "--json").stdout) == {"targets": [], "unsettled": 0}


def test_a_push_after_an_interrupted_import_sends_what_was_read(migrate: Run, tmp_path: Path) -> None:
    _import(migrate)
    migrate("push", "--to", "sandbox")
    with Archive.open(tmp_path / "migration.sqlite3", mode="write") as archive:
        ingest(archive, MboxImporter(), [str(write_mbox(tmp_path / "made.mbox", 12))])  # and no settling after it
    assert "12 messages come from an import that was interrupted" in migrate("status").stdout
    assert json.loads(migrate("resume", "--json").stdout)["created"]["topic"] == 3


def test_verify_before_all_is_sent_says_how_to_go_on(migrate: Run, tmp_path: Path) -> None:
    _import(migrate)
    migrate("push", "--to", "sandbox")
    migrate("import", "mbox", write_mbox(tmp_path / "made.mbox", 50))
    shown = migrate("verify", expect=1).stdout
    assert "0 missing" in shown
    assert "50 messages are not sent yet. Go on with: migrate resume" in shown
    assert "@" not in shown


def test_verify_says_which_message_differs_and_where_to_look(migrate: Run, forum: Sandbox) -> None:
    _import(migrate)
    migrate("push", "--to", forum.url, env=keys(forum))
    client = Client(forum.url, forum.key, forum.admin_username)
    (example, *_) = client.read("/latest.json")["topic_list"]["topics"]
    client.update_post(
        client.read(f"/t/{example['id']}.json")["post_stream"]["posts"][0]["id"], "Something else, and longer."
    )
    shown = migrate("verify", expect=1, env=keys(forum)).stdout
    assert re.search(
        rf"different: “[^”]+”, \d{{4}}-\d\d-\d\d: differs in its text  {forum.url}/t/{example['id']}/1", shown
    )
    sample = migrate("verify", "--fraction", "0.001", "--json", env=keys(forum))
    assert json.loads(sample.stdout)["topics"] == 1


def test_status_and_resume_know_the_forum(migrate: Run, forum: Sandbox) -> None:
    assert "Nothing was sent yet" in migrate("status", "-a", _import(migrate)).stdout
    migrate("push", "--to", forum.url, env=keys(forum))
    (target,) = json.loads(migrate("status", "--json").stdout)["targets"]
    assert (target["url"], target["complete"]) == (forum.url, True)
    assert set(target["kinds"]) == {"user", "category", "upload", "post"}
    resumed = json.loads(migrate("resume", "--json", env=keys(forum)).stdout)
    assert resumed["created"] == {}


def test_several_forums_each_have_their_own_journal(migrate: Run, forum: Sandbox) -> None:
    _import(migrate)
    migrate("push", "--to", "sandbox")
    migrate("push", "--to", forum.url, env=keys(forum))
    assert len(json.loads(migrate("status", "--json").stdout)["targets"]) == 2
    assert "say which with --to" in migrate("resume", expect=2).stderr
    migrate("verify", "--to", forum.url, env=keys(forum))


def test_a_forum_that_could_send_mail_is_refused(migrate: Run, tmp_path: Path) -> None:
    _import(migrate)
    with Sandbox(tmp_path / "plain.sqlite3") as plain:
        done = migrate("push", "--to", plain.url, env=keys(plain), expect=3)
    assert "disable_emails" in done.stderr


@pytest.mark.parametrize(
    ("to", "key", "expected"),
    [
        ("http://127.0.0.1:9", "some-key", "127.0.0.1:9"),
        ("{url}", "wrong-key", "API key"),
        ("not a url", "some-key", "no forum's address"),
        ("ftp://forum.example.org", "some-key", "no forum's address"),
    ],
)
def test_a_wrong_target_is_one_clear_line(
    migrate: Run, forum: Sandbox, tmp_path: Path, to: str, key: str, expected: str
) -> None:
    _import(migrate)
    command = [sys.executable, "-m", "migrate", "push", "--to", to.format(url=forum.url)]
    environment = os.environ | {"DISCOURSE_API_KEY": key, "MIGRATE_ARCHIVE": str(tmp_path / "migration.sqlite3")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode in (2, 3)
    assert done.stderr.startswith("Error: ")
    assert expected in done.stderr
    assert key not in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_key_or_a_forum_the_remedy_is_named(migrate: Run) -> None:
    _import(migrate)
    assert "DISCOURSE_API_KEY" in migrate("push", "--to", "https://forum.example.org", expect=2).stderr
    assert "--to" in migrate("push", expect=2).stderr
    assert "migrate push --to" in migrate("verify", expect=2).stderr


def test_the_key_may_lie_in_a_file(migrate: Run, forum: Sandbox, tmp_path: Path) -> None:
    _import(migrate)
    (tmp_path / "key").write_text(forum.key + "\n")
    migrate("push", "--to", forum.url, "--api-key-file", tmp_path / "key", "--api-username", forum.admin_username)
    assert "cannot be read" in migrate("push", "--to", forum.url, "--api-key-file", "nowhere", expect=2).stderr


def test_a_key_is_never_stored(migrate: Run, forum: Sandbox, tmp_path: Path) -> None:
    _import(migrate)
    migrate("push", "--to", forum.url, env=keys(forum))
    for path in tmp_path.glob("migration*"):
        if path.is_file():
            assert forum.key.encode() not in path.read_bytes()


def test_ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on(migrate: Run, forum: Sandbox, tmp_path: Path) -> None:
    write_mbox(tmp_path / "made.mbox", 1500)
    migrate("import", "mbox", tmp_path / "made.mbox")
    command = [sys.executable, "-m", "migrate", "push", "--to", forum.url, "-a", str(tmp_path / "migration.sqlite3")]
    environment = os.environ | keys(forum)
    push = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for_posts(tmp_path / "migration.sqlite3", 20)
    push.send_signal(signal.SIGINT)
    output, errors = push.communicate(timeout=60)
    assert push.returncode == 130, output + errors
    assert "Finishing what is under way" in errors
    assert "migrate resume" in output
    (target,) = json.loads(migrate("status", "--json").stdout)["targets"]
    assert target["kinds"]["post"]["sending"] == 0
    migrate("resume", env=keys(forum))
    assert json.loads(migrate("verify", "--json", env=keys(forum)).stdout)["missing"] == 0


def test_the_sandbox_says_where_to_look(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "migrate", "sandbox", "--api-key", "k" * 64]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    address = re.search(r"http://127\.0\.0\.1:\d+\S*", server.stdout.readline())
    assert "DISCOURSE_API_KEY=" + "k" * 64 in server.stdout.readline()
    assert address
    with urllib.request.urlopen(address[0]) as page:
        assert "<html" in page.read().decode()
    server.send_signal(signal.SIGINT)
    _, errors = server.communicate(timeout=20)
    assert (server.returncode, errors) == (0, "")


def _wait_for_posts(archive: Path, count: int) -> None:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        for _ in range(600):
            if db.execute("SELECT count(*) FROM operation WHERE kind = 'post'").fetchone()[0] >= count:
                return
            time.sleep(0.05)
    raise AssertionError("no posts were sent")


def _import(migrate: Run) -> Path:
    migrate("import", "mbox", GARDENERS)
    return Path("migration.sqlite3")


def test_one_is_no_plural(capsys: pytest.CaptureFixture[str]) -> None:
    result = PushResult(created={"topic": 1, "reply": 1, "user": 1, "upload": 1}, without_files=1)
    _show_push(result, Path("migration.sqlite3"), "https://forum.example.org", None)
    shown = capsys.readouterr().out
    assert "Created 1 topic · 1 reply · 1 account · 1 upload\n1 post only names files" in shown
    assert "migrate doctor --to https://forum.example.org --apply" in shown
    _show_push(PushResult(without_files=1200), Path("migration.sqlite3"), "https://forum.example.org", None)
    assert "Created 0 topics · 0 replies · 0 accounts · 0 uploads\n1,200 posts only name" in capsys.readouterr().out
