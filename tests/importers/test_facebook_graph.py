"""Dumps of the Graph API and of Workplace: whole threads, whatever shape they were saved in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importers.facebook import FacebookImporter
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.archive.writer import Writer
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.model import Message, Person, Record, Source
from migrate.settle import settle
from migrate.sources import Options, get_importer
from tests.importers.facebook_dumps import (
    BEN,
    comment,
    findings,
    group,
    messages,
    names,
    post,
    put,
    records,
    sources,
    tree,
)

SAMPLE = Path("samples/facebook-graph")
SHARED = "https://www.facebook.com/x"
NAMED = {"to": {"data": [{"name": "Some Group", "id": "42"}]}}


def test_the_sample_comes_out_as_its_threads(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        counts = ingest(archive, get_importer("facebook"), [str(SAMPLE)])
        settle(archive)
        assert (counts.read, counts.new, counts.lost) == (15, 14, 1)
        again = ingest(archive, get_importer("facebook"), [str(SAMPLE / "feed.json")])
        assert (again.new, again.duplicates, again.lost) == (0, 14, 1)
        threads: dict[str | None, list[str]] = {}
        for message in read_messages(archive):
            threads.setdefault(message.thread, []).append(message.body.split("\n")[0][:20])
        assert sorted(map(len, threads.values())) == [1, 1, 2, 2, 3, 5]
        assert ["Found this on \\*grou", "Has anybody really e", "We had it as soup."] in threads.values()


@pytest.mark.parametrize(
    "shape",
    [
        group(post(1), post(2)),
        {"data": [post(1, **NAMED), post(2, **NAMED)], "paging": {"next": "https://graph.facebook.com/x"}},
        [post(1, **NAMED), post(2, **NAMED)],
        "\n".join(json.dumps(post(number, **NAMED)) for number in (1, 2)),
        "\ufeff" + json.dumps([post(1, **NAMED), post(2, **NAMED)], indent=2),
        "\n".join(json.dumps({"data": [post(number, **NAMED)]}) for number in (1, 2)),
        {"name": "Some Group", "posts": {"data": [post(1), post(2)], "paging": {"cursors": {"after": "x"}}}},
    ],
)
def test_every_shape_of_dump_gives_the_same(tmp_path: Path, shape: object) -> None:
    found = records(put(tmp_path / "feed.json", shape))
    assert [message.body for message in messages(found)] == ["Words of post 1.", "Words of post 2."]
    assert {source.key for source in sources(found)} == {"facebook:some group"}
    assert findings(found) == {}


def test_pages_in_a_folder_are_one_group(tmp_path: Path) -> None:
    put(tmp_path / "dump" / "1.json", {"data": [post(1, **NAMED)]})
    put(tmp_path / "dump" / "2.json", {"data": [post(2)]})
    put(tmp_path / "dump" / "other.json", {"data": [{"id": "1", "title": "something else"}]})
    found = records(tmp_path / "dump")
    assert len(messages(found)) == 2
    assert len(sources(found)) == 1


def test_comments_stand_under_what_they_answer(tmp_path: Path) -> None:
    nested = comment(1, "One.", comments={"data": [comment(2, "Two."), comment(3, "Three.", parent={"id": "2"})]})
    stream = [comment(5, "Five.", parent={"id": "4"}), comment(4, "Four."), comment(6, "Six.", parent={"id": "gone"})]
    found = records(put(tmp_path / "feed.json", group(post(1, comments={"data": [nested, *stream]}))))
    assert tree(found) == {
        "Words of post 1.": None,
        "One.": "Words of post 1.",
        "Two.": "One.",
        "Three.": "Two.",
        "Four.": "Words of post 1.",
        "Five.": "Four.",
        "Six.": "Words of post 1.",
    }
    assert findings(found) == {"parent-missing": 0}


def test_comments_that_claim_to_answer_each_other_stay_in_their_thread(tmp_path: Path) -> None:
    loop = [comment(1, "One.", parent={"id": "2"}), comment(2, "Two.", parent={"id": "1"})]
    found = records(put(tmp_path / "feed.json", group(post(comments={"data": loop}))))
    assert tree(found) == {"Words of post 1.": None, "One.": "Words of post 1.", "Two.": "One."}


def test_a_post_says_where_it_stood_and_begins_a_thread(tmp_path: Path) -> None:
    link = "https://www.facebook.com/groups/42/permalink/2/"
    found = records(put(tmp_path / "feed.json", group(post(1, permalink_url="https://x.example.org/1"), post(2))))
    assert [message.url for message in messages(found)] == ["https://x.example.org/1", link]
    assert all(message.thread == message.key for message in messages(found))


@pytest.mark.parametrize("stated", ["2015-02-06T12:00:00+0000", "2015-02-06T13:00:00+01:00", 1423224000, "1423224000"])
def test_dates_are_read_however_they_are_written(tmp_path: Path, stated: object) -> None:
    (message,) = messages(records(put(tmp_path / "feed.json", group(post(created_time=stated)))))
    assert message.sent_at == datetime(2015, 2, 6, 12, tzinfo=UTC)
    assert message.date_source == "source"


@pytest.mark.parametrize("stated", ["yesterday", 10**30, -1, "9999-12-31T23:59:59-2300", [], {}, True, "1" * 5000])
def test_dates_that_cannot_be_are_reported(tmp_path: Path, stated: object) -> None:
    found = records(put(tmp_path / "feed.json", group(post(created_time=stated))))
    assert [message.sent_at for message in messages(found)] == [None]
    assert findings(found) == {"date-missing": 0}


def test_who_left_is_an_unknown_member_and_others_go_by_their_id(tmp_path: Path) -> None:
    hidden = comment(1) | {"from": None}
    found = records(put(tmp_path / "feed.json", group(post(comments={"data": [hidden, comment(2)]}))))
    assert names(found) == {
        "facebook:17": "Ann Example",
        "facebook:unknown member": "Unknown member",
        "facebook:23": "Ben Example",
    }
    assert findings(found) == {"member-unknown": 0}


def test_an_address_makes_people_of_several_sources_one(tmp_path: Path) -> None:
    by = {"name": "Ann", "id": "17", "email": "Ann@Example.org"}
    (person,) = (
        item for item in records(put(tmp_path / "f.json", group(post(1, {"from": by})))) if isinstance(item, Person)
    )
    assert (person.key, person.email) == ("ann@example.org", "ann@example.org")


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ({"link": "https://l.facebook.com/l.php?u=https%3A%2F%2Fe.org%2F", "name": "E"}, ["- [E](https://e.org/)"]),
        ({"message": None, "story": "Ann joined."}, ["- Ann joined."]),
        ({"message": "Hi @[23:2048:Ben Example]"}, ["Hi Ben Example"]),
        ({"message": "1 < 2 <b>\n* no list"}, ["1 \\< 2 \\<b>", "\\* no list"]),
        ({"place": {"name": "The mill"}}, ["- Place: The mill"]),
        ({"with_tags": {"data": [BEN]}}, ["- With Ben Example"]),
        ({"question": "Tea?", "options": ["Yes", "No"]}, ["**Poll: Tea?**", "- Yes", "- No"]),
        ({"poll": {"options": {"data": [{"name": "Yes", "votes": {"data": [BEN]}}]}}}, ["**Poll**", "- Yes (1 vote)"]),
        (
            {"type": "event", "event": {"name": "Fair", "start_time": "2015-03-01T10:00:00+0000"}},
            ["**Event: Fair**", "- Starts: 2015-03-01 10:00 UTC"],
        ),
        (
            {"attachments": {"data": [{"type": "share", "title": "T", "url": SHARED, "description": "Old words."}]}},
            ["> **T:**", "> Old words.", f"- [T]({SHARED})"],
        ),
    ],
)
def test_what_a_post_carries_becomes_readable(tmp_path: Path, fields: dict[str, object], lines: list[str]) -> None:
    (message,) = messages(records(put(tmp_path / "feed.json", group(post(1, fields)))))
    assert set(lines) <= set(message.body.split("\n"))


def test_pictures_at_facebook_are_links_and_counted(tmp_path: Path) -> None:
    bare = {"type": "photo", "media": {"image": {"src": "https://x.example.net/2.jpg"}}}
    picture = bare | {"url": "https://www.facebook.com/photo.php?fbid=1"}
    album = {"type": "album", "subattachments": {"data": [picture, bare]}}
    found = records(
        put(
            tmp_path / "feed.json",
            group(
                post(1, attachments={"data": [album]}),
                post(2, type="photo", full_picture="https://x.example.net/3.jpg"),
                post(3, comments={"data": [comment(4, "", attachment=picture)]}),
            ),
        )
    )
    (told,) = (
        item for item in found if not isinstance(item, Message) and getattr(item, "code", "") == "media-elsewhere"
    )
    assert ": 4." in getattr(told, "text", "")
    assert "- [Picture](https://x.example.net/2.jpg)" in messages(found)[0].body


def test_reactions_are_a_line_when_asked_for(tmp_path: Path) -> None:
    given = post(1, reactions={"data": [{"type": "LIKE"}, {"type": "LIKE"}, {"type": "WOW"}]})
    more = post(2, likes={"data": [BEN], "summary": {"total_count": 12}})
    path = put(tmp_path / "feed.json", group(given, more))
    assert not any("eactions" in message.body for message in messages(records(path)))
    lines = [message.body.split("\n")[-1] for message in messages(records(path, reactions=True))]
    assert lines == ["*Reactions: like 2, wow 1*", "*Reactions: like 12*"]


def test_workplace_markdown_is_kept_without_html(tmp_path: Path) -> None:
    words = "# News\n**All** is [well](https://e.org)\n<script>x</script>\n\n> as ever"
    found = records(
        put(tmp_path / "feed.json", group(post(1, message=words, formatting="MARKDOWN"), post(2, message="**No**")))
    )
    first, second = messages(found)
    assert first.body == "# News\n\n**All** is [well](https://e.org)\n\\<script>x\\</script>\n\n> as ever"
    assert (first.title, first.native_format) == ("News\n".strip(), "text/markdown")
    assert second.body == "\\*\\*No\\*\\*"


def test_comments_that_the_dump_leaves_out_are_reported(tmp_path: Path) -> None:
    cut = {"data": [comment(1)], "paging": {"next": "https://graph.facebook.com/x"}}
    counted = {"data": [], "summary": {"total_count": 5}}
    found = records(put(tmp_path / "feed.json", group(post(1, comments=cut), post(2, comments=counted))))
    assert findings(found) == {"comments-missing": 0}


@pytest.mark.parametrize(("privacy", "private"), [("CLOSED", True), ("SECRET", True), ("OPEN", False), (None, True)])
def test_a_group_is_private_unless_it_says_otherwise(tmp_path: Path, privacy: str | None, private: bool) -> None:
    said = {"privacy": privacy} if privacy else {}
    (source,) = sources(records(put(tmp_path / "feed.json", group(post(), **said))))
    assert source.private is private


def test_a_dump_without_a_name_takes_the_one_that_is_said(tmp_path: Path) -> None:
    path = put(tmp_path / "feed.json", [post()])
    assert {source.name for source in sources(records(path))} == {"Facebook group 42"}
    assert {source.name for source in sources(records(path, groups=("Gardeners",)))} == {"Gardeners"}
    with pytest.raises(InputError, match='`migrate import facebook … --group "NAME"`'):
        records(put(tmp_path / "feed.json", [post(id="7")]))


def test_of_several_groups_only_the_one_asked_for_is_read(tmp_path: Path) -> None:
    put(tmp_path / "a.json", group(post(1)))
    put(tmp_path / "b.json", group(post(2, id="43_2"), name="Others"))
    with pytest.raises(InputError, match=r'"Others" \(1\)'):
        records(tmp_path)
    found = records(tmp_path, groups=("some  GROUP",))
    assert [message.body for message in messages(found)] == ["Words of post 1."]
    assert findings(found) == {"other-groups": 0}


def test_a_bad_post_costs_itself_only(tmp_path: Path) -> None:
    deep = '{"id": "42_3", "created_time": ' + "[" * 100_000 + "]" * 100_000 + "}"
    bad = [
        deep,
        '{"id": "42_4", "created_time": 1e9999999, "message": nonsense}',
        '{"message": 5, "created_time": "", "from": [], "comments": 7, "attachments": {"data": [null, {"media": 0}]}}',
        '{"id": "42_5"}',
        json.dumps(post(6, message="a\ud800\u0000b", more={"from": {"name": "E\u001b[2Jve", "id": "9" * 500}})),
        json.dumps(post(7, message="c"))[:-1] + ",}",
    ]
    text = (
        f'{{"name": "Some Group", "feed": {{"data": [{json.dumps(post(1))}, {",".join(bad)}, {json.dumps(post(2))}]}}}}'
    )
    found = records(put(tmp_path / "feed.json", text))
    assert [message.body for message in messages(found)] == [
        "Words of post 1.",
        "5",
        "a\ufffdb",
        "c",
        "Words of post 2.",
    ]
    assert findings(found) == {"entry-broken": 3, "entry-mended": 0, "date-missing": 0, "member-unknown": 0}
    assert "\x1b" not in "".join(names(found).values())


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = json.dumps(group(post(1), post(2, message="x" * 300)))
    found = records(put(tmp_path / "feed.json", whole[:-200]))
    assert [message.body for message in messages(found)] == ["Words of post 1."]
    assert findings(found) == {"entry-broken": 1, "entries-cut-off": 0}


def test_a_post_without_anything_in_it_is_reported(tmp_path: Path) -> None:
    found = records(
        put(tmp_path / "feed.json", group(post(1, message=""), post(2, comments={"data": [comment(1, message="")]})))
    )
    assert [message.body for message in messages(found)] == ["Words of post 2."]
    assert findings(found) == {"entry-empty": 2}


def test_reading_again_in_other_pieces_adds_nothing(tmp_path: Path) -> None:
    posts = [post(number, comments={"data": [comment(number * 10 + 1)]}, **NAMED) for number in range(1, 4)]
    one = put(tmp_path / "one.json", posts)
    for number, item in enumerate(posts):
        put(tmp_path / "many" / f"{number}.json", {"data": [item]})
    assert {message.key for message in messages(records(one))} == {
        message.key for message in messages(records(tmp_path / "many"))
    }


def test_a_copy_of_a_members_own_export_learns_its_parent(tmp_path: Path) -> None:
    found = records(put(tmp_path / "feed.json", group(post(1), post(2, comments={"data": [comment(1, "Yes.")]}))))
    dumped = next(message for message in messages(found) if message.parent)
    source = next(item for item in found if isinstance(item, Source))
    own = Message(
        key=dumped.key, source=source.key, author="facebook:ben example", title="Comments without their post",
        body="Yes.", sent_at=dumped.sent_at, date_source="source", references=("gathered",),
        answers="facebook:ann example", flags=("comment",), locator="comments.json:1",
    )  # fmt: skip
    people = [
        Person(key=f"facebook:{name.lower()}", name=name, names=(name,)) for name in ("Ann Example", "Ben Example")
    ]
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        before: list[Record] = [source, *people, own]
        for part in (before, found):
            with archive.transaction():
                counts = Writer(archive).write(part)
            settle(archive)
        assert (counts.new, counts.duplicates) == (2, 1)
        assert {message.key: message.parent for message in read_messages(archive)}[own.key] == dumped.parent


def test_big_dumps_are_cut_into_chunks(tmp_path: Path) -> None:
    path = put(tmp_path / "feed.json", group(*(post(number, message="x" * 2000) for number in range(1, 3001))))
    chunks = list(FacebookImporter().scan([str(path)], Options()))
    assert len(chunks) >= 6
    assert max(getattr(chunk, "size", 0) for chunk in chunks) < 3 * 1024 * 1024
    assert len({getattr(chunk, "fingerprint", "") for chunk in chunks}) == len(chunks)
