"""An export is one tree of files, however it was packed, and in however many parts."""

import bz2
import gzip
import os
import pickle
import unicodedata
import zipfile
from pathlib import Path

import pytest

from migrate.errors import InputError
from migrate.tree import Tree, opened, read_file, read_tree
from migrate.unpack import places
from migrate.unpack.parts import download_of
from tests.packing import tarred, zipped

EXPORT = {
    "Takeout/Groups/gärtner/topics.mbox": b"From here\n" * 5000,
    "Takeout/Groups/gärtner/info.csv": b"name,description\n",
    "Takeout/archive_browser.html": b"<html>",
}


def contents(tree: Tree) -> dict[str, bytes]:
    """All files by path, each found again after a journey to another process."""
    found = {}
    for file in tree:
        data, trouble = read_file(pickle.loads(pickle.dumps(file)), 1 << 30)
        assert trouble is None
        assert file.label.endswith(file.name)
        assert not file.label.startswith("/")
        found[file.path] = data
    return found


def put(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def as_folder(top: Path) -> str:
    for name, data in EXPORT.items():
        put(top / "export" / name, data)
    return str(top / "export")


def as_parts(top: Path) -> str:
    for number in range(3):
        members = dict(list(EXPORT.items())[number:])  # parts overlap
        put(top / "parts" / f"takeout-20260101-00{number + 1}.zip", zipped(members))
    return str(top / "parts")


@pytest.mark.parametrize(
    "pack",
    [
        as_folder,
        as_parts,
        lambda top: put(top / "a.zip", zipped(EXPORT)),
        lambda top: put(top / "a.zip", zipped(EXPORT, zipfile.ZIP_STORED)),
        lambda top: put(top / "a.zip", zipped(EXPORT, zipfile.ZIP_BZIP2)),
        lambda top: put(top / "a.zip", b"PK\3\4 something before it" * 99 + zipped(EXPORT)),
        lambda top: put(top / "a.tar", tarred(EXPORT)),
        lambda top: put(top / "a.tgz", tarred(EXPORT, "w:gz")),
        lambda top: put(top / "a.tar.bz2", tarred(EXPORT, "w:bz2")),
        lambda top: put(top / "a.tar.xz", tarred(EXPORT, "w:xz")),
    ],
    ids=["folder", "parts", "deflated", "stored", "bzip2", "moved", "tar", "tgz", "tar.bz2", "tar.xz"],
)
def test_an_export_is_the_same_however_it_is_packed(tmp_path, pack):
    tree = read_tree([pack(tmp_path)])
    assert contents(tree) == EXPORT
    assert tree.findings == ()


def test_parts_may_be_named_one_by_one(tmp_path):
    as_parts(tmp_path)
    named = sorted(str(path) for path in (tmp_path / "parts").iterdir())
    assert contents(read_tree(named)) == EXPORT
    assert {file.download for file in read_tree(named)} == {"takeout-20260101"}


def test_a_file_of_a_part_is_labelled_by_it(tmp_path):
    tree = read_tree([put(tmp_path / "a.zip", zipped({"x/y.txt": b"1"}))])
    assert [(file.label, file.name, file.folder, file.size) for file in tree] == [("a.zip/x/y.txt", "y.txt", "x", 1)]


def test_a_single_file_is_a_tree_of_one(tmp_path):
    tree = read_tree([put(tmp_path / "posts.json", b"[]")])
    assert contents(tree) == {"posts.json": b"[]"}
    assert [file.label for file in tree] == ["posts.json"]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress])
def test_a_single_compressed_file_is_read_unpacked(tmp_path, compress):
    data = os.urandom(1000) + bytes(100_000)
    assert contents(read_tree([put(tmp_path / "a.mbox.gz", compress(data))])) == {"a.mbox": data}


def test_single_files_of_one_name_are_both_read(tmp_path):
    one, two = put(tmp_path / "a/posts.json", b"[1]"), put(tmp_path / "b/posts.json", b"[2]")
    assert contents(read_tree([one, two])) == {"posts.json": b"[1]", "b/posts.json": b"[2]"}


