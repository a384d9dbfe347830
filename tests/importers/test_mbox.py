"""Mailing-list archives as a whole: kinds of input, chunks, records, bad input."""

import gzip
import pickle
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from importers.mbox import MboxImporter
from importers.mbox.chunks import TARGET
from migrate.content import plain_to_markdown
from migrate.errors import InputError
from migrate.model import Attachment, Finding, Message, Person, Record, Source
from migrate.sources import Chunk, Importer, Options, get_importer

ASCTIME = b"From a@example.org Fri Jan  5 10:00:00 2024\n"


def message(number: int | str, more: bytes = b"", body: bytes = b"Hello.") -> bytes:
    """One message without its separator."""
    return (
        f"From: Ann <ann@example.org>\nDate: Fri, 5 Jan 2024 10:00:00 +0000\nSubject: About {number}\n".encode()
        + f"Message-ID: <{number}@example.org>\n".encode()
        + more
        + b"\n"
        + body
        + b"\n"
    )


def mbox(*messages: bytes) -> bytes:
    return b"".join(ASCTIME + one + b"\n" for one in messages)


def said(options: dict[str, str]) -> Options:
    return Options({name: (value,) for name, value in options.items()})


def chunks(*locations: Path | str, **options: str) -> list[Chunk | Finding]:
    return list(MboxImporter().scan([str(location) for location in locations], said(options)))


def records(*locations: Path | str, **options: str) -> list[Record]:
    """Everything that comes out, with the chunks sent through pickle as to a worker process."""
    importer = MboxImporter()
    found: list[Record] = []
    for item in chunks(*locations, **options):
        if isinstance(item, Finding):
            found.append(item)
        else:
            found.extend(importer.read(pickle.loads(pickle.dumps(item))))
    return found


def messages(*locations: Path | str, **options: str) -> list[Message]:
    return [record for record in records(*locations, **options) if isinstance(record, Message)]


def codes(found: list[Record]) -> Counter[str]:
    return Counter(record.code for record in found if isinstance(record, Finding))


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(name: str, data: bytes) -> Path:
        path: Path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def test_it_is_registered():
    importer: Importer = get_importer("mbox")
    assert isinstance(importer, MboxImporter)


def test_records_come_before_what_names_them(file):
    found = records(file("gardeners.mbox", mbox(message(1), message(2, b"In-Reply-To: <1@example.org>\n"))))
    assert [type(record) for record in found] == [Source, Person, Message, Person, Message]
    source, person, _, _, second = found
    assert source == Source(key="gardeners", kind="mbox", name="gardeners")
    assert person == Person(key="ann@example.org", name="Ann", names=("Ann",), email="ann@example.org")
    assert isinstance(second, Message)
    assert (second.key, second.title, second.body) == ("2@example.org", "About 2", "Hello.")
    assert second.references == ("1@example.org",)
    assert second.locator == f"gardeners.mbox@{len(mbox(message(1)))}"
    assert [(origin.source, origin.locator) for origin in second.origins] == [("gardeners", second.locator)]
    assert second.native == message(2, b"In-Reply-To: <1@example.org>\n")


def test_inline_pictures_and_attachments(file):
    body = (
        b"--b\nContent-Type: text/html\n\n<p>See <img src='cid:pic@x' alt='a bed'></p>\n"
        b"--b\nContent-Type: image/png; name=bed.png\nContent-ID: <pic@x>\n"
        b"Content-Transfer-Encoding: base64\n\niVBORw==\n"
        b"--b--\n"
    )
    found = records(file("g.mbox", mbox(message(1, b"Content-Type: multipart/related; boundary=b\n", body))))
    attachment = next(record for record in found if isinstance(record, Attachment))
    letter = next(record for record in found if isinstance(record, Message))
    assert attachment.content == b"\x89PNG"
    assert letter.body == f"See ![a bed](attachment:{attachment.sha256})"
    assert [(ref.sha256, ref.filename, ref.size) for ref in letter.attachments] == [(attachment.sha256, "bed.png", 4)]
    assert letter.native_format == "text/html"
    assert letter.native is not None and b"iVBORw" not in letter.native and b"<p>See" in letter.native


def sources(*locations: Path | str, **options: str) -> list[str]:
    return [letter.source for letter in messages(*locations, **options)]


