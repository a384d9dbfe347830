"""Google Groups: what is found where in an export, and what its mail becomes."""

import lzma
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from importers.google_groups import GoogleGroupsImporter
from importers.mbox import MboxImporter
from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.model import Finding, Message, Person
from migrate.settle import settle
from migrate.sources import Options, get_importer
from tests.conftest import SAMPLES
from tests.importers.takeouts import (
    GARDENERS,
    KEY,
    OWNED,
    PUBLIC,
    codes,
    letter,
    messages,
    records,
    source,
    takeout,
)

SAMPLE = SAMPLES / "google-groups"


def zipped(folder: Path, name: Path) -> Path:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder))
    return name


def test_the_sample_holds_two_groups_of_which_one_is_private():
    found = records(SAMPLE)
    assert len(messages(found)) == 33
    public, private = source(found, "allotment-swap.googlegroups.com"), source(found, "huerta-junta.googlegroups.com")
    assert (public.name, public.private) == ("Allotment swap", False)
    assert public.description.startswith("Seeds, plants")
    assert public.url == "https://groups.google.com/g/allotment-swap"
    assert (private.name, private.description[:7], private.private) == ("Junta de la huerta", "Asuntos", True)
    states = {message.key: set(message.flags) for message in messages(found) if message.flags}
    assert states == {
        "welcome-1@example.org": {"pinned"},
        "fq-1@example.com": {"closed"},
        "ir-1@example.org": {"pinned"},
        "ir-2@example.org": {"closed"},
    }


def test_the_sample_has_the_threads_that_its_groups_show(tmp_path):
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, get_importer("google-groups"), [str(SAMPLE)], workers=1)
        settle(archive)
        threads: dict[str | None, list[Message]] = {}
        for message in read_messages(archive):
            threads.setdefault(message.thread, []).append(message)
        assert len(threads) == 12
        leeks = threads["google-groups:allotment-swap.googlegroups.com:1512001000000000020"]
        assert [message.title for message in leeks] == ["Spare: 40 leek seedlings", "Leeks"] + [
            "Re: Spare: 40 leek seedlings"
        ] * 2


def everything(found):
    return sorted(repr(message) for message in messages(found)), {r for r in found if isinstance(r, Person)}


def test_zipped_unpacked_or_in_parts_it_is_the_same_and_read_once(tmp_path):
    whole = zipped(SAMPLE, tmp_path / "takeout-20260101T100000Z-001.zip")
    packed = tmp_path / "takeout.tgz"
    with tarfile.open(packed, "w:gz") as file:
        file.add(SAMPLE / "Takeout", "Takeout")
    parts = tmp_path / "parts"
    parts.mkdir()
    for number, folder in enumerate(("Groups", "Grupos"), start=1):
        part = tmp_path / str(number) / "Takeout"
        shutil.copytree(SAMPLE / "Takeout" / folder, part / folder)
        zipped(part.parent, parts / f"takeout-20260101T100000Z-00{number}.zip")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        importer = get_importer("google-groups")
        assert ingest(archive, importer, [str(SAMPLE)], workers=1).new == 33
        for other in (whole, packed, parts):
            counts = ingest(archive, importer, [str(other)], workers=1)
            assert (counts.read, counts.new, counts.duplicates) == (33, 0, 33)


def test_a_group_is_known_by_its_folder_in_any_language_and_domain(tmp_path):
    takeout(tmp_path, letter(1), owned="Takeout/グループ/example.org/所有", group="Board@Example.org", mbox="トピック")
    found = records(tmp_path)
    assert [message.source for message in messages(found)] == ["board.example.org"]
    assert source(found, "board.example.org").url == "https://groups.google.com/a/example.org/g/board"
    assert messages(found)[0].url == "https://groups.google.com/a/example.org/d/msgid/board/1%40example.org"


def test_the_folder_of_the_group_may_be_named_itself_and_so_may_its_file(tmp_path):
    takeout(tmp_path, letter(1), info=PUBLIC)
    folder = tmp_path / OWNED / GARDENERS
    for place in (folder, folder / "topics.mbox"):
        (message,) = messages(records(place))
        assert message.source == KEY


def test_mail_below_a_folder_that_is_called_after_its_owner_is_not_a_groups(tmp_path):
    home = tmp_path / "ann@example.org"
    takeout(home, letter(1), info=PUBLIC)
    (home / "Takeout" / "Mail").mkdir()
    (home / "Takeout" / "Mail" / "All.mbox").write_bytes(letter("private"))
    assert [message.key for message in messages(records(home))] == ["1@example.org"]


