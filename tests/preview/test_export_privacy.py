"""The exported preview holds no address and nothing private, and hostile exports do not get out of its folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest

from migrate.archive import Archive
from migrate.archive.store import store_attachment
from migrate.archive.writer import Writer
from migrate.model import Attachment, AttachmentRef, Message, Person, Record, Source, Thread
from migrate.people_choices import choose
from migrate.people_file import Line, person_key
from migrate.plan import TargetFacts
from tests.build import moment
from tests.preview.exported import dead_links, exported, files, holding, seen
from tests.test_media import SECRET, jpeg, segment, tiff
from tests.test_samples import SOURCE_OF, read

OPEN = Source(key="open.example.org", kind="mbox", name="Open list")
CLOSED = Source(key="closed.example.org", kind="mbox", name="Cabal council", private=True)
MIA = Person(key="mia@example.org", name="Mia Both", email="mia@example.org")
ZOE = Person(key="zoe@secret.example", name="Zoe Hidden", email="zoe@secret.example")
TOM = Person(key="tom@example.org", name="Tom Gone", email="tom@example.org")
NOTES = (
    "Tell zoe@secret.example; https://lists.example.org/m/mia@example.org/3?to=mia%40example.org or MIA@EXAMPLE.ORG."
    " Or zoe at secret.example, or Zoe [at] secret.example, zoe \\<at\\> secret.example."
)
HIDDEN = (
    "Cabal council", "closed.example.org", "Zoe Hidden", "zoe_hidden", "Coup at dawn", "Krawatte", "plot.jpg",
    "intrigue", "secret.example",
)  # fmt: skip
ADDRESS = re.compile(rb"[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
PICTURE = jpeg(segment(0xE1, b"Exif\0\0" + tiff()))


def said(key: str, thread: str, author: Person, source: Source = OPEN, **fields: object) -> Message:
    values: dict[str, object] = {"title": thread, "body": f"Words of {key}.", "sent_at": moment(0)}
    values |= {"date_source": "header", "locator": f"{source.name}@{key}"}
    return Message(key=key, source=source.key, author=author.key, thread=thread, **(values | fields))  # type: ignore[arg-type]  # by name


def ref(name: str, content: bytes, media_type: str = "image/jpeg") -> AttachmentRef:
    digest = hashlib.sha256(content).hexdigest()
    return AttachmentRef(sha256=digest, filename=name, media_type=media_type, size=len(content))


def archive_of(path: Path, records: Iterable[Record], *contents: bytes) -> Archive:
    archive = Archive.open(path, mode="create")
    with archive.transaction() as db:
        writer = Writer(archive)
        for content in contents:
            digest = hashlib.sha256(content).hexdigest()
            store_attachment(archive.attachments, digest, content)
            writer.write([Attachment(sha256=digest, media_type="", size=len(content))])
        for record in records:
            writer.write([record])
        db.execute("UPDATE message SET position = id")
    return archive


def lists(path: Path) -> Archive:
    """A list for everybody and a private one; Mia writes to both, Zoe only to the private one."""
    secret = PICTURE.replace(b"\x34", b"\x35")
    return archive_of(
        path,
        [
            OPEN, CLOSED, MIA, ZOE, TOM,
            Thread(key="o", source=OPEN.key, title="Soup at noon"),
            said("o1", "o", MIA, body=NOTES, attachments=(ref("soup.jpg", PICTURE),)),
            said("o2", "o", TOM, parent="o1", body="Soup, says Tom Gone."),
            Thread(key="p", source=CLOSED.key, title="Coup at dawn", labels=("intrigue",)),
            said("p1", "p", ZOE, CLOSED, body="Wear the Krawatte.", attachments=(ref("plot.jpg", secret),)),
            said("p2", "p", MIA, CLOSED, parent="p1", body="Krawatte it is."),
        ],
        PICTURE,
        secret,
    )  # fmt: skip


def test_no_address_of_anybody_is_in_any_file(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        for name in SOURCE_OF:
            read(archive, name)
        addresses = {email for (email,) in archive.db.execute("SELECT email FROM person WHERE email <> ''")}
        for (body,) in archive.db.execute("SELECT body || elided FROM content").fetchall():
            addresses |= {found.decode() for found in ADDRESS.findall(body.replace("\\", "").encode())}
        exported(archive, tmp_path / "review", with_private=True)
        ids = {key for (key,) in archive.db.execute("SELECT key FROM container")}  # they stand in links to web archives
    assert len(addresses) > 20
    texts = [path for path in files(tmp_path / "review") if path.suffix not in (".png", ".jpg", ".gif", ".webp")]
    found = {match.decode() for path in texts for match in ADDRESS.findall(unquote(path.read_text("utf-8")).encode())}
    assert {one for one in found if not _is_id(one, ids)} == set()
    assert holding(tmp_path / "review", *(one for one in addresses if not _is_id(one, ids))) == []


def test_a_list_that_is_called_by_its_address_is_shown_without(tmp_path: Path) -> None:
    source = Source(key="s", kind="mbox", name="soup@lists.example.org", description="Ask owner@lists.example.org.")
    parent = '[[rule]]\nparent = "all@lists.example.org"\n'
    with archive_of(
        tmp_path / "a.sqlite3", [source, MIA, Thread(key="o", source="s", title="Soup"), said("o1", "o", MIA, source)]
    ) as archive:
        exported(archive, tmp_path / "review", parent)
    assert holding(tmp_path / "review", "@lists.example.org") == []
    assert "soup@…" in (tmp_path / "review/index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("**sam**@stranger.example or sam@*stranger.example*", "<strong>sam</strong>@… or sam@<em>…</em>"),
        ("sam&#64;stranger.example, sam&amp;#64;stranger.example", "sam@…</a>, sam&amp;#64;…"),
        ("sam!@stranger.example, sam@[192.0.2.7]", "sam!@…, sam@…"),
        ("sam\uff20stranger.example", "sam\uff20…"),
        (
            "https://lists.example.org/1.x@mail.example.org",
            '/1.x@mail.example.org">https://lists.example.org/1.x@mail.e',
        ),
        ("Thanks, @sam.lee and (@kim.lee)!", "sam.lee"),
    ],
)
def test_no_address_is_read_in_the_words_of_a_post_however_it_is_written(tmp_path: Path, body: str, shown: str) -> None:
    thread = Thread(key="o", source=OPEN.key, title="Soup")
    records: list[Record] = [OPEN, MIA, thread, said("o1", "o", MIA, body=body)]
    with archive_of(tmp_path / "a.sqlite3", records) as archive:
        exported(archive, tmp_path / "review")
    text = (tmp_path / "review/t/1/index.html").read_text("utf-8")
    assert shown in text.replace("\u2060", "")
    assert holding(tmp_path / "review", "stranger.example", "192.0.2.7", "mailto:") == []


def _is_id(found: str, ids: set[str]) -> bool:
    """Whether it is a Message-ID, or its end, and no address."""
    return any(key.endswith(unquote(found)) for key in ids)


@pytest.mark.parametrize("mapping", ["", "[tags]\nfrom_labels = true\n", 'authors = "byline"\n'])
def test_nothing_of_a_private_list_is_in_any_file(tmp_path: Path, mapping: str) -> None:
    with lists(tmp_path / "a.sqlite3") as archive:
        written = exported(archive, tmp_path / "review", mapping)
    assert holding(tmp_path / "review", *HIDDEN) == []
    assert list(dead_links(tmp_path / "review")) == []
    assert (written.topics, written.private_topics, written.pictures) == (1, 1, 1)
    assert holding(tmp_path / "review", "Soup at noon")


def test_all_of_a_private_list_is_there_where_it_is_wanted(tmp_path: Path) -> None:
    with lists(tmp_path / "a.sqlite3") as archive:
        written = exported(archive, tmp_path / "review", "[tags]\nfrom_labels = true\n", with_private=True)
    words = [word for word in HIDDEN if word not in ("closed.example.org", "secret.example", "plot.jpg")]
    assert {word for _, word in holding(tmp_path / "review", *HIDDEN)} >= set(words)
    assert holding(tmp_path / "review", "zoe@secret", "mia@example") == []
    assert list(dead_links(tmp_path / "review")) == []
    assert (written.topics, written.private_topics, written.pictures) == (2, 0, 2)


def test_a_list_that_the_mapping_makes_private_is_left_out_too(tmp_path: Path) -> None:
    rule = '[[rule]]\nsource = "Open list"\nprivate = true\nread = ["insiders"]\ncategory = "Kitchen"\n'
    public = '[[rule]]\nsource = "Cabal council"\npublic = true\n'
    with lists(tmp_path / "a.sqlite3") as archive:
        exported(archive, tmp_path / "review", rule + public)
    assert holding(tmp_path / "review", "Soup", "Open list", "Kitchen", "insiders", "tom_gone") == []


def test_a_member_who_wrote_nothing_is_linked_to_only_where_there_is_a_page(tmp_path: Path) -> None:
    idle = Person(key="ida@example.org", name="Ida Idle", email="ida@example.org", member="account")
    records: list[Record] = [OPEN, MIA, idle, Thread(key="o", source=OPEN.key, title="Soup"), said("o1", "o", MIA)]
    with archive_of(tmp_path / "a.sqlite3", records) as archive:
        for with_private in (False, True):
            exported(archive, tmp_path / "review", with_private=with_private)
            assert list(dead_links(tmp_path / "review")) == []
            assert (tmp_path / "review/u/ida_idle").exists() == with_private
    assert holding(tmp_path / "review", "Ida Idle")


def test_whose_name_or_words_are_withheld_is_nowhere(tmp_path: Path) -> None:
    with lists(tmp_path / "a.sqlite3") as archive:
        lines = [Line(2, {"person": person_key(TOM.key), "withhold": "words"})]
        choose(archive, [*lines, Line(3, {"person": person_key(MIA.key), "withhold": "name"})], TargetFacts())
        exported(archive, tmp_path / "review", with_private=True)
    assert holding(tmp_path / "review", "Tom Gone", "tom_gone", "Soup, says", "Mia Both", "mia_both") == []
    assert holding(tmp_path / "review", "Soup at noon")


def test_pictures_do_not_tell_where_they_were_taken(tmp_path: Path) -> None:
    assert SECRET in PICTURE
    with lists(tmp_path / "a.sqlite3") as archive:
        exported(archive, tmp_path / "review")
    (picture,) = (path for path in files(tmp_path / "review") if path.suffix == ".jpg")
    assert SECRET not in picture.read_bytes()


EVIL = (
    "../../../../evil", "/etc/evil", "..\\..\\evil", "con", "nul.png", ".", "..", "", "x" * 5000, "a/b:c*d?e\"f<g>|h",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "');alert(1);//", "</script><script>alert(1)",
    "İstanbul", "ｆｕｌｌ", "e\u0301tude", "étude", "\u202egnp.exe", "a\u2028b", "{{ 7 * 7 }}", "%2e%2e%2fevil",
)  # fmt: skip
BODY = """[a](../../../evil.html) [b](/evil) [c](//evil.example/x) [d](javascript:alert\\(1\\)) [e](#evil)
[f](data:text/html,evil)

<a href="/evil">x</a> <img src="/evil.png"> <img src="//evil.example/a.png">
<img src="https://evil.example/b.png" onerror="x"> <meta http-equiv="refresh">
<script>alert(1)</script> <iframe src="https://evil.example"></iframe> <style>* { color: red }</style>

![w](https://evil.example/c.png) [quote="mia, post:9, topic:77"]
Words
[/quote] `<a href="/kept">`
"""
HOSTILE_FILES = {
    "image/png": b"<html><script>alert(1)</script>",
    "image/svg+xml": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "text/html": b"<script>alert(2)</script>",
    "image/gif": b"GIF89a/*<script>alert(3)</script>",
}


def hostile(path: Path) -> Archive:
    contents = list(HOSTILE_FILES.values())
    records: list[Record] = [Source(key="evil", kind="mbox", name=EVIL[10], description=EVIL[11])]
    for number, name in enumerate(EVIL):
        author = Person(key=f"name:{number}", name=name)
        refs = tuple(ref(name or "x", content, kind) for kind, content in HOSTILE_FILES.items())
        records += [
            author,
            Thread(key=f"t{number}", source="evil", title=f"{name} and more", labels=(name or "none",)),
            Message(
                key=f"m{number}", source="evil", author=author.key, thread=f"t{number}", title=name, body=BODY,
                sent_at=moment(number), date_source="header", locator=name, attachments=refs,
            ),
        ]  # fmt: skip
    return archive_of(path, records, *contents)


def test_hostile_names_stay_in_the_folder_and_nothing_runs(tmp_path: Path) -> None:
    with hostile(tmp_path / "a.sqlite3") as archive:
        written = exported(archive, tmp_path / "review", "[tags]\nfrom_labels = true\n")
    assert written.topics == len(EVIL)
    beside = {path.name for path in tmp_path.iterdir() if not path.name.startswith("a.sqlite3")}
    assert beside == {"a.attachments", "review"}
    assert list(dead_links(tmp_path / "review")) == []
    names = [part for path in files(tmp_path / "review") for part in path.relative_to(tmp_path / "review").parts]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,63}", name) for name in names)
    assert not {"con", "nul", "aux"} & {name.split(".")[0] for name in names}
    for path in files(tmp_path / "review"):
        if path.suffix == ".html" and path.name != "report.html" and path.parent.name != "search":
            page = seen(path)
            assert not {"script", "iframe", "object", "embed", "base"} & page.tags, path
            assert "evil.example/" not in "".join(a for a in page.addresses if not a.startswith("https://")), path


def test_only_what_is_a_picture_is_copied_whatever_it_is_called(tmp_path: Path) -> None:
    with hostile(tmp_path / "a.sqlite3") as archive:
        written = exported(archive, tmp_path / "review")
    copied = [path for path in files(tmp_path / "review") if "files" in path.relative_to(tmp_path / "review").parts]
    assert written.pictures == len(copied) <= 1
    assert not any(b"<script" in path.read_bytes() for path in copied)


def test_names_that_a_file_system_takes_for_one_are_two(tmp_path: Path) -> None:
    with hostile(tmp_path / "a.sqlite3") as archive:
        exported(archive, tmp_path / "review", "[tags]\nfrom_labels = true\n")
    for folder in ("u", "tag"):
        names = [path.name for path in (tmp_path / "review" / folder).iterdir()]
        assert len({name.casefold() for name in names}) == len(names) > 10
