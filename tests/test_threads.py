"""The threading algorithm on bare containers."""

from __future__ import annotations

from array import array
from itertools import permutations

import pytest

from migrate.threads import (
    NONE,
    Forest,
    effective_dates,
    link_chains,
    link_conversations,
    link_firmly,
    link_references,
)

A, B, C, D, E = 1, 2, 3, 4, 5


def in_time(container: int) -> tuple[int, int]:
    """As if the messages were written in the order of their numbers."""
    return container, 0


def forest_of(*references: tuple[int, list[int]], highest: int = E) -> Forest:
    forest = Forest(highest)
    link_references(forest, references, in_time)
    link_chains(forest, references, in_time)
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
    link_references(forest, ((item, [item - 1]) for item in range(count, 1, -1)), in_time)
    dates = array("q", range(count + 1, 0, -1))
    _, depths = effective_dates(forest.parent, dates)
    assert forest.root(count) == 1
    assert depths[count] == count


@pytest.mark.parametrize("order", list(permutations([(A, [C]), (B, [A]), (C, [B])])))
def test_a_loop_opens_above_its_last_message_whatever_came_first(order: tuple[tuple[int, list[int]], ...]) -> None:
    assert list(forest_of(*order).parent[1:4]) == [C, A, NONE]


@pytest.mark.parametrize("order", list(permutations([(C, [A, D]), (E, [B, D])])))
def test_of_two_who_place_a_lost_message_the_first_is_believed(order: tuple[tuple[int, list[int]], ...]) -> None:
    assert forest_of(*order).parent[D] == A


def test_what_is_firm_stays_in_a_loop() -> None:
    forest = Forest(E)
    link_firmly(forest, [(B, A), (C, B)])
    link_references(forest, [(A, [C]), (B, [A]), (C, [B])], in_time)
    assert list(forest.parent[1:4]) == [NONE, A, B]


def test_parents_sort_before_children_whatever_their_clocks_say() -> None:
    parents, dates = array("i", [NONE, NONE, A, B]), array("q", [0, 100, 50, 70])
    effective, depths = effective_dates(parents, dates)
    assert sorted([A, B, C], key=lambda item: (effective[item], depths[item])) == [A, B, C]
