"""people and forget as a user types them."""

from __future__ import annotations

import csv
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
from migrate.model import Person
from migrate.sandbox import Sandbox
from tests.build import mail, new_archive
from tests.conftest import SAMPLES
from tests.discourse.community import dump

Run = Callable[..., "subprocess.CompletedProcess[str]"]
RUTH, SAM = "ruth@albright.example.net", "sam.okafor@example.org"


@pytest.fixture(params=["2.9", "2026"])
def forum(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    folder = tmp_path / "forum"
    folder.mkdir()
    with Sandbox(folder / "forum.sqlite3", prepared=True, version=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def env(forum: Sandbox, migrate: Run) -> dict[str, str]:
    """After an import."""
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    return {"DISCOURSE_API_KEY": forum.key, "DISCOURSE_API_USERNAME": forum.admin_username}


def edit(file: Path, changes: dict[str, dict[str, str]]) -> None:
    """Change cells of the rows with these addresses, as a spreadsheet does."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        table = csv.DictReader(text)
        rows = [row | changes.get(row["address"], {}) for row in table]
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, table.fieldnames or ())
        writer.writeheader()
        writer.writerows(rows)


def words_of(forum: Sandbox) -> str:
    return json.dumps(dump(forum.url, forum.key), ensure_ascii=False)


def sign_up(forum: Sandbox, address: str, username: str) -> None:
    """Somebody becomes a member; a placeholder with that address becomes theirs."""
    values = {"name": "A Member", "username": username, "email": address, "password": "x" * 20, "active": True}
    done = Client(forum.url, forum.key, forum.admin_username).create("/users.json", values)
    assert done["success"] is True


def at_a_terminal(answers: bytes, folder: Path, env: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and what is shown when somebody answers the questions."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "migrate", *arguments],
        cwd=folder,
        env=os.environ | env,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    os.write(ours, answers)
    shown, _ = process.communicate(timeout=60)
    for end in (ours, theirs):
        os.close(end)
    return process.returncode, shown.decode()


def test_the_people_file_decides_who_is_who(migrate: Run, forum: Sandbox, env: dict[str, str], tmp_path: Path) -> None:
    sign_up(forum, "walter@brueck.example.net", "wally")
    assert "Ruth_Albright" in migrate("people").stdout
    said = migrate("people", "--csv", "people.csv", "--to", forum.url, env=env).stdout
    assert "migrate people --read people.csv" in said
    with (tmp_path / "people.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = {row["address"]: row for row in csv.DictReader(text)}
    assert rows["walter@brueck.example.net"]["existing_account"] == "wally"
    changes = {
        RUTH: {"name": "Ruth A.", "username": "ruth.a"},
        SAM: {"withhold": "name"},
        "pete.larkin@example.com": {"same_as": rows["ingrid.somme@example.org"]["person"]},
    }
    edit(tmp_path / "people.csv", changes)
    assert json.loads(migrate("people", "--read", "people.csv", "--json").stdout) == {"changed": 3, "notes": []}
    migrate("push", "--to", forum.url, env=env)
    migrate("verify", "--to", forum.url, env=env)
    there = words_of(forum)
    assert '"ruth.a", "Ruth A."' in there
    assert not [word for word in ("Okafor", SAM, "Pete_Larkin") if word in there]
    assert "withheld: the names of 1 person" in migrate("report").stdout
    edit(tmp_path / "people.csv", {SAM: {"withhold": ""}})
    assert "migrate forget" in migrate("people", "--read", "people.csv").stdout


def test_a_wrong_people_file_is_told_line_by_line(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    migrate("people", "--csv", "people.csv")
    edit(tmp_path / "people.csv", {RUTH: {"username": "ruth albright"}, SAM: {"withhold": "all"}})
    said = migrate("people", "--read", "people.csv", expect=2).stderr
    assert said.count("Line ") == 2
    assert "nothing was changed" in said
    assert len(json.loads(migrate("people", "--read", "people.csv", "--json", expect=2).stdout)["problems"]) == 2
    assert "--read" in migrate("people", "--read", "people.csv", "--csv", "people.csv", expect=2).stderr


def test_nothing_for_scripts_shows_an_address(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    assert json.loads(migrate("people", "--json").stdout)["people"] == 10
    with Archive.open(tmp_path / "migration.sqlite3", mode="write") as archive:  # some sign with their address
        archive.db.execute("UPDATE person_name SET name = ?", (RUTH,))
    assert "@albright" not in migrate("people", "--json").stdout


def test_forget_takes_a_person_out_of_archive_and_forum(
    migrate: Run, forum: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    migrate("push", "--to", forum.url, env=env)
    assert "Albright" in words_of(forum)
    assert "--yes" in migrate("forget", RUTH, env=env, expect=2).stderr
    migrate("forget", RUTH, "--words", "--yes", env=env)
    for found in (words_of(forum), (tmp_path / "migration.sqlite3").read_bytes().decode("latin-1")):
        assert not [word for word in ("Ruth Albright", RUTH, "Ruth_Albright") if word in found]
    migrate("verify", "--to", forum.url, env=env)
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    assert RUTH.encode() not in (tmp_path / "migration.sqlite3").read_bytes()
    migrate("push", "--to", forum.url, env=env)
    migrate("verify", "--to", forum.url, env=env)
    again = json.loads(migrate("forget", RUTH, "--words", "--yes", "--json", env=env).stdout)
    assert (again["forgotten_before"], again["forums"]) == (True, {})


@pytest.mark.parametrize("forum", ["2.9"], indirect=True)
def test_an_account_in_use_is_asked_about(migrate: Run, forum: Sandbox, env: dict[str, str], tmp_path: Path) -> None:
    migrate("push", "--to", forum.url, env=env)
    sign_up(forum, RUTH, "ruthie")
    assert "ruthie is in use" in migrate("forget", RUTH, "--yes", env=env, expect=2).stderr
    code, shown = at_a_terminal(b"y\nn\n", tmp_path, env, "forget", RUTH)
    assert code == 1, shown
    assert "ruthie" in words_of(forum)
    code, shown = at_a_terminal(b"y\ny\n", tmp_path, env, "forget", RUTH)
    assert code == 0, shown
    assert "ruthie" not in words_of(forum)


def test_forget_without_a_forum_is_for_the_archive(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", SAMPLES / "mbox" / "gardeners.mbox")
    assert "Archive: 5 of their messages" in migrate("forget", RUTH, "--yes").stdout
    assert (
        "Nothing of this archive is on"
        in migrate("forget", RUTH, "--yes", "--to", "https://forum.example.org", expect=2).stderr
    )
    assert RUTH.encode() not in (tmp_path / "migration.sqlite3").read_bytes()


def test_who_is_forgotten_already_is_told_so(migrate: Run, forum: Sandbox, env: dict[str, str]) -> None:
    migrate("push", "--to", forum.url, env=env)
    said = migrate("forget", RUTH, "--yes", env=env).stdout
    assert "people.csv" in said
    assert "forgotten already" in migrate("forget", RUTH, env=env).stdout
    assert "forgotten already" not in migrate("forget", RUTH, "--words", "--yes", env=env).stdout


def test_an_account_that_is_no_members_is_a_problem_of_its_line(
    migrate: Run, forum: Sandbox, env: dict[str, str], tmp_path: Path
) -> None:
    migrate("people", "--csv", "people.csv")
    edit(tmp_path / "people.csv", {RUTH: {"account": "nobody_here"}})
    said = migrate("people", "--read", "people.csv", "--to", forum.url, env=env, expect=2).stderr
    assert "nobody_here" in said
    assert f"no such member on {forum.url}" in said
    assert "the push will look" in migrate("people", "--read", "people.csv").stdout
    migrate("push", "--to", forum.url, env=env)
    assert "people file that the forum does not have" in migrate("report").stdout


def test_forget_takes_along_whoever_is_only_answered_by_that_name(migrate: Run, tmp_path: Path) -> None:
    jan, answered = (Person(key=f"facebook:{key}", name="Jan Kowalski") for key in ("123", "jan kowalski"))
    new_archive(tmp_path, jan, answered, mail("a", author=jan.key), mail("b", answers=answered.key)).close()
    assert "same full name" not in migrate("forget", jan.key, "--yes").stderr
    assert b"kowalski" not in (tmp_path / "migration.sqlite3").read_bytes().lower()
    assert "forgotten already" in migrate("forget", jan.key, "--yes").stdout


def test_forget_tells_of_namesakes_and_of_names_that_stay(migrate: Run, tmp_path: Path) -> None:
    mails = [
        ("a@example.org", "Tenth", "Hello.\n- Tenth"),
        ("b@example.com", "Ann Lee", "The Tenth of May."),
        ("c@example.net", "Ann Lee", "Hello."),
    ]
    text = "".join(
        f"From - Thu Jan  2 10:00:00 2020\nFrom: {name} <{address}>\nDate: Thu, 2 Jan 2020 10:0{at}:00 +0000\n"
        f"Message-ID: <{at}@example.org>\nSubject: Beans {at}\n\n{body}\n\n"
        for at, (address, name, body) in enumerate(mails)
    )
    (tmp_path / "list.mbox").write_text(text)
    migrate("import", "mbox", "list.mbox")
    assert "still hold the one-word name: 1." in migrate("forget", "a@example.org", "--yes").stdout
    migrate("export", "jsonl", "-o", "out.jsonl")
    assert "- Tenth" not in (tmp_path / "out.jsonl").read_text()
    done = migrate("forget", "b@example.com", "--yes")
    assert "same full name" in done.stderr
