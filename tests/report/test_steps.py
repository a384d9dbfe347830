"""What the screen says comes next, for every state an archive can be in; and the screen itself."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from typer.testing import CliRunner

from migrate.archive import Archive
from migrate.cli.app import app
from migrate.mapping import read_mapping
from migrate.model import Finding, Record, Severity, Thread
from migrate.plan import Plan
from migrate.report.facts import gather
from migrate.report.steps import next_steps
from migrate.report.terminal import show, show_next
from tests.build import mail, new_archive
from tests.discourse.community import GARDENERS, message, talk
from tests.report.build import imported


def found(code: str, severity: Severity, number: int = 0, text: str = "Something.") -> Finding:
    return Finding(stage="read", severity=severity, code=code, text=text, locator=f"place {number}")


def commands(archive: Archive, mapping: str = "") -> list[str]:
    plan = Plan(archive, mapping=read_mapping(mapping, "m.toml"))
    return [command for command, _ in next_steps(gather(archive, plan), plan.summary(), " -a x", " --mapping m.toml")]


def screen(archive: Archive, mapping: str = "", width: int = 80, *, terminal: bool = False) -> str:
    plan = Plan(archive, mapping=read_mapping(mapping, "m.toml"))
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system=None, soft_wrap=not terminal)
    show(console, gather(archive, plan), plan.summary(), 60)
    return out.getvalue()


def test_nothing_read_means_import(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        assert commands(archive) == ["migrate import SOURCE PATH -a x"]


def test_an_interrupted_import_is_to_be_run_again_and_looks_like_it(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), mail("b")) as archive:
        assert commands(archive) == ["migrate import SOURCE PATH -a x"]
        text = screen(archive)
    assert text.startswith("\nNot finished: an import into this archive was interrupted")
    assert "2 of 2 messages" in text
    assert "as far as it was read" in text


def test_what_needs_a_look_is_to_be_looked_at(tmp_path: Path) -> None:
    records: list[Record] = [*talk(2), found("odd-thing", "warning")]
    with imported(tmp_path / "a.sqlite3", records) as archive:
        assert commands(archive)[:2] == [
            "migrate preview -a x --mapping m.toml",
            "migrate review -a x --mapping m.toml",
        ]
        assert "migrate doctor --to URL -a x --mapping m.toml" in commands(archive)
        accepted = commands(archive, '[review]\naccepted = ["odd-thing"]')
    assert "review" not in [command.split()[1] for command in accepted]


def test_when_all_is_fine_there_is_nothing_to_review(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", [*talk(2), found("odd-thing", "info")]) as archive:
        assert [command.split()[1] for command in commands(archive)] == ["preview", "push", "doctor"]


def test_what_was_sent_already_has_a_status(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", talk(2)) as archive:
        archive.db.execute("INSERT INTO target (id, url, generation, facts) VALUES (1, 'https://f.example', 1, '{}')")
        assert commands(archive)[0].startswith("migrate preview")
        archive.db.execute(
            "INSERT INTO operation (target_id, generation, kind, ref, state, attempts, sent_at)"
            " VALUES (1, 1, 'post', 1, 'done', 1, 0)"
        )
        assert commands(archive)[0] == "migrate status -a x"


def test_the_screen_is_short_whatever_was_found(tmp_path: Path) -> None:
    wall = [
        found(f"kind-{kind}", "warning", number, "A sentence. " * 40)
        for kind in "abcdefghijklmnop"
        for number in range(3)
    ]
    told = [found(f"note-{kind}", "info", number) for kind in "abcdefghijklmnop" for number in range(3)]
    many = [Thread(key=f"t{number}", source=GARDENERS.key, title="Beans " * 30) for number in range(30)]
    messages = [message(f"m{number}", f"t{number}") for number in range(30)]
    with imported(tmp_path / "a.sqlite3", [*many, *messages, *wall, *told]) as archive:
        lines = screen(archive, terminal=True).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= 80
    assert len(lines) < 70
    assert "and 18 more kinds, in: migrate report --html report.html" in "\n".join(lines)
    assert sum("kind " in line for line in lines) == 8


def test_where_the_rest_is_told_names_archive_and_mapping(tmp_path: Path) -> None:
    records: list[Record] = [*talk(1), *(found(f"thing-{kind}", "warning") for kind in "abcdefghijk")]
    imported(tmp_path / "a b.sqlite3", records).close()
    (tmp_path / "m.toml").write_text('authors = "byline"', "utf-8")
    done = CliRunner().invoke(
        app, ["report", "-a", str(tmp_path / "a b.sqlite3"), "--mapping", str(tmp_path / "m.toml")]
    )
    (line,) = (line for line in done.stdout.splitlines() if "more kinds, in: " in line)
    assert line.endswith(f"migrate report --html report.html -a '{tmp_path}/a b.sqlite3' --mapping {tmp_path}/m.toml")


def test_an_example_tells_how_many_more_there_are(tmp_path: Path) -> None:
    records: list[Record] = [*talk(1), *(found("odd-thing", "warning", number) for number in range(5))]
    with imported(tmp_path / "a.sqlite3", records) as archive:
        text = screen(archive)
    assert "      5  odd thing\n" in text
    assert "         e.g. place 0: Something. (and 4 more)\n" in text


def test_what_is_accepted_stands_in_one_line(tmp_path: Path) -> None:
    records: list[Record] = [*talk(1), found("odd-thing", "error"), found("fine-thing", "warning")]
    with imported(tmp_path / "a.sqlite3", records) as archive:
        text = screen(archive, '[review]\naccepted = ["odd-thing", "fine-thing"]')
    assert "Nothing needs a look." in text
    assert "Accepted in the mapping: odd-thing 1, fine-thing 1\n" in text


def test_piped_lines_are_whole_and_those_of_a_terminal_fit(tmp_path: Path) -> None:
    long = found(
        "odd-thing",
        "warning",
        text="Slugs ate a part of this message before it was saved, and nobody knows what it said.",
    )
    with imported(tmp_path / "a.sqlite3", [*talk(1), long]) as archive:
        assert long.text in screen(archive)
        assert long.text not in screen(archive, terminal=True)


def test_terminal_escapes_in_what_was_found_are_not_obeyed(tmp_path: Path) -> None:
    nasty = found("odd-thing", "warning", text="\x1b]0;owned\x07 [red]x[/red]")
    thread = Thread(key="a", source=GARDENERS.key, title="\x1b[31mred [bold]not bold[/bold]")
    with imported(tmp_path / "a.sqlite3", [thread, message("a", "a"), nasty]) as archive:
        text = screen(archive)
    assert "\x1b" not in text
    assert "[red]x[/red]" in text
    assert "[bold]not bold[/bold]" in text


def test_a_command_that_is_longer_than_the_screen_can_still_be_pasted() -> None:
    out, command = io.StringIO(), f"migrate preview -a {'x' * 90}.sqlite3"
    show_next(Console(file=out, width=80, force_terminal=True, color_system=None), [(command, "see it")])
    assert out.getvalue() == f"\nNext: {command}\n"
