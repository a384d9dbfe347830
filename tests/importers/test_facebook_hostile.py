"""Downloads that are damaged or made to do harm: bad input costs its item, and neither time nor memory."""

from __future__ import annotations

import json
import random
import tracemalloc
import zipfile

import pytest

from importers.facebook import FacebookImporter
from migrate.model import Message
from migrate.sources import Chunk, Options
from migrate.text import printable
from tests.importers.facebook_downloads import (
    COMMENTS,
    GROUP,
    NOON,
    POSTS,
    comment,
    findings,
    messages,
    post,
    posts,
    records,
    write,
)

GOOD = json.dumps(post("Hello."))
DEEP = '{"data":' * 100_000 + "1" + "}" * 100_000


@pytest.mark.parametrize(
    "bad",
    [
        DEEP,
        '{"timestamp": 1' + "0" * 6000 + "}",
        '{"timestamp": NaN, "x": }',
        '{"title": "\\x"}',
    ],
)
def test_an_entry_that_is_no_json_costs_itself(tmp_path, bad):
    folder = write(tmp_path, {POSTS: f'{{"group_posts_v2": [{GOOD}, {bad}, {GOOD.replace("Hello", "Bye")}]}}'})
    assert [message.body for message in messages(folder)] == ["Hello.", "Bye."]
    assert sum(finding.lost for finding in findings(folder)) <= 1


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path):
    folder = write(tmp_path, {POSTS: f'{{"group_posts_v2": [{GOOD}, {GOOD[:40]}'})
    assert [message.body for message in messages(folder)] == ["Hello."]
    assert [(finding.code, finding.lost) for finding in findings(folder)] == [("entries-cut-off", 1)]


WRONG: list[object] = [
    None,
    True,
    5,
    -1.5,
    "text",
    "",
    [],
    {},
    [[]],
    {"a": 1},
    ["\ud800\x00"],
    [None],
    "\x1b[31m\u202e\x00",
    10**40,
]


def mangled(value: object, chance: random.Random) -> object:
    """The value with some of what is in it replaced by something else."""
    if chance.random() < 0.08:
        return chance.choice(WRONG)
    if isinstance(value, list):
        return [mangled(item, chance) for item in value]
    if isinstance(value, dict):
        return {key: mangled(item, chance) for key, item in value.items()}
    return value


def test_wrong_types_anywhere_raise_nothing(tmp_path):
    parts = [
        {"media": {"uri": "a/b.jpg", "description": "x"}},
        {"external_context": {"url": "https://example.org", "name": "x"}},
        {"place": {"name": "x"}},
        {"poll": {"question": "x", "options": [{"option": "a", "votes": 2}]}},
        {"event": {"name": "x", "start_timestamp": NOON, "place": {"name": "y"}}},
        {"for_sale_item": {"title": "x", "price": "y"}},
        {"text": "shared"},
    ]
    labelled = {
        "timestamp": NOON,
        "media": [{"uri": "x"}],
        "label_values": [{"label": "a", "value": "b", "dict": [{"value": GROUP}]}],
    }
    chance = random.Random(5)
    entries = [mangled(one, chance) for one in [post("a", *parts, tags=[{"name": "x"}]), comment("b"), labelled] * 300]
    folder = write(tmp_path, {POSTS: json.dumps(entries), COMMENTS: json.dumps(entries)})
    for record in records(folder, groups=(GROUP,)):
        if isinstance(record, Message):
            for text in (record.body, record.title, record.author, record.source, record.locator):
                text.encode()  # no surrogates
                assert "\0" not in text
            assert record.title == printable(record.title)
            assert "\x1b" not in record.author + record.body


def test_names_are_harmless_for_a_terminal(tmp_path):
    odd = post("Hello.", title="Ann Example posted in \x1b[31mRed\u202e\x00 Group.")
    found = records(write(tmp_path, {POSTS: json.dumps([odd])}))
    assert "\x1b" not in repr(found).replace("\\x1b", "\x1b")
    assert "\u202e" not in "".join(getattr(record, "name", "") for record in found)


def test_pictures_are_not_looked_for_outside_of_the_download(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    uris = ("../secret.png", "/etc/passwd", str(tmp_path / "secret.png"), "..\\secret.png", "file:///etc/passwd")
    entries = [post(f"{number}", {"media": {"uri": uri}}) for number, uri in enumerate(uris)]
    found = messages(write(tmp_path / "ann", {POSTS: posts(*entries)}))
    assert len(found) == len(uris)
    assert not any(message.attachments for message in found)


def test_memory_does_not_grow_with_the_file(tmp_path):
    packed = tmp_path / "facebook-ann.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(POSTS, "w") as file:
        file.write(b'{"group_posts_v2": [')
        for number in range(6_000):
            separator = b"," if number else b""
            file.write(separator + json.dumps(post(f"Post {number}. " + "words " * 40, at=NOON + number)).encode())
        file.write(b"]}")
    importer = FacebookImporter()
    tracemalloc.start()
    count = 0
    for chunk in importer.scan([str(packed)], Options()):
        assert isinstance(chunk, Chunk)
        count += sum(isinstance(record, Message) for record in importer.read(chunk))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak < 24 * 1024 * 1024
