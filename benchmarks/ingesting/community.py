"""A made-up mailbox of any size, the same each time: lists, threads, quotes, HTML and files as real ones have."""

from __future__ import annotations

import base64
import quopri
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from textwrap import wrap
from typing import NamedTuple

_SYLLABLES = (
    "ba be bo da de do fa fi ga go ha hi jo ka ke ki la le lo ma me mi na ne no pa pe ra re ri sa se so ta te to va we"
)
_COMMON = "the a of to and in is it that for on with as this be are not but can have we you they if so at or by an"
_PARAGRAPHS = 4000
_REMEMBERED = 300  # messages of late that may be answered
_LONGEST_REFERENCES = 12
_MARATHON = 20  # one message in so many belongs to one and the same thread
_BEGIN = datetime(2001, 1, 1, tzinfo=UTC)


class _Said(NamedTuple):
    """What a later message needs of one that it answers."""

    id: str
    references: tuple[str, ...]
    subject: str
    author: str
    lines: list[str]
    list: int


def write_mailbox(path: Path, messages: int, *, text_only: bool = False) -> None:
    """An mbox of so many messages: one list and 200 people in a thousand, one thread that is a twentieth of it all.

    A sixth has HTML beside its text, one in thirty a file of up to 60 kB, unless it is to be `text_only`.
    """
    with path.open("wb") as file:
        for message in _Community(messages, text_only).messages():
            file.write(message)


