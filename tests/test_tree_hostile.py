"""Exports are hostile: what is wrong with one costs what is wrong, not the run, nor the machine."""

import io
import os
import random
import struct
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from migrate import tree as trees
from migrate.errors import InputError
from migrate.tree import Tree, opened, read_file, read_tree
from migrate.unpack import limits, parts, places
from tests.conftest import REPOSITORY
from tests.packing import DIRECTORY, END, LINK, LOCAL, Member, odd_zip, tarred, zipped

FINE = Member(b"fine.txt", b"fine")


def read(tmp_path: Path, data: bytes, name: str = "a.zip") -> Tree:
    (tmp_path / name).write_bytes(data)
    return read_tree([str(tmp_path / name)])


def codes(tree: Tree) -> list[str]:
    return [finding.code for finding in tree.findings]


def troubles(tree: Tree) -> dict[str, str | None]:
    """By path, the code of what is wrong with each file."""
    found = {}
    for file in tree:
        _, trouble = read_file(file, 1 << 30)
        found[file.path] = trouble.code if trouble else None
    return found


RAW = "Grüße".encode("cp437")


def second_name(crc: int) -> bytes:
    """The extra field that spells a name in UTF-8."""
    name = "Łódź".encode()
    return struct.pack("<HHBL", 0x7075, 5 + len(name), 1, crc) + name


@pytest.mark.parametrize(
    ("raw", "flags", "extra", "name"),
    [
        ("Grüße".encode(), 0x800, b"", "Grüße"),
        ("Grüße".encode(), 0, b"", "Grüße"),
        ("Gru\u0308ße".encode(), 0, b"", "Grüße"),
        ("Grüße".encode("cp437"), 0, b"", "Grüße"),
        ("Grüße".encode("cp437"), 0x800, b"", "Gr??e"),
        (RAW, 0, second_name(zlib.crc32(RAW)), "Łódź"),
        (RAW, 0, second_name(7), "Grüße"),  # of another name, since renamed
        (b"a\x1b[31m\0b", 0, b"", "a?[31m?b"),
        ("a\u202egpj.exe".encode(), 0, b"", "a?gpj.exe"),
        (b"C:\\Users\\me\\x", 0, b"", "C:/Users/me/x"),
        (b"", 0, b"", "unnamed"),
    ],
)
def test_names_are_read_as_they_were_meant_and_made_harmless(tmp_path, raw, flags, extra, name):
    tree = read(tmp_path, odd_zip(Member(raw, flags=flags, extra=extra)))
    assert [file.path.replace("\ufffd", "?") for file in tree] == [name]


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "a/../../x", "\\x", "..\\x", "a/..", "..", "./../x"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_no_name_leads_out(tmp_path, name, pack):
    tree = read(tmp_path, pack({name: b"1", "fine": b"2"}))
    assert len(tree) == 2
    assert codes(tree) == ["archive-unsafe-name"]
    for file in tree:
        assert not file.path.startswith("/")
        assert ".." not in file.path.split("/")
        assert read_file(file, 9)[1] is None


def test_files_of_one_name_in_one_zip_are_all_read(tmp_path):
    several = [Member(b"a.txt", data) for data in (b"1", b"2", b"1", b"3")]
    tree = read(tmp_path, odd_zip(*several))
    assert sorted(read_file(file, 9)[0] for file in tree) == [b"1", b"2", b"3"]
    assert codes(tree) == ["archive-duplicate-name"]


def test_very_many_files_of_one_name_take_time_in_proportion(tmp_path):
    members = [Member(b"a", struct.pack("<L", number)) for number in range(5000)]
    assert len(read(tmp_path, odd_zip(*members))) == 5000


def test_links_in_a_zip_are_not_followed(tmp_path):
    tree = read(tmp_path, odd_zip(Member(b"link", b"/etc/passwd", attributes=LINK), FINE))
    assert [file.path for file in tree] == ["fine.txt"]
    assert codes(tree) == ["archive-member-skipped"]


def test_links_and_devices_in_a_tar_are_not_followed(tmp_path):
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"odd{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("fine.txt"))
    tree = read(tmp_path, output.getvalue(), "a.tar")
    assert [file.path for file in tree] == ["fine.txt"]
    assert codes(tree) == ["archive-member-skipped"]


