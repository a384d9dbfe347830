"""Tables of posts and comments, as commercial exporters write them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from importers.facebook import FacebookImporter
from importers.facebook.headers import columns_of
from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.settle import settle
from migrate.sources import Options, get_importer
from tests.importers.facebook_dumps import findings, messages, names, put, records, tree

GROUP = ("Some Group",)
THREAD = {"Frogs!": None, "How many?": "Frogs!", "Three.": "Frogs!", "Snails!": None}

WIDE = """\
Post ID,Post Author,Post Text,Post Date,Likes,Comments,Comment Author,Comment Text,Comment Date
7,Ann,Frogs!,2020-05-03T10:00:00Z,4,2,Ben,How many?,2020-05-03T10:05:00Z
7,Ann,Frogs!,2020-05-03T10:00:00Z,4,2,Cat,Three.,2020-05-03T10:09:00Z
8,Ben,Snails!,2020-05-04T10:00:00Z,0,0,,,
"""
ROWS = """\
id;parentId;userName;message;createdTime
7;;Ann;Frogs!;1588500000
9;7;Ben;How many?;1588500300
10;7;Cat;Three.;1588500540
8;;Ben;Snails!;1588586400
"""
TWO_IDS = """\
post_id\tcomment_id\tauthor\ttext\tdate
7\t\tAnn\tFrogs!\t2020-05-03 10:00:00+00:00
7\t9\tBen\tHow many?\t2020-05-03 10:05:00+00:00
7\t10\tCat\tThree.\t2020-05-03 10:09:00+00:00
8\t\tBen\tSnails!\t2020-05-04 10:00:00+00:00
"""
KINDS = """\
Type|Post URL|Author|Content|Published
post|https://www.facebook.com/7|Ann|Frogs!|2020-05-03T10:00:00Z
comment|https://www.facebook.com/7|Ben|How many?|2020-05-03T10:05:00Z
reply|https://www.facebook.com/7|Cat|Three.|2020-05-03T10:09:00Z
post|https://www.facebook.com/8|Ben|Snails!|2020-05-04T10:00:00Z
"""


@pytest.mark.parametrize("table", [WIDE, ROWS, TWO_IDS, KINDS, "\ufeff" + WIDE.replace("\n", "\r\n")])
def test_tables_of_every_layout(tmp_path: Path, table: str) -> None:
    found = records(put(tmp_path / "posts.csv", table), groups=GROUP)
    assert tree(found) == THREAD
    assert set(names(found).values()) == {"Ann", "Ben", "Cat"}
    assert messages(found)[0].sent_at == datetime(2020, 5, 3, 10, tzinfo=UTC)
    assert findings(found) == {}


def test_replies_stand_under_their_comments(tmp_path: Path) -> None:
    found = records(put(tmp_path / "posts.csv", ROWS + "11;10;Ann;Really?;1588500600\n"), groups=GROUP)
    assert tree(found) == THREAD | {"Really?": "Three."}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_tables_of_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path / "posts.csv", WIDE.replace("Frogs!", "Frösche!" * 3).encode(encoding))
    assert messages(records(path, groups=GROUP))[0].body == "Frösche!" * 3


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["3/5/2020 10:00", "14/5/2020 10:00"], datetime(2020, 5, 3, 10, tzinfo=UTC)),
        (["5/3/2020 10:00 AM", "5/14/2020 10:00 AM"], datetime(2020, 5, 3, 10, tzinfo=UTC)),
        (["3/5/2020 10:00", "4/5/2020 10:00"], None),  # March or May: nothing tells
        (["3/14/2020 10:00", "14/3/2020 10:00"], None),
        (['"May 3, 2020 at 10:00 AM"', "-"], datetime(2020, 5, 3, 10, tzinfo=UTC)),
        (["3 May 2020 10:00", "-"], datetime(2020, 5, 3, 10, tzinfo=UTC)),
        (["03.05.2020 10:00", "-"], datetime(2020, 5, 3, 10, tzinfo=UTC)),
    ],
)
def test_dates_as_tables_write_them(tmp_path: Path, dates: list[str], expected: datetime | None) -> None:
    rows = "".join(f"{number},Ann,Words,{date}\n" for number, date in enumerate(dates))
    found = records(put(tmp_path / "posts.csv", f"id,author,text,date\n{rows}"), groups=GROUP)
    assert messages(found)[0].sent_at == expected
    assert ("zone-unknown" if expected else "date-missing") in findings(found)


def test_what_is_not_recognised_is_said(tmp_path: Path) -> None:
    path = put(tmp_path / "posts.csv", "Post ID,Verfasser,Text,Date\n1,Ann,Frogs!,2020\n")
    with pytest.raises(InputError, match=r"no column for author.*Wanted are.*Post ID,Verfasser,Text,Date"):
        records(path, groups=GROUP)
    with pytest.raises(InputError, match='`migrate import facebook … --group "NAME"`'):
        records(put(tmp_path / "posts.csv", WIDE))


@pytest.mark.parametrize(
    "headers",
    [
        "Email Address,First Name,Last Name,Notes,MEMBER_RATING,OPTIN_TIME",
        "Title,Subject,List,Send Date,Total Recipients",
        "Email address,Nickname,Group status,Posting permissions,Join year",
        "a,b,c",
    ],
)
def test_other_tables_are_not_taken_for_posts(tmp_path: Path, headers: str) -> None:
    assert not columns_of(headers.split(",")).looks_right
    assert not FacebookImporter().detect(put(tmp_path / "x.csv", f"{headers}\n1,2,3\n"))


def test_the_group_may_stand_in_a_column(tmp_path: Path) -> None:
    table = "Group Name,id,author,text,date\nOne,1,Ann,Frogs!,1588500000\nTwo,2,Ben,Snails!,1588500000\n"
    found = records(put(tmp_path / "posts.csv", table), groups=("two",))
    assert [message.body for message in messages(found)] == ["Snails!"]


def test_comments_that_are_far_from_their_post_stay_in_its_thread(tmp_path: Path) -> None:
    long = "".join(f"{number};8;Cat;{'x' * 60_000} {number}.;1588600{number:03}\n" for number in range(20, 190))
    path = put(tmp_path / "posts.csv", ROWS + long + "200;7;Ann;So many.;1588700000\n300;gone;Ann;Lost.;1588700001\n")
    assert sum(1 for _ in FacebookImporter().scan([str(path)], Options({"group": GROUP}))) >= 3
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        counts = ingest(archive, get_importer("facebook"), [str(path)], Options({"group": GROUP}))
        settle(archive)
        assert (counts.new, counts.duplicates, counts.lost) == (176, 0, 0)
        thread = {message.body[:40].split(" ")[0]: message.thread for message in read_messages(archive)}
        assert thread["So"] == thread["Frogs!"] != thread["Snails!"] == thread["x" * 40] != thread["Lost."]
        assert {finding.code for finding in read_findings(archive)} == {"post-elsewhere"}


def test_bad_rows_cost_themselves_only(tmp_path: Path) -> None:
    table = (
        WIDE + ",,,\n\n9,Eve\x1b[2J,,,,,,,\n10,Eve,\x00Moles!,2020-05-05,,,,,\n" + f'11,Eve,"{"y" * 1_100_000}",,,,,,\n'
    )
    found = records(put(tmp_path / "posts.csv", table + "12,Eve,Last.,2020-05-05,,,,,\n"), groups=GROUP)
    assert [message.body for message in messages(found) if not message.parent] == [
        "Frogs!",
        "Snails!",
        "Moles!",
        "Last.",
    ]
    assert findings(found) == {"row-incomplete": 1, "entry-broken": 1, "zone-unknown": 0}


def test_a_quotation_mark_that_is_never_closed_ends_in_a_finding(tmp_path: Path) -> None:
    table = WIDE + '9,Eve,"Never closed,2020-05-05,,,,,\n' + "x" * 5_000_000
    found = records(put(tmp_path / "posts.csv", table), groups=GROUP)
    assert tree(found) == THREAD
    assert findings(found)["entry-broken"] >= 1
