"""Comments of which is only known whose post they answer: tied where that is clear, else gathered by month."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from random import Random
from time import process_time

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.model import Message, Person, Source
from migrate.settle import settle
from tests.build import ANN, BEN, GARDENERS, mail, write
from tests.settle.threads import mark_pushed, parents, settled

MAY = "gathered:gardeners:2020-05"
CAT = Person(key="cat", name="Cat Ito", names=("Cat Ito",))
POOL = Source(key="pool", kind="facebook", name="pool")


def post(key: str, day: float, body: str = "", author: str = ANN.key, **fields: object) -> Message:
    """What began a thread, as its source says."""
    return mail(key, day=day, body=body or f"Words of {key}.", author=author, thread=key, **fields)


def comment(
    key: str, day: float, body: str = "Yes.", to: str = ANN.key, by: str = BEN.key, **fields: object
) -> Message:
    """An answer to a post of which only the author is known."""
    given = {"author": by, "answers": to, "flags": ("comment",), "title": "Comments", **fields}
    return mail(key, MAY, day=day, body=body, **given)


def reply(key: str, day: float, body: str = "Yes.", to: str = BEN.key, by: str = ANN.key, **fields: object) -> Message:
    """An answer to a comment of which only the author is known."""
    return comment(key, day, body, to, by, flags=("reply",), **fields)


def thread_of(archive: Archive) -> dict[str, str | None]:
    return {message.key: message.thread for message in read_messages(archive)}


def findings(archive: Archive) -> dict[str, str]:
    return {finding.code: finding.text.split()[0] for finding in read_findings(archive)}


def test_a_comment_goes_to_the_only_post_of_that_person(tmp_path: Path) -> None:
    posts = [post("a", 1), post("b", 2, author=CAT.key), post("late", 4), post("old", -40)]
    with settled(tmp_path, CAT, *posts, comment("c", 3)) as archive:
        assert parents(archive)["c"] == "a"
        assert thread_of(archive)["c"] == "a"
        assert findings(archive) == {"comment-guessed": "1"}


@pytest.mark.parametrize(
    ("posts", "text"),
    [
        ([], "Yes."),  # the post is not here
        ([post("a", 2.4), post("b", 2.6)], "Yes."),  # two of a day
        ([post("a", 2, author=BEN.key)], "Yes."),  # somebody else's
        ([post("a", 2, source="pool")], "Yes."),  # in another group
        ([post("a", -30)], "Yes."),  # too long ago
        ([post("a", 3.5)], "Yes."),  # not written yet
    ],
)
def test_what_is_not_clear_stays_with_the_others_of_its_month(tmp_path: Path, posts: list[Message], text: str) -> None:
    with settled(tmp_path, POOL, *posts, comment("c", 3, text), comment("d", 3.1, to=CAT.key)) as archive:
        assert parents(archive)["c"] is None
        assert thread_of(archive)["c"] == thread_of(archive)["d"] == MAY
        assert findings(archive) == {"comment-unplaced": "2"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What a lovely greenhouse, Ann.", "a"),
        ("The tomatoes look splendid!", "b"),
        ("> we have slugs in every bed\n\nOh no.", "c"),
        ("Cat Ito is right.", "d"),
        ("Lovely.", None),
    ],
)
def test_words_and_names_tell_which_of_several_posts(tmp_path: Path, text: str, expected: str | None) -> None:
    posts = [
        post("a", 1.2, "We finished our greenhouse yesterday."),
        post("b", 1.4, "First tomatoes of the year."),
        post("c", 1.6, "This year we have slugs in every bed of ours."),
        post("d", 1.8, "Who comes on Sunday?"),
        mail("d1", day=1.9, author=CAT.key, body="Me.", parent="d"),
    ]
    fill = [post(f"x{n}", n, f"We have nothing new in our yard, {n} of the year.", BEN.key) for n in range(20)]
    with settled(tmp_path, CAT, *posts, *fill, comment("q", 2, text)) as archive:
        assert parents(archive)["q"] == expected


def test_of_two_posts_far_apart_the_near_one_is_meant(tmp_path: Path) -> None:
    with settled(tmp_path, post("a", 1), post("b", 20), comment("c", 20.1)) as archive:
        assert parents(archive)["c"] == "b"


def test_one_word_in_common_does_not_outweigh_weeks(tmp_path: Path) -> None:
    fill = [post(f"x{n}", n, f"Nothing new in our yard, {n} of the year.", BEN.key) for n in range(20)]
    posts = [post("a", 1, "Selling our mower, it is loud."), post("b", 24, "Are there frogs yet?")]
    with settled(tmp_path, *posts, *fill, comment("c", 24.4, "Two of them, and they are loud.")) as archive:
        assert parents(archive)["c"] is None


def test_an_answer_to_a_comment_stands_under_the_last_one_by_that_person_there(tmp_path: Path) -> None:
    records = [
        post("a", 1),
        comment("c1", 1.1),
        comment("c2", 1.2),
        reply("r1", 1.3),
        reply("r2", 1.4, to=ANN.key, by=BEN.key),
        comment("c3", 1.5),
    ]
    with settled(tmp_path, *records) as archive:
        assert parents(archive) == {"a": None, "c1": "a", "c2": "a", "r1": "c2", "r2": "r1", "c3": "a"}
        assert findings(archive) == {"comment-guessed": "5"}


def test_an_answer_to_a_comment_that_is_tied_to_nothing_does_not_count_as_tied(tmp_path: Path) -> None:
    with settled(tmp_path, comment("c", 1, to=CAT.key), reply("r", 2)) as archive:
        assert parents(archive) == {"c": None, "r": "c"}
        assert set(thread_of(archive).values()) == {MAY}
        assert findings(archive) == {"comment-unplaced": "2"}


def test_a_person_is_known_by_name_where_the_keys_differ(tmp_path: Path) -> None:
    by_id = Person(key="facebook:17", name="Dan  ROE", names=("Dan  ROE",))
    by_name = Person(key="facebook:dan roe", name="Dan Roe", names=("Dan Roe",))
    with settled(tmp_path, by_id, by_name, post("a", 1, author=by_id.key), comment("c", 2, to=by_name.key)) as archive:
        assert parents(archive)["c"] == "a"


def test_a_comment_moves_when_its_post_comes_with_another_export(tmp_path: Path) -> None:
    with settled(tmp_path, comment("c", 3), comment("d", 3.1, to=CAT.key)) as archive:
        write(archive, [post("a", 1)])
        settle(archive)
        assert thread_of(archive) == {"a": "a", "c": "a", "d": MAY}
        assert findings(archive) == {"comment-guessed": "1", "comment-unplaced": "1"}
        write(archive, [CAT, post("b", 1, author=CAT.key)])
        settle(archive)
        assert thread_of(archive) == {"a": "a", "c": "a", "d": "b", "b": "b"}
        assert findings(archive) == {"comment-guessed": "2"}


def test_what_is_on_a_forum_stays_where_it_is(tmp_path: Path) -> None:
    with settled(tmp_path, comment("c", 3)) as archive:
        mark_pushed(archive, "c")
        write(archive, [post("a", 1), comment("d", 3.1)])
        settle(archive)
        assert thread_of(archive) == {"c": MAY, "a": "a", "d": "a"}
        mark_pushed(archive, "d")
        write(archive, [post("b", 3, "Yes."), comment("e", 3.2, to=CAT.key)])
        settle(archive)
        assert thread_of(archive) == {"c": MAY, "a": "a", "d": "a", "b": "b", "e": MAY}
        assert parents(archive)["d"] == "a"


def test_a_copy_that_knows_its_parent_goes_before_guesses(tmp_path: Path) -> None:
    guessed, other = comment("c", 3), comment("d", 3.1, to=CAT.key)
    for number, order in enumerate(permutations([guessed, replace(guessed, answers=None, references=(), parent="b")])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with settled(folder, post("a", 2.9), post("b", 1), other, order[0]) as archive:
            write(archive, [order[1]])
            settle(archive)
            assert parents(archive)["c"] == "b"
            assert thread_of(archive)["d"] == MAY


def test_the_order_of_imports_decides_nothing(tmp_path: Path) -> None:
    words = ["greenhouse", "tomatoes", "slugs", "beans", "potatoes", "frost", "compost"]
    random = Random(5)
    records = [
        kind(f"{kind.__name__}{n}", random.uniform(0, 12), f"About {random.choice(words)} in {random.choice(words)}.")
        for n in range(8)
        for kind in (post, comment, reply)
    ]
    outcomes = set()
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        with settled(folder, *records[:3]) as archive:
            write(archive, records[3:])
            settle(archive)
            outcomes.add(str(sorted(parents(archive).items())))
        random.shuffle(records)
    assert len(outcomes) == 1


def test_comments_of_two_months_do_not_join_for_having_one_title(tmp_path: Path) -> None:
    other = replace(comment("d", 3.1, to=CAT.key), references=("gathered:pool:2020-05",))
    with settled(tmp_path, comment("c", 3, to=CAT.key), other) as archive:
        assert thread_of(archive) == {"c": MAY, "d": "gathered:pool:2020-05"}


def test_tens_of_thousands_of_comments_are_tied_in_seconds(tmp_path: Path) -> None:
    people = [Person(key=f"p{n}", name=f"P. Number{n}", names=(f"P. Number{n}",)) for n in range(200)]
    posts = [post(f"a{n}", n / 100, f"Word{n} and word{n * 7} in the garden.", f"p{n % 200}") for n in range(5_000)]
    comments = [
        comment(f"c{n}", n / 300 + 1, f"Thanks for word{n % 5_000}, say the gardeners.", f"p{n % 200}", GARDENERS.key)
        for n in range(15_000)
    ]
    with settled(tmp_path, *people, *posts, *comments[:1]) as archive:
        write(archive, comments[1:])
        before = process_time()
        settle(archive)
        assert process_time() - before < 20
