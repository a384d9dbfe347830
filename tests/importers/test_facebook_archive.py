"""Downloads of several members in one archive: the sample, importing again, the same post from several exports."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter

import pytest

from importers.facebook import FacebookImporter
from migrate.archive import Archive
from migrate.archive.reader import read_messages
from migrate.archive.writer import Counts
from migrate.ingest import ingest
from migrate.settle import settle
from tests.conftest import SAMPLES
from tests.importers.facebook_downloads import POSTS, media, post, posts, write

SAMPLE = SAMPLES / "facebook"
MEDIA = SAMPLE / "zoe" / "your_facebook_activity" / "groups" / "media"
PICTURES = {
    f"groups/media/{name}.jpg": (MEDIA / file).read_bytes()
    for name, file in (("a", "pond_102.jpg"), ("b", "seedlings_101.jpg"))
}


@pytest.fixture
def archive(tmp_path):
    (tmp_path / "archive").mkdir()
    with Archive.open(tmp_path / "archive" / "migration.sqlite3", mode="create") as found:
        yield found


def read(archive: Archive, *locations: object) -> Counts:
    return ingest(archive, FacebookImporter(), [str(location) for location in locations], workers=1)


def codes(archive: Archive) -> Counter[str]:
    return Counter(code for (code,) in archive.db.execute("SELECT code FROM finding WHERE stage = 'read'"))


def test_the_sample_is_read_once(archive):
    counts = read(archive, SAMPLE)
    assert (counts.read, counts.new, counts.duplicates, counts.lost) == (36, 35, 0, 1)
    assert codes(archive) == {"attachment-missing": 1, "entry-empty": 1}
    again = read(archive, SAMPLE)
    assert (again.new, again.duplicates, again.lost) == (0, 35, 1)
    assert archive.db.execute("SELECT name, private FROM source").fetchall() == [("Riverside Gardeners – Old Mill", 1)]


def test_packed_or_member_by_member_it_is_the_same(archive, tmp_path):
    read(archive, SAMPLE)
    for name in ("zoe", "radoslaw"):
        packed = shutil.make_archive(str(tmp_path / f"facebook-{name}-2022"), "zip", SAMPLE / name)
        assert read(archive, packed).new == 0
        assert read(archive, SAMPLE / name).new == 0


def test_packed_members_are_told_apart(archive, tmp_path):
    packed = [
        shutil.make_archive(str(tmp_path / f"facebook-{name}"), "zip", SAMPLE / name) for name in ("zoe", "radoslaw")
    ]
    assert read(archive, *packed).new == 35


def test_a_download_in_parts_is_one(archive, tmp_path):
    files = sorted(path for path in (SAMPLE / "zoe").rglob("*.*") if path.is_file())
    parts = [tmp_path / f"facebook-zoe-{number}.zip" for number in (1, 2, 3)]
    for number, part in enumerate(parts):
        with zipfile.ZipFile(part, "w") as archive_part:
            for path in files[number::3]:
                archive_part.write(path, path.relative_to(SAMPLE / "zoe"))
    counts = read(archive, *parts)
    assert (counts.new, counts.lost) == (20, 1)
    assert codes(archive)["attachment-missing"] == 1


def test_pictures_are_stored_without_where_they_were_taken(archive):
    read(archive, SAMPLE)
    stored = [path.read_bytes() for path in archive.attachments.rglob("*") if path.is_file()]
    assert len(stored) == 3  # of five, some are alike
    assert all(data.startswith(b"\xff\xd8") for data in stored)
    assert not any(b"Exif" in data or b"Example Phone" in data for data in stored)


def test_the_same_post_in_two_exports_is_one(archive, tmp_path):
    shared = {"external_context": {"url": "https://example.org/x"}}
    write(tmp_path / "then", {POSTS: posts(post("Look at this."))})
    write(tmp_path / "now", {"groups/your_posts_in_groups.json": posts(post("Look at this.", shared))})
    assert read(archive, tmp_path / "then").new == 1
    later = read(archive, tmp_path / "now")
    assert (later.new, later.duplicates) == (0, 1)


def test_every_comment_has_a_thread(archive):
    read(archive, SAMPLE)
    settle(archive)
    query = "SELECT count(*) FROM message WHERE thread_id IS NULL OR position IS NULL"
    assert archive.db.execute(query).fetchone() == (0,)
    titles = {title for (title,) in archive.db.execute("SELECT title FROM thread")}
    assert "Frost warning for tonight, minus two in the valley." in titles


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_whole_download_mends_what_one_that_was_cut_off_left_out(archive, tmp_path, is_sent):
    entry = posts(post("Seedlings!", media("groups/media/a.jpg"), media("groups/media/b.jpg")))
    write(tmp_path / "cut", {POSTS: entry, **dict(list(PICTURES.items())[:1])})
    write(tmp_path / "whole", {POSTS: entry} | PICTURES)
    read(archive, tmp_path / "cut")
    settle(archive)
    if is_sent:
        archive.db.execute("INSERT INTO target (id, url, generation, facts) VALUES (1, 'https://f.example', 1, '{}')")
        archive.db.execute(
            "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, thread_id)"
            " SELECT 1, 'post', id, 1, 'done', 1, 0, thread_id FROM message"
        )
    read(archive, tmp_path / "whole")
    (message,) = read_messages(archive)
    assert len(message.attachments) == 2
    assert ("not in the export" in message.body) is is_sent
    assert codes(archive)["attachment-missing"] == is_sent


def test_what_still_lacks_something_is_not_called_whole(archive, tmp_path):
    names = (*PICTURES, "groups/media/c.jpg")
    entry = posts(post("Seedlings!", *map(media, names)))
    for number in (1, 2):
        write(tmp_path / str(number), {POSTS: entry} | dict(list(PICTURES.items())[:number]))
        read(archive, tmp_path / str(number))
    assert codes(archive)["attachment-missing"] == 2
