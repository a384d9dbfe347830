"""Opening what users have, and what hostile archives may cost."""

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from migrate.errors import InputError
from migrate.files import Input, open_inputs
from migrate.model import Finding
from migrate.unpack import limits
from tests.packing import tarred, zipped

TEXT = b"From here to there\n" * 1000


def opened(*locations: Path | str) -> dict[str, bytes | str]:
    """What comes out: bytes by label, and for findings the code by label."""
    found: dict[str, bytes | str] = {}
    for item in open_inputs([str(location) for location in locations]):
        if isinstance(item, Input):
            found[item.label] = item.stream.read()
        else:
            found[f"! {item.locator}"] = item.code
    return found


COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("compression", COMPRESS)
def test_compression_is_known_by_its_first_bytes_not_by_the_name(tmp_path, compression):
    file = tmp_path / "list.mbox"
    file.write_bytes(COMPRESS[compression](TEXT))
    assert opened(file) == {"list.mbox": TEXT}
    file.write_bytes(COMPRESS[compression](TEXT) * 2)
    assert opened(file) == {"list.mbox": TEXT * 2}
    plain = tmp_path / f"list.{compression}"
    plain.write_bytes(TEXT)
    assert opened(plain) == {plain.name: TEXT}


@pytest.mark.parametrize("compression", COMPRESS)
def test_a_truncated_file_gives_what_is_there_and_a_finding(tmp_path, compression):
    data = os.urandom(2_000_000)
    file = tmp_path / "list.mbox"
    file.write_bytes(COMPRESS[compression](data)[:-5000])
    found = opened(file)
    read = found["list.mbox"]
    assert isinstance(read, bytes) and data.startswith(read)
    assert len(read) > 900_000
    assert found["! list.mbox"] == "read-truncated"


def test_damage_in_the_middle_is_a_finding(tmp_path):
    data = bytearray(gzip.compress(os.urandom(300_000)))
    data[-6] ^= 255
    (tmp_path / "a.gz").write_bytes(data)
    assert opened(tmp_path / "a.gz")["! a.gz"] == "read-damaged"


@pytest.mark.parametrize("pack", [zipped, tarred, lambda members: lzma.compress(tarred(members))])
def test_archives_and_what_is_compressed_inside_them(tmp_path, pack):
    members = {"lists/2004-March.txt": TEXT, "lists/b.mbox.gz": gzip.compress(TEXT), "inner.zip": zipped({"c": TEXT})}
    (tmp_path / "all").write_bytes(pack(members))
    assert opened(tmp_path / "all") == {
        "all/lists/2004-March.txt": TEXT,
        "all/lists/b.mbox.gz": TEXT,
        "all/inner.zip/c": TEXT,
    }
    folders = [item.folder for item in open_inputs([str(tmp_path / "all")]) if isinstance(item, Input)]
    assert folders[:2] == ["lists", "lists"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_without_its_end_is_read_from_its_beginning(tmp_path, method):
    data = os.urandom(50_000)
    whole = zipped({"a.mbox": data, "b.mbox": data[::-1]}, method)
    (tmp_path / "cut.zip").write_bytes(whole[:75_000])
    found = opened(tmp_path / "cut.zip")
    assert found["cut.zip/a.mbox"] == data
    rest = found["cut.zip/b.mbox"]
    assert isinstance(rest, bytes) and data[::-1].startswith(rest)
    assert found["! cut.zip"] == "read-truncated"


def test_a_zip_member_that_does_not_match_its_check_sum_is_told(tmp_path):
    whole = bytearray(zipped({"a.mbox": TEXT}, zipfile.ZIP_STORED))
    whole[whole.index(b"there")] ^= 1
    (tmp_path / "a.zip").write_bytes(whole)
    found = opened(tmp_path / "a.zip")
    assert len(found["a.zip/a.mbox"]) == len(TEXT)
    assert found["! a.zip"] == "read-damaged"


def test_a_truncated_tar_keeps_the_part_that_is_there(tmp_path):
    (tmp_path / "a.tar").write_bytes(tarred({"a": TEXT, "b": TEXT})[: 512 * 45])
    found = opened(tmp_path / "a.tar")
    assert found["a.tar/a"] == TEXT
    assert found["! a.tar"] == "read-truncated"


def test_a_tar_whose_later_headers_are_damaged_or_cut_is_told(tmp_path):
    whole = tarred({"a": b"one", "b": b"two"})
    broken = bytearray(whole)
    broken[1024] ^= 1
    for data in (bytes(broken), whole[: 1024 + 300], whole + os.urandom(2000)):
        (tmp_path / "a.tar").write_bytes(data)
        found = opened(tmp_path / "a.tar")
        assert found["a.tar/a"] == b"one"
        assert found["! a.tar"] == "read-damaged"


def test_a_tar_after_a_tar_is_read(tmp_path):
    (tmp_path / "a.tar").write_bytes(tarred({"a": b"one"}) + tarred({"b": b"two"}))
    assert opened(tmp_path / "a.tar") == {"a.tar/a": b"one", "a.tar/b": b"two"}


def tar_header(name: str, kind: bytes, **fields: tuple[int, bytes]) -> bytes:
    """A tar header with bytes put at offsets, and a right check sum."""
    info = tarfile.TarInfo(name)
    info.type = kind
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    for offset, data in fields.values():
        header[offset : offset + len(data)] = data
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (tar_header("a", tarfile.REGTYPE, size=(124, b"\xff" * 11 + b"\0")), "read-damaged"),
        (
            tar_header("a", tarfile.GNUTYPE_LONGNAME, size=(124, b"%011o\0" % (2 << 20)))
            + b"x" * (2 << 20)
            + tar_header("b", tarfile.REGTYPE),
            "read-damaged",
        ),
        (tar_header("a", tarfile.GNUTYPE_SPARSE, real=(483, b"%011o " % (1 << 32))), "archive-bomb"),
        (tar_header("a", tarfile.GNUTYPE_LONGNAME) * 2000, "read-damaged"),
    ],
    ids=["negative size", "huge extension", "sparse bomb", "endless extensions"],
)
def test_tar_headers_that_lie_are_told(tmp_path, header, code):
    (tmp_path / "a.tar").write_bytes(header + bytes(2048))
    assert opened(tmp_path / "a.tar") == {"! a.tar": code}


