"""The benchmark of mail runs on a few small cases, and tells right answers from wrong ones."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "mail_fidelity.py"
REPLY = "Yes *gladly*.\n\nOn Mon, 4 May 2020, Bob <bob@example.org> wrote:\n> Shall we meet?\n"
PLAIN = "Nothing to cut.\n"
SCRIPT = """capabilities: THREAD=REFERENCES
messages: all

ok thread references us-ascii all
* thread (1 (2)(3))

ok store 2 +flags \\deleted
ok expunge

ok thread references us-ascii all
* thread (1 2)
"""


def letter(number: int, subject: str, *headers: str, text: str = "Words.", author: str = "Ann Lee") -> str:
    """A message as pipermail keeps it."""
    lines = [
        f"From ann at example.org  Mon May {number:2} 10:00:00 2020",
        f"From: ann at example.org ({author})",
        f"Date: Mon, {number} May 2020 10:00:00 +0000",
        f"Subject: {subject}",
        f"Message-ID: <{number}@example.org>",
        *headers,
    ]
    return "\n".join(lines) + f"\n\n{text}\n\n"


def entry(
    number: int, parent: int | None, subject: str = "x", author: str = "Ann Lee", of: int = 0
) -> dict[str, object]:
    """Mailman's answer; with `of`, under the id of another message."""
    parent_id = parent and f"<{parent}@example.org>"
    return {
        "month": "2020-May",
        "n": number,
        "msgid": f"<{of or number}@example.org>",
        "parent_n": parent,
        "parent_msgid": parent_id,
        "subject": subject,
        "author": author,
    }


def write(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def write_jsonl(path: Path, entries: Iterable[Mapping[str, object]]) -> None:
    write(path, "".join(f"{json.dumps(item)}\n" for item in entries))


def run(corpora: Path) -> list[list[str]]:
    """The cells of the table's rows."""
    command = [sys.executable, str(PROGRAM), "--corpora", str(corpora)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()]
    assert lines[0][:4] == ["set", "cases", "counted", "migrate"]
    return lines[2:]


def test_a_right_answer_counts_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    for name, text, stays, folded in (
        ("reply", REPLY, REPLY.partition("\n\n")[0], REPLY.partition("\n\n")[2]),
        ("plain", PLAIN, PLAIN, ""),
        ("impossible", PLAIN, "Nothing", "to cut."),
    ):
        write(tmp_path / f"trimming/emails/{name}.txt", text)
        write(tmp_path / f"trimming/trimmed/{name}.txt", stays)
        write(tmp_path / f"trimming/elided/{name}.txt", folded)
    both, stays_only = run(tmp_path)
    assert both[:2] + both[3:4] == ["trimming", "3", "2 (66.6 %)"]
    assert stays_only[3] == "2 (66.6 %)"
    for peer in ("email-reply-parser", "mail-parser-reply", "quotequail", "talon"):
        assert f"{peer} 2" in both[4] or f"{peer} absent" in both[4]


def test_parents_are_compared_with_mailmans(tmp_path: Path) -> None:
    box = [
        letter(1, "Frost"),
        letter(2, "Re: Frost", "In-Reply-To: <1@example.org>"),
        letter(3, "Re: Frost", "References: <1@example.org> <2@example.org>"),
        letter(4, "Re: Frost"),
        letter(5, "Rain", author="Ben Okri"),
        letter(6, "Re: Rain", "In-Reply-To: <5@example.org>"),
    ]
    write(tmp_path / "mbox/gardeners/2020-May.txt", "".join(box))
    truth = [
        entry(1, None, "Frost"),
        entry(2, 1, "Re: Frost"),
        entry(3, 1, "Re: Frost"),  # a reference, but not the one that we and Zawinski take
        entry(4, 1, "Re: Frost"),
        entry(5, None, "Rain", "Somebody else"),  # not to be trusted, and so neither is what hangs under it
        entry(6, 5, "Re: Rain"),
        entry(7, 1, "Re: Frost", of=1),  # its page shows no id of its own
    ]
    write_jsonl(tmp_path / "mbox/gardeners.threads.jsonl", truth)
    rows = {row[2]: row for row in run(tmp_path)}
    by_reference = rows["parent that Mailman gives by reference"]
    assert by_reference[1] == "2"
    assert by_reference[3:] == ["1 (50.0 %)", "JWZ by References 1"]
    assert rows["in one thread, as Mailman joins by subject"][3:] == ["1 (100.0 %)", "JWZ by References 0"]
    assert rows["no reply, no quote, and first of its thread for Mailman"][1:4:2] == ["1", "1 (100.0 %)"]


def test_parents_are_compared_with_notmuchs(tmp_path: Path) -> None:
    box = letter(1, "Frost") + letter(2, "Re: Frost", "In-Reply-To: <1@example.org>")
    write(tmp_path / "groups/gardeners.mbox.xz", lzma.compress(box.encode()))
    pairs = [{"msgid": f"<{n}@example.org>", "parent_msgid": "<1@example.org>" if n > 1 else None} for n in (1, 2)]
    write_jsonl(tmp_path / "groups/gardeners.jsonl", pairs)
    named, first = run(tmp_path)[:2]
    assert named == ["groups/gardeners", "1", "parent that notmuch gives", "1 (100.0 %)", "JWZ by References 1"]
    assert first[1:4:2] == ["1", "1 (100.0 %)"]


@pytest.mark.parametrize(("second", "expected"), [("(1 2)", "1 (100.0 %)"), ("(1)(2)", "0 (0.0 %)")])
def test_an_imaptest_script_needs_every_answer(tmp_path: Path, second: str, expected: str) -> None:
    answer = "In-Reply-To: <1@example.org>"
    write(tmp_path / "threading/x.mbox", letter(1, "a") + letter(2, "Re: a", answer) + letter(3, "Re: a", answer))
    write(tmp_path / "threading/x", SCRIPT.replace("* thread (1 2)", f"* thread {second}"))
    (row,) = run(tmp_path)
    assert row[1:4:2] == ["1", expected]
    assert row[4] == f"JWZ by References {expected[0]}"


def test_reading_counts_what_is_lost_and_what_is_recognised(tmp_path: Path) -> None:
    bounce = (
        "From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail\nAuto-Submitted: auto-replied\n\nNo such user.\n"
    )
    damaged = b"From: ann@example.org\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\ncaf\xe9 cr\xe8me\n"
    sent_so = b"From: ann@example.org\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n\xef\xbf\xbd\n"
    unknown = b"From: ann@example.org\nSubject: x\nContent-Type: text/plain; charset=no-such\n\nWords.\n"
    for name, content in (("a", bounce.encode()), ("b", damaged), ("c", sent_so), ("d", unknown)):
        write(tmp_path / f"mail/bounces/{name}.eml", content)
    reading, flagged = run(tmp_path)
    assert reading[:4] == ["mail/bounces", "4", "read / lost / undecoded / crashed", "4 / 0 / 0 / 0"]
    assert "stdlib email 3 / 0 / 1 / 1" in reading[4]
    assert flagged[1:4:2] == ["4", "1 (25.0 %)"]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "--corpora", str(tmp_path / "nowhere")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there are no corpora at" in done.stderr
    assert "Traceback" not in done.stderr
