"""The samples of a wiki: what a reader of the forum finds of the talk pages, and of a single page in French."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from importers.wiki import WikiImporter
from migrate.archive import Archive
from migrate.cli.choices import read_mapping_file
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.verify import verify
from migrate.ingest import ingest
from migrate.plan import Choices, Plan
from migrate.sandbox import Sandbox
from migrate.settle import settle
from migrate.sources import Options
from tests.conftest import REPOSITORY, SAMPLES
from tests.discourse.community import dump

DUMP = SAMPLES / "wiki"
PAGE = SAMPLES / "wikitext" / "Discussion%3ARosier.wikitext"
CC = "CC BY-SA 4.0"
FRENCH = {"lang": "fr", "site": "https://jardin.example.org/wiki/Accueil", "licence": CC}
Posts = list[tuple[str, str]]  # user name and text


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as opened:
        yield opened


def read(archive: Archive, path: Path, **said: str) -> int:
    """How many messages are new."""
    options = Options({name.replace("_", "-"): (value,) for name, value in said.items()})
    new = ingest(archive, WikiImporter(), [str(path)], options).new
    settle(archive)
    return new


def sent(archive: Archive, tmp_path: Path, mapping: Path | None = None) -> dict[str, tuple[str, Posts]]:
    """What is on a forum afterwards: category and posts by title."""
    found = read_mapping_file(mapping)
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version="2026") as forum:
        with closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client:
            target = open_target(archive, client, choices=Choices(mapping=found.text if found else None))
            assert Push(archive, client, target).run().refused == 0
            assert verify(archive, client, target).is_clean
            assert Push(archive, client, target).run().created == {}
        topics = dump(forum.url, forum.key)["topics"]
    return {topic["title"]: (topic["category"], [(post[1], post[3]) for post in topic["posts"]]) for topic in topics}


def test_the_talk_pages_of_a_dump_as_the_mapping_wants_them(archive: Archive, tmp_path: Path) -> None:
    assert read(archive, DUMP, licence=CC) > 40
    assert read(archive, DUMP, licence=CC) == 0
    mapping = REPOSITORY / "mappings" / "wiki.toml"
    tags = Plan(archive, mapping=read_mapping_file(mapping)).tags()
    assert {"potting-shed", "slugs", "compost", "newsletter"} <= set(tags)
    topics = sent(archive, tmp_path, mapping)
    category, posts = topics["Hours of the tap"]
    assert category == "Potting shed"
    users = [user for user, _ in posts]
    assert users == ["Compost_Queen", "Tendril", "Compost_Queen", "imported", "Compost_Queen", "Tendril"]
    assert "| 1–6 | Mon, Thu | Tue |" in posts[0][1]
    assert posts[3][1].startswith("*Originally posted by Anonymous ")
    assert "Sold! @\u2060Tendril: you have Tuesday." in posts[4][1]
    assert "```\nPlot 14: Tue + Thu\nPlot  8: Wed\n```" in posts[5][1]
    link = "[Plot Nine Wiki](https://plot.example.org/wiki/Plot_Nine_Wiki:Potting_shed#Hours_of_the_tap)"
    licence = f"[{CC}](https://creativecommons.org/licenses/by-sa/4.0/)"
    assert posts[1][1].endswith(f"<small>From {link}, by Tendril, {licence}; converted.</small>")
    texts = [text for _, posts in topics.values() for _, text in posts]
    assert [text for text in filter(None, texts) if not text.endswith(f"{licence}; converted.</small>")] == []
    assert topics["Who has the second key?"][0] == "Potting shed"  # from the archive page
    assert topics["Temperature log"][0] == "About pages"
    assert topics["Your tomatoes"][0] == "Talk between members"
    assert not {"Welcome!", "Picture without a source: File:Pumpkin.jpg"} & topics.keys()
    assert topics["Plot Nine News, March 2024"][0] == "Newsletter"
    whole = repr(topics)
    assert "192.0.2.17" not in whole
    assert "198.51.100.23" not in whole


def test_what_nobody_signed_is_theirs_whom_the_history_names(archive: Archive, tmp_path: Path) -> None:
    read(archive, DUMP)
    ((user, text),) = sent(archive, tmp_path)["Talk:Slugs"][1]
    assert (user, text) == ("Rutabaga", "Could somebody check the page? I wrote it at night.")


def test_a_newsletter_delivered_twice_is_one_topic_with_what_was_answered(archive: Archive, tmp_path: Path) -> None:
    read(archive, DUMP)
    topics = [topic for title, topic in sent(archive, tmp_path).items() if title == "Plot Nine News, March 2024"]
    ((_, posts),) = topics
    assert [user for user, _ in posts] == ["MediaWiki_message_de", "Rutabaga"]
    query = "SELECT count(*) FROM thread WHERE title = 'Plot Nine News, March 2024'"
    assert archive.db.execute(query).fetchone() == (1,)


def test_a_single_page_in_french(archive: Archive, tmp_path: Path) -> None:
    assert read(archive, PAGE, **FRENCH) == 9
    assert read(archive, PAGE, **FRENCH) == 0
    topics = sent(archive, tmp_path)
    assert [user for user, _ in topics["Taille d’automne"][1]] == ["Capucine", "Pere_Secateur", "Capucine"]
    assert "- un nœud en haut,\n- un nœud en bas." in topics["Taille d’automne"][1][2][1]
    assert [user for user, _ in topics["Pucerons"][1]][1:] == ["Pere_Secateur", "Leon_B"]
    assert "[Savon noir#Au jardin](https://jardin.example.org/wiki/Savon_noir#Au_jardin)" in topics["Pucerons"][1][1][1]
    dates = archive.db.execute("SELECT datetime(sent_at / 1000, 'unixepoch') FROM message ORDER BY sent_at").fetchall()
    assert ("2021-11-03 17:42:00",) in dates
    assert ("2022-05-30 19:17:00",) in dates
    closed = (
        "SELECT DISTINCT thread.title FROM message JOIN thread ON thread.id = thread_id WHERE flags LIKE '%closed%'"
    )
    assert archive.db.execute(closed).fetchall() == [("Étiquettes",)]
