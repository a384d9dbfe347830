"""Every sample goes the whole way: read, sent, verified; again, packed, in parts, killed, together with the others."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Counts
from migrate.cli.choices import read_mapping_file
from migrate.detect import detect_importer, looks_like
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.ingest import ingest
from migrate.plan import Plan
from migrate.sandbox import Sandbox
from migrate.settle import settle
from migrate.sources import get_importer
from tests.conftest import REPOSITORY, SAMPLES
from tests.mboxes import mbox

SOURCE_OF = {
    "google-groups": "google-groups",
    "facebook": "facebook",
    "facebook-graph": "facebook",
    "mailchimp": "mailchimp",
    "wiki": "wiki",
    "mbox": "mbox",
}
NEW = [name for name in SOURCE_OF if name != "mbox"]  # its own tests hold what follows for mail
# Everything that is the same however the export was packed: no places, no numbers that say in which order it came.
CONTENTS = (
    "SELECT key, kind, name, description, private, licence, licence_url FROM source",
    "SELECT key, email, member, anonymous FROM person",
    "SELECT own.key, message.title, body, source.key, person.key, sent_at, thread.key, parent.key, message.flags"
    " FROM message JOIN container AS own USING (id) JOIN content ON message_id = message.id"
    " JOIN source ON source.id = message.source_id JOIN person ON person.id = message.author_id"
    " LEFT JOIN thread ON thread.id = message.thread_id LEFT JOIN container AS parent ON parent.id = message.parent_id",
    "SELECT sha256, media_type, size FROM attachment",
    "SELECT code, severity, lost FROM finding",
)

# Reads an export and dies as soon as it has read something new.
DYING = """
import os, pathlib, signal, sys
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.settle import settle
from migrate.sources import get_importer

def die(size, counts):
    if counts.new:
        os.kill(os.getpid(), signal.SIGKILL)

path, source, export = sys.argv[1:]
with Archive.open(pathlib.Path(path), mode="create") as archive:
    ingest(archive, get_importer(source), [export], progress=die, workers=1)
    settle(archive)
