"""What becomes of posts and comments of members' downloads: texts, titles, pictures, links, polls, events."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from importers.facebook.bodies import first_sentence
from migrate.model import Attachment, Message, Person
from tests.importers.facebook_downloads import (
    COMMENTS,
    GROUP,
    NOON,
    POSTS,
    comment,
    comments,
    findings,
    media,
    messages,
    post,
    posts,
    records,
    write,
)

PICTURE = "your_facebook_activity/groups/media/frost.png"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82"


def only(tmp_path, *parts, text: str | None = None, **more):
    (message,) = messages(write(tmp_path, {POSTS: posts(post(text, *parts, **more))}))
    return message


def test_plain_text_keeps_its_lines_and_is_no_markup(tmp_path):
    message = only(tmp_path, text="# 1 tip\n* not a list\n\n<b>1 < 2</b> and a_b_c\n[x](http://y)")
    lines = message.body.split("\n")
    assert len(lines) == 5
    assert lines[0] == "\\# 1 tip"
    assert lines[1] == "\\* not a list"
    assert lines[3].startswith("\\<b>")
    assert lines[4].startswith("\\[x")
    assert message.title == "# 1 tip"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Frost tonight.\nCover your beans.", "Frost tonight."),
        ("Hi! Has anybody seen my rake? It is red.", "Hi! Has anybody seen my rake?"),
        ("🌱🌱🌱\nFirst seedlings", "First seedlings"),
        ("word " * 50, "word " * 19 + "word…"),
        ("x" * 300, "x" * 99 + "…"),
        (
            "霜が降りました。豆を覆ってください。明日も寒いです。",
            "霜が降りました。豆を覆ってください。明日も寒いです。",
        ),
        ("Version 2.0 is out", "Version 2.0 is out"),
    ],
)
def test_the_first_sentence_or_line_is_the_title(text, title):
    assert first_sentence(text) == title


def test_a_title_is_found_for_posts_without_words(tmp_path):
    event = {"event": {"name": "Spring clean", "start_timestamp": NOON, "place": {"name": "Lower gate"}}}
    assert only(tmp_path / "a", event).title == "Spring clean"
    assert only(tmp_path / "b", {"poll": {"question": "Which day?"}}).title == "Which day?"
    page = {"external_context": {"url": "https://example.org/x", "name": "How to sow"}}
    assert only(tmp_path / "c", page, text="https://example.org/x").title == "How to sow"
    assert only(tmp_path / "d", media("media/a.jpg")).title == "Photo by Ann Example, 13 September 2020"
    assert only(tmp_path / "e", media("media/a.mp4")).title == "Video by Ann Example, 13 September 2020"


def test_polls_and_events_are_readable(tmp_path):
    poll = {"poll": {"question": "Which?", "options": [{"option": "Sat*day*", "voted": True}, {"option": "Sun"}, 7]}}
    event = {
        "event": {
            "name": "Clean-up",
            "start_timestamp": NOON,
            "end_timestamp": NOON + 3600,
            "place": {"name": "Lower gate"},
            "description": "Bring gloves.",
        }
    }
    assert only(tmp_path, poll, event, text="Please vote.").body.split("\n") == [
        "Please vote.",
        "",
        "**Poll: Which?**",
        "",
        "- Sat\\*day\\*",
        "- Sun",
        "",
        "**Event: Clean-up**",
        "",
        "- Starts: 2020-09-13 12:26 UTC",
        "- Ends: 2020-09-13 13:26 UTC",
        "- Place: Lower gate",
        "",
        "Bring gloves.",
    ]


def test_links_lead_to_their_targets_and_stand_once(tmp_path):
    wrapped = "https://l.facebook.com/l.php?u=https%3A%2F%2Fseeds.example.org%2Fa%3Fb%3D1%26fbclid%3DIwAR&h=AT0"
    parts = [{"external_context": {"url": wrapped, "name": "Seeds [list]"}}]
    assert only(tmp_path / "a", *parts, text="See here.").body == (
        "See here.\n\n- [Seeds \\[list\\]](https://seeds.example.org/a?b=1)"
    )
    assert only(tmp_path / "b", *parts, text=f"See {wrapped}.").body == "See https://seeds.example.org/a?b=1."
    odd = {"external_context": {"url": "javascript:alert(1)", "name": "x"}}
    assert only(tmp_path / "c", odd, text="Hm.").body == "Hm."


def test_tags_become_names_and_shared_posts_quotes(tmp_path):
    shared = {"text": "Water is off\non Tuesday."}
    message = only(tmp_path, shared, text="Thanks @[4711:2048:Bob Sample]!", tags=[{"name": "Eve"}, "Kim"])
    assert message.body == "Thanks Bob Sample!\n\n> Water is off\n> on Tuesday.\n\n- With Eve, Kim"


def test_places_and_things_for_sale_are_named(tmp_path):
    place = {"place": {"name": "Old Mill", "coordinate": {"latitude": 50.05731, "longitude": 19.94691}}}
    sale = {"for_sale_item": {"title": "Rotavator", "price": "300 zł"}}
    message = only(tmp_path, place, sale, text="Come.")
    assert message.body == "Come.\n\n- Place: Old Mill\n- For sale: Rotavator, 300 zł"


def test_pictures_of_the_download_are_attached(tmp_path):
    folder = write(tmp_path / "ann", {POSTS: posts(post("Look.", media(PICTURE))), PICTURE: PNG})
    found = records(folder)
    (message,) = [record for record in found if isinstance(record, Message)]
    (file,) = [record for record in found if isinstance(record, Attachment)]
    assert [(it.filename, it.media_type, it.size) for it in message.attachments] == [
        ("frost.png", "image/png", file.size)
    ]
    assert message.attachments[0].sha256 == file.sha256 == sha256(file.content or b"").hexdigest()
    assert found.index(file) < found.index(message)


def test_a_missing_picture_is_said_and_one_on_the_web_is_linked(tmp_path):
    there = posts(post("Look.", media(PICTURE), media("https://scontent.example.net/p.jpg")))
    folder = write(tmp_path, {POSTS: there})
    (message,) = messages(folder)
    assert message.body == "Look.\n\n- frost.png (not in the export)\n- https://scontent.example.net/p.jpg"
    assert [(finding.code, finding.message) for finding in findings(folder)] == [("attachment-missing", message.key)]


def test_a_picture_in_another_part_of_the_download_is_found(tmp_path):
    write(tmp_path / "facebook-ann-1", {POSTS: posts(post("Look.", media(PICTURE)))})
    write(tmp_path / "facebook-ann-2", {PICTURE: PNG})
    (message,) = messages(tmp_path / "facebook-ann-1", tmp_path / "facebook-ann-2")
    assert len(message.attachments) == 1


def test_what_cameras_and_facebook_noted_is_left_out(tmp_path):
    noted = {"photo_metadata": {"exif_data": [{"upload_ip": "192.0.2.77", "latitude": 50.1}]}}
    found = records(write(tmp_path, {POSTS: posts(post("Look.", media(PICTURE, media_metadata=noted)))}))
    assert "192.0.2.77" not in repr(found)
    assert "50.1" not in repr(found)


def test_who_a_comment_answers_is_a_person_and_replies_are_told(tmp_path):
    there = [
        comment("To Bob.", NOON, "Ann Example commented on Bob Sample's post."),
        comment("To Eve.", NOON + 1, "Ann Example replied to Eve's comment."),
        comment("To me.", NOON + 2, "Ann Example commented on her own post."),
        comment("To whom?", NOON + 3, "Ann Example did something."),
    ]
    found = records(write(tmp_path, {COMMENTS: comments(*there)}))
    told = [(it.body, it.answers, it.flags) for it in found if isinstance(it, Message)]
    assert told == [
        ("To Bob.", "facebook:bob sample", ("comment",)),
        ("To Eve.", "facebook:eve", ("reply",)),
        ("To me.", "facebook:ann example", ("comment",)),
        ("To whom?", None, ("comment",)),
    ]
    names = {record.key: record.name for record in found if isinstance(record, Person)}
    assert names == {"facebook:ann example": "Ann Example", "facebook:bob sample": "Bob Sample", "facebook:eve": "Eve"}


@pytest.mark.parametrize("at", [0, -5, 10**30, 2**62, "soon", None, [1], True, 1e400])
def test_a_date_that_cannot_be_is_none(tmp_path, at):
    there = {**post("Hello."), "timestamp": at}
    folder = write(tmp_path, {POSTS: json.dumps(posts(there)).replace("Infinity", "1e400")})
    (message,) = messages(folder)
    assert (message.sent_at, message.date_source) == (None, None)
    assert [finding.code for finding in findings(folder)] == ["date-missing"]


def test_an_entry_that_says_nothing_is_counted(tmp_path):
    (finding,) = findings(write(tmp_path, {POSTS: posts(post(None), post("  "), post("x"))}), groups=(GROUP,))[:1]
    assert (finding.code, finding.lost) == ("entry-empty", 1)


def test_a_picture_is_found_by_a_spoilt_name(tmp_path):
    uri = "your_facebook_activity/groups/media/Größe Łódź.png"
    found = messages(write(tmp_path, {POSTS: posts(post("Grün.", media(uri))), uri: b"\x89PNG\r\n\x1a\n"}))
    assert [file.filename for file in found[0].attachments] == ["Größe Łódź.png"]


def test_a_long_address_of_a_picture_is_kept_whole(tmp_path):
    url = f"https://scontent.example.org/{'v' * 400}.jpg?oe=1"
    found = messages(write(tmp_path, {POSTS: posts(post("Far.", media(url)))}))
    assert url in found[0].body.replace("\\", "")
