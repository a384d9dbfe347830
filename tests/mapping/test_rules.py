"""What rules make of sources and threads: patterns, categories, privacy, titles, tags, footers."""

from __future__ import annotations

import random
import time

import pytest

from migrate.mapping import DEFAULT_RULE, PlaceError, SourceName, clean_tag, places, read_mapping, tagged
from migrate.mapping.globs import covers, fits

GARDENERS = SourceName(1, "gardeners.example.org", "gardeners", "mbox")
BOARD = SourceName(2, "board.example.org", "Board", "mbox")
NAMES = {1: "gardeners", 2: "Board"}


def read(text: str):
    return read_mapping(text, "map.toml")


def placed(text: str, *sources: SourceName):
    return places(read(text), sources or (GARDENERS, BOARD), NAMES)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("gard*", "Gardeners", True),
        ("gard*", "the gardeners", False),
        ("*ÄPFEL*", "Über Äpfel und Birnen", True),
        ("[ann]*", "[ANN] News", True),
        ("[ann]*", "a News", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*a*b*c", "xaybzc", True),
        ("*a*b*c", "xaybzcd", False),
        ("a.c", "abc", False),
        ("ab*ba", "aba", False),
    ],
)
def test_patterns(pattern: str, text: str, expected: bool) -> None:
    assert fits([pattern], text) is expected


def test_a_pattern_never_takes_long() -> None:
    began = time.perf_counter()
    assert not fits(["*a" * 30 + "b"], "a" * 3000)
    assert time.perf_counter() - began < 1


def test_a_pattern_that_covers_another_fits_whatever_that_fits() -> None:
    rng = random.Random(5)

    def some(letters: str, longest: int) -> str:
        return "".join(rng.choices(letters, k=rng.randint(0, longest)))

    told = 0
    for _ in range(3000):
        wide, narrow = some("ab*?", 4), some("ab*?", 5)
        if covers(wide, narrow):
            told += 1
            assert all(fits([wide], text) for _ in range(20) if fits([narrow], text := some("ab", 6)))
    assert told > 100


def test_the_first_rule_that_fits_decides() -> None:
    mapping = read('[[rule]]\nsource = "gard*"\ntitle = "*frost*"\n[[rule]]\nkind = "mbox"\nlabel = "x"')
    assert mapping.chain(GARDENERS) == (0, 1, DEFAULT_RULE)
    assert mapping.chain(BOARD) == (1, DEFAULT_RULE)
    assert mapping.rules[0].fits_thread("Late Frost", ())
    assert not mapping.rules[0].fits_thread("Slugs", ("frost",))
    assert mapping.rules[1].fits_thread("", ("y", "X"))


def test_without_rules_there_is_a_public_category_for_each_source() -> None:
    assert {key: (place.name, place.read) for key, place in placed("").items()} == {
        (1, DEFAULT_RULE): ("gardeners", ()),
        (2, DEFAULT_RULE): ("Board", ()),
    }


def test_a_category_is_what_all_rules_say_of_it() -> None:
    text = '[[rule]]\nsource="board*"\ncategory="Inner"\nread=["staff"]\n[[rule]]\ncategory="inner"\ncolor="#aabbcc"'
    first, second = placed(text)[2, 0], placed(text)[1, 1]
    assert first == second
    assert (first.name, first.color, first.read) == ("Inner", "AABBCC", ("staff",))


def test_what_stands_in_a_restricted_category_is_restricted() -> None:
    text = '[[rule]]\nsource="board*"\ncategory="Inner"\nread="staff"\n[[rule]]\nparent="inner"'
    place = placed(text)[1, 1]
    assert place.parent
    assert (place.name, place.parent.name, place.read) == ("gardeners", "Inner", ("staff",))


PRIVATE = '[[rule]]\nsource = "board*"\nprivate = true\nread = "staff"\n'


def test_a_private_source_goes_where_its_readers_are() -> None:
    found = placed(PRIVATE)
    assert (found[2, 0].name, found[2, 0].read) == ("Board", ("staff",))
    assert found[1, DEFAULT_RULE].read == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('[[rule]]\ntitle = "[ann]*"\ncategory = "News"\n' + PRIVATE, 0),
        (PRIVATE + 'title = "*secret*"\ncategory = "Inner"\n', 0),
        (PRIVATE + 'title = "*secret*"\n[[rule]]\ncategory = "All"\n', 1),
    ],
)
def test_a_private_source_never_comes_into_public_by_another_rule(text: str, rule: int) -> None:
    with pytest.raises(PlaceError) as raised:
        placed(text)
    assert raised.value.rule == rule
    assert "'Board' is private" in str(raised.value)
    placed(text, GARDENERS)  # it is no error as long as there is no such source


def test_one_rule_for_a_source_of_its_own_category_is_enough() -> None:
    found = placed(PRIVATE + 'title = "*secret*"\n')
    assert found[2, 0] == found[2, DEFAULT_RULE]
    assert found[2, DEFAULT_RULE].read == ("staff",)