def test_links_and_devices_are_passed_over_with_a_finding(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        device = tarfile.TarInfo("device")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
    assert opened(tmp_path / "a.tar") == {"! a.tar": "archive-member-skipped"}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_out_of_the_archive_are_made_safe(tmp_path, pack):
    (tmp_path / "a").write_bytes(pack({"../../etc/x": b"one", "/abs/y": b"two", "a/\x1b[31mz": b"three"}))
    assert opened(tmp_path / "a") == {
        "! a": "archive-unsafe-name",
        "a/etc/x": b"one",
        "a/abs/y": b"two",
        "a/a/?[31mz": b"three",
    }


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(limits, "MAX_MEMBERS", 50)


@pytest.mark.parametrize(
    "bomb",
    [
        gzip.compress(bytes(5 << 20)),
        lzma.compress(bytes(5 << 20)),
        zstandard.ZstdCompressor().compress(bytes(5 << 20)),
        zipped({"a": bytes(5 << 20)}),
        gzip.compress(gzip.compress(bytes(300 << 20))),
    ],
    ids=["gzip", "xz", "zstd", "zip", "nested"],
)
def test_what_grows_beyond_measure_is_stopped(tmp_path, small_limits, bomb):
    (tmp_path / "bomb").write_bytes(bomb)
    total = 0
    codes = []
    for item in open_inputs([str(tmp_path / "bomb")]):
        if isinstance(item, Finding):
            codes.append(item.code)
        else:
            while block := item.stream.read(1 << 16):
                total += len(block)
    assert "archive-bomb" in codes
    assert total <= 4 << 20


@pytest.mark.parametrize("compression", ["zstd", "xz"])
def test_what_takes_too_much_memory_is_not_called_damaged(tmp_path, compression):
    engine: Any
    if compression == "zstd":  # as `zstd --long=31` does
        parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=28)
        engine = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    else:
        engine = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 28}])
    (tmp_path / "a").write_bytes(engine.compress(TEXT) + engine.flush())
    assert opened(tmp_path / "a") == {"a": b"", "! a": "archive-format-unknown"}


def test_too_many_members_and_too_many_layers_are_stopped(tmp_path, small_limits):
    (tmp_path / "many.tar").write_bytes(tarred({str(number): b"x" for number in range(60)}))
    found = opened(tmp_path / "many.tar")
    assert len(found) == 51
    assert found["! many.tar"] == "archive-too-many-members"
    data = TEXT
    for _ in range(6):
        data = gzip.compress(data)
    (tmp_path / "deep.gz").write_bytes(data)
    assert opened(tmp_path / "deep.gz") == {"! deep.gz": "archive-too-deep"}


def test_a_bomb_of_many_files_is_told_once(tmp_path, small_limits):
    (tmp_path / "a.zip").write_bytes(zipped({str(number): bytes(2 << 20) for number in range(20)}))
    codes = []
    for item in open_inputs([str(tmp_path / "a.zip")]):
        if isinstance(item, Finding):
            codes.append(item.code)
        else:
            item.stream.read()
    assert codes == ["archive-bomb"]


def test_a_zip_whose_directory_points_before_its_beginning_is_read_from_there(tmp_path):
    whole = bytearray(zipped({"a": b"one", "b": b"two"}))
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 16 : end + 20] = struct.pack("<L", struct.unpack_from("<L", whole, end + 16)[0] + 40)
    (tmp_path / "a.zip").write_bytes(whole)
    assert opened(tmp_path / "a.zip") == {"a.zip/a": b"one", "a.zip/b": b"two", "! a.zip": "read-truncated"}


