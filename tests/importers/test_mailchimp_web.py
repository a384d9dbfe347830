"""The public archive of campaigns: its feed, and its pages as saved from a browser."""

import time
from datetime import UTC, datetime
from html import escape

import pytest

from importers.mailchimp import MailchimpImporter
from importers.mailchimp.contents import ids_in
from migrate.archive import Archive
from migrate.ingest import ingest
from migrate.sources import Options
from tests.importers.newsletters import account, codes, lost, messages, page, records, row

U = "0a1b2c3d4e5f60718293a4b5c"


def archive_url(campaign: str) -> str:
    return f"https://us5.campaign-archive.com/?u={U}&id={campaign}"


def feed(*items: tuple[str, str, str, str], title: str = "Gardeners Archive Feed") -> str:
    """A feed of campaigns: subject, link, date and text of each."""
    entries = "".join(
        f"<item><title>{escape(subject)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{date}</pubDate><description><![CDATA[Short]]></description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for subject, link, date, text in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{title}</title><link>https://us5.campaign-archive.com/home/?u={U}&amp;id=aabbccddee</link>"
        f"<language>de</language>{entries}</channel></rss>"
    )


MONDAY = "Mon, 04 Jan 2021 10:00:00 +0000"


def saved(subject: str, campaign: str, words: str) -> str:
    """A page of the archive as a browser saves it, with the bar above the campaign."""
    return (
        f'<html lang="de"><head><title>{subject}</title><meta property="og:title" content="{subject}">'
        f'<meta property="og:url" content="https://mailchi.mp/garden/{campaign}"></head><body>'
        '<div id="awesomewrap"><ul><li>Subscribe</li><li>Past Issues</li><li>Translate</li></ul></div>'
        f'<p>{words}</p><a href="https://garden.us5.list-manage.com/unsubscribe?u={U}&amp;id=aabbccddee&amp;e=[UNIQID]&amp;'
        f'c={campaign}">unsubscribe</a></body></html>'
    )


