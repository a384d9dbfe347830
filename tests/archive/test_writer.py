"""What the archive keeps of what it is given: nothing lost, nothing doubled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive.reader import read_findings, read_messages, read_persons, read_sources
from migrate.archive.writer import Counts
from migrate.model import AttachmentRef, Finding, Message, Origin, Person
from tests.build import ANN, BEN, GARDENERS, mail, new_archive, write

TAIL = "Beds, beans, peas."


def test_writing_the_same_again_adds_nothing(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), mail("b", "a")) as archive:
        before = list(read_messages(archive))
        assert write(archive, [mail("a"), mail("b", "a")]) == Counts(read=2, duplicates=2)
        assert list(read_messages(archive)) == before


def test_a_message_comes_back_as_it_went_in(tmp_path: Path) -> None:
    file = AttachmentRef(sha256="ab" * 32, filename="a.png", media_type="image/png", size=3, content_id="x@y")
    message = mail("a", "z", "y", attachments=(file,), native=b"raw", flags=("pinned",), url="https://x.example/1")
    message = replace(message, elided="> old", conversation="x-gm-thrid:1", thread="t", parent="y")
    with new_archive(tmp_path, message) as archive:
        assert list(read_messages(archive)) == [message]


def test_a_cross_post_is_one_message_with_two_origins(tmp_path: Path) -> None:
    other = replace(mail("a"), source="seeds", origins=(Origin(source="seeds", locator="seeds.mbox@0"),))
    with new_archive(tmp_path, mail("a")) as archive:
        assert write(archive, [other]) == Counts(read=1, duplicates=1)
        (message,) = read_messages(archive)
        assert [origin.source for origin in message.origins] == ["gardeners.example.org", "seeds"]
        assert {source.key for source in read_sources(archive)} == {"gardeners.example.org", "seeds"}


def test_a_copy_with_another_footer_or_a_hidden_sender_is_the_same_message(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", body=TAIL)) as archive:
        footer = mail("a", body=TAIL + "\n\n\\_\\_\\_\\_\\_\nseeds mailing list")
        munged = mail("a", body=TAIL, author=BEN.key)
        assert write(archive, [footer, munged]) == Counts(read=2, duplicates=2)


def test_a_copy_brings_the_file_that_the_first_one_lost(tmp_path: Path) -> None:
    file = AttachmentRef(sha256="ab" * 32, filename="a.png", media_type="image/png", size=3)
    with new_archive(tmp_path, mail("a")) as archive:
        write(archive, [mail("a", attachments=(file,)), mail("a", attachments=(file,))])
        (message,) = read_messages(archive)
        assert message.attachments == (file,)


def test_the_same_place_read_by_another_version_is_the_same_message(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", body="as converted before")) as archive:
        assert write(archive, [mail("a", body="converted better now")]) == Counts(read=1, duplicates=1)


def test_a_renamed_message_read_by_another_version_is_the_same_too(tmp_path: Path) -> None:
    there = (Origin(source=GARDENERS.key, locator="gardeners.mbox@9"),)
    pair = [mail("a", body="One thing."), mail("a", body="Quite another.", origins=there)]
    with new_archive(tmp_path, *pair) as archive:
        better = [replace(message, body=message.body + " Converted better.") for message in pair]
        assert write(archive, better) == Counts(read=2, duplicates=2)


def test_in_one_list_two_mails_that_link_different_files_are_two(tmp_path: Path) -> None:
    first, second = (
        replace(
            mail("a", origins=(Origin(source=source, locator=f"{source}.mbox@{number}"),)),
            source=source,
            elided=f"[text.htm](https://lists.example.org/pipermail/{source}/attachments/20060203/{number}/text.htm)",
        )
        for source, number in ((GARDENERS.key, 1), (GARDENERS.key, 2))
    )
    elsewhere = replace(first, source="seeds", elided=second.elided, origins=(Origin(source="seeds", locator="s@0"),))
    with new_archive(tmp_path, first) as archive:
        assert write(archive, [second, elsewhere, first, second]) == Counts(read=4, new=1, duplicates=3)


def test_copies_whose_file_each_list_keeps_elsewhere_or_in_the_mail_are_one_message(tmp_path: Path) -> None:
    def copy(source: str, file: str) -> Message:
        origin = Origin(source=source, locator=f"{source}.mbox@0")
        return replace(mail("a", body=f"The plan.{file}", origins=(origin,)), source=source)

    here, there, third = (
        f"\n\n[plan.pdf](https://{name}.example/plan.pdf) (application/pdf)" for name in ("one", "two", "three")
    )
    with new_archive(tmp_path, copy(GARDENERS.key, here)) as archive:
        assert write(archive, [copy("seeds", there), copy("trees", "")]) == Counts(read=2, duplicates=2)
        for place, other in (("second.mbox@0", there), ("third.mbox@0", third)):
            elsewhere = (Origin(source=GARDENERS.key, locator=place),)
            message = replace(copy(GARDENERS.key, other), origins=elsewhere)
            assert write(archive, [message]) == Counts(read=1, new=1)


def test_one_id_with_two_texts_is_two_messages_however_often_they_are_read(tmp_path: Path) -> None:
    there = (Origin(source=GARDENERS.key, locator="gardeners.mbox@9"),)
    pair = [mail("a", body="One thing."), mail("a", body="One thing. And another.", origins=there)]
    with new_archive(tmp_path, *pair) as archive:
        messages = list(read_messages(archive))
        assert [message.body for message in messages] == ["One thing.", "One thing. And another."]
        assert messages[0].key == "a"
        assert messages[1].key.startswith("a#")
        (finding,) = read_findings(archive)
        assert (finding.code, finding.message) == ("same-id-other-text", messages[1].key)
        assert write(archive, pair) == Counts(read=2, duplicates=2)


def elsewhere(message: Message, place: int) -> Message:
    return replace(message, origins=(Origin(source=GARDENERS.key, locator=f"gardeners.mbox@{place}"),))


def file(name: str, sign: str) -> AttachmentRef:
    return AttachmentRef(sha256=sign * 64, filename=name, media_type="text/plain", size=3)


def test_the_same_words_with_other_files_are_another_message(tmp_path: Path) -> None:
    first, second = (mail("a", attachments=(file(f"{sign}.txt", sign),)) for sign in "bc")
    with new_archive(tmp_path, first, elsewhere(second, 9), elsewhere(mail("a"), 18)) as archive:
        assert [message.attachments for message in read_messages(archive)] == [first.attachments, second.attachments]
        assert [finding.code for finding in read_findings(archive)] == ["same-id-other-text"]
        assert write(archive, [first, elsewhere(second, 27)]) == Counts(read=2, duplicates=2)


def test_a_file_that_a_list_wrote_anew_makes_no_other_message(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", attachments=(file("plan.txt", "b"),))) as archive:
        rewritten = mail("a", attachments=(file("plan.txt", "c"), file("more.txt", "d")))
        assert write(archive, [elsewhere(rewritten, 9)]) == Counts(read=1, duplicates=1)


@pytest.mark.parametrize(
    "other",
    [
        {"author": BEN.key},
        {"day": 3},
        {"title": "Snails"},
    ],
)
def test_two_mails_without_a_text_are_two_where_their_headers_differ(tmp_path: Path, other: dict[str, Any]) -> None:
    pair = [mail("a", body="", title="Slugs"), elsewhere(mail("a", **({"body": "", "title": "Slugs"} | other)), 9)]
    third = elsewhere(mail("a", body="", day=30, title="Beans"), 18)
    with new_archive(tmp_path, *pair, third) as archive:
        assert len({message.key for message in read_messages(archive)}) == 3
        again = [elsewhere(message, place) for place, message in enumerate((*pair, third), 27)]
        assert write(archive, again) == Counts(read=3, duplicates=3)


def test_one_file_without_a_text_proves_a_copy_whose_sender_the_list_hides(tmp_path: Path) -> None:
    picture = mail("a", body="", attachments=(file("bed.png", "b"),))
    with new_archive(tmp_path, picture) as archive:
        hidden = elsewhere(replace(picture, author=BEN.key), 9)
        assert write(archive, [hidden]) == Counts(read=1, duplicates=1)


def test_the_same_few_words_by_somebody_else_at_another_time_are_another_message(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a", body="Thanks!")) as archive:
        munged, redated = mail("a", body="Thanks!", author=BEN.key), mail("a", body="Thanks!", day=3)
        assert write(archive, [elsewhere(munged, 9), elsewhere(redated, 18)]) == Counts(read=2, duplicates=2)
        other = mail("a", body="Thanks!", author=BEN.key, day=3)
        assert write(archive, [elsewhere(other, 27)]) == Counts(read=1, new=1)


def test_the_most_frequent_name_is_shown(tmp_path: Path) -> None:
    lee = Person(key=ANN.key, name="A. Lee", names=("A. Lee",), email=ANN.email)
    with new_archive(tmp_path, mail("a"), lee, mail("b"), mail("c")) as archive:
        person = next(person for person in read_persons(archive) if person.key == ANN.key)
        assert (person.name, person.names) == ("A. Lee", ("A. Lee", "Ann Lee"))


def test_what_nobody_introduced_is_made(tmp_path: Path) -> None:
    stranger = replace(mail("a"), source="attic", author="nobody@example.org", thread="t", origins=())
    with new_archive(tmp_path, stranger) as archive:
        assert list(read_messages(archive)) == [stranger]


def test_a_licence_that_is_named_later_answers_the_question_for_it(tmp_path: Path) -> None:
    asked = Finding(
        stage="read", severity="warning", code="licence-unknown", text="None.", source=GARDENERS.key, locator="x"
    )
    with new_archive(tmp_path, asked) as archive:
        query = "SELECT count(*) FROM finding"
        write(archive, [GARDENERS])
        assert archive.db.execute(query).fetchone() == (1,)
        write(archive, [replace(GARDENERS, licence="CC BY-SA 4.0")])
        assert archive.db.execute(query).fetchone() == (0,)
