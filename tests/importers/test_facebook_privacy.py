"""What of a download is opened, and what of it reaches the archive: only what was posted in the wanted groups."""

from __future__ import annotations

import zipfile

import pytest

from importers.facebook import FacebookImporter
from migrate.model import Attachment
from migrate.sources import Options
from migrate.unpack.places import opened_place
from tests.importers.facebook_downloads import (
    COMMENTS,
    GROUP,
    POSTS,
    comment,
    comments,
    media,
    post,
    posts,
    records,
    write,
)

PICTURE = "your_facebook_activity/groups/media/mine.png"
OTHERS_PICTURE = "your_facebook_activity/groups/media/chess.png"
PROFILE = "personal_information/profile_information/profile_information.json"
SECRET = "Nobody else's business"
PRIVATE = (
    "your_facebook_activity/messages/inbox/bob_1/message_1.json",
    "your_facebook_activity/messages/inbox/bob_1/photos/1.jpg",
    "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json",
    "your_facebook_activity/comments_and_reactions/comments.json",
    "your_facebook_activity/groups/your_pending_posts_in_groups.json",
    "your_facebook_activity/groups/anonymous_posts_you've_written.json",
    "your_facebook_activity/groups/your_answers_to_membership_questions.json",
    "connections/friends/your_friends.json",
    "security_and_login_information/account_activity.json",
    "personal_information/profile_information/your_address_books.csv",
    "feed.json",
    "comments.csv",
    OTHERS_PICTURE,
)


@pytest.fixture(params=["folder", "zip"])
def download(request, tmp_path):
    """A download with much in it that is nobody's business."""
    profile = {"profile_v2": {"name": {"full_name": "Ann Example"}, "emails": {"emails": [f"{SECRET}@example.org"]}}}
    chess = post(f"{SECRET} in chess", media(OTHERS_PICTURE), title="Ann Example posted in Chess Club.")
    files: dict[str, object] = {name: [{"messages": [{"content": SECRET, "name": SECRET}]}] for name in PRIVATE}
    files |= {
        PROFILE: profile,
        POSTS: posts(post("Mine.", media(PICTURE)), chess),
        COMMENTS: comments(comment("Ours."), comment(SECRET, group="Chess Club")),
        PICTURE: b"\x89PNG mine",
    }
    folder = write(tmp_path / "ann", files)
    if request.param == "folder":
        return folder
    packed = tmp_path / "facebook-ann.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*.*")):
            archive.write(path, path.relative_to(folder))
    return packed


@pytest.fixture
def opened(monkeypatch):
    """The labels of all files that are opened; opening what is private raises."""
    labels: list[str] = []
    really = opened_place

    def watched(place, label):
        labels.append(label)
        assert not label.endswith(PRIVATE), f"{label} was opened"
        return really(place, label)

    monkeypatch.setattr("migrate.tree.opened_place", watched)
    return labels


def test_nothing_private_is_opened(download, opened):
    assert FacebookImporter().detect(download)
    found = records(download, groups=(GROUP,))
    assert [record.body for record in found if hasattr(record, "body")] == ["Ours.", "Mine."]
    assert {label.rpartition("/")[2] for label in opened} == {
        name.rpartition("/")[2] for name in (POSTS, COMMENTS, PICTURE, PROFILE)
    }


def test_nothing_private_comes_out(download):
    importer = FacebookImporter()
    scanned = list(importer.scan([str(download)], Options({"group": (GROUP,)})))
    found = records(download, groups=(GROUP,))
    assert sum(isinstance(record, Attachment) for record in found) == 1
    for hidden in (SECRET, "Chess"):
        assert hidden not in repr(found)
        assert hidden not in repr(scanned)  # not even on the way to a worker process


def test_messages_in_another_part_of_an_old_download_are_not_opened(tmp_path, opened):
    write(tmp_path / "one", {"groups/your_posts_in_groups.json": posts(post("Mine."))})
    for name in ("messages/inbox/bob_1/message_1.json", "friends/friends.json"):
        write(tmp_path / "two", {name: {"messages": [{"content": SECRET}]}})
    assert len(records(tmp_path / "one", tmp_path / "two")) == 3
    assert [label for label in opened if "/messages/" in label or "/friends/" in label] == []
    assert opened


def test_no_post_attaches_a_picture_of_a_private_message(tmp_path, opened):
    picture = "your_facebook_activity/messages/inbox/bob_1/photos/1.jpg"
    files = {POSTS: posts(post("Mine.", media(picture))), picture: b"\x89PNG mine"}
    assert not any(isinstance(record, Attachment) for record in records(write(tmp_path, files)))
