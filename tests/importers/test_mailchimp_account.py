"""An account's export of Mailchimp: which campaigns become messages, and which file is whose text."""

import shutil
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from importers.mailchimp import MailchimpImporter
from migrate.archive import Archive
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.model import Attachment, Finding, Person, Source, Thread
from migrate.sources import Importer, get_importer
from tests.importers.newsletters import COLUMNS, account, codes, lost, messages, page, records, row, table

SAMPLE = Path(__file__).parents[2] / "samples" / "mailchimp"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def test_it_is_registered_and_recognises_its_own(tmp_path):
    importer: Importer = get_importer("mailchimp")
    assert isinstance(importer, MailchimpImporter)
    assert importer.detect(SAMPLE)
    (tmp_path / "notes.csv").write_text("name,age\nAnn,4\n")
    (tmp_path / "page.html").write_text("<html><p>Hello</p></html>")
    (tmp_path / "data.json").write_text('{"posts": []}')
    assert not importer.detect(tmp_path)


def test_a_campaign_is_a_thread_of_one_message(tmp_path):
    path = account(
        tmp_path / "a", [row(1, "Spring 🌱")], {"0000000001.html": page("Sow now."), "0000000001.txt": "Sow."}
    )
    found = records(path)
    source, sender, thread, message = found[:4]
    assert source == Source(key="mailchimp:gardeners", kind="mailchimp", name="Gardeners")
    assert sender == Person(key="mailchimp:mira", name="Mira", names=("Mira",))
    assert isinstance(thread, Thread) and thread.title == "Spring"
    assert message == messages(found)[0]
    assert (message.key, message.thread, message.body) == ("mailchimp:0000000001", thread.key, "Sow now.")
    assert (message.sent_at, message.date_source) == (datetime(2021, 1, 5, 10, tzinfo=UTC), "source")
    assert message.native is not None and b"Sow now." in message.native
    assert message.native_format == "text/html"


def test_the_sender_has_no_address_so_that_nobody_is_mailed(tmp_path):
    path = account(tmp_path, [row(1, "Spring")], {"0000000001.txt": "Sow."})
    assert [record.email for record in records(path) if isinstance(record, Person)] == [None]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2021-01-05 22:04:05", datetime(2021, 1, 5, 22, 4, 5, tzinfo=UTC)),
        ("Jun 09, 2018 09:30 pm", datetime(2018, 6, 9, 21, 30, tzinfo=UTC)),
        ("2021-01-05T10:00:00+02:00", datetime(2021, 1, 5, 8, tzinfo=UTC)),
        ("5. März 2021 10:00", datetime(2021, 3, 5, 10, tzinfo=UTC)),
        ("9999-01-01 00:00:00", None),
    ],
)
def test_dates_of_any_form_and_none_that_cannot_be(tmp_path, written, meant):
    path = account(tmp_path, [row(1, "Spring", written)], {"0000000001.html": page("Sow.")})
    found = records(path)
    assert [message.sent_at for message in messages(found)] == [meant]
    assert codes(found)["date-missing"] == (meant is None)


def test_what_was_never_sent_is_left_out_and_counted(tmp_path):
    rows = [row(1, "Sent"), row(2, "A draft", "", Status="save"), row(3, "Later", Status="schedule")]
    rows += [row(4, "[Test] Spring"), row(5, "Welcome", Type="automation"), row(6, "Stopped", Status="canceled")]
    found = records(account(tmp_path, rows, {f"{number:010x}.html": page("Words.") for number in range(1, 7)}))
    assert [message.title for message in messages(found)] == ["Sent"]
    assert lost(found) == 5
    kinds = codes(found)
    assert (kinds["campaign-not-sent"], kinds["campaign-test"], kinds["campaign-automatic"]) == (3, 1, 1)


def test_a_row_without_date_and_status_was_not_sent(tmp_path):
    found = records(account(tmp_path, [row(1, "Draft", "", Status="")], {"0000000001.html": page("Words.")}))
    assert messages(found) == [] and codes(found)["campaign-not-sent"] == 1