class _Community:
    def __init__(self, messages: int, text_only: bool) -> None:
        self._count = messages
        self._text_only = text_only
        self._random = Random(8)  # noqa: S311 - the same each time
        words = self._words()
        self._paragraphs = [self._paragraph(words) for _ in range(_PARAGRAPHS)]
        self._subjects = [" ".join(self._random.choices(words, k=5)).capitalize() for _ in range(_PARAGRAPHS)]
        self._people = max(10, messages // 5)
        self._lists = max(1, messages // 1000)
        self._recent: deque[_Said] = deque(maxlen=_REMEMBERED)
        self._marathon: _Said | None = None

    def messages(self) -> Iterator[bytes]:
        for number in range(self._count):
            yield self._message(number)

    def _words(self) -> list[str]:
        syllables = _SYLLABLES.split()
        made = ["".join(self._random.choices(syllables, k=self._random.randint(2, 4))) for _ in range(1500)]
        return made + _COMMON.split() * 40

    def _paragraph(self, words: list[str]) -> list[str]:
        sentences = (
            " ".join(self._random.choices(words, k=self._random.randint(5, 18))).capitalize() + "."
            for _ in range(self._random.randint(1, 7))
        )
        return wrap(" ".join(sentences), 72)

    def _message(self, number: int) -> bytes:
        random = self._random
        parent = self._answered(number)
        # A fifth of all people wrote half of all messages.
        person = random.randrange(self._people // 5 if random.random() < 0.5 else self._people)
        author = f"Person {person}"
        lines = self._own_words(number)
        said = _Said(
            id=f"{number}.{random.getrandbits(40):x}@mail{person % 97}.example.org",
            references=(*parent.references, parent.id)[-_LONGEST_REFERENCES:] if parent else (),
            subject=parent.subject if parent else f"{random.choice(self._subjects)} {number}",
            author=author,
            lines=lines,
            list=parent.list if parent else random.randrange(self._lists),
        )
        if number % _MARATHON == 0:
            self._marathon = said  # answered by its like alone: else a quarter of all messages would follow it
        else:
            self._recent.append(said)
        moment = _BEGIN + timedelta(minutes=10 * number)
        text = "\n".join([*_quoted(parent, moment), *lines, "", "-- ", author, f"https://people.example.org/{person}"])
        return self._with_headers(said, parent, person, moment, text)

    def _answered(self, number: int) -> _Said | None:
        if number % _MARATHON == 0:
            return self._marathon
        if not self._recent or self._random.random() < 1 / 6:
            return None
        return self._random.choice(self._recent)

    def _own_words(self, number: int) -> list[str]:
        lines = [f"Thank you, this is number {number}.", ""]
        for paragraph in self._random.choices(self._paragraphs, k=self._random.choice((1, 1, 2, 2, 3, 6))):
            lines += [*paragraph, ""]
        return lines[:-1]

    def _with_headers(self, said: _Said, parent: _Said | None, person: int, moment: datetime, text: str) -> bytes:
        date = format_datetime(moment)
        address = f"person{person}@mail{person % 97}.example.org"
        listed = f"list{said.list}"
        kind, body = self._body(text, listed)
        head = [
            f"From {address} {moment:%a %b %d %H:%M:%S %Y}",
            *self._transport(said.id, person, listed, date),
            f"From: {said.author} <{address}>",
            f"To: {listed}@lists.example.org",
            f"Subject: {'Re: ' if parent else ''}[{listed}] {said.subject}",
            f"Date: {date}",
            f"Message-ID: <{said.id}>",
            "MIME-Version: 1.0",
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.4.0",
        ]
        if parent:
            head.append(f"In-Reply-To: <{parent.id}>")
            head.append("References: " + "\n ".join(f"<{each}>" for each in said.references))
        head += _of_list(listed, said.list)
        return ("\n".join([*head, *kind]) + "\n\n" + body + "\n\n").encode()

    def _transport(self, message_id: str, person: int, listed: str, date: str) -> Iterator[str]:
        """What the mail systems on the way add: three hops, a signature, what was made of it."""
        origin, list_host = f"mail{person % 97}.example.org", "lists.example.org"
        yield f"Return-Path: <person{person}@{origin}>"
        yield f"X-Original-To: {listed}@{list_host}"
        yield f"Delivered-To: {listed}@{list_host}"
        for by, of in (
            (list_host, "mx1.example.org"),
            ("mx1.example.org", origin),
            (origin, f"[192.0.2.{person % 250}]"),
        ):
            yield f"Received: from {of} ({of} [192.0.2.{person % 250}])"
            yield "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))"
            yield f"\tby {by} (Postfix) with ESMTPS id {message_id[:12]}"
            yield f"\tfor <{listed}@{list_host}>; {date}"
        yield f"Authentication-Results: {list_host}; dkim=pass (2048-bit key) header.d={origin};"
        yield f"\tspf=pass smtp.mailfrom=person{person}@{origin}"
        yield f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={origin}; s=mail; t=1660000000;"
        yield "\th=from:to:subject:date:message-id:in-reply-to:references:mime-version:content-type;"
        signature = base64.b64encode(self._random.randbytes(256)).decode("ascii")
        yield "\tb=" + "\n\t ".join(wrap(signature, 70))
        yield f"X-Virus-Scanned: Debian amavisd-new at {list_host}"
        yield "X-Spam-Status: No, score=-2.1 required=5.0 tests=[BAYES_00=-1.9, DKIM_SIGNED=0.1,"
        yield "\tDKIM_VALID=-0.1, DKIM_VALID_AU=-0.1, SPF_PASS=-0.001] autolearn=ham autolearn_force=no"

    def _body(self, text: str, listed: str) -> tuple[list[str], str]:
        """The headers of the content and the content, of one of the kinds that mail comes in."""
        footer = f"\n_______________________________________________\n{listed} mailing list\nhttps://lists.example.org/{listed}"
        chance = 1.0 if self._text_only else self._random.random()
        if chance < 1 / 30:
            return self._with_file(text)
        if chance < 1 / 5:
            return self._with_html(text)
        if self._random.random() < 0.15:
            encoded = quopri.encodestring(f"{text} – naïve café".encode()).decode("ascii")
            return ["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: quoted-printable"], encoded
        return ["Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit"], text + footer

    def _with_html(self, text: str) -> tuple[list[str], str]:
        paragraphs = (part.replace("&", "&amp;").replace(">", "&gt;") for part in text.split("\n\n"))
        html = "".join(f'<div style="font-family:sans-serif">{part}</div><div><br></div>\n' for part in paragraphs)
        boundary = f"{self._random.getrandbits(64):016x}"
        return [f'Content-Type: multipart/alternative; boundary="{boundary}"'], (
            f'--{boundary}\nContent-Type: text/plain; charset="UTF-8"\n\n{text}\n\n'
            f'--{boundary}\nContent-Type: text/html; charset="UTF-8"\n\n<div dir="ltr">{html}</div>\n--{boundary}--'
        )

    def _with_file(self, text: str) -> tuple[list[str], str]:
        content = self._random.randbytes(int(2000 * 30 ** self._random.random()))
        boundary = f"{self._random.getrandbits(64):016x}"
        return [f'Content-Type: multipart/mixed; boundary="{boundary}"'], (
            f"--{boundary}\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n--{boundary}\n"
            'Content-Type: application/zip; name="sources.zip"\nContent-Transfer-Encoding: base64\n'
            'Content-Disposition: attachment; filename="sources.zip"\n\n'
            f"{base64.encodebytes(content).decode('ascii')}\n--{boundary}--"
        )


def _quoted(parent: _Said | None, moment: datetime) -> list[str]:
    """The end of what is answered, with the line that says whose it is."""
    if parent is None:
        return []
    quoted = (f"> {line}".rstrip() for line in parent.lines[-12:])
    return [f"On {moment - timedelta(hours=3):%a, %d %b %Y at %H:%M}, {parent.author} wrote:", *quoted, ""]


def _of_list(listed: str, number: int) -> list[str]:
    """What the list adds, as Mailman 2 does."""
    address, page = f"{listed}@lists.example.org", f"https://lists.example.org/listinfo/{listed}"
    request = f"mailto:{listed}-request@lists.example.org?subject"
    return [
        f"X-BeenThere: {address}",
        "X-Mailman-Version: 2.1.39",
        "Precedence: list",
        f"List-Id: Made-up list {number} <{listed}.lists.example.org>",
        f"List-Unsubscribe: <{page}>,\n <{request}=unsubscribe>",
        f"List-Archive: <https://lists.example.org/pipermail/{listed}/>",
        f"List-Post: <mailto:{address}>",
        f"List-Help: <{request}=help>",
        f"List-Subscribe: <{page}>,\n <{request}=subscribe>",
        f"Errors-To: {listed}-bounces@lists.example.org",
        f"Sender: {listed}-bounces@lists.example.org",
    ]
