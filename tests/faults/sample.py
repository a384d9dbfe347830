"""A little community with all that a push can trip over, and what a forum made of it holds."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from migrate.model import Person, Record, Thread
from tests.discourse.community import BAKERS, GARDENERS, file, message

LONGEST_POST = 300  # characters
MAPPING = """
[[rule]]
source = "bakers*"
category = "Bread"
parent = "Members"
color = "AA5500"
read = ["staff"]
tags = ["baking", "recipes"]

[[rule]]
source = "gardeners*"
tags = ["recipes", "garden"]
"""


def records() -> list[Record]:
    """Replies and quotes, shared files, twins, two people of one name, a message without date, one in several posts.

    And a private group with a description, a member who never wrote, topics that are pinned and closed.
    """
    plan, minutes, logo = file("plan.png"), file("minutes.txt"), file("logo.png")
    seeds = "Sow them in April, never before the last frost."
    return [
        replace(GARDENERS, key="attic", name="Attic", private=True, description="What is kept up there."),
        Person(key="mia@example.org", name="Mia", email="mia@example.org", member="account"),
        Person(key="theo@example.org", email="theo@example.org", member="invite"),
        Thread(key="attic", source="attic", title="In the attic"),
        message("a.0", "attic", author=1, source=replace(GARDENERS, key="attic"), day=0.5),
        Thread(key="seeds", source=GARDENERS.key, title="About seeds"),
        message("s.0", "seeds", author=0, day=0, body=seeds, flags=("pinned",)),
        message("s.1", "seeds", "s.0", author=1, day=0.1, body=f"On 1 January, Ann Lee wrote:\n> {seeds}\n\nIn May!"),
        message("s.2", "seeds", "s.1", author=2, day=0.2, body="> In May!\n\nToo late, I say.", elided="> In May!"),
        message("s.3", "seeds", "s.0", author=3, sent_at=None, date_source=None, body="Thank you."),
        Thread(key="files", source=GARDENERS.key, title="With files"),
        message("f.0", "files", author=2, day=1, body=f"![Plan](attachment:{plan.sha256})", attachments=(plan, logo)),
        message("f.1", "files", "f.0", author=0, day=1.1, attachments=(minutes, logo), flags=("closed", "pinned")),
        Thread(key="twins", source=BAKERS.key, title="Rye or wheat?"),
        message("t.0", "twins", author=3, source=BAKERS, day=2, attachments=(logo,)),
        message("t.1", "twins", "t.0", author=0, source=BAKERS, day=2.5, body="+1"),
        message("t.2", "twins", "t.0", author=0, source=BAKERS, day=2.5, body="+1"),
        message("t.3", "twins", "t.1", author=2, source=BAKERS, day=2.6, body="\n\n".join(["Knead it. " * 12] * 6)),
        message("t.4", "twins", "t.3", author=1, source=BAKERS, day=2.7, body="How long?"),
        Thread(key="left", source=BAKERS.key, title="Left out"),
        message("l.0", "left", author=4, source=BAKERS, flags=("machine-made",), day=3),
        message("l.1", "left", "l.0", author=4, source=BAKERS, day=3.1),
        message("l.2", "left", "l.1", author=1, source=BAKERS, day=3.2, body=""),
    ]


def contents(data: Path) -> dict[str, list[Any]]:
    """What the data file of a stopped sandbox holds, without ids and times of its own: equal for equal forums."""
    with closing(sqlite3.connect(data)) as db:
        topics = dict(db.execute("SELECT id, coalesce(external_id, title) FROM topics").fetchall())
        found = {name: sorted(db.execute(query).fetchall(), key=repr) for name, query in _QUERIES.items()}
    named = re.compile(r"\btopic:(\d+)")
    found["posts"] = [
        (topics[topic], named.sub(lambda match: f"topic:{topics.get(int(match[1]))}", raw), *rest)
        for topic, raw, *rest in found["posts"]
    ]
    found["posts"].sort(key=repr)
    return found


def differences(expected: dict[str, list[Any]], found: dict[str, list[Any]]) -> list[str]:
    """What is missing (-) in the contents of a forum, and what is there that should not be (+)."""
    lines = []
    for name, rows in expected.items():
        missing, extra = Counter(map(repr, rows)), Counter(map(repr, found[name]))
        lines += [f"- {name}: {row}" for row in (missing - extra).elements()]
        lines += [f"+ {name}: {row}" for row in (extra - missing).elements()]
    return lines


_CATEGORY = (
    "(SELECT coalesce(above.name || ' / ', '') || here.name FROM categories AS here"
    " LEFT JOIN categories AS above ON above.id = here.parent_id WHERE here.id = {})"
)
# Closed and pinned come in any order, but both after the posts.
_NUMBER = (
    "iif(post_type = 3, (SELECT max(before.post_number) FROM posts AS before WHERE before.topic_id = posts.topic_id"
    " AND before.post_type != 3 AND before.post_number < posts.post_number), post_number)"
)
_QUERIES = {
    "users": "SELECT username, name, staged, active, approved, admin,"
    " (SELECT group_concat(email) FROM user_emails WHERE user_id = users.id) FROM users",
    "categories": f"SELECT {_CATEGORY.format('categories.id')}, description, slug, color, text_color, read_restricted,"
    " (SELECT group_concat(group_id || ':' || permission_type) FROM category_groups WHERE category_id = categories.id)"
    " FROM categories",
    # The forum's own topics about its categories have dates of their own, and so has what was done to a topic.
    "topics": "SELECT external_id, title, iif(external_id IS NULL, 0, created_at), posts_count, reply_count, visible,"
    f" closed, pinned_at IS NULL, deleted_at, highest_post_number, {_CATEGORY.format('category_id')} FROM topics",
    "posts": f"SELECT posts.topic_id, raw, {_NUMBER}, username, reply_to_post_number, post_type, posts.deleted_at,"
    " iif(external_id IS NULL OR post_type = 3, 0, posts.created_at), action_code, version, embed_url FROM posts"
    " JOIN topics ON topics.id = posts.topic_id JOIN users ON users.id = posts.user_id"
    " LEFT JOIN topic_embeds ON post_id = posts.id",
    "tags": "SELECT tags.name, external_id FROM tags"
    " LEFT JOIN topic_tags ON tag_id = tags.id LEFT JOIN topics ON topics.id = topic_tags.topic_id",
    "uploads": "SELECT sha1, original_filename FROM uploads",
    "permalinks": "SELECT url, external_id FROM permalinks LEFT JOIN topics ON topics.id = permalinks.topic_id",
    "notifications": "SELECT username, type FROM notifications JOIN users ON users.id = user_id",
    "watching": "SELECT username, notification_level, external_id FROM topic_users JOIN users ON users.id ="
    " topic_users.user_id JOIN topics ON topics.id = topic_users.topic_id WHERE external_id IS NOT NULL",
}