def test_links_in_a_folder_are_not_followed(tmp_path):
    top = tmp_path / "export"
    top.mkdir()
    (top / "fine.txt").write_bytes(b"fine")
    (top / "passwd").symlink_to("/etc/passwd")
    (top / "etc").symlink_to("/etc")
    (top / "round").symlink_to(top)
    (top / "nowhere").symlink_to(top / "nothing")
    os.mkfifo(top / "pipe")
    tree = read_tree([str(top)])
    assert [file.path for file in tree] == ["fine.txt"]
    assert codes(tree) == ["not-a-file"]
    assert "5 links" in tree.findings[0].text


def test_a_name_in_a_folder_that_is_no_text_can_be_read(tmp_path):
    (tmp_path / os.fsdecode(b"Gr\x81\xe1e \x1b[31m.txt")).write_bytes(b"fine")
    tree = read_tree([str(tmp_path)])
    assert [(file.path, read_file(file, 9)) for file in tree] == [("Gr??e ?[31m.txt", (b"fine", None))]


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    for name in ("fine.txt", "secret.txt"):
        (tmp_path / name).write_bytes(b"fine")
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "secret.txt")
    tree = read_tree([str(tmp_path)])
    assert [file.path for file in tree] == ["fine.txt"]
    assert codes(tree) == ["file-unreadable"]
    assert str(tmp_path.parent) not in tree.findings[0].text


def test_encrypted_members_are_told_once_and_cost_only_themselves(tmp_path):
    secret = [Member(b"secret%d" % number, flags=1) for number in range(9)]
    tree = read(tmp_path, odd_zip(*secret, FINE))
    assert troubles(tree) == {"fine.txt": None}
    assert codes(tree) == ["archive-encrypted"]
    assert "(9)" in tree.findings[0].text
    with pytest.raises(InputError, match="unpack it with its password"):
        read(tmp_path, odd_zip(*secret))


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_archives_of_other_kinds_say_what_to_do(tmp_path, magic):
    with pytest.raises(InputError, match="unpack it and name the folder"):
        read(tmp_path, magic + bytes(100))


def test_a_zip_that_was_split_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="join its parts"):
        read(tmp_path, odd_zip(FINE, disk=3))


def test_a_method_nobody_knows_costs_its_member(tmp_path):
    tree = read(tmp_path, odd_zip(Member(b"odd", method=99), FINE))
    assert troubles(tree) == {"fine.txt": None}
    assert codes(tree) == ["archive-format-unknown"]


def test_members_that_share_their_bytes_are_a_bomb(tmp_path):
    shared = [Member(b"%d" % number, b"", offset=0) for number in range(50)]
    tree = read(tmp_path, odd_zip(Member(b"kernel", bytes(100_000), method=8), *shared, FINE))
    assert troubles(tree) == {"kernel": None, "fine.txt": None}
    assert codes(tree) == ["archive-bomb"]


def test_what_a_zip_says_it_grows_to_is_bounded(tmp_path):
    tree = read(tmp_path, odd_zip(Member(b"huge", size=1 << 31), FINE))
    assert troubles(tree) == {"fine.txt": None}
    assert codes(tree) == ["archive-bomb"]


def test_a_member_that_grows_beyond_what_it_says_is_cut(tmp_path):
    liar = Member(b"liar", bytes(30 << 20), method=8, size=1)
    (tmp_path / "a.zip").write_bytes(odd_zip(liar, FINE))
    tree = read_tree([str(tmp_path / "a.zip")])
    assert troubles(tree) == {"liar": "archive-bomb", "fine.txt": None}
    assert len(read_file(tree.files["liar"], 1 << 30)[0]) < 10 << 20


def test_a_member_that_says_it_is_larger_than_its_zip_may_not_grow_by_that(tmp_path):
    content = bytearray(odd_zip(Member(b"liar", bytes(30 << 20), method=8, size=1)))
    struct.pack_into("<L", content, content.index(b"PK\1\2") + 20, 0xFFFFFFF0)  # its packed size
    tree = read(tmp_path, bytes(content))
    assert troubles(tree) == {"liar": "archive-bomb"}