def test_the_list_is_named_by_the_mail_then_by_its_file(file):
    listed = b"List-Id: Gardeners <Gardeners.example.org>\n"
    path = file("anything.mbox", mbox(message(1, listed), message(2), message(3, b"List-Id: <seeds.example.org>\n")))
    assert sources(path) == ["gardeners.example.org", "gardeners.example.org", "seeds.example.org"]
    assert sources(path, list="mine") == ["gardeners.example.org", "gardeners.example.org", "seeds.example.org"]
    assert sources(file("plain.mbox", mbox(message(1)))) == ["plain"]
    assert sources(file("plain.mbox", mbox(message(1))), list="mine") == ["mine"]
    assert sources(file("plain.mbox.gz", gzip.compress(mbox(message(1))))) == ["plain"]


@pytest.mark.parametrize(
    "month",
    ["2004-March.txt", "2004.txt", "2004q1.txt", "Week-of-Mon-20040301.txt", "20040301.txt", "2004-March.txt.gz"],
)
def test_pipermail_months_belong_to_the_list_their_folder_names(file, month):
    path = file(f"twisted-web/{month}", mbox(message(1)))
    assert sources(path) == ["twisted-web"]
    assert sources(path.parent) == ["twisted-web"]
    packed = path.parent.parent / "archive.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, f"lists/seeds/{month}")
    assert sources(packed) == ["seeds"]
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, month)
    assert sources(packed) == ["archive"]


def test_standard_input_needs_a_name_unless_the_mail_has_one(file, monkeypatch):
    for data, options, expected in (
        (mbox(message(1)), {"list": "seeds"}, ["seeds"]),
        (mbox(message(1, b"List-Id: <g.example.org>\n")), {}, ["g.example.org"]),
    ):
        with file("in", data).open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            assert sources("-", **options) == expected
    with file("in", mbox(message(1))).open() as stdin, pytest.raises(InputError, match="--list"):
        monkeypatch.setattr("sys.stdin", stdin)
        sources("-")


def test_a_maildir_with_its_flags(file):
    top = file("gardeners/cur/1:2,S", message(1)).parent.parent
    file("gardeners/cur/2:2,ST", message(2))
    file("gardeners/new/3", message(3))
    file("gardeners/cur/4:2,DFR", message(4))
    found = messages(top)
    assert {letter.key[0]: letter.flags for letter in found} == {"1": (), "2": ("trashed",), "3": (), "4": ("draft",)}
    assert {letter.source for letter in found} == {"gardeners"}


def test_eml_files_are_one_message_each_whatever_they_hold(file):
    inner = b"see:\n\n" + mbox(message("x"), message("y"), message("z"))
    folder = file("mails/a.eml", message(1, b"", inner)).parent
    file("mails/b.eml", b"From nobody\n" + message(2).replace(b"\n", b"\r\n"))
    file("mails/c.eml", b"\xef\xbb\xbf\r\n\r\n" + message(3))
    file("mails/d.eml", message(4).replace(b"\n", b"\r"))
    assert [letter.key for letter in messages(folder)] == [f"{number}@example.org" for number in (1, 2, 3, 4)]
    assert sources(folder / "a.eml") == ["mails"]


def test_what_was_never_delivered_is_passed_over(file):
    top = file("gardeners/cur/1:2,S", message(1)).parent.parent
    file("gardeners/tmp/2", message(2))
    found = records(top)
    assert [record.key[0] for record in found if isinstance(record, Message)] == ["1"]
    assert codes(found) == {"not-mail": 1}
    assert len(messages(file("tmp/a.mbox", mbox(message(1))).parent)) == 1