def test_what_a_feed_made_comes_along_and_is_labelled(tmp_path):
    found = records(account(tmp_path, [row(1, "From the blog", Type="rss")], {"0000000001.html": page("Slugs.")}))
    assert [record.labels for record in found if isinstance(record, Thread)] == [("rss",)]
    assert messages(found)[0].flags == ()
    assert codes(found)["campaign-from-feed"] == 1


def test_files_are_joined_by_id_name_subject_title_and_number(tmp_path):
    rows = [
        row(1, "By id"),
        row(2, "By subject", Title="x"),
        row(3, "Else", Title="By title"),
        row(4, "Its page's title"),
    ]
    files = {
        "17_0000000001.html": page("One."),
        "18_by-subject.html": page("Two."),
        "By title.html": page("Three."),
        "19.html": page("Four.").replace("*|MC:SUBJECT|*", "Its page&#39;s title"),
    }
    found = records(account(tmp_path, rows, files))
    assert {message.title: message.body for message in messages(found)} == {
        "By id": "One.",
        "By subject": "Two.",
        "Else": "Three.",
        "Its page's title": "Four.",
    }
    assert lost(found) == 0 and "campaign-joined-by-order" not in codes(found)


def test_by_number_alone_only_where_as_many_are_left_and_with_a_finding(tmp_path):
    rows = [row(1, "First"), row(2, "Second")]
    found = records(account(tmp_path / "a", rows, {"2.html": page("B."), "10.html": page("C.")}))
    assert [(message.title, message.body) for message in messages(found)] == [("First", "B."), ("Second", "C.")]
    assert codes(found)["campaign-joined-by-order"] == 2
    found = records(account(tmp_path / "b", rows, {"1.html": page("A."), "2.html": page("B."), "3.html": page("C.")}))
    assert messages(found) == []
    assert (codes(found)["campaign-unmatched"], codes(found)["campaign-without-text"]) == (3, 2)
    assert lost(found) == 5


def test_two_campaigns_of_one_title_take_their_files_in_turn(tmp_path):
    rows = [row(1, "Monthly", "Jan 05, 2021 10:00 am"), row(2, "Monthly", "Apr 05, 2021 10:00 am")]
    found = records(account(tmp_path, rows, {"1_monthly.html": page("January."), "2_monthly.html": page("April.")}))
    assert [(message.key[-1], message.body) for message in messages(found)] == [("1", "January."), ("2", "April.")]


def test_without_a_table_every_text_is_a_message(tmp_path):
    folder = tmp_path / "campaigns_content"
    folder.mkdir()
    (folder / "00000000aa_Spring letter.html").write_text(page("Sow."))
    found = records(tmp_path)
    assert [(message.key, message.title) for message in messages(found)] == [("mailchimp:00000000aa", "Spring letter")]
    assert codes(found)["date-missing"] == 1


def test_a_table_alone_says_what_is_missing(tmp_path):
    found = records(account(tmp_path, [row(1, "A"), row(2, "B")], {}))
    assert messages(found) == [] and codes(found)["campaign-without-text"] == 2 and lost(found) == 2


def test_variants_become_one_message(tmp_path):
    rows = [row(1, "Which?", Type="absplit")]
    found = records(account(tmp_path, rows, {"0000000001_a.html": page("A."), "0000000001_b.html": page("B.")}))
    assert [message.body for message in messages(found)] == ["A."]
    assert codes(found)["campaign-variant-guessed"] == 1


