"""Members' downloads in the layouts that Facebook has given them since 2018."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from importers.facebook import FacebookImporter
from migrate.errors import InputError
from migrate.model import Message, Source
from tests.importers.facebook_downloads import (
    COMMENTS,
    GROUP,
    NOON,
    POSTS,
    comment,
    comments,
    findings,
    messages,
    post,
    posts,
    records,
    spoilt,
    write,
)

LAYOUTS: dict[str, dict[str, object]] = {
    "2018": {
        "groups/your_posts_and_comments_in_groups.json": {
            "group_posts": {"activity_log_data": [post("Hello."), comment("Hi.")]}
        }
    },
    "2020": {
        "groups/your_posts_in_groups.json": posts(post("Hello.")),
        "groups/your_comments_in_groups.json": comments(comment("Hi.")),
    },
    "2022": {
        "your_activity_across_facebook/groups/group_posts_and_comments.json": posts(post("Hello.")),
        "your_activity_across_facebook/groups/your_comments_in_groups.json": comments(comment("Hi.")),
    },
    "2023": {POSTS: posts(post("Hello.")), COMMENTS: comments(comment("Hi."))},
    "seen once": {
        f"personal_information/profile_information/{POSTS}": posts(post("Hello.")),
        f"personal_information/profile_information/{COMMENTS}": comments(comment("Hi.")),
    },
    "bare lists": {POSTS: [post("Hello.")], COMMENTS: [comment("Hi.")]},
    "versions to come": {POSTS: {"group_posts_v3": [post("Hello.")]}, COMMENTS: {"x": {"y_v9": [comment("Hi.")]}}},
    "numbered files": {
        "a/groups/your_posts_in_groups_1.json": posts(post("Hello.")),
        "a/groups/your_comments_in_groups_2.json": comments(comment("Hi.")),
    },
    "loose files": {
        "group_posts_and_comments.json": posts(post("Hello.")),
        "your_comments_in_groups.json": comments(comment("Hi.")),
    },
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_posts_and_comments_are_found_in_every_layout(tmp_path, layout):
    found = {message.body: message for message in messages(write(tmp_path, layout))}
    assert set(found) == {"Hello.", "Hi."}
    said, answer = found["Hello."], found["Hi."]
    assert said.sent_at == datetime.fromtimestamp(NOON, UTC)
    assert said.date_source == "source"
    assert said.author == answer.author == "facebook:ann example"
    assert (said.flags, answer.flags) == ((), ("comment",))
    assert (said.references, answer.references) == ((), ("facebook:unplaced:riverside gardeners:2020-09",))
    assert answer.answers == "facebook:bob sample"
    assert answer.title == "Comments without their post, September 2020"


def test_a_post_has_one_key_in_all_layouts(tmp_path):
    keys = set()
    for number, layout in enumerate(LAYOUTS.values()):
        keys.add(frozenset(message.key for message in messages(write(tmp_path / str(number), layout))))
    assert len(keys) == 1


def test_groups_are_private_and_named_as_they_are(tmp_path):
    found = records(write(tmp_path, {POSTS: posts(post("Zoë", title="Ann posted in Café Zürich."))}))
    (source,) = [record for record in found if isinstance(record, Source)]
    assert source == Source(key="facebook:café zürich", kind="facebook", name="Café Zürich", private=True)


def test_the_posts_of_a_page_are_read_under_its_name(tmp_path):
    folder = "this_profile's_activity_across_facebook"
    files = {
        f"{folder}/posts/profile_posts_1.json": [post("News.", title="Old Mill updated their status.")],
        f"{folder}/posts/profile_posts_2.json": [post("More news.", title="")],
        "personal_information/profile_information/profile_information.json": {
            "profile_v2": {"name": {"full_name": "Old Mill"}}
        },
    }
    found = messages(write(tmp_path, files))
    assert {(message.body, message.source, message.author) for message in found} == {
        ("News.", "facebook:old mill", "facebook:old mill"),
        ("More news.", "facebook:old mill", "facebook:old mill"),
    }


def test_the_own_wall_is_no_group(tmp_path):
    files = {
        "posts/your_posts_1.json": [post("Mine.")],
        "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json": [post("Mine.")],
        POSTS: posts(post("Hello.")),
    }
    assert [message.body for message in messages(write(tmp_path, files))] == ["Hello."]


def test_labelled_values_are_told_by_what_they_look_like(tmp_path):
    prose = "The lettuce came up overnight, after the rain.\nSomething is eating it already."
    entry = {
        "timestamp": NOON,
        "media": [],
        "fbid": "123456",
        "label_values": [
            {"label": "Beitrag", "value": prose},
            {"label": "Adresse", "value": "x", "href": "https://www.facebook.com/groups/123/posts/456/"},
            {"label": "Link", "value": "https://seeds.example.org/list"},
            {"title": "Gruppe", "dict": [{"label": "Name", "value": GROUP}]},
        ],
    }
    files = {
        POSTS: [entry],
        "your_facebook_activity/groups/your_groups.json": {"groups_joined_v2": [{"data": [{"name": GROUP}]}]},
    }
    (message,) = messages(write(tmp_path, files))
    assert message.body == f"{prose}\n\n- <https://seeds.example.org/list>"
    assert message.source == "facebook:riverside gardeners"
    assert message.url == "https://www.facebook.com/groups/123/posts/456/"
    assert message.sent_at == datetime.fromtimestamp(NOON, UTC)


def test_a_date_among_labelled_values_will_do(tmp_path):
    values = [{"label": "a", "value": "Some words."}, {"label": "b", "timestamp_value": NOON}, {"c": {"value": GROUP}}]
    (message,) = messages(write(tmp_path, {POSTS: [{"label_values": values}]}), groups=(GROUP,))
    assert message.sent_at == datetime.fromtimestamp(NOON, UTC)
    assert message.body == "Some words."


def test_two_members_downloads_are_told_apart(tmp_path):
    theirs = comment("Mine, too.", title="Bob Sample commented on Ann Example's post.", author="Bob Sample")
    write(tmp_path / "ann", {POSTS: posts(post("Mine are up."))})
    write(
        tmp_path / "bob",
        {COMMENTS: comments(theirs), POSTS: posts(post("Hi.", title=f"Bob Sample posted in {GROUP}."))},
    )
    expected = {
        ("Mine are up.", "facebook:ann example"),
        ("Mine, too.", "facebook:bob sample"),
        ("Hi.", "facebook:bob sample"),
    }
    for locations in ([tmp_path], [tmp_path / "ann", tmp_path / "bob"]):
        assert {(message.body, message.author) for message in messages(*locations)} == expected


def test_one_group_needs_no_name_and_several_are_listed(tmp_path):
    there = [post("One."), post("Two."), post("Chess.", title="Ann Example posted in Chess Club.")]
    folder = write(tmp_path, {POSTS: posts(*there)})
    with pytest.raises(InputError, match=r'--group "NAME"`.*"Riverside Gardeners" \(2\), "Chess Club" \(1\)'):
        messages(folder)
    assert [message.body for message in messages(folder, groups=("chess CLUB",))] == ["Chess."]
    assert len(messages(folder, groups=("Chess Club", GROUP))) == 3
    with pytest.raises(InputError, match=r'no group called "Chess".*"Chess Club"'):
        messages(folder, groups=("Chess",))


def test_what_is_left_of_other_groups_is_a_number(tmp_path):
    there = [post("One."), post("Chess.", title="Ann Example posted in Chess Club.")]
    (finding,) = findings(write(tmp_path, {POSTS: posts(*there)}), groups=(GROUP,))
    assert (finding.code, finding.lost) == ("other-groups", 0)
    assert "1 posts and comments in 1 other groups" in finding.text
    assert "Chess" not in repr(finding)


def test_a_post_whose_group_cannot_be_told_is_counted(tmp_path):
    there = [post("One."), post("Odd.", title="Ann Example κάτι έκανε.")]
    (finding,) = findings(write(tmp_path, {POSTS: posts(*there)}))
    assert (finding.code, finding.lost) == ("group-unknown", 1)


def test_the_name_of_a_group_can_be_said_where_no_title_is_understood(tmp_path):
    folder = write(tmp_path, {POSTS: posts(post("Γεια.", title="Η Άννα δημοσίευσε στην ομάδα Κηπουροί."))})
    with pytest.raises(InputError, match="--group"):
        messages(folder)
    assert [message.body for message in messages(folder, groups=("Κηπουροί",))] == ["Γεια."]


def test_nothing_about_groups_says_what_to_ask_for(tmp_path):
    folder = write(tmp_path, {"your_facebook_activity/posts/your_posts_1.json": [post("Mine.")]})
    with pytest.raises(InputError, match=r"choose Groups.*JSON"):
        records(folder)
    with pytest.raises(InputError, match="no Facebook group"):
        records(write(tmp_path / "other", {"a.txt": "Hello."}))


def test_a_download_is_recognised_by_its_names(tmp_path):
    assert FacebookImporter().detect(write(tmp_path / "a", {POSTS: posts(post("Hello."))}))
    assert not FacebookImporter().detect(write(tmp_path / "b", {"posts/hello.txt": "Hello."}))


def test_strings_that_are_right_already_stay_so(tmp_path):
    text = json.dumps(posts(post("Ã is a letter, and so is ł. Já não."), post("Łódź", at=NOON + 1)))
    found = messages(write(tmp_path, {POSTS: text}))
    assert [message.body for message in found] == ["Ã is a letter, and so is ł. Já não.", "Łódź"]


def test_a_string_that_was_mended_before_survives_among_spoilt_ones(tmp_path):
    entries = [spoilt(post(f"Grüße aus Köln {number}.", at=NOON + number)) for number in range(3)]
    entries.append(post("Łódź", at=NOON + 9))
    found = messages(write(tmp_path, {POSTS: json.dumps(posts(*entries))}))
    assert [message.body for message in found] == [*(f"Grüße aus Köln {number}." for number in range(3)), "Łódź"]


def test_a_string_cut_within_a_character_loses_only_that(tmp_path):
    entries = [
        spoilt(post("Grüße.")),
        {**spoilt(post("Köl")), "data": [{"post": "Bäume, Bä".encode().decode("latin-1")[:-1]}]},
    ]
    found = messages(write(tmp_path, {POSTS: json.dumps(posts(*entries))}))
    assert [message.body for message in found] == ["Grüße.", "Bäume, B\ufffd"]


def test_every_message_is_counted_or_found(tmp_path):
    there = [post("One."), post(None), post("Two.", at=NOON + 1), "no entry", {"title": 5}, post("x", title="?")]
    found = records(write(tmp_path, {POSTS: posts(*there)}), groups=(GROUP,))
    lost = sum(getattr(record, "lost", 0) for record in found)
    assert sum(isinstance(record, Message) for record in found) + lost == 5  # a string is no entry at all


def test_a_page_without_its_profile_is_read_by_its_name(tmp_path):
    entry = {"timestamp": NOON, "title": "Garden Page updated its status.", "data": [{"post": "Open on Sunday."}]}
    folder = write(tmp_path, {"this_profile's_activity_across_facebook/posts/profile_posts_1.json": [entry]})
    assert [message.author for message in messages(folder, groups=("Garden Page",))] == ["facebook:garden page"]


@pytest.mark.parametrize("asked", ["chess \u2013 BEGINNERS", "Chess \u2014  beginners", "Chess - Beginners"])
def test_a_group_is_found_whatever_dash_was_typed(tmp_path, asked):
    title = "Ann Example posted in {}."
    entries = [post("Chess.", title=title.format("Chess \u2013 Beginners")), post("Roses.", title=title.format(GROUP))]
    assert [message.body for message in messages(write(tmp_path, {POSTS: posts(*entries)}), groups=(asked,))] == [
        "Chess."
    ]
