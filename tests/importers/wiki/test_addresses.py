"""IP addresses of people: nowhere in what is read, wherever they stand on a wiki, unless they are asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from importers.wiki.chunks import READERS
from importers.wiki.conversation import page_records
from importers.wiki.keys import PageKeys, digest, key_title, shown_title
from importers.wiki.languages import all_languages
from importers.wiki.page import Page
from importers.wiki.people import masked, pseudonym
from importers.wiki.sites import site_of_language
from importers.wiki.structured.flow_api import Listed
from importers.wiki.structured.live import LiveTopics, board_chunks
from importers.wiki.titles import Title, full_title, page_url, parse_title
from importers.wiki.wishes import Wishes
from migrate.model import Finding, Message, Record
from migrate.sources import Chunk
from tests.importers.wiki.dumps import export, page, revision, scanned
from tests.importers.wiki.pages import SITE

ADDRESSES = ("203.0.113.77", "2001:DB8:0:0:0:0:77:1")
SHORT = {ADDRESSES[0]: ADDRESSES[0], ADDRESSES[1]: "2001:db8::77:1"}
SIGNED = "[[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)"
THREAD = (
    "<DiscussionThreading><ThreadSubject>Peas</ThreadSubject><ThreadPage>User talk:{ip}</ThreadPage><ThreadID>3"
    "</ThreadID><ThreadAuthor>{ip}</ThreadAuthor><ThreadEditStatus>by-other</ThreadEditStatus></DiscussionThreading>"
)
# Title of a page, its text; {ip} is the address as MediaWiki writes it, {short} as people do, {s} a signature.
PLACES = [
    ("User talk:{ip}", "== Hello ==\nPlease stop. {s}"),
    ("User talk:{ip}/Archive 1", "== Hello ==\n{{{{Unheard of}}}} {s}\n== Empty =="),
    ("Garden:Case/{ip}", "== Hello ==\nAbout {ip}. {s}"),
    ("Talk:X", "== Hi ==\n[[Special:Contributions/{ip}|I]] 10:15, 3 March 2020 (UTC)\n:As {short}: says. {s}"),
    ("Talk:X", "== Block of {ip} now ==\n[[User:{ip}]] is back, see [[#Block of {ip} now]]. {s}"),
    ("Talk:X", "== {ip} ==\n{{{{vandal|{ip}}}}} {s}"),
    ("Talk:X", "== Hi ==\n[[User talk:{ip}]]! {s}\n:_{ip}_ again? 用户{ip}在 {s}\n=== By {ip} ===\nNo. {s}"),
    ("Talk:X", "== Hi ==\nOurs. {{{{unsigned|{ip}}}}}\n:Who is {short}? {s}"),
    ("Talk:X", "== Hi ==\n<blockquote>No [[User:{ip}|{ip}]] 9:00, 3 March 2020 (UTC)</blockquote> Yes. {s}"),
    ("Talk:X", "== Hi ==\n[[#c-{ip}-20200303101500|He]], [[#c-Ann-20200303101500-{ip}-20200303101500|she]]. {s}"),
    ("Talk:X", "== Hi ==\n[[Special:Block/{ip}]] [https://wiki.example.org/?title=Special:Log&user={ip} log]. {s}"),
    (
        "Talk:X",
        "== Hi ==\n[https://de.example.org/wiki/Spezial:Beitr%C3%A4ge/{ip} there], {{{{User talk:{ip}/x}}}}. {s}",
    ),
    ("Talk:X", "== Hi ==\nx<ref>[[User talk:{ip}]] said so</ref> {s}\n== [[User:{ip}]] =="),
]


def filled(text: str, ip: str) -> str:
    return text.format(ip=ip, short=SHORT[ip], s=SIGNED)


def read(tmp_path: Path, *pages: str, **wishes: object) -> list[Record]:
    """The records of a dump with these pages, after what its chunks are called."""
    path = tmp_path / "dump.xml"
    path.write_bytes(export(*pages))
    items = scanned(path, **wishes)
    chunks = [item for item in items if isinstance(item, Chunk)]
    assert chunks
    assert not [chunk.label for chunk in chunks if shows_address(chunk.label)]
    findings = [item for item in items if isinstance(item, Finding)]
    return [*findings, *(record for chunk in chunks for record in READERS[type(chunk)](chunk))]


def shows_address(text: str) -> bool:
    plain = unquote(text).replace("\\", "").upper()
    return any(form.upper() in plain for form in (*ADDRESSES, *SHORT.values()))


def showing(records: list[Record]) -> list[Record]:
    """Those that an address can be seen in, beside the source's own text."""
    plain = [replace(each, native=None) if isinstance(each, Message) else each for each in records]
    return [each for each in plain if shows_address(repr(each))]


