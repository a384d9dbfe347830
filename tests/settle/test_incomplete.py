"""Groups that are probably not complete: replies to what is not there, and long silences."""

from dataclasses import replace

from migrate.archive import Archive
from migrate.archive.reader import read_findings
from migrate.model import Finding, Message, Record, Source
from migrate.settle import settle
from tests.build import mail, new_archive, write

GROUP = Source(key="gardeners.googlegroups.com", kind="google-groups", name="gardeners")


def of_group(*messages: Message) -> list[Record]:
    return [GROUP, *(replace(message, source=GROUP.key, origins=()) for message in messages)]


def incomplete(archive: Archive) -> list[Finding]:
    settle(archive)
    return [finding for finding in read_findings(archive) if finding.code == "export-incomplete"]


def test_replies_to_what_is_missing_are_counted_once_for_the_group(tmp_path):
    lost = [mail(f"r{number}", f"lost{number}", day=number, title=f"Word {number}") for number in range(3)]
    begun = mail("s", day=9, title="Re: Never seen")
    with new_archive(tmp_path, *of_group(mail("a"), mail("b", "a", day=1), *lost, begun)) as archive:
        (finding,) = incomplete(archive)
        assert finding.text.startswith("4 of 5 replies answer messages that are not in this export")
        assert (finding.severity, finding.source) == ("warning", GROUP.key)


def test_it_is_taken_back_when_the_parents_arrive(tmp_path):
    with new_archive(tmp_path, *of_group(mail("a"), mail("b", "a", "p", day=2))) as archive:
        assert len(incomplete(archive)) == 1
        write(archive, of_group(mail("p", "a", day=1)))
        assert incomplete(archive) == []


def test_one_deleted_message_among_many_is_no_alarm(tmp_path):
    answers = [mail(f"r{number}", "a", day=number) for number in range(1, 40)]
    with new_archive(tmp_path, *of_group(mail("a"), *answers, mail("z", "lost", day=41))) as archive:
        (finding,) = incomplete(archive)
        assert finding.severity == "info"


def test_a_long_silence_in_a_lively_group_is_told(tmp_path):
    lively = [mail(f"m{number}", day=number) for number in range(100)]
    later = [mail(f"n{number}", day=400 + number) for number in range(100)]
    with new_archive(tmp_path, *of_group(*lively, *later)) as archive:
        (finding,) = incomplete(archive)
        assert finding.text.startswith("There is no message between 2020-04-09 and 2021-02-04.")


def test_a_quiet_group_may_be_silent(tmp_path):
    with new_archive(tmp_path, *of_group(*(mail(f"m{number}", day=number * 200) for number in range(10)))) as archive:
        assert incomplete(archive) == []


def test_other_lists_are_left_alone(tmp_path):
    with new_archive(tmp_path, mail("b", "lost")) as archive:
        assert incomplete(archive) == []