def test_two_people_s_exports_stay_apart(tmp_path):
    ann = {"groups/posts.json": b"[1]", "me.json": b"Ann", "groups/media/1.jpg": b"ann's"}
    bob = {"groups/posts.json": b"[2]", "groups/comments.json": b"[3]", "groups/media/1.jpg": b"bob's"}
    put(tmp_path / "all/facebook-ann-2026-01-31-aB3dE9fG.zip", zipped(ann))
    put(tmp_path / "all/facebook-bob-2026-01-31-xY7zQ1rT.zip", zipped(bob))
    tree = read_tree([str(tmp_path / "all")])
    top = "all/facebook-bob-2026-01-31-xY7zQ1rT.zip/"
    assert contents(tree) == ann | {top + path: data for path, data in bob.items()}
    assert tree.findings == ()
    posts = [file for file in tree if file.name == "posts.json"]
    assert len({file.download for file in posts}) == 2
    media = [tree.beside(file, "groups/media/1.jpg") for file in sorted(posts, key=lambda file: len(file.path))]
    assert [read_file(file, 99)[0] for file in media if file] == [b"ann's", b"bob's"]


def test_parts_whose_own_pages_differ_are_still_one_export(tmp_path):
    put(tmp_path / "all/takeout-001.zip", zipped({"a.csv": b"1", "archive_browser.html": b"one"}))
    put(tmp_path / "all/takeout-002.zip", zipped({"b.csv": b"2", "archive_browser.html": b"two"}))
    tree = read_tree([str(tmp_path / "all")])
    assert tree.get("a.csv")
    assert tree.get("b.csv")
    assert len(tree) == 4
    assert tree.findings == ()


def test_parts_that_disagree_are_two_exports_whatever_their_names(tmp_path):
    put(tmp_path / "all/member1.zip", zipped({"me.json": b"Ann", "posts.json": b"[1]"}))
    put(tmp_path / "all/member2.zip", zipped({"me.json": b"Bob", "comments.json": b"[2]"}))
    tree = read_tree([str(tmp_path / "all")])
    assert list(contents(tree)) == ["all/member2.zip/comments.json", "all/member2.zip/me.json", "me.json", "posts.json"]
    assert [file.download for file in tree] == ["all/member2.zip"] * 2 + ["all/member"] * 2
    assert tree.findings == ()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("takeout-20260131T101112Z-001.zip", "takeout-20260131T101112Z-002.tgz", True),
        ("takeout-20260131T101112Z-3-001.zip", "takeout-20260131T101112Z-4-001.zip", True),
        ("export.zip", "export (1).zip", True),
        ("export-part-1.zip", "export-part2.zip", True),
        ("facebook-ann-2026-01-31-aB3dE9fG.zip", "facebook-ann-2026-01-31-Zz3dE9fG.zip", True),
        ("facebook-ann-31_01_2026-aB3dE9fG.zip", "facebook-bob-31_01_2026-aB3dE9fG.zip", False),
        ("facebook-ann-smith.zip", "facebook-ann-jones.zip", False),
        ("ann.zip", "bob.zip", False),
        ("1.zip", "2.zip", False),
    ],
)
def test_parts_of_one_download_are_told_by_their_names(one, other, alike):
    assert (download_of(one) == download_of(other)) == alike


def test_media_of_one_part_are_found_from_another(tmp_path):
    one = {"posts.json": b"1", "start.json": b"1"}
    put(tmp_path / "all/ann.zip", zipped(one))
    put(tmp_path / "all/facebook-bob-31_01_2026-aaaaBBBB.zip", zipped({"start.json": b"2", "posts.json": b"3"}))
    put(tmp_path / "all/facebook-bob-31_01_2026-aaaaCCCC.zip", zipped({"media/1.jpg": b"picture"}))
    tree = read_tree([str(tmp_path / "all")])
    posts = next(file for file in tree if file.path.endswith("bob-31_01_2026-aaaaBBBB.zip/posts.json"))
    media = tree.beside(posts, "media/1.jpg")
    assert media
    assert read_file(media, 99)[0] == b"picture"
    assert tree.beside(posts, "media/2.jpg") is None


