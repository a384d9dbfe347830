"""How much memory one very long message takes: no more than four times its size, whatever it is made of."""

import base64
import errno
import gzip
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from importers.mbox import MboxImporter
from importers.mbox.chunks import MailChunk
from importers.mbox.records import bytes_of
from migrate.model import Message
from migrate.sources import Options

HEAD = b"From ann@example.org Fri Jan  5 10:00:00 2024\nFrom: Ann <ann@example.org>\nSubject: Long\n"
FILE = (
    b"Content-Type: application/zip; name=a.zip\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"
)
SIZE = 40 << 20
PROGRAM = """
import resource, sys
from importers.mbox import MboxImporter
from importers.mbox.records import records_of
from migrate.sources import Options
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chunk, = MboxImporter().scan(sys.argv[1:], Options())
print(len(list(MboxImporter().read(chunk))), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel counts otherwise")
@pytest.mark.parametrize("name", ["long.mbox", "long.eml"])
@pytest.mark.parametrize("what", ["lines", "file"])
def test_a_long_message_takes_four_times_its_size_at_most(tmp_path: Path, what: str, name: str) -> None:
    line = b"Rain again, and the beans are up to the second wire of the fence.\n"
    body = b"\n" + line * (SIZE // len(line))
    if what == "file":
        body = FILE + base64.encodebytes(os.urandom(57) * (SIZE // 77))
    path = tmp_path / name
    path.write_bytes(HEAD.partition(b"\n")[2] * name.endswith("eml") + HEAD * name.endswith("mbox") + body)
    told = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)
    records, kilobytes = map(int, told.stdout.split())
    assert records >= 3
    assert kilobytes << 10 < 4 * SIZE


def test_what_is_long_is_not_sent_to_the_workers_but_read_there(tmp_path: Path) -> None:
    path = tmp_path / "long.eml"
    path.write_bytes(HEAD.partition(b"\n")[2] + b"\n" + b"A line.\n" * 600_000)
    (chunk,) = MboxImporter().scan([str(path)], Options())
    assert isinstance(chunk, MailChunk)
    assert (chunk.pieces[0].path, chunk.pieces[0].data) == (path, None)
    assert any(getattr(record, "title", "") == "Long" for record in MboxImporter().read(chunk))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the bytes are sent")
@pytest.mark.parametrize("name", ["long.mbox", "long.eml"])
def test_what_is_long_and_packed_waits_in_a_file_that_goes_with_its_chunk(tmp_path: Path, name: str) -> None:
    short = HEAD + b"\nFirst.\n\n"
    line = b"A line.\n" * 600_000
    before = short * 20_000 if name == "long.mbox" else b""  # so that the long one does not begin the file
    raw = before + (HEAD if before else HEAD.partition(b"\n")[2]) + b"\n" + line
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress(raw, 1))
    *_, chunk = MboxImporter().scan([str(path)], Options())
    assert isinstance(chunk, MailChunk)
    (piece,) = chunk.pieces
    assert piece.data is None and piece.path is not None
    assert bytes_of(pickle.loads(pickle.dumps(piece))) == raw[piece.offset :]
    place = piece.path
    del chunk, piece
    assert not place.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the bytes are sent")
def test_without_room_for_that_file_the_bytes_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    path = tmp_path / "long.mbox.gz"
    path.write_bytes(gzip.compress(HEAD + b"\n" + b"A line.\n" * 600_000 + b"\n" + HEAD + b"\nShort.\n", 1))
    chunks = [chunk for chunk in MboxImporter().scan([str(path)], Options()) if isinstance(chunk, MailChunk)]
    read = [record for chunk in chunks for record in MboxImporter().read(chunk)]
    assert sum(isinstance(record, Message) for record in read) == 2
