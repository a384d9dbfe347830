"""A source as texts: what of a mail is shown, how much of it, and what cannot be seen made visible."""

from __future__ import annotations

import zlib

import pytest

from migrate.pages.visible import visible
from migrate.preview.native import MOST, Native, read_native, without_hosts

MAIL = b"""\
Return-Path: <ann@example.org>
Received: from [198.51.100.7] (pc.example.net [198.51.100.7])
\tby mail.example.org; Mon, 3 Feb 2020 08:00:01 +0000
Received: from laptop (203.0.113.9) by pc.example.net
X-Originating-IP: [203.0.113.9]
DKIM-Signature: v=1; a=rsa-sha256; d=example.org; b=c2VjcmV0
From: =?utf-8?q?J=C3=BCrgen?= <juergen@[203.0.113.9]>
To: "Ann Lee" <ann@example.org>, bob at example.org (Bob)
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Date: Mon, 3 Feb 2020 08:00:00 +0000
Message-ID: <secret.local.part@laptop.example.net>
References: <a@example.net> <b@example.net>
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe
--x
Content-Type: message/rfc822

Received: from [203.0.113.10]
From: Olga <olga@example.org>

Forwarded words.
--x
Content-Type: application/pdf
Content-Transfer-Encoding: base64

JVBERi0=
--x--
"""


def native(raw: bytes, native_format: str = "text/plain", *, may_be_mail: bool = True) -> Native:
    return read_native(zlib.compress(raw), native_format, may_be_mail=may_be_mail)


def shown(found: Native) -> str:
    return "\n".join(f"{one.title}\n{one.text}\n{one.note}" for one in found.texts)


def test_a_mail_is_shown_decoded_in_its_parts() -> None:
    found = native(MAIL)
    assert found.kind == "E-mail"
    assert [one.title for one in found.texts] == [
        "Header",
        "text/plain, iso-8859-1, quoted-printable",
        "Header of the mail within",
        "text/plain",
        "application/pdf",
    ]
    assert found.texts[1].text == "Schöne Grüße"
    assert found.texts[4].note == "8 bytes, not shown"
    assert "Subject: Grüße" in found.texts[0].text
    assert "Forwarded words." in shown(found)


def test_nothing_of_a_header_traces_anybody() -> None:
    text = without_hosts(shown(native(MAIL)))
    for secret in ("203.0.113", "198.51.100", "c2VjcmV0", "secret.local.part", "pc.example.net", "laptop"):
        assert secret not in text
    assert "References: (2 ids, not shown)" in text
    assert "From: Jürgen <juergen@…>" in text
    assert "bob at … (Bob)" in text
    assert "Left out: Received (2), Return-Path, X-Originating-Ip, Dkim-Signature." in text


def test_a_text_that_looks_like_a_header_is_shown_whole_where_no_mail_is() -> None:
    found = native(b"Date: tomorrow\nPlace: the shed\n\nCome!", may_be_mail=False)
    assert (found.kind, shown(found).strip()) == ("Plain text", "Date: tomorrow\nPlace: the shed\n\nCome!")
    assert native(b"= Title =", "text/x-wiki", may_be_mail=False).kind == "Wikitext"


def test_mails_in_mails_without_end_and_heaps_of_parts_are_bounded() -> None:
    nested = b"Words."
    for _ in range(200):
        nested = b"From: a\nContent-Type: message/rfc822\n\n" + nested
    assert len(native(nested).texts) < 10
    parts = b"--x\n\nWords.\n" * 5000
    found = native(b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n" + parts + b"--x--\n")
    assert len(found.texts) < 50
    assert "more parts" in found.texts[-1].title


def test_a_long_source_is_cut_and_says_by_how_much() -> None:
    raw = b"words of ann@example.org and " * 20_000
    found = native(raw, may_be_mail=False)
    (text,) = found.texts
    assert MOST - 500 < len(text.text) <= MOST
    assert len(text.text.encode()) + found.cut == len(raw)
    assert text.text.endswith(" ")  # no address is cut in two


def test_an_address_at_the_cut_is_left_out_whole() -> None:
    raw = b"x " * (MOST // 2 - 10) + b"somebody.with.a.name@example.org"
    assert "@" not in native(raw, may_be_mail=False).texts[0].text


def test_a_source_that_grows_without_end_is_not_held() -> None:
    found = native(b"\0" * 30_000_000, may_be_mail=False)
    assert len(found.texts[0].text) <= MOST
    assert found.cut == 30_000_000 - len(found.texts[0].text)


@pytest.mark.parametrize("packed", [b"", b"\0", b"nothing", zlib.compress(b"words" * 99)[:-6]])
def test_a_damaged_source_is_said_to_be_so(packed: bytes) -> None:
    with pytest.raises(zlib.error):
        read_native(packed, "text/plain", may_be_mail=True)


def test_what_cannot_be_seen_is_made_visible() -> None:
    text = "a\0b\x1b[2Jc\u202ed\u200be\ufefff\x85g\x7fh\U000e0041\r\ni\tj\ud800"
    assert str(visible(text)) == (
        'a<b class="sign">␀</b>b<b class="sign">␛</b>[2Jc<b class="sign">\\u202e</b>d<b class="sign">\\u200b</b>e'
        '<b class="sign">\\ufeff</b>f<b class="sign">\\u0085</b>g<b class="sign">␡</b>h<b class="sign">\\U000e0041</b>'
        '\ni\tj<b class="sign">\\ud800</b>'
    )


def test_what_is_written_with_joiners_stays_as_it_is() -> None:
    for text in ("می\u200cخواهم", "👩\u200d🌾", "שלום"):
        assert str(visible(text)) == text


def test_visible_text_is_escaped() -> None:
    assert str(visible("<script>\0&\"'")) == '&lt;script&gt;<b class="sign">␀</b>&amp;&#34;&#39;'
