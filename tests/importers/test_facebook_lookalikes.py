"""What looks alike and is not one message, and what looks different and is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from importers.facebook.keys import message_key
from tests.importers import facebook_downloads as downloads
from tests.importers import facebook_dumps as dumps
from tests.importers.facebook_dumps import BEN, comment, findings, group, messages, post, put, records

SAME = {"message": "Thanks!", "created_time": "2015-02-06T13:00:00+0000"}
NOBODYS = [{"id": f"{number}", **SAME} for number in (5, 6)]
UNDATED = [{"id": f"{number}", "message": "Thanks!", "from": BEN} for number in (5, 6)]
TO_THE_DAY = [{"id": f"{number}", "message": "Thanks!", "from": BEN, "created_time": "2015-02-06"} for number in (5, 6)]


@pytest.mark.parametrize("listed", [NOBODYS, UNDATED, TO_THE_DAY])
def test_comments_that_author_and_date_do_not_tell_apart_are_two(tmp_path: Path, listed: list[object]) -> None:
    found = messages(records(put(tmp_path / "feed.json", group(post(1, comments={"data": listed})))))
    assert len({message.key for message in found}) == 3


def test_a_comment_of_the_same_person_and_second_is_one(tmp_path: Path) -> None:
    listed = [{"id": f"{number}", "from": BEN, **SAME} for number in (5, 6)]
    found = messages(records(put(tmp_path / "feed.json", group(post(1, comments={"data": listed})))))
    assert len({message.key for message in found}) == 2


@pytest.mark.parametrize(
    "table",
    [
        "id,parent_id,author,date,message\n1,,Ann,2020-05-03,One\n2,1,Ben,2020-05-03,Thanks!\n"
        "3,,Ann,2020-05-03,Two\n4,3,Ben,2020-05-03 10:00,Thanks!\n5,1,Ben,2020-05-03 10:00,Thanks!\n",
        "post_id,author,date,text,comment_author,comment_text,comment_date\n1,Ann,2020-05-03,One,Ben,Thanks!,2020-05-03\n"
        "3,Ann,2020-05-03,Two,Ben,Thanks!,2020-05-03\n3,Ann,2020-05-03,Two,Ben,Thanks!,2020-05-04\n",
    ],
)
def test_two_thanks_of_one_day_in_a_table_are_two(tmp_path: Path, table: str) -> None:
    found = messages(records(put(tmp_path / "t.csv", table), groups=("Pool",)))
    assert len({message.key for message in found}) == len(found) == 5


def test_a_tag_is_the_name_it_shows() -> None:
    texts = ("Ask @[17:2048:Ben Example]!", "Ask Ben Example!")
    assert len({message_key("Pool", "Ann", None, text) for text in texts}) == 1


def test_two_thanks_of_one_minute_in_a_page_are_two(tmp_path: Path) -> None:
    said = (f"Ann Example commented on {name}'s post." for name in ("Bob Sample", "Cat Sample"))
    entries = (
        f"<div><div>{words}</div><div><p>Thanks!</p><p>Group: Pool</p></div><div>Sep 13, 2020, 2:26 PM</div></div>"
        for words in said
    )
    name = "your_facebook_activity/groups/your_comments_in_groups.html"
    found = downloads.messages(downloads.write(tmp_path, {name: f"<body>{''.join(entries)}</body>"}))
    assert len({message.key for message in found}) == 2
    assert {message.author for message in found} == {"facebook:ann example"}  # told by the titles


@pytest.mark.parametrize(
    ("name", "pages", "fields"),
    [
        ("comments/12345_1000000001.json", {}, {}),
        ("page.json", {"next": "https://graph.facebook.com/v2.5/12345_1000000001/comments?after=x"}, {}),
        ("page.json", {}, {"id": "1000000001_77", "can_remove": False}),
        ("page.json", {}, {"permalink_url": "https://www.facebook.com/groups/1/permalink/1000000001/?comment_id=7"}),
    ],
)
def test_a_page_of_comments_in_a_file_of_its_own_finds_its_post(
    tmp_path: Path, name: str, pages: dict[str, str], fields: dict[str, object]
) -> None:
    put(tmp_path / "feed.json", group(post(id="12345_1000000001")))
    put(tmp_path / name, {"data": [{**comment(7), **fields}], "paging": pages})
    begins, answer = sorted(messages(records(tmp_path)), key=lambda message: message.flags)
    assert (begins.flags, answer.flags, answer.thread) == ((), ("comment",), None)
    assert begins.conversation == answer.conversation is not None


def test_comments_of_a_post_that_nobody_names_are_gathered(tmp_path: Path) -> None:
    put(tmp_path / "feed.json", group(post()))
    put(tmp_path / "page.json", {"data": [comment(7, like_count=1), comment(8, like_count=0)]})
    found = [message for message in messages(records(tmp_path)) if message.flags]
    assert [message.title for message in found] == ["Comments without their post, February 2015"] * 2
    assert len({message.references for message in found}) == 1
    assert findings(records(tmp_path))["post-elsewhere"] == 0


@pytest.mark.parametrize("name", ["comments_2020/feed.json", "20190101_20201231_comments.json"])
def test_posts_in_a_file_that_is_called_after_comments_are_posts(tmp_path: Path, name: str) -> None:
    plain = [post(number, updated_time=None, like_count=3, comments={"data": []}) for number in (1, 2)]
    put(tmp_path / name, dumps.group(*plain))
    found = messages(records(tmp_path))
    assert [message.flags for message in found] == [(), ()]
    assert len({message.thread for message in found}) == 2
