"""Mail that names nothing it answers: joined where people see one conversation, and only there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive.reader import read_findings
from migrate.model import Message, Person
from migrate.settle import settle
from tests.build import ANN, BEN, mail, write
from tests.settle.threads import mark_pushed, parents, settled, together

CAT = Person(key="cat@example.net", name="Cat Ito", names=("Cat Ito",), email="cat@example.net")
QUESTION = "The slugs ate all of my young lettuce again last night, what do you do about them?"
ANSWER = "Beer traps, one for each bed, and a torch at ten in the evening.\n\nThat helps until June at least."


def asked(key: str = "a", *, day: float = 0, author: str = ANN.key) -> Message:
    return mail(key, day=day, author=author, title="Slugs and lettuce", body=QUESTION)


def answer(key: str, *references: str, day: float = 1, **fields: object) -> Message:
    """Of Ben's, who has written other mail before."""
    fields = {"title": "Slugs and lettuce", "author": BEN.key, "body": ANSWER} | fields
    return replace(mail(key, *references, day=day), **fields)  # type: ignore[arg-type]  # fields by name, as in `mail`


BENS_OTHERS = (mail("x", author=BEN.key, day=-300, title="Seeds"), mail("y", author=BEN.key, day=-200, title="Compost"))


def test_an_answer_joins_what_it_quotes_though_its_re_is_lost(tmp_path: Path) -> None:
    quoting = answer("b", day=40, body="> The slugs ate all of my young lettuce\n> again last night\n\nBeer traps.")
    with settled(tmp_path, asked(), quoting) as archive:
        assert parents(archive)["b"] == "a"


def test_the_parent_is_what_is_quoted_and_not_what_came_last(tmp_path: Path) -> None:
    thanks = answer(
        "c", day=2, author=CAT.key, body="> Beer traps, one for each bed, and a torch\n\nThank you, I will."
    )
    others = [
        answer("b", "a"),
        answer("d", "a", day=1.5, author=CAT.key, body="Ducks. We have had four of them for years."),
    ]
    with settled(tmp_path, CAT, asked(), *others, thanks) as archive:
        assert parents(archive)["c"] == "b"


@pytest.mark.parametrize("above", ["Ann Lee wrote:", "On Wed, 1 Jan 2020, ann at example.org (Ann) said:"])
def test_an_attribution_names_whom_it_answers(tmp_path: Path, above: str) -> None:
    named = answer("c", day=3, body=f"{above}\n\n> \\[…\\]\n\nBeer.")
    with settled(tmp_path, CAT, asked(), answer("b", "a", author=CAT.key, body="Ducks."), named) as archive:
        assert parents(archive)["c"] == "a"


def test_a_reply_prefix_joins_the_last_mail_of_the_month(tmp_path: Path) -> None:
    soon, late = answer("b", title="Re: slugs and lettuce", day=20), answer("c", title="Re: Slugs and lettuce", day=70)
    with settled(tmp_path, asked(), soon, late) as archive:
        assert parents(archive) == {"a": None, "b": "a", "c": None}


def test_an_answer_to_a_lost_mail_joins_its_subject(tmp_path: Path) -> None:
    with settled(tmp_path, asked(), answer("b", "lost", title="Re: Slugs and lettuce")) as archive:
        assert together(archive) == {frozenset("ab")}


def test_people_who_go_on_talking_without_quotes_are_in_one_thread(tmp_path: Path) -> None:
    again = answer("c", day=2, author="ann@example.org", body="Thank you, the torch it is.")
    with settled(tmp_path, *BENS_OTHERS, asked(), answer("b", day=1), again) as archive:
        assert {"a", "b", "c"} in together(archive)


@pytest.mark.parametrize(("by", "second"), [(ANN.key, QUESTION), (BEN.key, ANSWER)])
def test_mails_without_a_date_do_not_follow_each_other(tmp_path: Path, by: str, second: str) -> None:
    undated = (
        replace(mail(key, title="Slugs and lettuce", body=text, author=by, locator=f"{key}.eml@0"), sent_at=None)
        for key, text in (("a", QUESTION), ("b", second))
    )
    with settled(tmp_path, *BENS_OTHERS, *undated) as archive:
        assert {frozenset("a"), frozenset("b")} <= together(archive)


def test_strangers_who_use_the_same_subject_are_not(tmp_path: Path) -> None:
    """Spam comes from a new address each time."""
    ads = [
        mail(str(day), day=day, title="Cheap seeds", author=f"{day}@example.net", body=f"Offer {day}") for day in (1, 2)
    ]
    with settled(tmp_path, *ads) as archive:
        assert len(together(archive)) == 2