def test_the_folder_of_a_group_may_be_packed_by_itself(tmp_path):
    place = takeout(tmp_path / "t", letter(1)) / OWNED / GARDENERS
    (message,) = messages(records(zipped(place, tmp_path / f"{GARDENERS}.zip")))
    assert message.source == KEY


def test_whatever_list_a_message_names_it_is_of_the_group_whose_export_it_is_in(tmp_path):
    takeout(tmp_path, letter(1, "List-Id: <announce.example.com>"), letter(2))
    assert {message.source for message in messages(records(tmp_path))} == {KEY}


def test_nothing_of_the_owners_own_mail_is_read(tmp_path):
    takeout(tmp_path, letter(1), info=PUBLIC)
    mail = tmp_path / "Takeout" / "Mail"
    mail.mkdir()
    (mail / "All mail.mbox").write_bytes(letter("private", body="For you only."))
    found = records(tmp_path)
    assert [message.key for message in messages(found)] == ["1@example.org"]
    assert codes(found)["files-of-no-group"].text.startswith("1 files")


def test_mixed_line_ends_are_one_group(tmp_path):
    takeout(tmp_path, letter(1, "X-Google-Groups: gardeners"), letter(2).replace(b"\n", b"\r\n"))
    assert {message.source for message in messages(records(tmp_path))} == {KEY}


def test_the_groups_own_address_is_nobody(tmp_path):
    takeout(
        tmp_path,
        letter(1, "X-Original-From: Ben <ben@example.org>", sender=f"'Ben' via gardeners <{GARDENERS}>"),
        letter(2, sender=GARDENERS),
        letter(3, 'X-BeenThere: gardeners@googlegroups.com; h="from:to"', sender=f"Cy <{GARDENERS}>"),
    )
    found = records(tmp_path)
    assert [message.author for message in messages(found)] == ["ben@example.org", "name:unknown", "name:cy"]
    assert GARDENERS not in {record.email for record in found if isinstance(record, Person)}


def test_what_was_cut_off_an_address_is_not_made_up(tmp_path):
    takeout(
        tmp_path,
        letter(1, sender="Jo Smith <jo...@example.org>"),
        letter(2, sender="Joan Pike <jo...@example.org>"),
        letter(3, sender="jo...@example.org"),
        letter(4, sender="JO SMITH <jo...@EXAMPLE.org>"),
        letter(5, "X-Original-From: Jo Smith <jo...@example.org>", sender=f"'Jo Smith' via gardeners <{GARDENERS}>"),
        letter(6, sender="Jo Smith <jo@example.org>"),
    )
    found = records(tmp_path)
    authors = [message.author for message in messages(found)]
    assert authors[0] == authors[3] == authors[4]
    assert len({*authors}) == 4
    assert [r.email for r in found if isinstance(r, Person)] == [None] * 5 + ["jo@example.org"]
    assert sum(isinstance(record, Finding) and record.code == "address-masked" for record in found) == 5


def test_people_of_whom_only_a_part_of_the_address_is_known_are_joined_with_nobody(tmp_path):
    takeout(
        tmp_path,
        letter(1, sender="Jo Smith <jo...@example.org>"),
        letter(2, sender="Jo Smith <joh...@example.org>"),
        letter(3, sender="Jo Smith <jo@example.org>"),
        letter(4, sender="Jo Smith <jo.smith@example.com>"),
    )
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, get_importer("google-groups"), [str(tmp_path / "Takeout")], workers=1)
        settle(archive)
        assert archive.db.execute("SELECT count(*), count(same_as) FROM person").fetchone() == (4, 0)
        alike = [finding.text for finding in read_findings(archive) if finding.code == "people-alike"]
        assert [text.split(" ")[0] for text in alike] == ["4"]


@pytest.mark.parametrize(
    ("label", "flags"),
    [
        ("This topic is pinned,This topic is locked", ("closed", "pinned")),
        ("=?UTF-8?Q?Tema_bloqueado?=", ("closed",)),
        ("=?UTF-8?B?0JfQsNC60YDQtdC/0LvQtdC90L4=?=", ("pinned",)),
        ("Dieses Thema ist angepinnt", ("pinned",)),
        ("=?UTF-8?B?44OU44Oz55WZ44KB?=", ("pinned",)),
        ("Unlocked", ()),
    ],
)
def test_labels_of_the_groups_own_copy_say_what_the_topic_is(tmp_path, label, flags):
    takeout(tmp_path, letter(1, f"X-Gmail-Labels: {label}"))
    (message,) = messages(records(tmp_path))
    assert message.flags == flags