def test_several_messages_in_one_file_are_several_wherever_it_lies(file):
    several = mbox(message(1), message(2), message(3))
    for name in ("lists/new/gardeners.mbox", "lists/export.eml"):
        file(name, several)
    file("lists/new/photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    found = records(file("lists/new/4", message(4)).parent.parent)
    assert [record.key[0] for record in found if isinstance(record, Message)] == list("1234123")
    assert codes(found) == {"not-mail": 1}


def test_small_mailboxes_with_lengths(file):
    body = b"see:\n\n" + ASCTIME + b"From: b\n\ninside\n"
    one = ASCTIME + b"From: a\nContent-Length: %d\n\n" % len(body) + body + b"\n"
    assert len(messages(file("a.mbox", one * 3))) == 3


def test_mmdf_and_a_mailbox_whose_first_separator_is_missing(file):
    mark = b"\x01\x01\x01\x01\n"
    path = file("a.mmdf", b"".join(mark + message(number) + mark for number in range(3)))
    assert [letter.key for letter in messages(path)] == ["0@example.org", "1@example.org", "2@example.org"]
    path = file("b.mbox", message(0) + b"\n" + mbox(message(1), message(2), message(3)))
    assert [letter.key[0] for letter in messages(path)] == ["0", "1", "2", "3"]


def test_a_growing_file_keeps_its_chunks(file):
    many = [message(number, body=b"words " * 1000) for number in range(700)]
    path = file("big.mbox", mbox(*many[:500]))
    before = chunks(path)
    assert len(before) > 2
    with path.open("ab") as stream:
        stream.write(mbox(*many[500:]))
    after = chunks(path)
    prints = [[item.fingerprint for item in run if isinstance(item, Chunk)] for run in (before, after)]
    assert prints[0][:-1] == prints[1][: len(before) - 1]
    assert [letter.key for letter in messages(path)] == [f"{number}@example.org" for number in range(700)]
    packed = file("big.mbox.gz", gzip.compress(path.read_bytes()))
    assert [item.fingerprint for item in chunks(packed) if isinstance(item, Chunk)] == prints[1]


def test_one_more_small_file_changes_few_chunks(file):
    for number in range(0, 1000, 2):
        folder = file(f"mails/{number:04}.eml", message(number)).parent
    before = {item.fingerprint for item in chunks(folder) if isinstance(item, Chunk)}
    file("mails/0501.eml", message(501))
    after = {item.fingerprint for item in chunks(folder) if isinstance(item, Chunk)}
    assert len(before) > 3
    assert len(after - before) <= 2


def test_what_decides_the_outcome_is_in_the_fingerprint(file):
    path = file("a.mbox", mbox(message(1)))
    prints = [chunks(location, **options)[0] for location, options in ((path, {}), (path, {"list": "x"}))]
    assert len({item.fingerprint for item in prints if isinstance(item, Chunk)}) == 2
    same = file("elsewhere/a.mbox", mbox(message(1)))
    first, second = chunks(path)[0], chunks(same)[0]
    assert isinstance(first, Chunk) and isinstance(second, Chunk)
    assert first.fingerprint == second.fingerprint


def test_a_message_larger_than_a_chunk(file):
    huge = message(2, body=b"word " * TARGET)
    found = messages(file("a.mbox", mbox(message(1), huge, message(3))))
    assert [letter.key[0] for letter in found] == ["1", "2", "3"]
    assert len(found[1].body) == 5 * TARGET - 1


def test_files_that_are_no_mail_are_told(file):
    folder = file("lists/a.mbox", mbox(message(1))).parent
    file("lists/photo.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    file("lists/empty.mbox", b"")
    file("lists/notes.txt", b"From the garden: nothing new.\nSee you.\n")
    found = records(folder)
    assert codes(found) == {"not-mail": 2, "empty-file": 1}
    assert sum(isinstance(record, Message) for record in found) == 1


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0" + bytes(5000), b"Just a note.\n"])
def test_no_mail_at_all_is_an_error_of_one_line(file, data):
    with pytest.raises(InputError) as raised:
        chunks(file("photo.jpg", data))
    assert "photo.jpg" in str(raised.value) and "\n" not in str(raised.value)


def test_an_empty_folder_and_a_missing_file(tmp_path):
    with pytest.raises(InputError):
        chunks(tmp_path)
    with pytest.raises(InputError):
        chunks(tmp_path / "none.mbox")


def test_a_file_that_shrinks_meanwhile_is_an_error(file):
    path = file("a.mbox", mbox(message(1), message(2)))
    chunk = chunks(path)[0]
    assert isinstance(chunk, Chunk)
    path.write_bytes(b"")
    with pytest.raises(InputError):
        list(MboxImporter().read(chunk))


NESTED = b"Content-Type: multipart/mixed; boundary=b\n"
BAD = {
    "NULs": message(2, body=b"a\0b"),
    "10 MB header line": message(2, b"X-Long: " + b"x" * 10_000_000 + b"\n"),
    "10 MB subject": message(2).replace(b"About 2", b"=?utf-8?q?a?= " * 700_000),
    "no header": b"\njust words",
    "no body": b"Message-ID: <2@example.org>\n",
    "year 0": message(2).replace(b"2024", b"0000"),
    "year 2099": message(2).replace(b"2024", b"2099"),
    "5,000 references": message(2, b"References: " + b"<0123@example.org>\n " * 5000 + b"<x@y>\n"),
    "deep nesting": message(2, NESTED, b"--b\n" + (NESTED + b"\n--b\n") * 5000),
    "deep quotes": message(2, body=b">" * 20_000 + b" x"),
    "long line": message(2, body=b"x" * 2_000_000),
    "unknown charset": message(2, b"Content-Type: text/plain; charset=x-none\n", b"\xe9\xff"),
    "bad base64": message(2, b"Content-Transfer-Encoding: base64\n", b"!!!!"),
    "terminal escapes": message(2, b"X: \x1b[2J\n", b"\x1b[31mred\x07"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_messages_come_out_and_cost_no_others(file, name):
    found = records(file("a.mbox", mbox(message(1), BAD[name], message(3))))
    letters = [record for record in found if isinstance(record, Message)]
    assert len(letters) + sum(record.lost for record in found if isinstance(record, Finding)) == 3
    assert [letters[0].key, letters[-1].key] == ["1@example.org", "3@example.org"]
    assert "message-unreadable" not in codes(found)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NULs", "nul-removed"),
        ("10 MB header line", "header-too-long"),
        ("no header", "header-missing"),
        ("year 0", "date-rejected"),
        ("year 2099", "date-rejected"),
        ("deep nesting", "mime-too-deep"),
        ("unknown charset", "charset-guessed"),
        ("bad base64", "encoding-damaged"),
    ],
)
def test_what_was_repaired_is_told_with_its_place(file, name, code):
    found = records(file("a.mbox", mbox(message(1), BAD[name])))
    finding = next(record for record in found if isinstance(record, Finding) and record.code == code)
    assert finding.locator == f"a.mbox@{len(mbox(message(1)))}"
    assert finding.message in {record.key for record in found if isinstance(record, Message)}
    assert "@" not in finding.text


def test_junk_between_messages_is_counted_in_bytes(file):
    junk = bytes(range(1, 32)) * 30
    data = b"leading words\n\n" + mbox(message(1)) + junk + b"\n" + mbox(message(2))
    found = records(file("a.mbox", data))
    texts = [record.text for record in found if isinstance(record, Finding)]
    assert [letter.key[0] for letter in found if isinstance(letter, Message)] == ["1", "2"]
    assert len(texts) == 2 and texts[0].startswith("13 bytes")


def test_an_unforeseen_failure_costs_that_message_only(file, monkeypatch):
    path = file("a.mbox", mbox(message(1), message(2, body=b"poison"), message(3)))

    def failing(text: str, **_: bool) -> object:
        if "poison" in text:
            raise RuntimeError("not foreseen")
        return plain_to_markdown(text)

    monkeypatch.setattr("importers.mbox.bodies.convert", failing)
    found = records(path)
    assert [letter.key[0] for letter in found if isinstance(letter, Message)] == ["1", "3"]
    lost = [record for record in found if isinstance(record, Finding)]
    assert [(finding.code, finding.lost) for finding in lost] == [("message-unreadable", 1)]


def test_detection(file, tmp_path):
    importer = MboxImporter()
    assert importer.detect(file("a.mbox", mbox(message(1))))
    assert importer.detect(file("b.gz", gzip.compress(mbox(message(1)))))
    assert importer.detect(file("m/cur/1:2,S", message(1)).parent.parent)
    assert importer.detect(file("one.eml", message(1)))
    assert not importer.detect(file("x.json", b'{"a": 1}'))
    assert not importer.detect(file("x.jpg", b"\xff\xd8" + bytes(100)))


def test_two_headers_of_an_old_dump_are_one_here_as_in_a_groups_export(file) -> None:
    """Else a message that is read with both importers would be two."""
    old = b"X-Google-Groups: gardeners\nReferences: <1@example.org>\n\nThe words.\n"
    (found,) = messages(file("gardeners.mbox", mbox(message(2, b"", old))))
    assert (found.body, found.references) == ("The words.", ("1@example.org",))