@pytest.mark.parametrize("days", [1, 7, 30])
def test_reminders_stay_apart(tmp_path: Path, days: int) -> None:
    text = "The garden is open on Saturday from ten to four; please bring gloves. Week {}."
    posts = [mail(f"r{n}", day=n * days, title="Open garden day", body=text.format(n)) for n in range(4)]
    thanks = [
        answer(f"t{n}", f"r{n}", day=n * days + 0.1, title="Open garden day", body=f"See you, {n}") for n in range(4)
    ]
    with settled(tmp_path, *BENS_OTHERS, *posts, *thanks) as archive:
        assert {frozenset((f"r{n}", f"t{n}")) for n in range(4)} <= together(archive)


def test_a_mail_sent_twice_is_in_one_thread(tmp_path: Path) -> None:
    with settled(tmp_path, asked(), asked("b", day=0.1)) as archive:
        assert together(archive) == {frozenset("ab")}


@pytest.mark.parametrize("title", ["Hi", "(no subject)", "help"])
def test_what_anybody_writes_above_a_mail_joins_nothing(tmp_path: Path, title: str) -> None:
    with settled(tmp_path, mail("a", title=title), mail("b", title=f"Re: {title}", day=1, author=BEN.key)) as archive:
        assert len(together(archive)) == 2


@pytest.mark.parametrize(("title", "joined"), [("Bug", False), ("Hi all", False), ("Re: Bug", True), ("Ducks", True)])
def test_a_subject_that_is_used_again_needs_a_sign_of_an_answer(tmp_path: Path, title: str, joined: bool) -> None:
    first = mail("a", title=title.removeprefix("Re: "), author=CAT.key, body=QUESTION)
    second = mail("b", day=1, title=title, author=BEN.key, body="The gate of the lower field does not open any more.")
    with settled(tmp_path, CAT, *BENS_OTHERS, first, second) as archive:
        assert (frozenset("ab") in together(archive)) is joined


def test_versions_of_a_patch_are_told_by_their_tags(tmp_path: Path) -> None:
    first = mail("a", title="[PATCH] Add slugs")
    second = mail("b", title="[PATCH v2] Add slugs", day=1, body="Better words this time.")
    reply = mail("c", title="Re: [PATCH] Add slugs", day=2, author=BEN.key, body="Good.")
    with settled(tmp_path, *BENS_OTHERS, first, second, reply) as archive:
        assert parents(archive) | {"x": None, "y": None} == {"a": None, "b": None, "c": "a", "x": None, "y": None}


@pytest.mark.parametrize("title", ["Ducks (was: Slugs and lettuce)", "Ducks [was Re: [garden] Slugs and lettuce]"])
def test_a_renamed_answer_joins_what_it_was(tmp_path: Path, title: str) -> None:
    with settled(tmp_path, asked(), answer("b", title=title, body="Speaking of ducks:")) as archive:
        assert parents(archive)["b"] == "a"


def test_a_first_mail_that_arrives_later_draws_its_answer_in(tmp_path: Path) -> None:
    with settled(tmp_path, answer("b", title="Re: Slugs and lettuce")) as archive:
        write(archive, [asked()])
        settle(archive)
        assert together(archive) == {frozenset("ab")}
        assert parents(archive)["b"] == "a"


def test_a_better_parent_that_arrives_later_takes_over(tmp_path: Path) -> None:
    with settled(tmp_path, asked(), answer("c", day=29, title="Re: Slugs and lettuce")) as archive:
        write(archive, [asked("b", day=25)])
        settle(archive)
        assert together(archive) == {frozenset("a"), frozenset("bc")}


@pytest.mark.parametrize(("pushed", "count"), [("", 1), ("b", 1), ("a", 1), ("ab", 2)])
def test_two_threads_on_a_forum_stay_two(tmp_path: Path, pushed: str, count: int) -> None:
    """They join by what is learned later: that Ben writes here often."""
    with settled(tmp_path, asked(author=CAT.key), answer("b")) as archive:
        assert len(together(archive)) == 2
        for key in pushed:
            mark_pushed(archive, key)
        write(archive, BENS_OTHERS)
        settle(archive)
        assert len({thread & frozenset("ab") for thread in together(archive)} - {frozenset()}) == count
        assert "threads-stay-apart" not in {finding.code for finding in read_findings(archive)}


def test_a_join_on_a_forum_outlives_its_reasons(tmp_path: Path) -> None:
    with settled(tmp_path, asked(), answer("c", day=29, title="Re: Slugs and lettuce")) as archive:
        mark_pushed(archive, "a")
        write(archive, [asked("b", day=25)])
        settle(archive)
        assert together(archive) == {frozenset("ac"), frozenset("b")}
        assert parents(archive)["c"] == "a"