def test_a_compressed_tar_that_grows_without_end_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    tree = read(tmp_path, tarred({"a": b"1", "zeros": bytes(30 << 20), "z": b"1"}, "w:gz"), "a.tgz")
    assert read_file(tree.files["a"], 9) == (b"1", None)
    assert codes(tree) == ["archive-bomb"]


def test_a_damaged_member_costs_only_itself(tmp_path):
    data = bytearray(zipped({"a": b"spoilt" * 99, "fine.txt": b"fine"}, zipfile.ZIP_STORED))
    data[100] ^= 1
    assert troubles(read(tmp_path, bytes(data))) == {"a": "read-damaged", "fine.txt": None}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path, method):
    members = {f"{number}.txt": random.Random(number).randbytes(1000) for number in range(10)}
    whole = zipped(members, method)
    tree = read(tmp_path, whole[: len(whole) // 2])
    assert codes(tree) == ["read-truncated"]
    found = troubles(tree)
    assert 4 <= len(found) < 10
    assert list(found.values()) == [None] * (len(found) - 1) + ["read-truncated"]


def test_a_zip_written_to_a_pipe_can_be_cut_off_too(tmp_path, monkeypatch):
    """Its local headers leave the sizes open; the member is larger than what is free to grow to."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    pipe = Pipe()
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    data = random.Random(1).randbytes(3 << 20)
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("first.mbox", data)
        archive.writestr("second.txt", b"second" * 99)
    tree = read(tmp_path, pipe.getvalue()[:-100])
    assert codes(tree) == ["read-truncated"]
    with opened(tree.files["first.mbox"]) as content:
        assert content.stream.read() == data
        assert content.finding is None
    assert read_file(tree.files["second.txt"], 1000) == (b"second" * 99, None)


def test_a_tar_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path):
    whole = tarred({f"{number}.txt": bytes(1000) for number in range(10)})
    tree = read(tmp_path, whole[: 3 * 1536 + 700], "a.tar")
    assert codes(tree) == ["read-damaged"]
    assert list(troubles(tree).values())[:3] == [None] * 3


def test_zips_within_zips_are_looked_into_to_a_small_depth(tmp_path):
    data = zipped({"bottom.txt": b"1"})
    for depth in range(9):
        data = zipped({f"{depth}.zip": data})
    tree = read(tmp_path, data)
    assert max(file.path.count(".zip") for file in tree) == parts.MAX_NESTING + 1
    assert codes(tree) == ["archive-too-deep"]


def test_a_damaged_or_encrypted_zip_within_costs_only_itself(tmp_path):
    inner = {"bad.zip": b"PK\3\4" + bytes(50), "locked.zip": odd_zip(Member(b"a", flags=1)), "fine.txt": b"fine"}
    tree = read(tmp_path, zipped(inner))
    assert {file.path for file in tree} >= {"bad.zip", "locked.zip", "fine.txt"}
    assert set(codes(tree)) == {"read-truncated", "archive-encrypted"}


def test_a_zip_within_that_is_too_large_to_copy_is_kept_packed(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MAX_COPY", 1000)
    tree = read(tmp_path, zipped({"in.zip": zipped({"a": random.Random(1).randbytes(5000)}), "fine.txt": b"fine"}))
    assert [file.path for file in tree] == ["fine.txt", "in.zip"]
    assert codes(tree) == ["archive-too-large"]


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MAX_FILES", 100)
    many = {f"{number}": b"" for number in range(101)}
    for pack in (zipped, tarred):
        with pytest.raises(InputError, match="more than 100 files"):
            read(tmp_path, pack(many))
    for name in many:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match="more than 100 files"):
        read_tree([str(tmp_path)])


def test_too_many_files_in_a_zip_within_cost_only_that(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MAX_FILES", 100)
    many = zipped({f"{number}": b"" for number in range(101)})
    tree = read(tmp_path, zipped({"in.zip": many, "fine.txt": b"fine"}))
    assert [file.path for file in tree] == ["fine.txt", "in.zip"]
    assert codes(tree) == ["archive-too-many-members"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
def test_damage_of_any_kind_never_ends_in_a_traceback(tmp_path, name):
    members = {"x/a.txt": b"a" * 300, "b.zip": zipped({"c.txt": b"c" * 300}), "d": b"d"}
    packed = {"a.zip": zipped(members), "a.tar": tarred(members), "a.tgz": tarred(members, "w:gz")}[name]
    chance = random.Random(5)
    for number in range(400):
        damaged = bytearray(packed)
        for _ in range(chance.randint(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        if number % 4 == 0:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            troubles(read(tmp_path, bytes(damaged), name))
        except InputError:
            continue


def sparse_zip(path: Path, size: int, many: int) -> None:
    """A zip of one stored file of `size` bytes, nearly all of them a hole, and of many small ones behind it."""
    names = [b"Takeout/huge.mbox", *(b"Takeout/media/%07d.jpg" % number for number in range(many))]
    directory = io.BytesIO()
    with path.open("wb") as file:
        for number, name in enumerate(names):
            offset, length = file.tell(), 0 if number else size
            wide = struct.pack("<HHQQQ", 1, 24, length, length, offset)
            large = 0xFFFFFFFF
            local = struct.pack("<HHQQ", 1, 16, length, length)
            file.write(LOCAL.pack(b"PK\3\4", 45, 0, 0, 0, 0, 0, large, large, len(name), len(local)) + name + local)
            if not number:
                file.write(b"From the top\n")
            file.seek(length - 13 if length else 0, os.SEEK_CUR)
            common = (b"PK\1\2", 45, 3, 45, 0, 0, 0, 0, 0, 0, large, large, len(name), len(wide))
            directory.write(DIRECTORY.pack(*common, 0, 0, 0, 0, large) + name + wide)
        start, length, count = file.tell(), directory.tell(), len(names)
        file.write(directory.getvalue())
        file.write(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start))
        file.write(struct.pack("<4sLQL", b"PK\6\7", 0, start + length, 1))
        file.write(END.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0))


MEASURED = """
import sys
from migrate.tree import opened, read_file, read_tree
tree = read_tree(sys.argv[1:])
with opened(tree.get("Takeout/huge.mbox")) as content:
    assert content.stream.readline() == b"From the top\\n"
    for _ in range(100):
        assert len(content.stream.read(1 << 20)) == 1 << 20
assert read_file(tree.get("Takeout/media/0029999.jpg"), 9) == (b"", None)
status = open("/proc/self/status").read()  # `resource` counts what the parent had when it forked
print(len(tree), status.split("VmHWM:")[1].split()[0])
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is measured by /proc")


def measured(location: Path, megabytes_read: int) -> tuple[int, int]:
    """How many files a fresh process found, and how many KB it took at most."""
    code = MEASURED.replace("range(100)", f"range({megabytes_read})")
    command = [sys.executable, "-c", code, str(location)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=REPOSITORY, timeout=60)
    files, kilobytes = map(int, done.stdout.split())
    return files, kilobytes


@needs_proc
def test_a_zip_of_many_gigabytes_takes_little_memory(tmp_path):
    sparse_zip(tmp_path / "takeout-001.zip", 20 << 30, 30_000)
    files, kilobytes = measured(tmp_path / "takeout-001.zip", 100)
    assert files == 30_001
    assert kilobytes < 100 << 10


@needs_proc
def test_each_file_of_an_index_takes_little_memory(tmp_path):
    """300,000 of them, the most there may be, together stay well under 300 MB."""
    assert trees.MAX_FILES <= 300_000
    kilobytes = []
    for many in (30_000, 60_000):
        sparse_zip(tmp_path / "a.zip", 1000, many)
        kilobytes.append(measured(tmp_path / "a.zip", 0)[1])
    assert (kilobytes[1] - kilobytes[0]) / 30_000 * 300_000 < 220 << 10


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_large_file_is_held_once_while_it_is_read(tmp_path, method):
    tree = read(tmp_path, zipped({"film.mp4": random.Random(1).randbytes(20 << 20)}, method))
    tracemalloc.start()
    data, _ = read_file(tree.files["film.mp4"], 20 << 20)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(data) == 20 << 20
    assert most < 30 << 20
