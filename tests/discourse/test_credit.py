"""Each post of a source with a licence names source, author and licence in its last line; others have no such line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.forget import forget as scrub
from migrate.discourse.credit import Credit, credit_line
from migrate.discourse.facts import open_target
from migrate.discourse.forget import Forget
from migrate.discourse.former import accounts_of, find_person
from migrate.discourse.push.push import Push
from migrate.discourse.undo.removing import read_tags
from migrate.discourse.undo.undo import Undo
from migrate.discourse.verify import verify
from migrate.mapping import MappingError, read_mapping
from migrate.model import Person, Record, Thread
from migrate.pages.markdown import render
from migrate.people_choices import choose
from migrate.people_file import Line, person_key
from migrate.plan import Choices, Plan, TargetFacts
from migrate.sandbox import Sandbox
from tests.discourse.pushing import client_of, setting, topics
from tests.discourse.wiki import HANNA, HOST, OLEK, PAGE, TALK, said, talk, wiki_archive

LICENCE = "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/)"
SHOWN_PAGE = "https://wiki.example.org/wiki/Talk:Slugs_%28garden%29"


def sent(archive: Archive, forum: Sandbox, mapping: str = "", **choices: str) -> list[str]:
    """Push, verify, and give the texts of the section."""
    client = client_of(forum)
    text = read_mapping(mapping, "m.toml").text
    target = open_target(archive, client, choices=Choices(mapping=text, **choices))  # type: ignore[arg-type]  # by name
    assert Push(archive, client, target).run().refused == 0
    assert is_clean(archive, forum)
    return [post[3] for post in topics(forum)["Slugs again"]]


def is_clean(archive: Archive, forum: Sandbox) -> bool:
    client = client_of(forum)
    return verify(archive, client, open_target(archive, client)).is_clean


def test_a_post_ends_with_its_source_its_author_and_its_licence(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        first, second, _ = sent(archive, forum)
    link = f"[Talk – Plot \\*9\\* Wiki]({SHOWN_PAGE}#c-Hanna_Voss-first)"
    assert first == f"Words of first.\n\n<small>Source: {link}, by Hanna Voss, {LICENCE}</small>"
    assert second.endswith(f"#c-Olek-second), by Olek, {LICENCE}</small>")
    html = render(first)
    assert "<small>Source: <a " in html
    assert '">Talk – Plot *9* Wiki</a>, by Hanna Voss, <a ' in html


def test_a_source_without_a_licence_has_posts_as_before(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path, *talk(replace(TALK, licence="", licence_url=None))) as archive:
        assert sent(archive, forum)[0] == "Words of first."
        assert Plan(archive).summary().licences == ()


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        ('credit = "{author} ({date}): {licence}"', f"\n\n<small>Hanna Voss (2 January 2020): {LICENCE}</small>"),
        ('credit = "From the old wiki"', "\n\n<small>From the old wiki</small>"),
        ("credit = false", ""),
    ],
)
def test_the_mapping_words_it_or_leaves_it_out(tmp_path: Path, forum: Sandbox, mapping: str, line: str) -> None:
    with wiki_archive(tmp_path) as archive:
        assert sent(archive, forum, f"[sources]\n{mapping}\n")[0] == f"Words of first.{line}"
        summary = Plan(archive, mapping=read_mapping(f"[sources]\n{mapping}\n", "m.toml")).summary()
    assert summary.licences == (() if mapping.endswith("false") else ("CC BY-SA 4.0",))


@pytest.mark.parametrize(
    "wrong", ['"{url}"', '"{author.__class__}"', '"{author!r}"', '"{}"', '"{author:>9}"', '"{"', "true", '""']
)
def test_what_may_not_stand_in_the_wording_is_told(wrong: str) -> None:
    with pytest.raises(MappingError, match=r"line 2: `credit` must be false, or a text"):
        read_mapping(f"[sources]\ncredit = {wrong}\n", "m.toml")


def test_in_the_forums_language(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        assert sent(archive, forum, lang="de")[0].rpartition("\n")[2].startswith("<small>Quelle: [Talk")


def test_it_counts_for_the_forums_limit_and_stands_at_the_end_of_what_continues_a_post(
    tmp_path: Path, forum: Sandbox
) -> None:
    setting(forum, "max_post_length", "2000")
    long = said("first", HANNA, 1, body="\n\n".join(["Words upon words. " * 10] * 10 + ["The last ones."]))
    records = [long if getattr(record, "key", "") == long.key else record for record in talk()]
    with wiki_archive(tmp_path, *records) as archive:
        texts = sent(archive, forum)
        assert max(map(len, texts)) <= 2000
        assert [text.count("<small>") for text in texts] == [0, 1, 1, 1]
        assert texts[1].startswith("*(continued)*")
        assert Push(archive, client_of(forum), open_target(archive, client_of(forum))).run().created == {}
        undone = Undo(archive, client_of(forum), open_target(archive, client_of(forum))).run()
        assert (undone.left, undone.removed["post"]) == ([], 3)
        assert "Slugs again" not in topics(forum)


@pytest.mark.parametrize(
    ("credit", "author", "line"),
    [
        (
            Credit(source="A [b](c) <i>", url="javascript:alert(1)", licence="*X*", licence_url=None),
            "@all\n</small>",
            "<small>A \\[b\\](c) \\<i> @all \\</small> \\*X\\*</small>",
        ),
        (
            Credit(source="W", url="https://x.example/a) <b>\n`c`[d]", licence="L", licence_url=""),
            "An",
            "<small>[W](https://x.example/a%29%20%3Cb%3E%0A%60c%60%5Bd%5D) An L</small>",
        ),
    ],
)
def test_nothing_in_a_name_or_an_address_acts(credit: Credit, author: str, line: str) -> None:
    assert credit_line("{source} {author} {licence}", credit, author, "") == line


def test_whose_name_is_withheld_is_not_in_the_link_either(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        choose(archive, [Line(2, {"person": person_key(HANNA.key), "withhold": "name"})], TargetFacts())
        first, second, _ = sent(archive, forum)
    assert first.endswith(f"]({SHOWN_PAGE}), by Former member 1, {LICENCE}</small>")
    assert second.startswith("Former member 1: copper tape.")
    assert not any("Hanna" in text for text in (first, second))


def test_whose_words_are_withheld_is_owed_nothing(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        choose(archive, [Line(2, {"person": person_key(OLEK.key), "withhold": "words"})], TargetFacts())
        assert sent(archive, forum)[1] == "*The author asked for this text to be removed.*"


def test_whoever_is_forgotten_is_mentioned_no_more(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path) as archive:
        assert sent(archive, forum, "mentions = true")[1].startswith("@Hanna_Voss: copper tape.")
        client = client_of(forum)
        target = open_target(archive, client)
        people = find_person(archive, HANNA.key)
        Forget(archive, client, target, people, accounts_of(archive, client, target, people)).run()
        assert is_clean(archive, forum)
    assert re.match(r"@anon\d+: copper tape\.", topics(forum)["Slugs again"][1][3])


@pytest.mark.parametrize("who", ["Hanna Voss", "Olek"])
def test_whoever_is_forgotten_is_named_in_no_credit_any_more(tmp_path: Path, forum: Sandbox, who: str) -> None:
    page = said("fourth", OLEK, 4)
    on_their_page = replace(page, url=f"{PAGE.replace('Talk:Slugs_(garden)', 'User_talk:Hanna_Voss')}#c-Olek-fourth")
    with wiki_archive(tmp_path, *talk(), on_their_page) as archive:
        sent(archive, forum)
        client = client_of(forum)
        target = open_target(archive, client)
        people = find_person(archive, person_key(f"wiki:wiki.example.org:{who}"))
        Forget(archive, client, target, people, accounts_of(archive, client, target, people)).run()
        scrub(archive, people, words=False)
        assert is_clean(archive, forum)
        texts = [post[3] for post in topics(forum)["Slugs again"]]
        assert who not in "".join(text.rpartition("\n")[2] for text in texts)
        assert who.replace(" ", "_") not in "".join(texts)
        assert all(text.endswith(f"{LICENCE}</small>") for text in texts)
        assert Push(archive, client, target).run().created == {}


def their_page(*, owner: Person, writer: Person) -> list[Record]:
    """A section on the talk page of a user, in which only somebody else wrote, without naming them."""
    page = f"https://{HOST}/wiki/User_talk:{owner.name.replace(' ', '_')}#Hello"
    thread = Thread(key="hello", source=TALK.key, title="Hello", labels=(owner.name,), url=page)
    return [thread, replace(said("hello", writer, 5), title="Hello", thread="hello", url=page)]


TAGS = "[tags]\nfrom_labels = true\n"


@pytest.mark.parametrize("owner", [OLEK, HANNA], ids=["of one word", "of two"])
def test_a_page_called_after_whoever_is_forgotten_is_in_no_credit_and_no_tag(
    tmp_path: Path, forum: Sandbox, owner: Person
) -> None:
    writer = HANNA if owner is OLEK else OLEK
    with wiki_archive(tmp_path, *talk(), *their_page(owner=owner, writer=writer)) as archive:
        sent(archive, forum, TAGS)
        client = client_of(forum)
        target = open_target(archive, client)
        tag = owner.name.lower().replace(" ", "-")
        assert set(read_tags(client)) == {"slugs", tag}
        people = find_person(archive, person_key(owner.key))
        done = Forget(archive, client, target, people, accounts_of(archive, client, target, people)).run()
        assert (done.refused, set(read_tags(client))) == ([], {"slugs"})
        scrub(archive, people, words=False)
        assert is_clean(archive, forum)
        assert owner.name.replace(" ", "_") not in topics(forum)["Hello"][0][3]
        assert Push(archive, client, target).run().created == {}


def test_a_page_called_after_whose_name_is_withheld_makes_no_tag(tmp_path: Path, forum: Sandbox) -> None:
    with wiki_archive(tmp_path, *talk(), *their_page(owner=HANNA, writer=OLEK)) as archive:
        choose(archive, [Line(2, {"person": person_key(HANNA.key), "withhold": "name"})], TargetFacts())
        sent(archive, forum, TAGS)
        assert set(read_tags(client_of(forum))) == {"slugs"}