@pytest.mark.parametrize("ip", ADDRESSES)
@pytest.mark.parametrize(("title", "text"), PLACES)
def test_no_address_of_a_person_is_seen(title: str, text: str, ip: str, tmp_path: Path) -> None:
    written = page(filled(title, ip), revision(filled(text, ip)))
    assert showing(read(tmp_path, written)) == []
    shown = read(tmp_path, written, show_ips=True)
    assert [record for record in shown if isinstance(record, Message)]


@pytest.mark.parametrize("ip", ADDRESSES)
def test_nor_of_one_who_forgot_to_sign(ip: str, tmp_path: Path) -> None:
    first = revision("== Hi ==\nAll of it is mine.", 1, user=ip)
    second = revision(f"== Hi ==\nAll of it is mine.\n\n:So says {ip}. {SIGNED}", 2, parent=1)
    assert showing(read(tmp_path, page("Talk:X", first, second))) == []


@pytest.mark.parametrize("ip", ADDRESSES)
def test_nor_in_a_newsletter(ip: str, tmp_path: Path) -> None:
    text = f"Vandalism: [[Special:Contributions/{ip}]], {ip}."
    pages = [page("Garden:News/1", revision(text)), page(f"User:{ip}/News", revision(text, user=ip))]
    records = read(tmp_path, *pages, newsletters=True, prefixes=("Garden:News", "User:"))
    assert len([record for record in records if isinstance(record, Message)]) == 2
    assert showing(records) == []


@pytest.mark.parametrize("ip", ADDRESSES)
def test_nor_in_liquid_threads(ip: str, tmp_path: Path) -> None:
    thread = page(f"Thread:User talk:{ip}/Peas", revision(f"Says {ip}.", 5, parent=4), more=THREAD.format(ip=ip))
    records = read(tmp_path, thread)
    assert [record.code for record in records if isinstance(record, Finding)] == ["dated-by-edit"]
    assert showing(records) == []


@pytest.mark.parametrize("ip", ADDRESSES)
def test_nor_in_the_address_of_a_comment_that_answers_one(ip: str) -> None:
    site = replace(SITE, comment_anchors=True)
    text = f"== Hi ==\nOurs. [[User:{ip}]] 10:15, 3 March 2020 (UTC)\n:Yes. [[User:Ann]] 10:16, 3 March 2020 (UTC)"
    records = list(page_records(Page(title="Talk:X", id=1, text=text, locator="x"), site, Wishes()))
    assert [record.url for record in records if isinstance(record, Message)] == [
        "https://wiki.example.org/wiki/Talk:X#Hi"
    ] * 2
    assert showing(records) == []


def test_nor_where_a_board_of_flow_is_named() -> None:
    def ask(action: str, /, **params: str | int) -> dict[str, object]:
        roots = [] if "vtloffset-id" in params else ["s1tuh9ptm5vnqwrm"]
        url = "https://wiki.example.org/?topiclist_offset-id=s1tuh9ptm5vnqwrm"
        result = {"roots": roots, "links": {"pagination": {"fwd": {"url": url}}}}
        return {"flow": {"view-topiclist": {"result": {"topiclist": result}}}}

    found = list(board_chunks(ask, "https://wiki.example.org/api.php", SITE, Wishes(), f"User talk:{ADDRESSES[0]}"))
    assert [type(each) for each in found] == [LiveTopics, Finding]
    assert isinstance(found[0], LiveTopics)
    assert isinstance(found[0].listed, Listed)
    assert not shows_address(found[0].label)
    assert not shows_address(repr(found[1]))


