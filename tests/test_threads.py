"""The threading algorithm on bare containers."""

from __future__ import annotations

from array import array

from migrate.threads import (
    DAY,
    NONE,
    Forest,
    Root,
    effective_dates,
    link_chains,
    link_conversations,
    link_references,
    link_subjects,
)

A, B, C, D, E = 1, 2, 3, 4, 5


def forest_of(*references: tuple[int, list[int]], highest: int = E) -> Forest:
    forest = Forest(highest)
    link_references(forest, references)
    link_chains(forest, references)
    return forest


def test_the_last_reference_is_the_parent() -> None:
    assert list(forest_of((B, [A]), (C, [A, B])).parent[1:4]) == [NONE, A, B]


def test_siblings_of_a_lost_parent_stay_together() -> None:
    forest = forest_of((B, [A]), (C, [A]))
    assert forest.root(B) == forest.root(C) == A


def test_a_lost_message_between_two_is_bridged() -> None:
    forest = forest_of((C, [A, B]))
    assert list(forest.ancestors(C)) == [B, A]


def test_a_reference_to_itself_counts_for_nothing() -> None:
    assert list(forest_of((A, [A]), (B, [A, B])).parent[1:3]) == [NONE, A]


def test_loops_are_broken_and_lose_nobody() -> None:
    forest = forest_of((A, [C]), (B, [A]), (C, [B]))
    assert forest.root(A) == forest.root(B) == forest.root(C)
    assert [forest.parent[item] for item in (A, B, C)].count(NONE) == 1


def test_a_messages_own_word_outweighs_what_others_cite() -> None:
    forest = forest_of((C, [A]), (D, [B, C]))
    assert forest.parent[C] == A


def test_what_others_cite_does_not_repair_a_loop() -> None:
    forest = forest_of((B, [A, C]), (C, [B]))
    assert list(forest.parent[1:4]) == [NONE, C, NONE]


def test_trees_of_one_conversation_become_one() -> None:
    forest = forest_of((B, [A]))
    link_conversations(forest, [(A, E), (C, E)])
    assert forest.root(B) == forest.root(C) == E


def test_a_chain_of_fifty_thousand_is_no_deep_recursion() -> None:
    count = 50_000
    forest = Forest(count)
    link_references(forest, ((item, [item - 1]) for item in range(count, 1, -1)))
    dates = array("q", range(count + 1, 0, -1))
    _, depths = effective_dates(forest.parent, dates)
    assert forest.root(count) == 1
    assert depths[count] == count


def test_a_reply_without_references_joins_the_last_tree_in_time() -> None:
    forest = Forest(E)
    link_subjects(forest, [Root(A, 0, 0, False), Root(B, 10 * DAY, 35 * DAY, True), Root(C, 60 * DAY, 60 * DAY, True)])
    assert forest.root(C) == A


def test_a_reply_long_after_stays_apart() -> None:
    forest = Forest(E)
    link_subjects(forest, [Root(A, 0, 0, False), Root(B, 31 * DAY, 31 * DAY, True)])
    assert forest.root(B) == B


def test_monthly_reminders_stay_apart_and_replies_join_the_latest() -> None:
    forest = Forest(E)
    roots = [Root(A, 0, 0, False), Root(B, 20 * DAY, 20 * DAY, False), Root(C, 21 * DAY, 21 * DAY, True)]
    link_subjects(forest, roots)
    assert [forest.root(item) for item in (A, B, C)] == [A, B, B]


def test_parents_sort_before_children_whatever_their_clocks_say() -> None:
    parents, dates = array("i", [NONE, NONE, A, B]), array("q", [0, 100, 50, 70])
    effective, depths = effective_dates(parents, dates)
    assert sorted([A, B, C], key=lambda item: (effective[item], depths[item])) == [A, B, C]