"""


def read(archive: Archive, name: str, *locations: Path) -> Counts:
    """Import a sample, or these locations in its place."""
    importer = get_importer(SOURCE_OF[name])
    counts = ingest(archive, importer, [str(path) for path in locations or (SAMPLES / name,)], workers=2)
    settle(archive)
    return counts


def contents(archive: Archive) -> list[list[tuple[object, ...]]]:
    """What is in an archive, however it came there."""
    return [sorted(archive.db.execute(query), key=repr) for query in CONTENTS]


def packed(folder: Path, target: Path, parts: int = 1) -> list[Path]:
    """A folder as zip files, its files dealt out among them: "target-001.zip", …"""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    made = [target.with_name(f"{target.name}-{number:03}.zip") for number in range(1, parts + 1)]
    for number, path in enumerate(made):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
            for file in files[number::parts]:
                pack.write(file, file.relative_to(folder).as_posix())
    return made


def sent(archive: Archive, tmp_path: Path) -> int:
    """Send it to a forum, where all of it is equal and nothing comes twice; returns the number of posts."""
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version="2026") as forum:
        with closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client:
            target = open_target(archive, client)
            result = Push(archive, client, target).run()
            posts = result.created.get("topic", 0) + result.created.get("reply", 0)
            assert result.refused == 0
            checked = verify(archive, client, target)
            assert (checked.checked, checked.is_clean) == (posts, True)
            assert Push(archive, client, target).run().created == {}
            return posts


@pytest.mark.parametrize("name", NEW)
def test_a_sample_arrives_whole_and_once(tmp_path: Path, name: str) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        first = read(archive, name)
        assert first.new > 10
        assert first.read == first.new + first.duplicates + first.lost
        before = contents(archive)
        again = read(archive, name)
        assert (again.read, again.new) == (first.read, 0)
        assert contents(archive) == before
        assert sent(archive, tmp_path) > 10


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("name", NEW)
def test_packed_it_is_the_same(tmp_path: Path, name: str, parts: int) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as plain:
        first = read(plain, name)
        with Archive.open(tmp_path / "b.sqlite3", mode="create") as from_zip:
            assert read(from_zip, name, *packed(SAMPLES / name, tmp_path / "export", parts)) == first
            assert contents(from_zip) == contents(plain)
            assert read(from_zip, name).new == 0


def test_the_downloads_of_several_members_may_be_named_one_by_one(tmp_path: Path) -> None:
    downloads = [path for folder in (SAMPLES / "facebook").iterdir() for path in packed(folder, tmp_path / folder.name)]
    assert len(downloads) > 1
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as together:
        read(together, "facebook")
        with Archive.open(tmp_path / "b.sqlite3", mode="create") as apart:
            for path in downloads:
                read(apart, "facebook", path)
            assert contents(apart) == contents(together)


@pytest.mark.parametrize("name", NEW)
def test_the_example_of_a_mapping_goes_with_it(tmp_path: Path, name: str) -> None:
    mapping = read_mapping_file(REPOSITORY / "mappings" / f"{SOURCE_OF[name]}.toml")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        read(archive, name)
        plan = Plan(archive, mapping=mapping).summary()
        assert plan.topics > 5
        assert plan.reserved == ()  # it says who may read what is private


@pytest.mark.parametrize("name", SOURCE_OF)
def test_auto_recognises_it_and_others_say_what_it_is(tmp_path: Path, name: str) -> None:
    source = SOURCE_OF[name]
    for path in (SAMPLES / name, *packed(SAMPLES / name, tmp_path / "export")):
        assert detect_importer([str(path)]).name == source
        for other in sorted({"mbox", "jsonl", "facebook", "mailchimp", "google-groups", "wiki"} - {source}):
            if (source, other) != ("google-groups", "mbox"):  # which reads it, if less of it
                assert f"`migrate import {source} …`" in looks_like([str(path)], get_importer(other)), other


def test_all_of_them_are_one_community(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        apart = {name: read(archive, name).new for name in SOURCE_OF}
        before = contents(archive)
        assert all(apart.values())
        for name in reversed(SOURCE_OF):
            assert read(archive, name).new == 0
        assert contents(archive) == before
        kinds = {kind for (kind,) in archive.db.execute("SELECT DISTINCT kind FROM source")}
        assert kinds == set(SOURCE_OF.values())
        assert sent(archive, tmp_path) > 100
    with Archive.open(tmp_path / "b.sqlite3", mode="create") as backwards:
        for name in reversed(SOURCE_OF):
            read(backwards, name)
        assert len(contents(backwards)[2]) == len(before[2])


@pytest.mark.parametrize("name", NEW)
def test_killed_after_every_chunk_it_goes_on_to_the_same_archive(tmp_path: Path, name: str) -> None:
    (export,) = packed(SAMPLES / name, tmp_path / "export")
    with Archive.open(tmp_path / "whole.sqlite3", mode="create") as whole:
        read(whole, name, export)
        expected = contents(whole)
    command = [sys.executable, "-c", DYING, str(tmp_path / "a.sqlite3"), SOURCE_OF[name], str(export)]
    codes = [subprocess.run(command, check=False).returncode]
    while codes[-1] == -signal.SIGKILL:
        codes.append(subprocess.run(command, check=False).returncode)
    assert len(codes) > 1
    assert codes[-1] == 0
    with Archive.open(tmp_path / "a.sqlite3", mode="read") as archive:
        assert contents(archive) == expected


@pytest.mark.parametrize("seed", range(2))
def test_the_import_of_a_large_zip_killed_at_any_instant_goes_on(tmp_path: Path, seed: int) -> None:
    export = tmp_path / "takeout.zip"
    with zipfile.ZipFile(export, "w", zipfile.ZIP_DEFLATED) as pack:
        for group in ("bakers", "gardeners"):
            mail = mbox(400, first=1000 * len(group), words=600)
            pack.writestr(f"Takeout/Groups/googlegroups.com/owned/{group}@googlegroups.com/topics.mbox", mail)
    with Archive.open(tmp_path / "whole.sqlite3", mode="create") as whole:
        assert read(whole, "google-groups", export).new == 800
        expected = contents(whole)
    path = tmp_path / "a.sqlite3"
    command = [sys.executable, "-m", "migrate", "import", "google-groups", str(export), "-a", str(path), "--json"]
    dice = random.Random(seed)
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0.3, 2))
        process.kill()
        process.wait()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with Archive.open(path, mode="read") as archive:
        assert contents(archive) == expected
