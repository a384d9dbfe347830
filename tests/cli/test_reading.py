"""import, report, sources and export as a user types them."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.cli.app import main
from migrate.ingest import ingest
from tests.conftest import SAMPLES
from tests.mboxes import mbox, write_mbox

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


def as_json(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_an_import_says_what_became_of_every_message(migrate: Run) -> None:
    result = as_json(migrate("import", "mbox", GARDENERS, "--json"))
    assert result["read"] == result["new"] + result["duplicates"] + result["lost"]
    assert result["new"] > 30
    assert {"threads", "people", "attachments", "findings", "would_create", "sources"} <= result.keys()
    assert all(isinstance(count, int) for count in result["findings"].values())


def test_importing_again_finds_nothing_new(migrate: Run) -> None:
    first = as_json(migrate("import", "mbox", GARDENERS, "--json"))
    again = as_json(migrate("import", "mbox", GARDENERS, "--json"))
    assert (again["new"], again["read"], again["kept"]) == (0, first["read"], first["kept"])


def test_the_report_reads_as_people_do(migrate: Run) -> None:
    migrate("import", "mbox", SAMPLES / "mbox" / "*.mbox*")
    shown = migrate("report").stdout
    for expected in ("Needs a look", "Would create", "placeholder accounts", "messages read =", "60 requests a minute"):
        assert expected in shown
    assert "@" not in shown.replace(".mbox@", "").replace(
        ".gz@", ""
    )  # places have an @, people's addresses are not shown


def test_stdin_is_a_source_like_any_other(tmp_path: Path, migrate: Run) -> None:
    mail = mbox(3).replace(b"List-Id: Made-up gardeners <made.example>\n", b"")
    result = as_json(migrate("import", "mbox", "-", "--list", "garden", "--json", stdin=mail.decode()))
    assert [(source["key"], source["messages"]) for source in result["sources"]] == [("garden", 3)]


def test_auto_finds_the_importer(migrate: Run, tmp_path: Path) -> None:
    assert as_json(migrate("import", "auto", GARDENERS, "--json"))["new"] > 30
    migrate("export", "jsonl", "-o", tmp_path / "out.jsonl")
    result = as_json(migrate("import", "auto", tmp_path / "out.jsonl", "-a", tmp_path / "b.sqlite3", "--json"))
    assert result["new"] > 30


def test_an_export_read_back_exports_the_same(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    migrate("export", "jsonl", "-o", tmp_path / "one.jsonl")
    migrate("import", "jsonl", tmp_path / "one.jsonl", "-a", tmp_path / "b.sqlite3")
    migrate("export", "jsonl", "-o", tmp_path / "two.jsonl", "-a", tmp_path / "b.sqlite3")
    assert (tmp_path / "one.jsonl").read_text() == (tmp_path / "two.jsonl").read_text()
    files = sorted(path.name for path in (tmp_path / "one.attachments").rglob("*") if path.is_file())
    assert files
    assert files == sorted(path.name for path in (tmp_path / "two.attachments").rglob("*") if path.is_file())


def test_the_report_of_an_empty_archive_says_so(migrate: Run, tmp_path: Path) -> None:
    Archive.open(tmp_path / "migration.sqlite3", mode="create").close()
    assert "The archive is empty" in migrate("report").stdout


def test_an_export_tells_which_files_it_did_not_find(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    assert as_json(migrate("export", "jsonl", "-o", tmp_path / "one.jsonl", "--json"))["missing_attachments"] == 0
    next(path for path in (tmp_path / "migration.attachments").rglob("*") if path.is_file()).unlink()
    shown = migrate("export", "jsonl", "-o", tmp_path / "two.jsonl").stdout
    assert "Attachments missing from migration.attachments: 1." in shown


def test_an_export_may_go_to_stdout(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    migrate("export", "jsonl", "-o", tmp_path / "one.jsonl")
    assert migrate("export", "jsonl", "-o", "-").stdout == (tmp_path / "one.jsonl").read_text()
    latin = migrate("export", "jsonl", "-o", "-", env={"PYTHONIOENCODING": "latin-1"})
    assert latin.stdout == (tmp_path / "one.jsonl").read_text()
    assert not (tmp_path / "-").exists()


def test_sources_lists_importers_with_their_options(migrate: Run) -> None:
    listed = {item["name"]: item for item in as_json(migrate("sources", "--json"))["sources"]}
    assert {"mbox", "jsonl"} <= listed.keys()
    assert "list" in listed["mbox"]["options"]
    assert "mbox" in migrate("sources").stdout


def broken_gzip() -> bytes:
    return gzip.compress(mbox(200, words=600))[:-2000]


NO_MAIL = {
    "missing.mbox": None,
    "empty.mbox": b"",
    "picture.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", NO_MAIL)
def test_what_is_no_mail_is_one_clear_line(migrate: Run, tmp_path: Path, name: str) -> None:
    content = NO_MAIL[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = migrate("import", "mbox", tmp_path / name, expect=2)
    assert done.stderr.startswith("Error: ")
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_truncated_gzip_gives_what_is_in_it_and_says_so(migrate: Run, tmp_path: Path) -> None:
    (tmp_path / "made.mbox.gz").write_bytes(broken_gzip())
    result = as_json(migrate("import", "mbox", tmp_path / "made.mbox.gz", "--json"))
    assert 100 < result["new"] < 200
    assert any("truncated" in code for code in result["findings"])


def test_bad_files_among_good_ones_cost_nothing_else(migrate: Run, tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    write_mbox(folder / "made.mbox", 10)
    (folder / "picture.jpg").write_bytes(NO_MAIL["picture.jpg"] or b"")
    result = as_json(migrate("import", "mbox", folder, "--json"))
    assert result["new"] == 10
    assert result["findings"]["not-mail"] == 1


def test_wrong_use_is_explained(migrate: Run, tmp_path: Path) -> None:
    assert "There is no source called 'mbx'" in migrate("import", "mbx", GARDENERS, expect=2).stderr
    named = migrate("import", GARDENERS, expect=2).stderr
    assert f"migrate import auto {GARDENERS}" in " ".join(named.split())
    assert "No such option" in migrate("import", "mbox", GARDENERS, "--colour", "red", expect=2).stderr
    assert "no archive at" in migrate("report", "-a", tmp_path / "none.sqlite3", expect=2).stderr
    assert json.loads(migrate("report", "-a", tmp_path / "none.sqlite3", "--json", expect=2).stdout)["exit_code"] == 2


def test_an_archive_that_cannot_be_written_is_one_line(migrate: Run) -> None:
    done = migrate("import", "mbox", GARDENERS, "-a", "/proc/x.sqlite3", expect=2)
    assert done.stderr.startswith("Error: Cannot write")


def test_terminal_escapes_in_an_export_are_not_obeyed(migrate: Run, tmp_path: Path) -> None:
    escape = "\x1b]0;owned\x07\x1b[31m"
    mail = mbox(1).replace(b"Subject: Bed 0", f"Subject: {escape}".encode()).replace(b"Gardener 0", escape.encode())
    (tmp_path / "a\x1b[31m.mbox").write_bytes(mail)
    done = migrate("import", "mbox", tmp_path / "a\x1b[31m.mbox")
    assert "\x1b" not in done.stdout + done.stderr


def test_help_starts_quickly_because_nothing_heavy_is_loaded() -> None:
    code = "import sys; import migrate.cli.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "requests",
        "starlette",
        "uvicorn",
        "jinja2",
        "rich",
        "selectolax",
        "email",
        "sqlite_utils",
    }
    assert heavy & set(loaded) == set()


def test_the_report_of_an_import_that_was_interrupted_says_so(migrate: Run, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "migration.sqlite3", mode="create") as archive:
        path = write_mbox(tmp_path / "made.mbox", 10)
        ingest(archive, MboxImporter(), [str(path)])
    assert "10 not threaded yet" in migrate("report").stdout
    assert as_json(migrate("report", "--json"))["unsettled"] == 10


def test_an_import_that_also_sends_prints_one_object(migrate: Run) -> None:
    result = as_json(migrate("import", "mbox", GARDENERS, "--to", "sandbox", "--json"))
    assert result["new"] > 0
    assert result["push"]["refused"] == 0


@pytest.mark.parametrize("arguments", [("import",), ("report", "-a", ""), ("report", "-a", "/"), ("export", "jsonl")])
def test_wrong_use_is_one_object_too(migrate: Run, arguments: tuple[str, ...]) -> None:
    assert json.loads(migrate(*arguments, "--json", expect=2).stdout)["exit_code"] == 2


def test_a_terminal_that_lacks_characters_sees_the_rest(migrate: Run) -> None:
    done = migrate("import", "mbox", GARDENERS, env={"PYTHONIOENCODING": "ascii"})
    assert "messages read = " in done.stdout
    as_json(migrate("report", "--json", env={"PYTHONIOENCODING": "ascii"}))


def test_a_suggested_command_can_be_pasted(migrate: Run, tmp_path: Path) -> None:
    done = migrate("import", "mbox", GARDENERS, "-a", "my \x1b[31m list.sqlite3")
    assert "\x1b" not in done.stdout
    assert "-a 'my \N{REPLACEMENT CHARACTER}[31m list.sqlite3'" in done.stdout


def test_the_report_shows_no_addresses(migrate: Run, tmp_path: Path) -> None:
    mail = mbox(1).replace(b"Subject: Bed 0", b"Subject: Mail to ann@example.org failed")
    (tmp_path / "a.mbox").write_bytes(mail)
    text = migrate("import", "mbox", tmp_path / "a.mbox").stdout + migrate("report", "--json").stdout
    assert "Mail to ann" in text
    assert "ann@example.org" not in text


@pytest.mark.parametrize("presses", [1, 3])
def test_ctrl_c_stops_an_import_and_says_how_to_go_on(tmp_path: Path, presses: int) -> None:
    path = write_mbox(tmp_path / "made.mbox", 8000, words=600)
    command = [sys.executable, "-m", "migrate", "import", "mbox", str(path), "-a", str(tmp_path / "a.sqlite3")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (tmp_path / "a.sqlite3-wal").exists():
        time.sleep(0.02)
    for _ in range(presses):
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode in ((130,) if presses == 1 else (130, -signal.SIGINT))
    assert "Traceback" not in errors
    assert presses > 1 or errors == "Interrupted. Nothing is lost: run the same command again to go on.\n"


def test_a_mistake_of_ours_is_one_line_to_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistake() -> None:
        raise ZeroDivisionError("with a secret in it")

    monkeypatch.setattr("migrate.cli.app.app", mistake)
    with pytest.raises(SystemExit) as end:
        main()
    shown = capsys.readouterr().err
    assert end.value.code == 2
    assert re.match(r"Error: Internal error: ZeroDivisionError in test_reading\.py, line \d+\. .*report", shown)
    assert "secret" not in shown


def test_a_mistyped_path_leaves_nothing_behind(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", "mistyped.mbox", expect=2)
    assert list(tmp_path.iterdir()) == []
    migrate("import", "mbox", GARDENERS)
    migrate("import", "mbox", "mistyped.mbox", expect=2)
    assert "The archive is empty" not in migrate("report").stdout


def test_a_file_that_cannot_be_written_is_named_as_it_was_given(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    for command in (("people", "--csv"), ("export", "jsonl", "-o"), ("redirects", "-o")):
        said = migrate(*command, "nowhere/x.csv", expect=2).stderr
        assert "nowhere/x.csv" in said or command[0] == "redirects", said
        assert ".part" not in said


def test_only_their_owner_can_read_an_archive_and_what_is_exported_of_it(migrate: Run, tmp_path: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    migrate("export", "jsonl", "-o", "out.jsonl")
    assert [modes(tmp_path / name) for name in ("migration.sqlite3", "out.jsonl")] == [0o600, 0o600]
    (tmp_path / "migration.sqlite3").chmod(0o644)
    migrate("import", "mbox", GARDENERS)
    assert modes(tmp_path / "migration.sqlite3") == 0o644


def modes(path: Path) -> int:
    return path.stat().st_mode & 0o777
