"""What other people's tools saved of Facebook groups, and the plain form in docs/facebook.md."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from migrate.model import Source
from tests.importers.facebook_dumps import findings, messages, names, put, records, sources, tree

SCRAPED = {
    "post_id": "1",
    "text": "Who has a ladder?\n\nI need it on Sunday.",
    "post_text": "Who has a ladder?",
    "shared_text": "I need it on Sunday.",
    "shared_username": "Cat Ito",
    "time": "2020-05-03 12:00:00",
    "timestamp": 1588500000,
    "username": "Ann Example",
    "user_id": "17",
    "images": ["https://x.example.net/1.jpg", "https://x.example.net/2.jpg"],
    "image": "https://x.example.net/1.jpg",
    "post_url": "https://facebook.com/groups/42/permalink/1",
    "link": "https://e.org/ladders",
    "comments": 3,
    "reactions": {"like": 4, "haha": 1},
    "comments_full": [
        {
            "comment_id": "2",
            "commenter_id": "23",
            "commenter_name": "Ben Example",
            "comment_text": "I do.",
            "comment_time": "2020-05-03 13:00:00",
            "comment_image": None,
            "replies": [
                {"comment_id": "3", "commenter_name": "Ann Example", "commenter_id": "17", "comment_text": "Thanks!"}
            ],
        }
    ],
}
CAPTURED = {
    "group": {
        "name": "Some Group",
        "partial_url": "some.group",
        "description": "About us",
        "stories": {
            "7": {
                "author_name": "Ann Example",
                "author_id": "17",
                "text": "Frogs!",
                "created_time": 1588500000,
                "comments": [
                    {"id": "9", "author": "Cat Ito", "text": "Three.", "reply_to": "8", "created_time": 1588500200},
                    {"id": "8", "author": "Ben Example", "text": "How many?", "created_time": 1588500100},
                ],
            }
        },
    }
}


def test_posts_of_facebook_scraper(tmp_path: Path) -> None:
    found = records(put(tmp_path / "posts.json", [SCRAPED]), groups=("Some Group",), reactions=True)
    post = messages(found)[0]
    assert tree(found) == {"Who has a ladder?": None, "I do.": "Who has a ladder?", "Thanks!": "I do."}
    assert post.body.split("\n\n") == [
        "Who has a ladder?",
        "> **Cat Ito:**\n> I need it on Sunday.",
        "- <https://e.org/ladders>\n- [Picture or video](https://x.example.net/1.jpg)\n"
        "- [Picture or video](https://x.example.net/2.jpg)",
        "*Reactions: like 4, haha 1*",
    ]
    assert (post.sent_at, post.url) == (datetime(2020, 5, 3, 10, tzinfo=UTC), SCRAPED["post_url"])
    assert names(found) == {"facebook:17": "Ann Example", "facebook:23": "Ben Example"}
    assert findings(found) == {"comments-missing": 0, "date-missing": 0, "media-elsewhere": 0, "zone-unknown": 0}


def test_its_stray_commas_are_passed_over(tmp_path: Path) -> None:
    one = json.dumps(SCRAPED | {"text": "a, ]b,}"}, indent=1).replace('"post_text": "Who has a ladder?",', "")
    broken = re.sub(r"\n(\s*)\}", r",\n\1}", one)
    found = records(put(tmp_path / "posts.json", f"[\n{broken}\n,\n,{one},\n]\n"), groups=("Some Group",))
    assert [message.body.split("\n")[0] for message in messages(found) if not message.parent] == ["a, \\]b,}"] * 2
    assert findings(found)["entry-mended"] == 0
    assert "entry-broken" not in findings(found)


def test_a_capture_with_its_group(tmp_path: Path) -> None:
    found = records(put(tmp_path / "capture.json", CAPTURED))
    assert tree(found) == {"Frogs!": None, "How many?": "Frogs!", "Three.": "How many?"}
    assert findings(found) == {}
    (source,) = sources(found)
    assert source == Source(
        key="facebook:some group", kind="facebook", name="Some Group", description="About us", private=True
    )


def test_several_groups_in_a_capture(tmp_path: Path) -> None:
    other = {"name": "Others", "stories": {"1": {"author_name": "Eve", "text": "Hm."}}}
    found = records(put(tmp_path / "capture.json", CAPTURED | {"other": other}), groups=("Others",))
    assert [message.body for message in messages(found)] == ["Hm."]
    assert {source.name for source in sources(found)} == {"Others"}


def test_the_documented_form_is_read_as_documented(tmp_path: Path) -> None:
    documented = Path("docs/facebook.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", documented, re.DOTALL)
    found = records(put(tmp_path / "group.json", example), reactions=True)
    assert findings(found) == {"media-elsewhere": 0}
    assert list(tree(found).values()) == [None, "Who has a ladder?", "Me. How long?"]
    assert {source.private for source in sources(found)} == {False}
    for table_row in re.findall(r"^\| `(\w+)`", documented, re.MULTILINE):
        assert f'"{table_row}"' in example