def test_a_folder_with_an_archive_and_loose_files_is_one_tree(tmp_path):
    put(tmp_path / "all/a.zip", zipped({"x.csv": b"1"}))
    put(tmp_path / "all/b/y.csv", b"2")
    assert contents(read_tree([str(tmp_path / "all")])) == {"x.csv": b"1", "b/y.csv": b"2"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("inner", ["in.zip", "in.tar", "in.tgz"])
def test_archives_within_are_files_and_are_looked_into(tmp_path, method, inner):
    members = {"deep/a.txt": b"a" * 3000, "b.txt": b"b" * 3000}
    packed = {"in.zip": zipped(members), "in.tar": tarred(members), "in.tgz": tarred(members, "w:gz")}[inner]
    tree = read_tree([put(tmp_path / "out.zip", zipped({f"files/{inner}": packed}, method))])
    within = {f"files/{inner}/{name}": data for name, data in members.items()}
    assert contents(tree) == {f"files/{inner}": packed} | within
    assert tree.findings == ()


def test_an_archive_deep_in_a_folder_is_looked_into(tmp_path):
    packed = zipped({"a.txt": b"a"})
    put(tmp_path / "all/files/old.zip", packed)
    tree = read_tree([str(tmp_path / "all")])
    assert contents(tree) == {"files/old.zip": packed, "files/old.zip/a.txt": b"a"}


def test_an_archive_somebody_attached_stays_one_file(tmp_path):
    packed = zipped({"groups/posts.json": b"[]"})
    tree = read_tree([put(tmp_path / "a.zip", zipped({"x/messages/inbox/ann/fake.zip": packed}))])
    assert contents(tree) == {"x/messages/inbox/ann/fake.zip": packed}


def test_an_archive_within_is_copied_once_for_all_its_members(tmp_path, monkeypatch):
    inner = zipped({f"{number}.txt": b"x" * 99 for number in range(50)})
    tree = read_tree([put(tmp_path / "out.zip", zipped({"in.zip": inner}))])
    copied = []
    monkeypatch.setattr(places, "_unpacked", lambda container: copied.append(container))
    contents(tree)
    assert copied == []


def test_a_compressed_tar_can_be_read_in_any_order(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_MARK_EVERY", 100_000)
    members = {f"{number}.bin": os.urandom(20_000) + bytes(20_000) for number in range(40)}
    tree = read_tree([put(tmp_path / "a.tgz", tarred(members, "w:gz"))])
    for number in (39, 0, 20, 21, 5, 38, 20):
        file = tree.files[f"{number}.bin"]
        with opened(file) as content, opened(tree.files["7.bin"]) as other:  # also two at once
            assert other.stream.read(9) == members["7.bin"][:9]
            assert content.stream.read() == members[f"{number}.bin"]
            assert other.stream.read() == members["7.bin"][9:]


def test_paths_are_found_whatever_their_case_and_normal_form(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Grüße")
    tree = read_tree([put(tmp_path / "a.zip", zipped({f"Media/{decomposed}.JPG": b"1", "b": b"2"}))])
    assert [file.path for file in tree] == ["Media/Grüße.JPG", "b"]
    assert tree.get(f"./media/{decomposed}.jpg") == tree.files["Media/Grüße.JPG"]
    assert tree.get("media/grüsse.jpg") == tree.files["Media/Grüße.JPG"]
    assert tree.get("media\\Grüße.jpg") is not None
    assert tree.get("../b") == tree.files["b"]
    assert tree.get("c") is None


def test_what_operating_systems_add_is_left_out(tmp_path):
    rubbish = {"__MACOSX/x/._a": b"", "x/.DS_Store": b"", "Thumbs.db": b"", "x/Desktop.ini": b""}
    assert contents(read_tree([put(tmp_path / "a.zip", zipped({"x/a": b"1", **rubbish}))])) == {"x/a": b"1"}
    for name in ("a", ".DS_Store", "Thumbs.db"):
        put(tmp_path / "all" / name, b"1")
    assert contents(read_tree([str(tmp_path / "all")])) == {"a": b"1"}


def test_reading_stops_at_the_limit_and_says_so(tmp_path):
    tree = read_tree([put(tmp_path / "a.zip", zipped({"a": b"12345"}))])
    data, trouble = read_file(tree.files["a"], 3)
    assert data == b"123"
    assert trouble
    assert trouble.code == "file-too-large"
    assert read_file(tree.files["a"], 5) == (b"12345", None)


@pytest.mark.parametrize("name", ["a.zip", "a.txt"])
def test_an_export_that_changes_meanwhile_is_told(tmp_path, name):
    location = put(tmp_path / name, zipped({"a": b"1"}) if name == "a.zip" else b"1")
    file = next(iter(read_tree([location])))
    put(tmp_path / name, zipped({"b": b"12345"}))
    with pytest.raises(InputError, match="changed"):
        read_file(file, 9)
    Path(location).unlink()
    with pytest.raises(InputError, match="cannot be opened"):
        read_file(file, 9)


@pytest.mark.parametrize("location", ["nothing-there.zip", "", "-", "none*.zip"])
def test_a_location_that_is_none_is_told(location):
    with pytest.raises(InputError):
        read_tree([location])


def test_what_is_named_twice_is_read_once(tmp_path):
    location = as_folder(tmp_path)
    assert contents(read_tree([location, location, f"{location}/Takeout"])) == EXPORT
