"""--mapping, --limit, --only and --since as a user types them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, SAMPLES

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "map.toml"
    path.write_text('quotes = "drop"\n[[rule]]\nparent = "Lists"\ntags = ["old"]\n', "utf-8")
    return path


def kinds(migrate: Run) -> dict[str, dict[str, int]]:
    (target,) = json.loads(migrate("status", "--json").stdout)["targets"]
    return dict(target["kinds"])


def test_a_dry_run_tells_what_a_mapping_would_do(migrate: Run, mapping: Path) -> None:
    plain = json.loads(migrate("import", "mbox", GARDENERS, "--json").stdout)["would_create"]
    mapped = json.loads(migrate("report", "--mapping", mapping, "--json").stdout)["would_create"]
    assert (plain["categories"], plain["tags"]) == (1, 0)
    assert (mapped["categories"], mapped["tags"]) == (2, 1)
    mapping.write_text("[[rule]]\nskip = true\n", "utf-8")
    assert "that the mapping leaves out" in migrate("report", "--mapping", mapping).stdout


def test_a_mapping_is_remembered_for_the_forum(migrate: Run, mapping: Path) -> None:
    migrate("import", "mbox", GARDENERS, "--to", "sandbox", "--mapping", mapping)
    assert kinds(migrate)["category"] == {"total": 2, "done": 2, "sending": 0, "refused": 0, "left": 0}
    mapping.unlink()
    assert json.loads(migrate("push", "--to", "sandbox", "--json").stdout)["created"] == {}
    assert kinds(migrate)["category"]["total"] == 2
    migrate("verify")


def test_an_edited_mapping_is_told_by_status_before_anything_is_sent(migrate: Run, mapping: Path) -> None:
    migrate("import", "mbox", GARDENERS, "--to", "sandbox")
    assert "would go to another category" not in migrate("status").stdout
    created = json.loads(migrate("push", "--to", "sandbox", "--mapping", mapping, "--json").stdout)["created"]
    assert "topic" not in created
    shown = migrate("status").stdout
    assert "keep category, title, tags and texts" in shown
    assert "would go to another category" in shown


@pytest.mark.parametrize("command", [("report",), ("push", "--to", "sandbox"), ("import", "mbox", GARDENERS)])
def test_a_mapping_that_is_wrong_is_said_with_file_and_line(
    migrate: Run, mapping: Path, command: tuple[str, ...]
) -> None:
    migrate("import", "mbox", GARDENERS)
    mapping.write_text('quotes = "fold"\n\n[[rule]]\ncolour = "x"\n', "utf-8")
    done = migrate(*command, "--mapping", mapping, expect=2)
    assert f"{mapping}, line 4: unknown key `colour` (is `color` meant?)" in done.stderr
    assert "no such" not in done.stderr
    assert "cannot be read" in migrate(*command, "--mapping", "nowhere.toml", expect=2).stderr


def test_a_private_list_in_public_is_refused_before_the_forum_is_asked(migrate: Run, mapping: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    mapping.write_text(
        '[[rule]]\ntitle = "*a*"\ncategory = "News"\n[[rule]]\nsource = "gard*"\nprivate = true\nread = "staff"\n',
        "utf-8",
    )
    done = migrate("push", "--to", "https://forum.example.org", "--mapping", mapping, expect=2)
    assert f"{mapping}, line 1: 'Gardeners of Mill" in done.stderr
    assert "is private, and what this rule takes of it would be in the public category 'News'" in done.stderr


def test_rules_that_nothing_comes_to_are_told_and_a_private_list_by_a_wrong_name_is_not_sent(
    migrate: Run, mapping: Path
) -> None:
    migrate("import", "mbox", GARDENERS)
    mapping.write_text('[[rule]]\nkind = "jsonl"\nskip = true\n', "utf-8")
    warning = f"Warning: {mapping}, line 1: nothing in the archive comes to this rule."
    assert warning in migrate("report", "--mapping", mapping).stderr
    assert warning in migrate("push", "--to", "sandbox", "--mapping", mapping, "--limit", 1).stderr
    mapping.write_text('\n[[rule]]\nsource = "gradeners*"\nprivate = true\nread = "staff"\n', "utf-8")
    assert "line 2: nothing in the archive" in migrate("report", "--mapping", mapping).stderr
    for command in (("push",), ("import", "mbox", GARDENERS)):
        done = migrate(*command, "--to", "sandbox", "--mapping", mapping, expect=2)
        assert f"{mapping}, line 2: this rule makes a list private that is not in the archive" in done.stderr
        assert "There are: Gardeners of Mill" in done.stderr


@pytest.mark.parametrize("command", [("report",), ("push", "--to", "sandbox")])
def test_a_kind_of_source_that_there_is_none_of_is_said_with_its_line(
    migrate: Run, mapping: Path, command: tuple[str, ...]
) -> None:
    migrate("import", "mbox", GARDENERS)
    mapping.write_text('[[rule]]\nskip = true\nkind = ["mbox", "facebok"]\n', "utf-8")
    done = migrate(*command, "--mapping", mapping, expect=2)
    assert f"{mapping}, line 3: unknown kind `facebok` (is `facebook` meant?)" in done.stderr
    mapping.write_text('[[rule]]\nkind = ["Face*", "google-groups"]\nskip = true\n', "utf-8")
    assert "nothing in the archive comes to this rule" in migrate(*command, "--mapping", mapping).stderr
    mapping.write_text('[[rule]]\nkind = "blog"\nskip = true\n', "utf-8")
    assert "unknown kind `blog`; there are: facebook, " in migrate(*command, "--mapping", mapping, expect=2).stderr


def test_a_language_that_there_are_no_words_in_is_said_with_its_line(migrate: Run, mapping: Path) -> None:
    mapping.write_text('\nlang = "tlh"\n', "utf-8")
    done = migrate("import", "mbox", GARDENERS, "--mapping", mapping, expect=2)
    assert f"{mapping}, line 2: there are words in these languages: " in done.stderr


def test_a_trial_says_how_much_of_the_whole_it_was(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    shown = migrate("push", "--to", "sandbox", "--limit", 2).stdout
    assert "This was a trial: 2 of " in shown
    assert "To send the rest: migrate push --to sandbox" in shown
    assert json.loads(migrate("resume", "--json").stdout)["created"] == {}
    assert "A trial: 2 of " in migrate("status").stdout
    trial = json.loads(migrate("push", "--to", "sandbox", "--limit", 3, "--json").stdout)
    whole = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)
    assert whole["created"]["topic"] == trial["trial"]["of"] - 3
    assert "trial" not in whole
    assert "A trial" not in migrate("status").stdout


def test_only_takes_titles_and_lists(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    everything = json.loads(migrate("push", "--to", "sandbox", "--only", "GARDEN*", "--json").stdout)
    assert everything["trial"]["topics"] == everything["trial"]["of"] == everything["created"]["topic"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ("--only", "nothing*"),
            "No topic or list that would be sent is called 'nothing*'; the lists are: Gardeners of",
        ),
        (
            ("--since", "2100-01-01"),
            "No topic that would be sent began on 2100-01-01 or later; the lists are: Gardeners",
        ),
    ],
)
def test_a_trial_that_nothing_fits_says_so_and_is_not_remembered(
    migrate: Run, options: tuple[str, ...], words: str
) -> None:
    migrate("import", "mbox", GARDENERS)
    assert words in migrate("push", "--to", "sandbox", *options, expect=2).stderr
    assert json.loads(migrate("status", "--json").stdout)["targets"] == []
    pushed = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)
    assert pushed["created"]["topic"] > 0
    assert "trial" not in pushed


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("push", "--since", "31.5.2024"), "'31.5.2024' is not a date that is understood: write it like 2024-05-31."),
        (("push", "--limit", "x"), "write a whole number, like 5."),
        (("push", "--limit", "0"), "it must be 1 or more."),
        (("push", "--workers", "99"), "it must be from 1 to 64."),
        (("verify", "--fraction", "x"), "write a number, like 0.05."),
        (("redirects", "--format", "apach"), "there is no 'apach'; choose one of 'csv', 'nginx', 'apache'."),
    ],
)
def test_values_that_cannot_be_used_are_told_plainly(migrate: Run, options: tuple[str, ...], words: str) -> None:
    done = migrate(*options, "--json", expect=2)
    assert json.loads(done.stdout)["error"].endswith(words)


def test_a_changed_mapping_makes_no_category_that_nothing_goes_to(migrate: Run, mapping: Path) -> None:
    migrate("import", "mbox", GARDENERS, "--to", "sandbox")
    topics = json.loads(migrate("report", "--json").stdout)["would_create"]["topics"]
    assert f"{topics} topics are on the forum already and stay where they are" in (
        migrate("push", "--to", "sandbox", "--mapping", mapping).stdout
    )
    pushed = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)
    assert (pushed["created"], pushed["staying"]) == ({}, topics)
    assert kinds(migrate)["category"] == {"total": 0, "done": 0, "sending": 0, "refused": 0, "left": 0}


def test_the_report_lists_the_categories_of_a_mapping_with_their_readers(migrate: Run, mapping: Path) -> None:
    migrate("import", "mbox", GARDENERS)
    mapping.write_text(
        '[[rule]]\nsource = "gard*"\nparent = "Old lists"\ncategory = "Gardens"\nread = "staff"\n', "utf-8"
    )
    made = json.loads(migrate("report", "--mapping", mapping, "--json").stdout)["would_create"]
    own = {"name": "Gardens", "parent": "Old lists", "read_by": ["staff"], "topics": made["topics"]}
    assert made["by_category"] == [{"name": "Old lists", "parent": None, "read_by": [], "topics": 0}, own]
    assert (
        f"Old lists › Gardens (only staff): {made['topics']} topics" in migrate("report", "--mapping", mapping).stdout
    )
    assert "Old lists" not in migrate("report").stdout
    rules = [f'[[rule]]\ntitle = "{letter}*"\ncategory = "{letter}"\n' for letter in "abcdefghijklmnopqrstuvwxyz"]
    mapping.write_text("".join(rules), "utf-8")
    many = len(json.loads(migrate("report", "--mapping", mapping, "--json").stdout)["would_create"]["by_category"])
    shown = migrate("report", "--mapping", mapping).stdout
    assert (f"and {many - 12} more" in shown) == (many > 12)


def test_the_example_goes_with_a_list(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    migrate("report", "--mapping", REPOSITORY / "mappings" / "community.toml")