def test_pages_of_addresses_that_share_a_pseudonym_are_told_apart(tmp_path: Path) -> None:
    site = site_of_language("en", "https://wiki.example.org/wiki/Main_Page")
    one, other = "203.0.0.145", "203.0.0.47"
    assert pseudonym(one, site) == pseudonym(other, site)
    title, same = (parse_title(site, f"User talk:{ip}/x") for ip in (one, other))
    assert shown_title(site, title) == shown_title(site, same)
    assert key_title(site, title) != key_title(site, same)
    pages = [page(f"User talk:{ip}", revision("== Welcome ==\nMake an account.")) for ip in (one, other)]
    assert len({record.key for record in read(tmp_path, *pages) if isinstance(record, Message)}) == 2


@pytest.mark.parametrize("ip", ADDRESSES)
def test_keys_hold_no_digest_that_addresses_could_be_tried_against(ip: str) -> None:
    keys = PageKeys(SITE, Title(1, "X"))
    assert digest(ip) not in keys.thread(ip, None)
    assert digest(ip) not in keys.unsigned("Hi", ip)
    assert digest("1.2.3") in keys.thread("1.2.3", None)


@pytest.mark.parametrize("ip", ADDRESSES)
def test_keys_are_the_same_whether_addresses_are_shown_or_not(ip: str) -> None:
    talk = Page(title="Talk:X", id=1, text=f"== Hi ==\n[[User:{ip}]] was here.", locator="x")
    hidden, shown = (
        [each for each in page_records(talk, SITE, Wishes(show_ips=show)) if isinstance(each, Message)]
        for show in (False, True)
    )
    assert hidden[0].body != shown[0].body
    assert hidden[0].key == shown[0].key


@pytest.mark.parametrize("ip", ADDRESSES)
def test_pages_of_users_are_known_in_every_language(ip: str) -> None:
    seen = []
    for code in all_languages():
        site = site_of_language(code, "https://wiki.example.org/w/index.php/Main")
        titles = [Title(2, ip), Title(3, f"{ip}/Archive"), Title(-1, f"{site.contributions[0]}/{ip}")]
        texts = [text for title in titles for text in (full_title(site, title), page_url(site, title))]
        seen += [text for text in texts if shows_address(masked(text, (), site, Wishes()))]
    assert seen == []


def test_servers_and_versions_stay() -> None:
    text = "Version 1.2.3.4 of http://203.0.113.77/wiki/Foo, [Foo](https://wiki.example.org/wiki/Foo) (203.0.113.77:80)"
    assert masked(text, (), SITE, Wishes()) == text


def test_the_host_of_a_wiki_is_nobodys_address() -> None:
    host, ip = "127.0.0.1:8080", "127.0.0.1"
    site = replace(SITE, key=host, article_url=f"http://{host}/wiki/$1")
    said = f"[[Beds]] and [http://{host}/w/index.php?diff=3 3], http://{host}/x."
    text = f"== Hi ==\n{said} [[User:{ip}]] 10:15, 3 March 2020 (UTC)"
    talk = Page(title="Talk:X", id=1, text=text, locator=f"http://{host}/wiki/Talk:X")
    (message,) = (each for each in page_records(talk, site, Wishes()) if isinstance(each, Message))
    plain = message.body.replace("\\", "")
    assert plain.count(f"http://{host}") >= 3
    assert message.url is not None and message.url.startswith(f"http://{host}/wiki/Talk:X#")
    assert message.locator.startswith(talk.locator)
    records = page_records(talk, replace(site, article_url="https://wiki.example.org/wiki/$1"), Wishes())
    (message,) = (each for each in records if isinstance(each, Message))
    assert f"http://{ip}" not in message.body.replace("\\", "")