def test_a_label_that_is_not_understood_is_told_once_and_without_addresses(tmp_path):
    takeout(tmp_path, *(letter(n, "X-Gmail-Labels: Vide kun ann@example.org\x1b[2J") for n in range(3)))
    found = [r for r in records(tmp_path) if isinstance(r, Finding) and r.code == "label-unknown"]
    assert len(found) == 1
    assert "Vide kun" in found[0].text
    assert "@example.org" not in found[0].text + found[0].locator
    assert "\x1b" not in found[0].text


DELIVERED = ("Delivered-To: me@example.net", f"List-ID: <{KEY}>", "X-GM-THRID: 77", "X-Gmail-Labels: Pinned by me")


def test_thread_and_labels_of_a_members_mailbox_are_the_members(tmp_path):
    (tmp_path / "mine.mbox").write_bytes(letter(1, *DELIVERED))
    (message,) = messages(records(tmp_path / "mine.mbox"))
    assert (message.source, message.thread, message.flags) == (KEY, None, ())
    assert message.conversation == "x-gm-thrid:77"
    takeout(tmp_path, letter(1, "X-GM-THRID: 42"))
    (message,) = messages(records(tmp_path / "Takeout"))
    assert (message.source, message.thread, message.conversation) == (KEY, f"google-groups:{KEY}:42", None)


@pytest.mark.parametrize("order", [("mbox", "google-groups"), ("google-groups", "mbox")])
def test_a_members_mailbox_and_the_export_are_one_group(tmp_path, order):
    subject = "Subject: Re: About 1"
    takeout(tmp_path, letter(1, "X-GM-THRID: 42"), letter(2, "X-GM-THRID: 42", "Subject: Else", day=6), info=PUBLIC)
    listed = f"List-ID: <{KEY}>"
    answer = "In-Reply-To: <2@example.org>"
    mine = [letter(1, listed), letter(2, listed, "Subject: Else", day=6), letter(3, listed, subject, answer, day=7)]
    (tmp_path / "mine.mbox").write_bytes(b"".join(mine))
    places = {"mbox": tmp_path / "mine.mbox", "google-groups": tmp_path / "Takeout"}
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        for name in order:
            ingest(archive, get_importer(name), [str(places[name])], workers=1)
            settle(archive)
        found = list(read_messages(archive))
        assert [(message.key, message.source) for message in found] == [(f"{n}@example.org", KEY) for n in (1, 2, 3)]
        assert {message.thread for message in found} == {f"google-groups:{KEY}:42"}
        assert archive.db.execute("SELECT description, url FROM source").fetchall() == [
            ("All about slugs", "https://groups.google.com/g/gardeners")
        ]


def test_a_mailbox_is_of_the_group_its_mails_name(tmp_path):
    single = tmp_path / "saved.mbox"
    for fields in (
        ["X-Google-Groups: gardeners"],
        ['X-BeenThere: gardeners@googlegroups.com; h="from"'],
        ["Mailing-list: list gardeners@googlegroups.com; contact gardeners+owners@googlegroups.com"],
        [f"List-ID: <{KEY}>", "List-Archive: <http://groups.google.com/group/gardeners"],
    ):
        single.write_bytes(letter(1, *fields) + letter(2))
        found = records(single)
        assert {message.source for message in messages(found)} == {KEY}
        assert source(found).private
        assert codes(found)["visibility-unknown"].text.startswith("Nothing here says")
        assert GoogleGroupsImporter().detect(single)


def test_it_is_recognised_by_what_it_is(tmp_path):
    importer = GoogleGroupsImporter()
    assert importer.detect(SAMPLE)
    assert importer.detect(zipped(SAMPLE, tmp_path / "t.zip"))
    assert not importer.detect(SAMPLES / "mbox")
    assert not importer.detect(SAMPLES / "mbox" / "gardeners.mbox")
    (tmp_path / "note.txt").write_text("gardeners@googlegroups.com")
    assert not importer.detect(tmp_path / "note.txt")
    assert not importer.detect(tmp_path / "nowhere")


