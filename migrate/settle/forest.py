"""Which message hangs under which by what the mail itself says: references, the source's parents, conversations."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from migrate.settle.columns import COMMENT, Columns
from migrate.threads import NONE, Forest, link_chains, link_conversations, link_firmly, link_references

# What comments refer to gathers those that are tied to nothing else (migrate.settle.comments).
_REFERENCES = f"""
    SELECT message_id, container_id FROM reference
    WHERE message_id NOT IN (SELECT id FROM message WHERE {COMMENT}) ORDER BY message_id, position
"""  # noqa: S608 - only our own words are put in


def build_forest(db: sqlite3.Connection, columns: Columns) -> Forest:
    """The trees of all messages, comments that say no more than whose post they answer by themselves.

    Those of threads that were sent are as they were sent.
    """
    forest = Forest(len(columns) - 1)
    known = array("i", (message for message in columns.messages() if columns.parents[message] != NONE))
    link_firmly(forest, ((message, columns.parents[message]) for message in known if columns.sent[message]))
    link_references(forest, _references(db), columns.rank)
    # What the source says of a parent holds where no reference does, or only references to what is lost.
    for message in known:
        if not any(columns.present[ancestor] for ancestor in forest.ancestors(message)):
            forest.link(columns.parents[message], forest.root(message))
    link_chains(forest, _references(db), columns.rank)
    query = "SELECT id, conversation_id FROM message WHERE conversation_id IS NOT NULL ORDER BY id"
    link_conversations(forest, db.execute(query))
    return forest


def _references(db: sqlite3.Connection) -> Iterator[tuple[int, list[int]]]:
    for message, group in groupby(db.execute(_REFERENCES), key=itemgetter(0)):
        yield message, [container for _, container in group]