def test_a_private_source_comes_into_public_where_that_is_told() -> None:
    text = '[[rule]]\ntitle = "[ann]*"\ncategory = "News"\npublic = true\n' + PRIVATE
    assert placed(text)[2, 0].read == ()
    skipped = '[[rule]]\ntitle = "[ann]*"\nskip = true\n' + PRIVATE
    assert (2, 0) not in placed(skipped)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A/B?C", "abc"),
        ("  Late   Frost ", "late-frost"),
        ("C++", "c"),
        ("a & b", "a-b"),
        ("Äpfel", "äpfel"),
        ("हिन्दी", "हिन्दी"),
        ("a\u200bb\x07²", "ab"),
        ("❤\ufe0f", ""),
        ("~—", ""),
        ("🍎 fruit", "fruit"),
        ("none", ""),
        ("???", ""),
        ("a-very-long-tag-for-a-forum", "a-very-long-tag-for"),
    ],
)
def test_tags_are_cleaned_as_the_forum_does(text: str, expected: str) -> None:
    found = clean_tag(text, 20)
    assert found == expected
    assert clean_tag(found, 20) == found


def tags_of(text: str, title: str, *labels: str, most: int = 5, rule: int = DEFAULT_RULE):
    mapping = read(text)
    return tuple(tagged(mapping, mapping.rule(rule), title, labels, most=most, longest=20))


def test_prefixes_become_tags_and_leave_the_title() -> None:
    wanted = '[tags]\nfrom_prefix = ["ANN", "late frost"]'
    assert tags_of(wanted, "[ann] [PATCH 2/3] [Late Frost] News") == ("[PATCH 2/3] News", ("ann", "late-frost"), ())
    assert tags_of("[tags]\nfrom_prefix = true", "[ANN][2/3] News [x]") == ("[2/3] News [x]", ("ann",), ())
    assert tags_of("", "[ann] News") == ("[ann] News", (), ())
    assert tags_of(wanted, "[ann]") == ("[ann]", ("ann",), ())


def test_labels_and_rules_give_tags_too() -> None:
    text = '[tags]\nfrom_labels = true\nfrom_prefix = true\n[[rule]]\ntags = ["List", "Ann"]'
    assert tags_of(text, "[ANN] x", "Food", "Food!", rule=0) == ("x", ("list", "ann", "food"), ())
    assert tags_of('[tags]\nfrom_labels = ["food"]', "x", "Food", "Other")[1] == ("food",)


def test_what_the_forum_has_no_room_for_stays_in_the_title() -> None:
    text = "[tags]\nfrom_prefix = true"
    assert tags_of(text, "[a] [b] [c] x", most=2) == ("[c] x", ("a", "b"), ("c",))
    assert tags_of(text, "[a] x", most=0) == ("[a] x", (), ("a",))


def test_titles_are_cleaned() -> None:
    text = """
        [titles]
        strip = ["[SPAM?]", "fyi:"]
        [[titles.replace]]
        pattern = '\\s*\\((long)\\)$'
        by = ' – \\1'
    """
    assert tags_of(text, "FYI: [spam?] Frost (long)")[0] == "Frost – long"
    assert tags_of(text, "[spam?]")[0] == "[spam?]"


def test_a_hostile_title_takes_no_time() -> None:
    text = "[titles]\nstrip = ['x']\n[[titles.replace]]\npattern = '\\s*\\(long\\)$'\nby = ''"
    began = time.perf_counter()
    for title in ("a" + " " * 30_000 + "b", "x" * 100_000, "[x]" * 30_000):
        tags_of(text, title)
    assert time.perf_counter() - began < 1


FOOTER = """
    [[footer]]
    source = "gardeners*"
    text = '''
    The Gardeners' List
    To leave it: https://lists.example.org/*
    '''
"""


@pytest.mark.parametrize(
    "footer",
    [
        "The Gardeners' List\nTo leave it: https://lists.example.org/7",
        "The  Gardeners' List\n\nTo leave it: <https://lists.example.org/x\\_y>",
    ],
)
def test_a_footer_is_folded_away(footer: str) -> None:
    mapping = read(FOOTER)
    folded = mapping.fold_footer(GARDENERS.key, GARDENERS.name, f"Words.\n\n{footer}\n", "> quoted")
    assert folded == ("Words.", f"{footer}\n\n\n> quoted")


def test_a_footer_that_is_all_or_anothers_or_in_the_middle_stays() -> None:
    mapping, footer = read(FOOTER), "The Gardeners' List\nTo leave it: https://lists.example.org/7"
    for source, body in ((GARDENERS, footer), (BOARD, f"Words.\n{footer}"), (GARDENERS, f"Words.\n{footer}\nMore.")):
        assert mapping.fold_footer(source.key, source.name, body, "") == (body, "")