def test_a_feed_has_whole_campaigns(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(feed(("Spring & seeds", archive_url("00000000a1"), MONDAY, page("Sow now."))))
    assert MailchimpImporter().detect(path)
    (message,) = messages(records(path))
    assert (message.key, message.title, message.body) == ("mailchimp:00000000a1", "Spring & seeds", "Sow now.")
    assert message.sent_at == datetime(2021, 1, 4, 10, tzinfo=UTC)
    assert message.source == "mailchimp:gardeners"
    assert message.url == archive_url("00000000a1")


def test_a_feed_and_the_accounts_export_meet(tmp_path):
    link = "https://mailchi.mp/garden/spring"  # says nothing of the id
    within = (
        f"<a href='https://x.us5.list-manage.com/unsubscribe?u={U}&id=aabbccddee&e=[UNIQID]&c=0000000001'>leave</a>"
    )
    (tmp_path / "feed.xml").write_text(feed(("Spring", link, MONDAY, page("Dear reader, sow now.", within))))
    path = account(tmp_path / "account", [row(1, "Spring")], {"0000000001.html": page("Dear *|FNAME|*, sow now.")})
    both = records(path, tmp_path / "feed.xml")
    assert [message.key for message in messages(both)] == ["mailchimp:0000000001"]
    assert [len(message.origins) for message in messages(both)] == [2]
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        assert ingest(archive, MailchimpImporter(), [str(tmp_path / "feed.xml")], workers=1).new == 1
        counts = ingest(archive, MailchimpImporter(), [str(path)], workers=1)
    assert (counts.new, counts.duplicates) == (0, 1)


def test_without_any_id_subject_and_day_let_them_meet(tmp_path):
    (tmp_path / "feed.xml").write_text(feed(("Spring!", "https://mailchi.mp/garden/spring", MONDAY, page("Sow now."))))
    path = account(tmp_path / "account", [row(1, "Spring")], {"0000000001.html": page("Sow now.")})
    assert [message.key for message in messages(records(path, tmp_path / "feed.xml"))] == ["mailchimp:0000000001"]


@pytest.mark.parametrize(
    "damage", [lambda text: text[: len(text) * 2 // 3], lambda text: text.replace("</link>", "", 1)]
)
def test_a_damaged_feed_yields_what_it_has_and_says_so(tmp_path, damage):
    items = [(f"Issue {n}", archive_url(f"00000000b{n}"), MONDAY, page(f"Words {n}.")) for n in range(6)]
    path = tmp_path / "feed.xml"
    path.write_text(damage(feed(*items)))
    found = records(path)
    assert {"Words 1.", "Words 2."} <= {message.body for message in messages(found)}
    assert codes(found)["feed-damaged"] == 1


def test_entities_that_grow_cost_nothing(tmp_path):
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    text = (
        f'<!DOCTYPE rss [<!ENTITY e0 "lol">{bomb}]>'
        + feed(("&e8;", archive_url("00000000a1"), MONDAY, "x")).partition("?>")[2]
    )
    path = tmp_path / "feed.xml"
    path.write_text(text)
    assert all(len(message.title) <= 300 for message in messages(records(path)))


def test_a_saved_page_is_its_campaign_without_the_bar(tmp_path):
    path = tmp_path / "Spring.html"
    path.write_text(saved("Spring", "00000000c1", "Sow now."))
    assert MailchimpImporter().detect(path)
    (message,) = messages(records(path))
    assert (message.key, message.title, message.url) == (
        "mailchimp:00000000c1",
        "Spring",
        "https://mailchi.mp/garden/00000000c1",
    )
    assert "Sow now." in message.body and "Past Issues" not in message.body


def test_the_page_that_lists_campaigns_dates_those_saved(tmp_path):
    (tmp_path / "home.html").write_text(
        '<html><body><div class="display_archive">'
        f'<div class="campaign">03/14/2021 - <a href="{escape(archive_url("00000000c1"))}" title="x">Spring</a></div>'
        f'<div class="campaign">02/01/2021 - <a href="{escape(archive_url("00000000c2"))}" title="x">Winter</a></div>'
        "</div></body></html>"
    )
    (tmp_path / "spring.html").write_text(saved("Spring", "00000000c1", "Sow now."))
    found = records(tmp_path)
    assert [(message.title, f"{message.sent_at:%Y-%m-%d}") for message in messages(found)] == [("Spring", "2021-03-14")]
    assert codes(found)["campaign-without-text"] == 1 and lost(found) == 1


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (
            f'<a href="{archive_url("00000000d1")}&amp;e=[UNIQID]">it</a><a href="{archive_url("00000000d2")}">x</a>',
            {"00000000d1"},
        ),
        (f'<a href="{archive_url("00000000d1")}">one</a><a href="{archive_url("00000000d2")}">two</a>', set()),
        (f'<a href="{archive_url("00000000d1")}">one</a>', {"00000000d1"}),
        (f'<a href="https://us5.campaign-archive.com/home/?u={U}&id=aabbccddee">list</a>', set()),
        ('<a href="https://example.org/?mc_cid=00000000d3&mc_eid=x">click</a>', {"00000000d3"}),
        ('<a href="https://evil.example/?c=00000000d3">click</a>', set()),
        ('<a href="http://[broken">x</a>', set()),
    ],
)
def test_which_campaign_a_text_is_of(html, found):
    assert ids_in(html) == found


def test_issues_that_are_called_the_same_stay_apart(tmp_path):
    """Of pages without a date and an id, and of a day's items, only the words tell that they are two."""
    for number in (1, 2):
        (tmp_path / f"page-{number}.html").write_text(
            f"<html><head><title>Newsletter</title></head><body><p class='mcnText'>Page {number}.</p></body></html>"
        )
    items = [("Newsletter", f"https://mailchi.mp/garden/{n}", MONDAY, page(f"Item {n}.")) for n in (1, 2)]
    (tmp_path / "feed.xml").write_text(feed(*items, items[0]))
    found = messages(records(tmp_path))
    assert sorted(message.body for message in found) == ["Item 1.", "Item 2.", "Page 1.", "Page 2."]
    assert len({message.key for message in found}) == 4


HOSTILE = [
    "1/1/11<a ",
    "1/1/11<a >",
    '<meta property="og:title" ',
    "<meta",
    '<a href="https://x.example/?mc_cid=1">',
    "<title>",
    "<",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_page_made_to_be_slow_is_not(tmp_path, piece):
    path = tmp_path / "page.html"
    path.write_text("<p class='mcnText'>" + piece * (500_000 // len(piece)))
    start = time.process_time()
    list(MailchimpImporter().scan([str(path)], Options()))
    assert time.process_time() - start < 5
