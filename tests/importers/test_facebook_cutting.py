"""JSON of any size is cut into its posts within bounds, whatever it holds."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import importers.facebook.cutting
from importers.facebook.cutting import Cut, is_whole
from importers.facebook.cutting import Path as Keys
from tests.importers.facebook_dumps import comment, findings, group, messages, post, put, records

LONGEST = 1 << 20  # bytes, in these tests
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(['"', "\\", "}", '\\"', "{["]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def lower_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts may be a sixteenth of what they may be else: making larger ones takes its time."""
    monkeypatch.setattr(importers.facebook.cutting, "LONGEST", LONGEST)


class Slow(BytesIO):
    """A stream that gives a few bytes at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(3)


def cut(data: bytes, *, whole: bool = False, stream: type[BytesIO] = BytesIO) -> tuple[list[tuple[Keys, bytes]], Cut]:
    cutting = Cut()
    return [(piece.path, piece.data) for piece in cutting.pieces(stream(data), whole=whole)], cutting


@given(st.lists(st.dictionaries(st.text(max_size=3), VALUES, max_size=3)), st.sampled_from([None, 1]))
def test_every_post_is_cut_as_it_stands(posts: list[dict[str, object]], indent: int | None) -> None:
    for shape, path, whole in (
        (posts, (), False),
        ({"name": "G", "feed": {"data": posts, "paging": {"next": "x"}}}, ("feed", "data"), False),
    ):
        pieces, cutting = cut(json.dumps(shape, indent=indent).encode(), whole=whole, stream=Slow)
        assert [json.loads(data) for _, data in pieces] == posts
        assert {keys for keys, _ in pieces} <= {path}
        assert not cutting.broke_off
    pieces, _ = cut("\n".join(json.dumps(item) for item in posts).encode(), whole=True)
    assert [json.loads(data) for _, data in pieces] == posts


def test_what_stands_beside_the_posts_is_kept() -> None:
    pieces, cutting = cut(b'{"a": {"name": "G", "n": 1, "stories": {"7": {"x": 1}, "8": {}}}, "b": {"name": "H"}}')
    assert pieces == [(("a", "stories", "7"), b'{"x": 1}'), (("a", "stories", "8"), b"{}")]
    assert cutting.headers == {("a",): {"name": b'"G"'}, ("b",): {"name": b'"H"'}}


@pytest.mark.parametrize(
    ("head", "whole"),
    [
        (b'{"id": "1", "comments": {"data": []}, "created_time": 1', True),
        (b'{"data": [{"created_time": 1}]}', False),
        (b'[{"created_time": 1}]', False),
        (b'{"feed": {"created_time": 1}}\n{"created_time": 1}', False),
    ],
)
def test_a_file_of_one_post_after_the_other_is_told_by_its_first_keys(head: bytes, whole: bool) -> None:
    assert is_whole(head, frozenset({b"created_time"})) is whole


@pytest.mark.usefixtures("lower_bound")
@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"a":[' + b'{"b":"' + b"c" * 100 + b'"},' * 1 + b'{"b":1},' * (LONGEST // 8) + b"1]}",
        b'{"a":"' + b"x" * (LONGEST + 1000) + b'"}',
    ],
)
def test_a_post_beyond_all_bounds_costs_itself_only(bad: bytes) -> None:
    data = b'[{"n":1},' + bad + b',{"n":2}]'
    before = process_time()
    tracemalloc.start()
    pieces, cutting = cut(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [piece for _, piece in pieces] == [b'{"n":1}', b"", b'{"n":2}']
    assert peak < 6 * LONGEST
    assert process_time() - before < 10
    assert not cutting.broke_off


@pytest.mark.usefixtures("lower_bound")
def test_a_string_that_never_ends_ends_the_file() -> None:
    pieces, cutting = cut(b'[{"n":1},{"a":"' + b"x" * (3 * LONGEST))
    assert pieces == [((), b'{"n":1}'), ((), b"")]
    assert cutting.broke_off


@pytest.mark.usefixtures("lower_bound")
def test_a_post_with_very_many_comments_is_left_out_with_a_finding(tmp_path: Path) -> None:
    many = json.dumps(post(2, comments={"data": []})).replace('"data": []', f'"data": [{"{}," * (LONGEST // 3)}{{}}]')
    whole = json.dumps(group(post(1), "HERE", post(3, comments={"data": [comment(4)]}))).replace('"HERE"', many)
    found = records(put(tmp_path / "feed.json", whole))
    assert [message.body for message in messages(found)] == ["Words of post 1.", "Words of post 3.", "Comment 4."]
    assert findings(found) == {"entry-broken": 1}


def test_brackets_beyond_all_depth_cost_nothing_but_themselves() -> None:
    head, tail = b'{"posts": [{"n": 1}, ', b', {"n": 2}], "more": [{"n": 3}]}'
    cut = Cut()
    found = list(cut.pieces(BytesIO(head + b"[" * 100_000 + b"]" * 100_000 + tail), whole=False))
    assert [piece.data for piece in found] == [b'{"n": 1}', b'{"n": 2}', b'{"n": 3}']
    assert not cut.broke_off


def test_what_stands_behind_the_end_is_told() -> None:
    cut = Cut()
    assert len(list(cut.pieces(BytesIO(b'[{"n": 1}]], {"n": 2}]'), whole=False))) == 1
    assert cut.broke_off
