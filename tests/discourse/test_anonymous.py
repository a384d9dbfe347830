"""People of a wiki on the forum: without an address, without an account, and where a text refers to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.content.mentions import person_target
from migrate.discourse.compose import JOINER, compose
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.push.run import PushResult
from migrate.discourse.status import status
from migrate.discourse.verify import verify
from migrate.mapping import read_mapping
from migrate.model import Person
from migrate.people_choices import choose
from migrate.people_file import Line, PeopleFileError, people, person_key
from migrate.plan import Choices, Plan, TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.community import dump
from tests.discourse.pushing import client_of, findings, topics
from tests.discourse.test_authors import register
from tests.discourse.wiki import HANNA, NOBODY, OLEK, TALK, said, talk, wiki_archive


def sent(archive: Archive, forum: Sandbox, mapping: str = "", **choices: str) -> PushResult:
    client = client_of(forum)
    text = read_mapping(mapping, "m.toml").text
    target = open_target(archive, client, choices=Choices(mapping=text, **choices))  # type: ignore[arg-type]  # by name
    result = Push(archive, client, target).run()
    assert verify(archive, client, target).is_clean
    assert Push(archive, client, target).run().created == {}
    return result


def posts(forum: Sandbox) -> list[tuple[str, str]]:
    """User name and first line."""
    return [(post[1], post[3].partition("\n")[0]) for post in topics(forum)["Slugs again"]]


def joined(archive: Archive, who: Person, **cells: str) -> None:
    choose(archive, [Line(2, {"person": person_key(who.key)} | cells)], TargetFacts())


def test_who_had_no_account_gets_none_and_is_named_in_the_text(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        summary = Plan(archive).summary()
        assert (summary.users, summary.anonymous) == (2, 1)
        result = sent(archive, forum)
        assert result.created["user"] == 3
        assert posts(forum)[2] == ("imported", "*Originally posted by Anonymous 3f2a on 4 January 2020*")
        assert [name for name, _ in posts(forum)] == ["Hanna_Voss", "Olek", "imported"]
        (standing,) = status(archive)
        assert standing.is_complete
        assert findings(archive) == {}
    emails = [user[2] for user in dump(forum.url, forum.key)["users"] if user[0] in ("Hanna_Voss", "Olek")]
    assert all(email.endswith("@import.invalid") for email in emails)


def test_who_is_put_together_with_a_user_posts_as_that_user(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        joined(archive, NOBODY, same_as=person_key(OLEK.key))
        assert Plan(archive).summary().anonymous == 0
        sent(archive, forum)
    assert [name for name, _ in posts(forum)] == ["Hanna_Voss", "Olek", "Olek"]


def test_a_user_put_under_somebody_without_an_account_keeps_one(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        joined(archive, OLEK, same_as=person_key(NOBODY.key))
        assert Plan(archive).summary().anonymous == 0
        assert sent(archive, forum).created["user"] == 2
    assert "imported" not in dict(posts(forum))


def test_members_are_named_in_the_people_file(tmp_path: Path, forum: Sandbox) -> None:
    register(forum, "hanna_v", "hanna@example.org")
    with wiki_archive(tmp_path) as archive:
        joined(archive, HANNA, account="hanna_v")
        sent(archive, forum, authors="existing")
    assert [name for name, _ in posts(forum)] == ["hanna_v", "imported", "imported"]


def test_no_user_name_is_proposed_nor_taken_for_who_gets_no_account(tmp_path: Path) -> None:
    with wiki_archive(tmp_path) as archive:
        rows = people(archive, Plan(archive))
        assert [row.proposed_username for row in rows] == ["Hanna_Voss", "Olek", ""]
        with pytest.raises(PeopleFileError, match="who had no account gets none"):
            joined(archive, NOBODY, username="ghost")


def test_users_of_one_name_are_one_person_on_one_wiki_only(tmp_path: Path) -> None:
    other = replace(TALK, key="wiki:other.example:1", name="Talk – Other Wiki")
    elsewhere = Person(key="wiki:other.example:Hanna Voss", name="Hanna Voss", names=("Hanna Voss",))
    alike = Person(key="wiki:wiki.example.org:Hanna voss", name="Hanna voss", names=("Hanna voss",))
    project = replace(TALK, key="wiki:wiki.example.org:4", name="Project – Plot Wiki")
    with wiki_archive(
        tmp_path,
        *talk(),
        *(other, project, elsewhere, alike),
        replace(said("x", elsewhere, 5), source=other.key, thread=None),
        replace(said("y", alike, 6), thread=None),
        replace(said("z", HANNA, 7), source=project.key, thread=None),
    ) as archive:
        names = [user.name for user in Plan(archive).users()]
    assert names == ["Hanna Voss", "Olek", "Anonymous 3f2a", "Hanna Voss", "Hanna voss"]


def test_a_reference_to_a_person_is_a_name_that_notifies_nobody(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        sent(archive, forum)
    assert posts(forum)[1][1] == f"@{JOINER}Hanna Voss: copper tape."


@pytest.mark.parametrize(("who", "text"), [(HANNA, "@Hanna_Voss, look"), (NOBODY, f"@{JOINER}Anonymous 3f2a, look")])
def test_where_the_mapping_says_so_it_mentions_who_has_an_account_there(
    tmp_path: Path, forum: Sandbox, who: Person, text: str
) -> None:
    body = f"[@{who.name}]({person_target(who.key)}), look"
    with wiki_archive(tmp_path, *talk(), said("fourth", OLEK, 4, body=body)) as archive:
        sent(archive, forum, "mentions = true")
    assert posts(forum)[3][1] == text


@pytest.mark.parametrize(
    ("markdown", "raw"),
    [
        (f"Ask [Ann \\*B\\*]({person_target('wiki:w:Ann (x) [y] <z>')}).", "Ask Ann \\*B\\*."),
        ("\\[Ann](person:wiki:w:Ann)", "\\[Ann](person:wiki:w:Ann)"),
        ("`[Ann](person:wiki:w:Ann)`", "`[Ann](person:wiki:w:Ann)`"),
    ],
)
def test_only_a_reference_is_one(markdown: str, raw: str) -> None:
    assert compose(markdown) == raw
    assert compose(markdown, mention=lambda key: "ann" if key == "wiki:w:Ann (x) [y] <z>" else None) == raw.replace(
        "Ann \\*B\\*", "@ann"
    )


@pytest.mark.parametrize(
    ("markdown", "raw"),
    [
        ("@[Ben](person:wiki:w:Ben): yes", f"@{JOINER}Ben: yes"),
        ("[@](person:wiki:w:Ben)admin", f"@{JOINER}admin"),
        ("@[Ben](mailto:ben@example.org): yes", f"@{JOINER}Ben: yes"),
        ("#[Ben](person:wiki:w:Ben)", f"#{JOINER}Ben"),
    ],
)
def test_a_name_is_no_mention_together_with_what_stands_before_or_behind_it(markdown: str, raw: str) -> None:
    assert compose(markdown) == raw


@pytest.mark.parametrize("behind", ["2", "-Plan", "\\_x", ".de", "[Ann](person:wiki:w:Ann)"])
def test_nobody_is_mentioned_whose_user_name_would_go_on_behind_it(behind: str) -> None:
    reply = compose(f"[Ben](person:wiki:w:Ben){behind}", mention=lambda key: key.rpartition(":")[2].lower())
    assert reply.startswith("Ben")
    assert compose("Ask [Ben](person:wiki:w:Ben).", mention=lambda _key: "ben") == "Ask @ben."
