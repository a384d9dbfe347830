"""Digests: taken apart when they are certain, left whole when somebody merely shows one."""

import time

import pytest

from migrate.mail.message import read_mail

HEAD = b"From: seeds-request@example.org\nDate: Fri, 5 Jan 2024 10:00:00 +0000\nMessage-ID: <d@x>\n"
ONE = (
    "Date: Mon, 1 Jan 2024 10:00:00 +0000\nFrom: Ann <ann@example.org>\nSubject: Beans\nMessage-ID: <1@x>\n\n"
    "Beans freeze.\n"
)
TWO = "Date: Mon, 1 Jan 2024 11:00:00 +0000\nFrom: Ben <ben@example.org>\nSubject: Re: Beans\n\nThey do.\n"
MASTHEAD = "Send Seeds mailing list submissions to\n\tseeds@example.org\n\nToday's Topics:\n\n   1. Beans (Ann)\n\n\n"
TRAILER = (
    "_______________\nSeeds mailing list\n\n\nEnd of Seeds Digest, Vol 3, Issue 7\n*********************************\n"
)
LONG, SHORT = "-" * 70, "-" * 30


def plain(*messages: str, masthead: str = MASTHEAD, trailer: str = TRAILER, number: bool = True) -> str:
    numbered = [f"Message: {at}\n{one}" if number else one for at, one in enumerate(messages, start=1)]
    return f"{masthead}{LONG}\n\n" + "".join(f"{one}\n\n{SHORT}\n\n" for one in numbered) + trailer


def digest(text: str, subject: str = "Seeds Digest, Vol 3, Issue 7", more: bytes = b"") -> bytes:
    return HEAD + more + f"Subject: {subject}\n\n{text}".encode()


def subjects(raw: bytes) -> list[str]:
    return [read_mail(one).subject for one in read_mail(raw).contained]


@pytest.mark.parametrize("number", [True, False])
def test_a_plain_digest_becomes_its_messages(number):
    first, second = (read_mail(one) for one in read_mail(digest(plain(ONE, TWO, number=number))).contained)
    assert (first.key, first.author.address, first.subject) == ("1@x", "ann@example.org", "Beans")
    assert (second.author.address, second.subject) == ("ben@example.org", "Re: Beans")
    assert [text.text.strip() for text in first.texts + second.texts] == ["Beans freeze.", "They do."]
    assert first.sent_at is not None and first.sent_at.hour == 10


def test_the_digest_s_own_footer_is_no_word_of_the_last_message():
    footer = "Subject: Digest Footer\n\n_______________\nSeeds mailing list\n"
    last = read_mail(read_mail(digest(plain(ONE, TWO, footer, number=False))).contained[-1])
    assert last.texts[0].text.strip() == "They do."


def test_a_made_id_is_the_same_however_often_the_digest_is_read():
    raw = digest(plain(ONE, TWO))
    keys = [read_mail(read_mail(raw).contained[1]).key for _ in range(2)]
    assert keys[0] == keys[1] and keys[0].startswith("none.")


def test_a_line_of_hyphens_within_a_message_does_not_end_it():
    drawn = ONE + f"\n{SHORT}\n\nNote: dry them first.\n"
    messages = read_mail(digest(plain(drawn, TWO))).contained
    assert len(messages) == 2
    assert b"Note: dry them first." in messages[0] and SHORT.encode() in messages[0]


def test_the_text_is_decoded_once_whatever_the_messages_say_of_themselves():
    koi8 = TWO.replace("\n\n", "\nContent-Type: text/plain; charset=koi8-r; format=flowed\n\n", 1).replace("They", "Да")
    base64 = ONE.replace("\n\n", "\nContent-Transfer-Encoding: base64\n\n", 1)
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\nSubject: Seeds Digest, Vol 3, Issue 7\n\n"
    first, second = (read_mail(one) for one in read_mail(head + plain(base64, koi8).encode()).contained)
    assert first.texts[0].text.strip() == "Beans freeze."
    assert (second.texts[0].text.strip(), second.texts[0].flowed) == ("Да do.", True)


@pytest.mark.parametrize(
    "raw",
    [
        digest(plain(ONE, TWO), subject="Re: Seeds Digest, Vol 3, Issue 7"),
        digest(plain(ONE, TWO), subject="[Seeds] Fwd: Seeds Digest, Vol 3, Issue 7"),
        digest(plain(ONE, TWO), more=b"In-Reply-To: <c@x>\n"),
        digest(plain(ONE, TWO), more=b"References: <c@x>\n"),
        digest(plain(ONE, TWO), subject="What do you think?"),
        digest("".join(f"> {line}\n" for line in plain(ONE, TWO).split("\n")) + "\nI agree."),
        digest(plain(ONE, TWO) + "\nI agree."),
        digest(plain(ONE, TWO, trailer="That is all.\n")),
        digest(plain("Only words.\n", TWO)),
        digest(f"{MASTHEAD}{LONG}\n\nNo message at all.\n\n{SHORT}\n\n{TRAILER}"),
    ],
)
def test_what_is_no_digest_for_certain_stays_whole(raw):
    mail = read_mail(raw)
    assert mail.contained == ()
    assert mail.texts


def mime(kind: str, subject: str, *parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    head = f"Subject: {subject}\nContent-Type: multipart/{kind}; boundary=b\n\n"
    return HEAD + f"{head}{body}--b--\n".encode()


MESSAGES = (
    f"Content-Type: multipart/digest; boundary=i\n\n--i\n\n{ONE}\n--i\nContent-Type: message/rfc822\n\n{TWO}\n--i--\n"
)
NOTE = "Content-Type: text/plain\n\nToday's topics"


def test_a_mime_digest_becomes_its_messages():
    assert subjects(mime("digest", "News", f"\n{ONE}", f"\n{TWO}")) == ["Beans", "Re: Beans"]
    assert subjects(mime("mixed", "Seeds Digest, Vol 3, Issue 7", NOTE, NOTE, MESSAGES, NOTE)) == ["Beans", "Re: Beans"]


def test_messages_that_somebody_forwards_with_a_comment_stay_his_mail():
    mail = read_mail(mime("mixed", "Look at these", NOTE, MESSAGES))
    assert mail.contained == ()
    assert [text.text for text in mail.texts] == ["Today's topics"]
    assert len(mail.files) == 2
    assert not read_mail(mime("digest", "Fwd: News", f"\n{ONE}")).contained
    assert not read_mail(mime("digest", "News", "\nno header, only words")).contained


def test_hostile_digests_cost_little():
    started = time.monotonic()
    for text in (
        f"\n\n{SHORT}\n\n" * 30_000,
        f"\n{LONG}\n" * 15_000,
        "\n \t" * 300_000,
        f"\n{LONG}\n" + "\n\n-" * 300_000,
    ):
        read_mail(digest(text + TRAILER))
        read_mail(digest(plain(ONE, text)))
    assert time.monotonic() - started < 5