def test_what_was_sent_again_is_one_message_with_two_origins(tmp_path):
    rows = [row(1, "Frost"), row(2, "Frost", "Jan 07, 2021 10:00 am"), row(3, "Frost", "Jan 06, 2022 10:00 am")]
    texts = {
        "0000000001.html": page("Minus two."),
        "0000000002.html": page("Minus two."),
        "0000000003.html": page("Minus two."),
    }
    path = account(tmp_path / "a", rows, texts)
    found = records(path)
    assert codes(found)["campaign-resent"] == 1
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        counts = ingest(archive, MailchimpImporter(), [str(path)], workers=1)
        assert (counts.read, counts.new, counts.duplicates) == (3, 2, 1)  # a year later it is another frost
        (origins,) = archive.db.execute(
            "SELECT max(n) FROM (SELECT count(*) n FROM origin GROUP BY message_id)"
        ).fetchone()
    assert origins == 2


def test_the_same_subject_with_other_words_stays_two(tmp_path):
    rows = [row(1, "News"), row(2, "News", "Jan 07, 2021 10:00 am")]
    found = records(account(tmp_path, rows, {"0000000001.html": page("One."), "0000000002.html": page("Two.")}))
    assert len({message.key for message in messages(found)}) == 2 and "campaign-resent" not in codes(found)


def test_pictures_of_the_export_are_attached_and_others_are_not(tmp_path):
    more = "<img src='https://mcusercontent.com/ab/images/Bed%20plan.png' alt='plan' width='300'>"
    path = account(tmp_path, [row(1, "Beds")], {"0000000001.html": page("See:", more)})
    (path / "files").mkdir()
    (path / "files" / "Bed plan.PNG").write_bytes(PNG)
    (path / "files" / "unused.png").write_bytes(PNG + b"x")
    found = records(path)
    (attachment,) = [record for record in found if isinstance(record, Attachment)]
    (message,) = messages(found)
    assert f"![plan](attachment:{attachment.sha256})" in message.body
    assert [file.filename for file in message.attachments] == ["Bed plan.PNG"]


