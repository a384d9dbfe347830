"""The people file: written for a spreadsheet, read back exactly, and used as a whole or not at all."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.model import Person, Record, Source
from migrate.people_choices import Applied, choose
from migrate.people_file import COLUMNS, Line, PeopleFileError, Row, people, person_key, read_lines, write_people
from migrate.plan import Plan, TargetFacts
from migrate.report.facts import gather
from migrate.settle import settle
from tests.build import mail, new_archive, write

CAT = "cat@example.com"
OLD_CAT = "cat@example.net"
BEN = "ben@example.edu"


def person(key: str, name: str) -> Person:
    return Person(key=key, name=name, names=(name,), email=None if key.startswith("name:") else key)


RECORDS: list[Record] = [
    person(OLD_CAT, "Cat Ito"),
    mail("c1", day=1, author=OLD_CAT),
    mail("c2", day=2, author=OLD_CAT),
    person(CAT, "Cat Ito"),
    mail("c3", day=3, author=CAT),
    person(BEN, "=Ben Okri"),
    mail("b1", day=4, author=BEN),
]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = new_archive(tmp_path, *RECORDS)
    settle(made)
    return made


def rows(archive: Archive) -> dict[str, Row]:
    """By address."""
    return {row.address: row for row in people(archive, Plan(archive))}


def change(archive: Archive, folder: Path, **changes: dict[str, str]) -> Applied:
    """Write the file, change cells of the rows with these addresses (`cat_at_example_com`), and read it back."""
    wanted = {address.replace("_at_", "@").replace("_", "."): cells for address, cells in changes.items()}
    file = folder / "people.csv"
    write_people([replace(row, **wanted.get(row.address, {})) for row in rows(archive).values()], file)
    return choose(archive, read_lines(file), TargetFacts(), rows=list(rows(archive).values()))


def accounts(archive: Archive) -> dict[str, tuple[str, str]]:
    """Address → name and user name of the accounts."""
    return {user.address: (user.name, user.username) for user in Plan(archive).users()}


def test_a_row_says_who_wrote_what_and_who_is_joined(archive: Archive) -> None:
    found = rows(archive)
    assert found[OLD_CAT] == Row(
        person=person_key(OLD_CAT),
        address=OLD_CAT,
        names="Cat Ito (2)",
        messages="2",
        first="2020-01-02",
        last="2020-01-03",
        same_as=person_key(CAT),
    )
    assert (found[CAT].proposed_username, found[CAT].same_as) == ("Cat_Ito", "")
    assert all("@" not in row.person for row in found.values())


def test_a_file_that_nobody_changed_says_nothing_new(archive: Archive, tmp_path: Path) -> None:
    before = rows(archive)
    assert change(archive, tmp_path) == Applied(0, [])
    assert rows(archive) == before
    assert archive.db.execute("SELECT count(*) FROM person_choice").fetchone() == (0,)


def test_no_cell_is_a_formula_for_a_spreadsheet(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    write_people(list(rows(archive).values()), file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as text:
        cells = [cell for row in csv.reader(text) for cell in row]
    assert "'=Ben Okri (1)" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), min_size=5, max_size=5))
def test_whatever_stands_in_a_cell_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    file = tmp_path_factory.getbasetemp() / "cells.csv"
    values = dict(zip(COLUMNS[-5:], (cell.strip() for cell in cells), strict=True))
    write_people([Row(person="p1", names="=1+1", **values)], file)
    (line,) = read_lines(file)
    assert {name: line.cells[name] for name in values} == values


def test_a_name_does_not_begin_a_cell_where_semicolons_part_them(tmp_path: Path) -> None:
    made = new_archive(tmp_path, person(CAT, "Cat;=1+1;"), mail("c1", day=1, author=CAT))
    settle(made)
    assert ";=" not in rows(made)[CAT].names


def test_people_are_joined_taken_apart_and_renamed(archive: Archive, tmp_path: Path) -> None:
    ben = {"same_as": person_key(CAT), "withhold": ""}
    assert change(archive, tmp_path, ben_at_example_edu=ben, cat_at_example_com={"name": "Catherine"}).changed == 2
    assert accounts(archive) == {CAT: ("Catherine", "Catherine")}
    apart = {"same_as": ""}
    change(archive, tmp_path, cat_at_example_net=apart, cat_at_example_com={"username": "cat.ito"})
    assert accounts(archive) == {OLD_CAT: ("Cat Ito", "Cat_Ito"), CAT: ("Catherine", "cat.ito")}


def test_choices_outlive_imports_and_what_settling_would_do(archive: Archive, tmp_path: Path) -> None:
    change(archive, tmp_path, cat_at_example_net={"same_as": ""}, ben_at_example_edu={"same_as": person_key(OLD_CAT)})
    write(archive, [person("name:cat ito", "Cat Ito"), mail("c4", day=5, author="name:cat ito")])
    settle(archive)
    found = rows(archive)
    assert (found[OLD_CAT].same_as, found[BEN].same_as) == ("", person_key(OLD_CAT))
    assert change(archive, tmp_path).changed == 0


def test_a_joined_group_stays_together_when_its_head_joins_somebody(archive: Archive, tmp_path: Path) -> None:
    change(archive, tmp_path, cat_at_example_com={"same_as": person_key(BEN)})
    found = rows(archive)
    assert [found[address].same_as for address in (OLD_CAT, CAT, BEN)] == [person_key(BEN), person_key(BEN), ""]


def test_the_other_address_can_be_made_the_first(archive: Archive, tmp_path: Path) -> None:
    change(archive, tmp_path, cat_at_example_net={"same_as": ""}, cat_at_example_com={"same_as": person_key(OLD_CAT)})
    assert list(accounts(archive)) == [OLD_CAT, BEN]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"cat_at_example_com": {"same_as": person_key(OLD_CAT)}}, "leads back here"),
        ({"ben_at_example_edu": {"same_as": "Cat"}}, "nobody's key"),
        ({"ben_at_example_edu": {"username": "ben okri"}}, "letters without accents"),
        ({"ben_at_example_edu": {"username": "be"}}, "3 to 20"),
        ({"ben_at_example_edu": {"username": "ben.js"}}, "name of a file"),
        ({"ben_at_example_edu": {"username": "Admin"}}, "reserved"),
        ({"ben_at_example_edu": {"username": "ITO"}, "cat_at_example_com": {"username": "ito"}}, "the same"),
        ({"cat_at_example_net": {"name": "A"}, "cat_at_example_com": {"name": "B"}}, "keep one"),
        ({"ben_at_example_edu": {"name": "ben@example.org"}}, "without an address"),
        ({"ben_at_example_edu": {"withhold": "all"}}, "empty, name or words"),
        ({"ben_at_example_edu": {"withhold": "name", "name": "Ben"}}, "neutral name"),
    ],
)
def test_a_problem_is_told_with_its_line_and_nothing_is_changed(
    archive: Archive, tmp_path: Path, changes: dict[str, dict[str, str]], problem: str
) -> None:
    before = rows(archive)
    with pytest.raises(PeopleFileError) as error:
        change(archive, tmp_path, **{"cat_at_example_com": {"name": "Catherine"}} | changes)
    assert any(text.startswith("Line ") and problem in text for text in error.value.problems), error.value.problems
    assert rows(archive) == before


def test_names_taken_on_the_forum_are_refused(archive: Archive) -> None:
    line = Line(7, {"person": person_key(BEN), "username": "Staff", "account": "nobody"})
    with pytest.raises(PeopleFileError) as error:
        choose(archive, [line], TargetFacts(), taken={"staff"}, members={"ann"})
    assert [text[:8] for text in error.value.problems] == ["Line 7: ", "Line 7: "]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name\nAnn\n", '"person" is missing'),
        ("person,nick\np1,Ann\n", 'no column "nick"'),
        ("person,name\np1,A\n,B\n", "Line 3"),
        ("person,name\np1,A\np1,B\n", "Line 3: p1 stands in line 2"),
        ('person,name\np1,"A\n', "no CSV"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text)
    with pytest.raises(PeopleFileError) as error:
        read_lines(file)
    assert problem in error.value.problems[0]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("person,name\np1,Jürgen\n".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_lines(file)


def test_a_spreadsheet_may_write_semicolons_and_leave_out_columns_and_rows(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"person;name\r\n{person_key(CAT)};Catherine\r\n;\r\n")
    assert choose(archive, read_lines(file), TargetFacts()).changed == 1
    assert accounts(archive)[CAT][0] == "Catherine"


def test_who_is_withheld_has_no_name_and_no_address_in_the_plan(archive: Archive, tmp_path: Path) -> None:
    change(archive, tmp_path, cat_at_example_net={"withhold": "name"})
    users = list(Plan(archive).users())
    assert users[0].name == f"Former member {users[0].person_id}"
    assert users[0].username == f"former_member_{users[0].person_id}"
    assert users[0].address.endswith("@import.invalid")
    assert users[1].address == BEN


def test_a_report_to_show_around_does_not_name_who_is_withheld(archive: Archive, tmp_path: Path) -> None:
    change(archive, tmp_path, cat_at_example_net={"withhold": "name"}, ben_at_example_edu={"name": "Benjamin"})
    told = repr(gather(archive))
    assert "Cat Ito" not in told
    assert "Former member" in told
    assert "Benjamin" in told


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    write_people([], tmp_path / "people.csv")
    assert (tmp_path / "people.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("column", "value", "instead"),
    [
        ("proposed_username", "catherine", "username"),
        ("names", "Catherine Ito (1)", "name"),
        ("address", "other@example.com", "same_as"),
    ],
)
def test_a_change_in_a_column_that_is_not_read_is_told(
    archive: Archive, tmp_path: Path, column: str, value: str, instead: str
) -> None:
    applied = change(archive, tmp_path, cat_at_example_com={column: value})
    assert applied == Applied(0, [f'Line 3: the column "{column}" is not read; use "{instead}".'])


def test_an_old_file_is_no_change(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    write_people(list(rows(archive).values()), file)
    write(archive, [person(CAT, "C. Ito"), mail("c9", day=9, author=CAT)])
    settle(archive)
    lines = read_lines(file)
    assert choose(archive, lines, TargetFacts(), rows=list(rows(archive).values())).notes == []


def test_a_user_name_that_was_proposed_for_somebody_else_is_told(archive: Archive, tmp_path: Path) -> None:
    applied = change(archive, tmp_path, ben_at_example_edu={"username": "cat_ito"})
    assert applied.notes == ["Line 4: cat_ito was proposed for line 3, who now gets another user name, with a number."]
    found = rows(archive)
    assert (found[BEN].proposed_username, found[CAT].proposed_username) == ("cat_ito", "Cat_Ito1")


def test_an_account_nobody_looked_for_is_told(archive: Archive, tmp_path: Path) -> None:
    (note,) = change(archive, tmp_path, ben_at_example_edu={"account": "benno"}).notes
    assert note.startswith("Line 4: the push will look whether benno is a member")


def test_what_a_change_does_not_reach_is_one_sentence_for_each_forum(archive: Archive, tmp_path: Path) -> None:
    archive.db.execute("INSERT INTO target (id, url, generation, facts) VALUES (1, 'sandbox', 1, '{}')")
    archive.db.execute(
        "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at)"
        " SELECT 1, 'user', id, 1, 'done', 1, 0 FROM person"
    )
    named = {"name": "Somebody"}
    applied = change(archive, tmp_path, cat_at_example_com=named, ben_at_example_edu=named)
    assert applied.notes == [
        "Lines 3, 4: on sandbox, and only there, the account was made before; it keeps its name, and can be renamed"
        " there by hand. On a forum that nothing was sent to yet the change holds."
    ]


def test_namesakes_without_an_address_are_told_apart_by_where_they_wrote(tmp_path: Path) -> None:
    records: list[Record] = [
        record
        for place in ("Plot; Nine", "Orchard")
        for record in (
            Source(key=f"wiki:{place}", kind="wiki", name=place),
            Person(key=f"wiki:{place}:#unknown", name="Unknown", names=("Unknown",), anonymous=True),
            Person(key=f"wiki:{place}:{place}", name=place, names=(place,)),
            mail(f"u {place}", source=f"wiki:{place}", author=f"wiki:{place}:#unknown"),
            mail(f"n {place}", source=f"wiki:{place}", author=f"wiki:{place}:{place}"),
        )
    ]
    with new_archive(tmp_path, *records) as archive:
        found = [row.names for row in people(archive, Plan(archive))]
    assert found == ["Unknown (1); in Plot, Nine", "Plot, Nine (1)", "Unknown (1); in Orchard", "Orchard (1)"]
