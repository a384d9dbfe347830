"""Search and tags on the sandbox's pages: what is found, and that nobody finds what they may not see."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser

from migrate.sandbox import Sandbox
from migrate.sandbox.forum import SiteForum
from migrate.sandbox.site import Site

from .conftest import Client

PRIVATE = {"name": "Back room", "color": "0088CC", "text_color": "FFFFFF", "permissions": {"staff": 1}}


def search(client: Client, query: str, page: int = 1) -> list[tuple[str, str]]:
    """Title and number of each post that the public finds, in order."""
    tree = LexborHTMLParser(client.page("/search", params={"q": query, "page": page}).text)
    return [(hit.css("a.subject")[0].text(), hit.css(".facts > span")[-1].text()) for hit in tree.css(".said")]


def as_staff(sandbox: Sandbox, path: str) -> str:
    browser = requests.Session()
    browser.get(sandbox.browse_url, timeout=30)
    return browser.get(sandbox.url + path, timeout=30).text


def test_posts_with_all_words_are_found_the_newest_first(client: Client) -> None:
    slugs = client.topic("Slugs", "Ducks eat *slugs*.", created_at="2009-03-04T05:06:07Z")
    client.post(topic_id=slugs, raw="My ducks do not.", created_at="2010-03-04T05:06:07Z")
    client.topic("Ponds", "For DUCKS.", created_at="2008-03-04T05:06:07Z")
    assert search(client, "ducks") == [("Slugs", "#2"), ("Slugs", "#1"), ("Ponds", "#1")]
    assert search(client, "duck EAT") == [("Slugs", "#1")]
    assert search(client, "ponds ducks") == [("Ponds", "#1")]
    assert search(client, "slugs") == [("Slugs", "#1")]  # a title's words count for its first post
    assert search(client, "geese") == []


@pytest.mark.parametrize(
    ("said", "query"),
    [("Über den Gärten", "über GÄRTEN"), ("Straße", "STRASSE"), ("庭の写真", "写真"), ("a snake\\_case", "snake_case")],
)
def test_any_script_is_searched_whatever_the_case(client: Client, said: str, query: str) -> None:
    client.topic("One", said)
    client.topic("Two", "Something else")
    assert search(client, query) == [("One", "#1")]


@pytest.mark.parametrize("query", ["%", "_", "'", '"', "*", "\\", "a OR b", "(", "x" * 10_000, "\x00", "💣"])
def test_signs_mean_nothing_but_themselves(client: Client, query: str) -> None:
    client.topic("One", "Plain words")
    answer = client.page("/search", params={"q": query})
    assert answer.status_code == 200
    assert search(client, query) == []


def test_an_excerpt_is_plain_text_with_the_words_marked(client: Client) -> None:
    client.topic("One", "<b>Beans</b> &amp; `<script>` [peas](https://a.example/) " + "and so on " * 50 + "**carrots**")
    tree = LexborHTMLParser(client.page("/search", params={"q": "carrots"}).text)
    assert [mark.text() for mark in tree.css("mark")] == ["carrots"]
    tree = LexborHTMLParser(client.page("/search", params={"q": "beans"}).text)
    assert tree.css(".said p")[0].text().startswith("Beans & <script> peas and so on")


def test_many_hits_are_paged(client: Client) -> None:
    topic = client.topic("Many", "word 1")
    for number in range(2, 26):
        client.post(topic_id=topic, raw=f"word {number}", created_at=f"2009-03-04T05:{number:02}:07Z")
    both = search(client, "word"), search(client, "word", 2)
    assert [len(found) for found in both] == [20, 5]
    assert not set(both[0]) & set(both[1])
    assert client.page("/search", params={"q": "word", "page": 3}).status_code == 404


def test_the_public_finds_nothing_that_is_not_for_it(client: Client, sandbox: Sandbox) -> None:
    category = client.send("POST", "/categories.json", json=PRIVATE).json()["category"]["id"]
    client.topic("Secret plans", "The word is kohlrabi.", category=category)
    hidden = client.topic("Unlisted plans", "The word is kohlrabi.")
    client.send("PUT", f"/t/{hidden}/status.json", json={"status": "visible", "enabled": "false"})
    gone = client.topic("Deleted plans", "The word is kohlrabi.")
    client.send("DELETE", f"/t/{gone}.json")
    shown = client.topic("Plans", "The word is swede.")
    deleted = client.post(topic_id=shown, raw="No, kohlrabi.").json()["post"]["id"]
    client.send("DELETE", f"/posts/{deleted}.json")
    message = {"archetype": "private_message", "target_recipients": "admin"}
    client.post(title="A private word", raw="It is kohlrabi.", **message)

    assert search(client, "kohlrabi") == []
    assert search(client, "plans") == [("Plans", "#1")]
    assert search(client, "private word") == []
    found = as_staff(sandbox, "/search?q=kohlrabi")
    assert "Secret plans" in found
    assert "Unlisted plans" in found
    for never in ("Deleted plans", "No, ", "A private word"):
        assert never not in found


def test_topics_with_a_tag_are_listed_as_far_as_they_may_be_seen(client: Client, sandbox: Sandbox) -> None:
    category = client.send("POST", "/categories.json", json=PRIVATE).json()["category"]["id"]
    client.topic("Beans for all", tags=["beans", "sowing"])
    client.topic("Beans for few", category=category, tags=["beans", "board"])
    gone = client.topic("Beans for nobody", tags=["beans"])
    client.send("DELETE", f"/t/{gone}.json")
    page = client.page("/tag/beans").text
    assert "Beans for nobody" not in page
    assert "Beans for all" in page
    assert "Beans for few" not in page
    assert '<a class="tag" href="/tag/sowing"' in client.page("/").text
    assert client.page("/tag/board").status_code == 404  # not even that there is such a tag
    assert client.page("/tag/nothing").status_code == 404
    assert "Beans for few" in as_staff(sandbox, "/tag/board")


def test_cards_count_and_name_only_what_the_reader_may_see(client: Client, sandbox: Sandbox) -> None:
    category = client.send(
        "POST", "/categories.json", json={"name": "Garden", "color": "0E8A5F", "text_color": "FFFFFF"}
    ).json()["category"]["id"]
    client.send("POST", "/categories.json", json=PRIVATE)
    client.topic("Old", category=category, created_at="2009-03-04T05:06:07Z")
    hidden = client.topic("Hidden", category=category, created_at="2010-03-04T05:06:07Z")
    client.send("PUT", f"/t/{hidden}/status.json", json={"status": "visible", "enabled": "false"})

    def cards(text: str) -> list[str]:
        return [" ".join(card.text().split()) for card in LexborHTMLParser(text).css(".card")]

    assert cards(client.page("/categories").text) == ["Garden 1 topic Latest: Old, 4 Mar 2009"]
    garden, private = cards(as_staff(sandbox, "/categories"))
    assert garden == "Garden 2 topics Latest: Hidden, 4 Mar 2010"
    assert private.startswith("Back room private: only staff")


def test_one_can_go_to_a_post_by_its_number(client: Client) -> None:
    topic = client.topic("Long")
    for number in range(2, 26):
        client.post(topic_id=topic, raw=f"post {number}")
    asked = client.page(f"/t/long/{topic}", params={"post": 23})
    assert asked.headers["Location"] == f"/t/long/{topic}?page=2#post_23"


def test_a_hundred_thousand_posts_are_searched_in_a_moment(data: Path) -> None:
    with Sandbox(data, prepared=True) as running:
        topic = Client(running).topic("Large", "Dear all")
    site = Site(data)
    try:
        site.store.run(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO posts"
            " (topic_id, post_number, user_id, raw, cooked, created_at, updated_at)"
            " SELECT ?, i, 1, 'Post ' || i || ? , '<p>x</p>', i, i FROM n",
            topic,
            " The beans are up, and the peas as well." * 20,
        )
        start = time.perf_counter()
        found = SiteForum(site, None).search("post 77777", 1)
        assert time.perf_counter() - start < 5
        assert found
        assert found.total == 1
    finally:
        site.close()