def test_padding_and_skippable_frames_between_compressed_frames(tmp_path):
    (tmp_path / "a").write_bytes(lzma.compress(b"one ") + bytes(10_000) + lzma.compress(b"two"))
    skippable = b"\x50\x2a\x4d\x18\x04\0\0\0size"
    frame = zstandard.ZstdCompressor().compress
    (tmp_path / "b").write_bytes(skippable + frame(b"one ") + skippable + frame(b"two"))
    assert opened(tmp_path / "a", tmp_path / "b") == {"a": b"one two", "b": b"one two"}


def test_a_zip_that_claims_a_huge_directory_is_read_by_what_is_there(tmp_path):
    whole = bytearray(zipped({"a": b"x"}))
    end = whole.rindex(b"PK\x05\x06")
    whole[end + 12 : end + 16] = struct.pack("<L", 1 << 30)
    (tmp_path / "a.zip").write_bytes(whole)
    assert opened(tmp_path / "a.zip") == {"a.zip/a": b"x", "! a.zip": "read-truncated"}


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_archives_that_cannot_be_read_say_so(tmp_path, magic):
    (tmp_path / "a").write_bytes(magic + bytes(100))
    assert opened(tmp_path / "a") == {"! a": "archive-format-unknown"}


def test_folders_are_walked_in_order_and_globs_are_sorted(tmp_path):
    for name in ("lists/b/2.txt", "lists/b/1.txt", "lists/c.txt", "lists/a/3.txt"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    assert list(opened(tmp_path / "lists")) == ["lists/c.txt", "lists/a/3.txt", "lists/b/1.txt", "lists/b/2.txt"]
    assert list(opened(tmp_path / "lists" / "*" / "*.txt")) == ["3.txt", "1.txt", "2.txt"]


def test_what_is_no_file_in_a_folder_is_told(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a").write_bytes(TEXT)
    (tmp_path / "lists" / "b").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "lists" / "c")
    (tmp_path / "lists" / "d").symlink_to(tmp_path)
    found = opened(tmp_path / "lists")
    assert found == {"lists/a": TEXT} | {f"! lists/{name}": "not-a-file" for name in "bcd"}


def test_what_is_named_twice_is_read_once_and_under_its_name(tmp_path, monkeypatch):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a").write_bytes(TEXT)
    monkeypatch.chdir(tmp_path / "lists")
    for locations in (["a", tmp_path / "lists" / "a"], ["a", "../lists/a"]):
        found = list(open_inputs([str(location) for location in locations]))
        assert [item.label for item in found if isinstance(item, Input)] == ["a"]
        assert len(found) == 1
    assert len(list(open_inputs([str(tmp_path / "**")]))) == 1
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b").write_bytes(TEXT)
    (tmp_path / "lists" / "link").symlink_to(tmp_path / "elsewhere")
    assert list(opened(tmp_path / "lists", tmp_path / "lists" / "link")) == ["! lists/link", "lists/a", "elsewhere/b"]


def test_devices_and_a_closed_standard_input_are_told(monkeypatch):
    assert opened("/dev/zero") == {"! zero": "file-unreadable"}
    monkeypatch.setattr("sys.stdin", None)
    assert opened("-") == {"! standard input": "file-unreadable"}


def test_an_empty_name_is_not_the_current_folder():
    with pytest.raises(InputError):
        opened("")


def test_labels_tell_namesakes_apart_and_never_show_the_whole_path(tmp_path, monkeypatch):
    for name in ("a/x/list.mbox", "b/x/list.mbox", "c.mbox"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    labels = list(opened(tmp_path / "a/x/list.mbox", tmp_path / "b/x/list.mbox", tmp_path / "c.mbox"))
    assert labels == ["a/x/list.mbox", "b/x/list.mbox", "c.mbox"]
    monkeypatch.chdir(tmp_path / "a")
    assert list(opened(".")) == ["a/x/list.mbox"]


def test_a_plain_file_can_be_read_again_and_others_cannot(tmp_path):
    (tmp_path / "a").write_bytes(TEXT)
    (tmp_path / "b").write_bytes(gzip.compress(TEXT))
    paths = [item.path for item in open_inputs([str(tmp_path / "a"), str(tmp_path / "b")]) if isinstance(item, Input)]
    assert paths == [tmp_path / "a", None]


def test_standard_input_and_pipes_are_read_to_their_end(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(zipped({"a": TEXT}))))
    assert opened("-") == {"standard input/a": TEXT}
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(TEXT,))
    writer.start()
    assert opened(pipe) == {"pipe": TEXT}
    writer.join()


def test_what_is_missing_is_said_before_anything_is_read(tmp_path):
    (tmp_path / "a").write_bytes(TEXT)
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    for missing in ("no.mbox", "*.none", "broken"):
        with pytest.raises(InputError) as raised:
            next(iter(open_inputs([str(tmp_path / "a"), str(tmp_path / missing)])))
        assert missing in str(raised.value)
        assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_finding(tmp_path):
    (tmp_path / "a").write_bytes(TEXT)
    (tmp_path / "a").chmod(0)
    assert opened(tmp_path / "a") == {"! a": "file-unreadable"}
