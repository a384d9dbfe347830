"""What changed between two archives, or after a mapping was edited."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from migrate.archive import Archive
from migrate.archive.forget import forget
from migrate.cli.app import app
from migrate.mapping import read_mapping
from migrate.model import Finding, Record, Thread
from migrate.people_choices import choose
from migrate.people_file import Line, person_key
from migrate.plan import Plan, TargetFacts
from migrate.report.changes import show_changes
from migrate.report.compare import MOST, Changes, Side, compare, side_by_side
from tests.discourse.community import GARDENERS, PEOPLE, message, talk
from tests.report.build import imported


def changes(before: Archive, after: Archive, old: str = "", new: str = "") -> Changes:
    sides = [
        Side.of(archive, Plan(archive, mapping=read_mapping(mapping, "m.toml")))
        for archive, mapping in ((before, old), (after, new))
    ]
    return compare(*sides)


def counts(found: Changes) -> dict[str, int]:
    return {kind: some.count for kind, some in found.topics.items() if some.count}


def threads(*keys: str) -> list[Record]:
    return [Thread(key=key, source=GARDENERS.key, title=f"Thread {key}") for key in keys]


def two(folder: Path, before: list[Record], after: list[Record]) -> Changes:
    with imported(folder / "1.sqlite3", before) as one, imported(folder / "2.sqlite3", after) as other:
        return changes(one, other)


def test_nothing_changed_says_so(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", talk()) as archive:
        found = changes(archive, archive)
    assert found.is_nothing
    screen = io.StringIO()
    show_changes(Console(file=screen, width=100), ("old", "new"), found)
    assert screen.getvalue() == "Before: old\nAfter:  new\n\nNothing changed. The words of posts are not compared.\n"


def test_a_rule_that_was_added_shows_in_numbers_and_topics(tmp_path: Path) -> None:
    rules = """
        [[rule]]
        title = "About seeds, part 1"
        category = "Seeds"
        tags = ["sowing"]
        [[rule]]
        title = "About seeds, part 2"
        skip = true
    """
    with imported(tmp_path / "a.sqlite3", talk()) as archive:
        found = changes(archive, archive, new=rules)
        back = changes(archive, archive, old=rules)
    assert counts(found) == {"disappear": 1, "move": 1, "retag": 1}
    assert found.topics["move"].first == [("About seeds, part 1", "Bakers & Co", "Seeds")]
    assert found.topics["retag"].first == [("About seeds, part 1", "", "sowing")]
    assert ("left_out.mapping", 0, 5) in found.numbers
    assert counts(back) == {"appear": 1, "move": 1, "retag": 1}


def test_who_may_read_what_is_compared_too(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", talk(1)) as archive:
        found = changes(archive, archive, '[[rule]]\nread = ["staff", "members"]')
    places = {change[1:] for change in found.topics["move"].first}
    assert places == {(f"{name} (only members and staff)", name) for name in ("gardeners", "Bakers & Co")}


def test_an_earlier_copy_does_not_tell_who_withheld_a_name_since(tmp_path: Path) -> None:
    records: list[Record] = [Thread(key="a", source=GARDENERS.key, title="Thanks to Jürgen Groß")]
    records += [message("a", "a"), message("b", "a", "a", author=2)]
    with imported(tmp_path / "1.sqlite3", records) as before, imported(tmp_path / "2.sqlite3", records) as after:
        choose(after, [Line(2, {"person": person_key(PEOPLE[2].key), "withhold": "name"})], TargetFacts())
        found = changes(before, after)
        back = changes(after, before)
    for one in (found, back):
        assert (one.topics["retitle"].count, one.people["rename"].count) == (1, 1)
        assert "Gro" not in str(one)


@pytest.mark.parametrize("withheld", [True, False])
def test_an_earlier_copy_does_not_tell_who_was_forgotten_since(tmp_path: Path, withheld: bool) -> None:
    title = "Thanks to Jürgen Groß, <jurgen@example.org>"
    records: list[Record] = [Thread(key="a", source=GARDENERS.key, title=title)]
    records += [message("a", "a"), message("b", "a", "a", author=2)]
    with imported(tmp_path / "1.sqlite3", records) as before, imported(tmp_path / "2.sqlite3", records) as after:
        query = "SELECT id FROM person WHERE key = ?"
        forget(after, after.db.execute(query, (PEOPLE[2].key,)).fetchone(), words=False)
        if not withheld:
            after.db.execute("DELETE FROM person_choice")
        found = changes(before, after)
        back = changes(after, before)
    for one in (found, back):
        assert {kind: some.count for kind, some in one.people.items()} == {"appear": 0, "disappear": 0, "rename": 1}
        assert one.topics["retitle"].count == 1
        assert not re.search("Groß|j.rgen", str(one), re.IGNORECASE)


def test_a_member_who_withheld_a_name_since_and_gets_no_account_is_not_named(tmp_path: Path) -> None:
    records: list[Record] = [*threads("a"), message("a", "a"), replace(PEOPLE[2], member="account")]
    with imported(tmp_path / "1.sqlite3", records) as before, imported(tmp_path / "2.sqlite3", records) as after:
        choose(after, [Line(2, {"person": person_key(PEOPLE[2].key), "withhold": "name"})], TargetFacts())
        assert changes(before, after).people["disappear"].first == [("Former member", "", "")]
        assert changes(after, before).people["appear"].first == [("Former member", "", "")]


def test_addresses_in_titles_are_masked(tmp_path: Path) -> None:
    records: list[Record] = [Thread(key="a", source=GARDENERS.key, title="Ask zoe@example.org"), message("a", "a")]
    assert two(tmp_path, [], records).topics["appear"].first == [("Ask zoe@…", "", "")]


def test_titles_that_a_mapping_changes(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", talk()) as archive:
        found = changes(archive, archive, new='[titles]\nstrip = ["About "]')
    assert counts(found) == {"retitle": 6}
    assert found.topics["retitle"].first[0] == ("seeds, part 0", "About seeds, part 0", "seeds, part 0")


def test_more_messages_make_topics_appear_and_grow_and_people_too(tmp_path: Path) -> None:
    before: list[Record] = [*threads("a", "b"), message("a", "a"), message("b", "b")]
    more = [*threads("c"), message("a2", "a", "a", author=2), message("c", "c")]
    found = two(tmp_path, before, [*before, *more])
    assert counts(found) == {"appear": 1, "grow": 1}
    assert found.topics["grow"].first == [("Thread a", "1", "2")]
    assert [name for name, _, _ in found.people["appear"].first] == ["Jürgen Groß"]
    assert ("kept", 2, 4) in found.numbers
    assert ("categories", 1, 1) not in found.numbers


def test_threads_that_became_one_merge_and_those_that_came_apart_split(tmp_path: Path) -> None:
    apart: list[Record] = [*threads("a", "b"), message("a", "a"), message("b", "b"), message("b2", "b", "b")]
    joined: list[Record] = [*threads("a"), message("a", "a"), message("b", "a", "a"), message("b2", "a", "b")]
    found = two(tmp_path, apart, joined)
    assert counts(found) == {"merge": 1, "grow": 1}
    assert found.topics["merge"].first == [("Thread a", "2", "1")]
    (tmp_path / "back").mkdir()
    found = two(tmp_path / "back", joined, apart)
    assert counts(found) == {"split": 1, "shrink": 1}
    assert found.topics["split"].first == [("Thread a", "1", "2")]


def test_a_thread_under_another_key_is_neither_new_nor_gone(tmp_path: Path) -> None:
    before: list[Record] = [*threads("a"), message("a", "a")]
    after: list[Record] = [*threads("z"), message("a", "z")]
    assert counts(two(tmp_path, before, after)) == {}


def test_findings_that_came_and_went(tmp_path: Path) -> None:
    def found(code: str, text: str) -> Finding:
        return Finding(stage="read", severity="info", code=code, text=text, locator="x")

    pages = [found("wiki-pages-empty", f"Pages with nothing on them were passed over ({count}).") for count in (13, 2)]
    message_ = [*threads("a"), message("a", "a")]
    told = two(tmp_path, [*message_, pages[0], found("odd-thing", "Odd.")], [*message_, pages[1]])
    assert told.findings == [("wiki-pages-empty", 13, 2), ("odd-thing", 1, 0)]


def test_only_the_first_are_named_and_all_are_counted(tmp_path: Path) -> None:
    many = [f"t{number:02}" for number in range(MOST + 3)]
    with imported(tmp_path / "a.sqlite3", [*threads(*many), *(message(key, key) for key in many)]) as archive:
        found = changes(archive, archive, new='[[rule]]\ncategory = "All"\nsource = "gardeners"')
    assert (found.topics["move"].count, len(found.topics["move"].first)) == (MOST + 3, MOST)
    screen = io.StringIO()
    show_changes(Console(file=screen, width=100), ("old", "new"), found)
    assert "and 3 more" in screen.getvalue()
    assert "Thread t00: gardeners → All" in screen.getvalue()


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [("", "", ""), ("ac", "", "a-c-"), ("", "b", "-b"), ("abd", "bcd", "a-bb-cdd"), ("xyz", "abc", "-a-b-cx-y-z-")],
)
def test_side_by_side(left: str, right: str, both: str) -> None:
    pairs = side_by_side(((key, key) for key in left), ((key, key) for key in right))
    assert "".join((was[0] if was else "-") + (now[0] if now else "-") for was, now in pairs) == both


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def test_the_command_takes_an_archive_or_a_mapping(tmp_path: Path) -> None:
    new, old, rules = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3", tmp_path / "m.toml"
    imported(old, talk(4)).close()
    imported(new, talk(6)).close()
    rules.write_text('[[rule]]\ntitle = "*part 1*"\nskip = true\n', "utf-8")
    text = invoke("-a", new, "--compare", old).stdout
    assert text.startswith(f"Before: {old}\nAfter:  {new}\n")
    assert "      2  new\n         About seeds, part 4\n" in text
    text = invoke("-a", new, "--mapping", rules, "--compare", old).stdout
    assert "      2  new\n" in text
    assert "part 1" not in text
    found = json.loads(invoke("-a", new, "--compare", rules, "--json").stdout)
    assert found["topics"]["appear"] == {
        "count": 1,
        "first": [{"of": "About seeds, part 1", "before": "", "after": ""}],
    }
    assert found["numbers"]["left_out.mapping"] == {"before": 5, "after": 0}
    assert (found["before"], found["after"]) == (str(rules), "without a mapping")


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    imported(tmp_path / "a.sqlite3", talk(2)).close()
    shutil.copy(tmp_path / "a.sqlite3", tmp_path / "b.sqlite3")
    (tmp_path / "m.toml").write_text("nonsense = 1", "utf-8")
    (tmp_path / "kind.toml").write_text('[[rule]]\nkind = "facebok"\nskip = true', "utf-8")
    for other, words in (
        ("none.toml", "Name an archive or a mapping file"),
        ("m.toml", "unknown key `nonsense`"),
        ("kind.toml", "is `facebook` meant?"),
    ):
        assert words in str(invoke("-a", tmp_path / "a.sqlite3", "--compare", tmp_path / other).exception)
