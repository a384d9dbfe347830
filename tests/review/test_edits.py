"""What an answer does to a mapping file: that, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from migrate.errors import InputError, MigrateError
from migrate.mapping import SourceName, read_mapping
from migrate.report.wording import WORDINGS, wording
from migrate.review.answers import Answer, Readers, answered_codes, answers
from migrate.review.edits import accept, change
from tests.conftest import REPOSITORY

FILES = sorted((REPOSITORY / "mappings").glob("*.toml"))
ANSWERS = [(code, answer) for code in sorted(answered_codes()) for answer in answers(code)]
BOARD = SourceName(1, "board.example.org", "Board", "google-groups", True)
GROUPS = ["members", "staff"]
OPEN, CLOSED = Readers("", public=True), Readers("", public=False)


def changed(text: str, answer: Answer) -> str:
    return change(text, answer, read_mapping(text, "map.toml"), [BOARD], GROUPS)


def without(text: str, added: list[str]) -> list[str]:
    """The lines of a text but for those that were added, each taken out once."""
    lines = text.splitlines()
    for line in added:
        lines.remove(line)
    return [line for line in lines if line.strip()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize(("code", "answer"), ANSWERS)
def test_every_answer_leaves_a_right_file_with_all_its_comments(path: Path, code: str, answer: Answer) -> None:
    text = path.read_text("utf-8")
    after = accept(changed(text, answer), code)
    assert code in read_mapping(after, path.name).accepted
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in after.splitlines() if line in comments] == comments


def test_codes_are_listed_a_line_each_with_what_they_are_about() -> None:
    text = accept(accept("# mine\n", "people-joined"), "no-such-code")
    assert text == (
        "# mine\n\n[review]\naccepted = [\n"
        f'    "people-joined", # {wording("people-joined").headline}\n    "no-such-code",\n]\n'
    )
    assert accept(text, "people-joined") == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[review]\naccepted = ["a"] # why\n[tags]\n', '[review]\naccepted = ["a", "b"] # why\n[tags]\n'),
        ('[review]\naccepted = [\n  "a", # why\n]\n', '[review]\naccepted = [\n  "a", # why\n  "b",\n]\n'),
        (
            '[review]\naccepted = [\n\t"a" # why\n\t# so far\n]\n',
            '[review]\naccepted = [\n\t"a", # why\n\t# so far\n\t"b",\n]\n',
        ),
        ("[review]\naccepted = [\n  # none\n]\n", '[review]\naccepted = [\n  # none\n  "b",\n]\n'),
        ('review.accepted = ["a"]\n', 'review.accepted = ["a", "b"]\n'),
        ('review = { accepted = ["a"] }\n', 'review = { accepted = ["a", "b"] }\n'),
    ],
)
def test_a_list_that_is_there_is_added_to_in_its_own_manner(before: str, after: str) -> None:
    assert accept(before, "b") == after


@pytest.mark.parametrize("before", ['[review]\naccepted = "a"\n', "[review]\naccepted = []\n", "[review]\n", ""])
def test_however_it_was_said_nothing_is_lost(before: str) -> None:
    was = read_mapping(before, "").accepted
    assert read_mapping(accept(before, "b"), "").accepted == (*was, "b")


def test_a_key_is_changed_where_it_stands_or_put_before_the_tables() -> None:
    (undated,) = answers("date-missing")
    there = '# first\nundated = "keep" # really?\n\n[tags]\nfrom_labels = true\n'
    assert changed(there, undated) == there.replace('"keep"', '"leave-out"')
    absent = "# first\n\n[tags] # some\nfrom_labels = true\n"
    assert tomllib.loads(changed(absent, undated)) == {"undated": "leave-out", "tags": {"from_labels": True}}
    assert without(changed(absent, undated), ['undated = "leave-out"']) == without(absent, [])


def test_what_is_put_in_does_not_come_between_a_comment_and_what_it_is_about() -> None:
    (undated,) = answers("date-missing")
    rule = '# The board.\n[[rule]]\nsource = "board.example.org"\ncategory = "Board"\n'
    other = '\n# All others.\n[[rule]]\nparent = "Lists"\n'
    assert changed(f"# top\n\n{rule}", undated) == f'# top\n\nundated = "leave-out"\n\n{rule}'
    assert changed(rule + other, OPEN) == rule.replace("[[rule]]\n", "[[rule]]\npublic = true\n") + other
    listed = accept(f"[review]\n\n{rule}", "b")
    assert listed == f'[review]\naccepted = [\n    "b",\n]\n\n{rule}'
    assert accept(rule, "b") == f'{rule}\n[review]\naccepted = [\n    "b",\n]\n'


def test_a_line_is_what_an_editor_takes_for_one() -> None:
    (skip,) = answers("campaign-from-feed")
    text = '# top\nundated = "keep" # odd:\u2028# this\n[[rule]]\nparent = "A"\n'
    assert tomllib.loads(changed(text, skip))["rule"][1] == {"parent": "A"}


def test_a_rule_that_leaves_out_comes_before_all_others_and_takes_nobodys_comment() -> None:
    (skip,) = answers("campaign-from-feed")
    text = '# top\n\n# The board.\n[[rule]]\nsource = "board"\ncategory = "Board"\n'
    rule = '[[rule]]\nkind = "mailchimp"\nlabel = "rss"\nskip = true\n\n'
    assert changed(text, skip) == f'# top\n\n{rule}# The board.\n[[rule]]\nsource = "board"\ncategory = "Board"\n'
    assert changed("", skip) == rule.rstrip() + "\n"


def test_readers_are_said_in_a_rule_of_their_own_where_there_is_none_for_the_source() -> None:
    text = '[[rule]]\nkind = "mbox"\nskip = true\n'
    after = changed(text, CLOSED)
    assert after == f'{text}\n[[rule]]\nsource = "board.example.org"\nread = ["members", "staff"]\n'
    assert changed(text, OPEN).endswith('source = "board.example.org"\npublic = true\n')


def test_readers_of_one_of_many_sources_keep_the_rest_of_what_was_said_of_them() -> None:
    text = '# All groups.\n[[rule]]\nkind = "google-groups"\nparent = "Groups"\ncolor = "25AAE2"\ntags = ["old"]\n'
    first, second = read_mapping(changed(text, CLOSED), "").rules
    assert (first.source, first.read) == (("board.example.org",), ("members", "staff"))
    assert (first.parent, first.color, first.tags) == ("Groups", "25AAE2", ("old",))
    assert (second.kind, second.read, second.public) == (("google-groups",), (), False)


def test_readers_are_added_to_a_rule_that_is_for_this_source_alone() -> None:
    text = '[[rule]]\nsource = "board.example.org" # ours\ncategory = "Board"\n\n[[rule]]\nparent = "Lists"\n'
    assert changed(text, CLOSED) == text.replace("[[rule]]\n", '[[rule]]\nread = ["members", "staff"]\n', 1)


@pytest.mark.parametrize("said", ['read = ["staff"]', "public = true", "skip = true"])
def test_what_a_mapping_says_of_readers_already_stays(said: str) -> None:
    text = f'[[rule]]\nsource = "Board"\n{said}\n'
    assert changed(text, OPEN) == changed(text, CLOSED) == text


def test_everyone_is_no_group_and_rules_in_one_line_are_for_a_hand() -> None:
    with pytest.raises(MigrateError, match="names of groups"):
        change("", CLOSED, read_mapping("", ""), [BOARD], ["everyone"])
    text = 'rule = [{ kind = "mbox", category = "A" }]\n'
    with pytest.raises(InputError, match="stand in a list"):
        changed(text, OPEN)


def test_a_source_that_calls_itself_everything_opens_nothing() -> None:
    with pytest.raises(InputError, match="pattern"):
        change("", OPEN, read_mapping("", ""), [BOARD._replace(key="*")], ())


def test_codes_with_answers_are_codes_that_exist() -> None:
    assert answered_codes() <= WORDINGS.keys()