def test_templates_and_reports_never_become_messages(tmp_path):
    path = account(tmp_path, [row(1, "Beds")], {"0000000001.html": page("See.")})
    for name in ("templates/letter.html", "reports/granular_activity/opens.csv", "reports/x.html"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(
            page("reader@example.org") if name.endswith("html") else table([COLUMNS, row(7, "No")])
        )
    found = records(path)
    assert [message.title for message in messages(found)] == ["Beds"]
    assert codes(found)["templates-left-out"] == codes(found)["reports-not-read"] == 1
    assert "reader@example.org" not in repr(found)


def test_zipped_or_unpacked_it_is_the_same_and_again_adds_nothing(tmp_path):
    packed = Path(shutil.make_archive(str(tmp_path / "account"), "zip", SAMPLE.parent, "mailchimp"))
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        first = ingest(archive, MailchimpImporter(), [str(SAMPLE)], workers=1)
        assert (first.read, first.new, first.duplicates, first.lost) == (13, 11, 1, 1)
        for path in (SAMPLE, packed):
            assert ingest(archive, MailchimpImporter(), [str(path)], workers=1).new == 0
        assert archive.db.execute("SELECT count(*) FROM message").fetchone() == (11,)


def test_a_wrong_kind_of_file_is_one_line(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(InputError, match="nothing of Mailchimp's"):
        records(tmp_path / "letter.txt")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(page("x"))
    with pytest.raises(InputError, match="only templates and reports"):
        records(tmp_path / "templates")


def test_hostile_names_and_cells_stay_harmless(tmp_path):
    subject = "\x1b[31mred\x1b[0m \u202eevil\u0000" + "x" * 5000
    path = account(tmp_path, [row(1, subject, **{"From Name": "\x1b]0;owned\x07" + "y" * 9000})], {})
    (path / "campaigns_content" / "0000000001.html").write_bytes(b"\xff\xfe\xfa<p>" + b"\x00" * 10 + b"Words")
    found = records(path)
    (message,) = messages(found)
    (sender,) = [record for record in found if isinstance(record, Person)]
    for text in (message.title, sender.name, message.body):
        assert not any(mark in text for mark in "\x1b\x07\u202e\x00")
    assert len(message.title) <= 300 and len(sender.name) <= 300


@pytest.mark.parametrize("data", [b"", b'"' * 100_000, b"Title,Subject,List\n" + b'"' + b"x" * 300_000, b"\x00" * 1000])
def test_a_broken_table_costs_no_more_than_itself(tmp_path, data):
    path = account(tmp_path, [row(1, "Beds")], {"0000000001.html": page("See.")})
    (path / "campaigns-2.csv").write_bytes(data)
    assert [message.title for message in messages(records(path))] == ["Beds"]


def test_a_truncated_zip_keeps_what_came_before(tmp_path):
    path = account(tmp_path / "a", [row(1, "Beds")], {"0000000001.html": page("See.")})
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as file:
        for each in sorted(path.rglob("*")):
            if each.is_file():
                file.write(each, each.relative_to(path).as_posix())
    packed.write_bytes(packed.read_bytes()[:-40])
    found = records(packed)
    assert [message.title for message in messages(found)] == ["Beds"]
    assert any(isinstance(record, Finding) and record.code.startswith(("archive-", "read-")) for record in found)


PLAIN_TABLE = ("Title", "Subject", "List", "Send Date", "Send Weekday", "Total Recipients")


def without_ids(folder: Path, *rows: Sequence[str]) -> Path:
    """An export whose table has no ids; the title of each row is the name of its text and what stands there."""
    account(folder, [], {f"{row[0]}.html": page(f"Text of {row[0]}.") for row in rows})
    (folder / "campaigns.csv").write_text(table([PLAIN_TABLE, *((*row, "Tue", "5") for row in rows)]), "utf-8")
    return folder


@pytest.mark.parametrize(
    "second", [("B", "News", "Tenants", "Jan 05, 2021 10:00 am"), ("B", "News", "G", "Jan 06, 2021")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_rows_without_ids_are_two_campaigns(tmp_path, second, turned):
    rows = [("A", "News", "G", "Jan 05, 2021 10:00 am"), second]
    found = messages(records(without_ids(tmp_path, *(rows[::-1] if turned else rows))))
    assert {message.body for message in found} == {"Text of A.", "Text of B."}
    assert len({message.key for message in found}) == 2


def test_a_draft_does_not_take_what_was_sent_with_it(tmp_path):
    sent = ("A", "News", "G", "Jan 05, 2021 10:00 am")
    alone = messages(records(without_ids(tmp_path / "alone", sent)))
    found = records(without_ids(tmp_path / "with", ("Copy", "News", "G", ""), sent, ("Copy 2", "News", "G", "")))
    assert [(message.key, message.body) for message in messages(found)] == [(alone[0].key, "Text of A.")]
    assert lost(found) == 2


def test_what_is_a_draft_in_another_language_has_no_date(tmp_path):
    rows = [row(1, "Sent", Status="Envoyé"), row(2, "Draft", date="", Status="Entwurf")]
    found = records(account(tmp_path, rows, {f"{n:010x}_x.html": page(f"Text {n}.") for n in (1, 2)}))
    assert [message.body for message in messages(found)] == ["Text 1."]
    assert codes(found)["campaign-not-sent"] == 1


def test_texts_joined_by_the_order_of_their_names_are_told(tmp_path):
    found = records(
        account(tmp_path, [row(1, "News"), row(2, "News")], {"News.html": page("a"), "News (1).html": page("b")})
    )
    assert len(messages(found)) == 2
    assert codes(found)["campaign-joined-by-order"] == 2


def test_a_picture_that_could_not_be_cleaned_is_told(tmp_path):
    text = page("Look.", "<img src='https://mcusercontent.com/5a/a.tiff.jpg' alt='a'>")
    folder = account(tmp_path, [row(1, "News")], {"0000000001.html": text})
    (folder / "files").mkdir()
    (folder / "files" / "a.tiff.jpg").write_bytes(b"II*\0" + bytes(40))
    found = records(folder)
    assert len(messages(found)[0].attachments) == 1
    assert codes(found)["media-not-cleaned"] == 1