FOOTERS = {
    "de": (
        'Sie erhalten diese Nachricht, weil Sie in Google Groups E-Mails von der Gruppe "gardeners" abonniert haben.',
        "Um sich abzumelden, senden Sie eine E-Mail an gardeners+unsubscribe@googlegroups.com.",
    ),
    "en": (
        'You received this message because you are subscribed to the Google Groups "gardeners" group.',
        "To unsubscribe from this group, send an email to gardeners+unsubscribe@googlegroups.com.",
        "To view this discussion visit https://groups.google.com/d/msgid/gardeners/1%40example.org.",
    ),
    "ja": (
        "このメールは Google グループのグループ「gardeners」に登録しているユーザーに送られています。",
        "退会するには gardeners+unsubscribe@googlegroups.com にメールを送信してください。",
    ),
}


@pytest.mark.parametrize("language", FOOTERS)
@pytest.mark.parametrize("rule", ["-- \n", ""])
@pytest.mark.parametrize("quote", ["", "Ben wrote:\n> Slugs?\n\n"])
def test_googles_footer_is_folded_even_in_a_group_of_one_message(tmp_path, language, rule, quote):
    footer = "\n".join(FOOTERS[language])
    fields = ["Content-Type: text/plain; charset=utf-8"]
    takeout(tmp_path, letter(1, *fields, body=f"{quote}Look under the pots.\n\n{rule}{footer}"))
    (message,) = messages(records(tmp_path))
    assert message.body.endswith("Look under the pots.")
    assert "Google" in message.elided
    assert message.url == "https://groups.google.com/d/msgid/gardeners/1%40example.org"


def test_somebody_who_explains_how_to_leave_is_not_cut(tmp_path):
    body = "It is easy:\n\nwrite to gardeners+unsubscribe@googlegroups.com and you are out."
    takeout(tmp_path, letter(1, body=body))
    assert "you are out" in messages(records(tmp_path))[0].body


def test_two_headers_of_an_old_dump_are_one(tmp_path):
    text = "X-Google-Groups: gardeners\nX-Google-Thread: 1,2\nReferences: <1@example.org>\n\nThe words."
    takeout(tmp_path, letter(1), letter(2, body=text))
    found = records(tmp_path)
    assert messages(found)[1].body == "The words."
    assert messages(found)[1].references == ("1@example.org",)
    assert codes(found)["header-in-two"].message == "2@example.org"


def test_fields_quoted_in_a_message_stay_its_text(tmp_path):
    takeout(tmp_path, letter(1, "X-Google-Groups: gardeners", body="X-Google-Groups: what is that?\n\nAnn"))
    (message,) = messages(records(tmp_path))
    assert message.body.startswith("X-Google-Groups: what")


def test_an_old_dump_of_single_messages_with_an_error_page_among_them(tmp_path):
    dump = tmp_path / "gardeners"
    dump.mkdir()
    for number in range(4):
        message = letter(number, "X-Google-Groups: gardeners", sender=f"Jo {number} <jo...@example.org>")
        (dump / f"{number}.eml").write_bytes(message.partition(b"\n")[2])
    (dump / "9.eml").write_bytes(b"<html><title>Error 500 (Server Error)!!1</title><p>Sorry</html>")
    found = records(dump)
    assert {message.source for message in messages(found)} == {KEY}
    assert len({message.author for message in messages(found)}) == 4
    assert (codes(found)["error-page"].lost, codes(found)["error-page"].locator) == (1, "gardeners/9.eml")


def test_an_export_of_nothing_is_one_helpful_line(tmp_path):
    (tmp_path / "Takeout").mkdir()
    (tmp_path / "Takeout" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="There is no Google group in"):
        records(tmp_path)


def test_the_corpus_is_read_whole_and_as_mail(corpora):
    path = corpora / "groups" / "open-iscsi.mbox.xz"
    found = records(path)
    importer = MboxImporter()
    plain = [
        record
        for chunk in importer.scan([str(path)], Options())
        if not isinstance(chunk, Finding)
        for record in importer.read(chunk)
    ]
    assert len(messages(found)) == 1233
    assert sum(record.lost for record in found if isinstance(record, Finding)) == 0
    facts = [(m.key, m.source, m.author, m.references, m.body, m.elided) for m in messages(found)]
    assert facts == [(m.key, m.source, m.author, m.references, m.body, m.elided) for m in messages(plain)]
    assert sum(record.code == "sender-restored" for record in found if isinstance(record, Finding)) == 154


def test_a_compressed_mailbox_is_read_like_any_other(tmp_path):
    (tmp_path / "saved.mbox.xz").write_bytes(lzma.compress(letter(1, "X-Google-Groups: gardeners")))
    assert [message.source for message in messages(records(tmp_path / "saved.mbox.xz"))] == [KEY]
