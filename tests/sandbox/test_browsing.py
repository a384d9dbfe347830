"""The pages over a sandbox's forum."""

from __future__ import annotations

import html
import re

import requests

from migrate.sandbox import Sandbox

from .conftest import Client

PRIVATE = {"name": "Back room", "color": "0088CC", "text_color": "FFFFFF", "permissions": {"staff": 1}}


def test_topics_posts_and_authors_can_be_walked_through(client: Client) -> None:
    client.placeholder("ann", full_name="Ann Miller")
    category = client.send(
        "POST", "/categories.json", json={"name": "Garden", "color": "0E8A5F", "text_color": "FFFFFF"}
    )
    category_id = category.json()["category"]["id"]
    topic = client.topic("Slugs & snails", "Help!", category=category_id, created_at="2009-03-04T05:06:07Z")
    client.post("ann", topic_id=topic, raw="Ducks.", reply_to_post_number=1, created_at="2009-03-05T05:06:07Z")

    home = client.page("/").text
    assert "Slugs &amp; snails" in home
    assert "Garden" in home
    assert "About the Garden category" not in home
    assert client.page(f"/t/{topic}").headers["Location"] == f"/t/slugs-snails/{topic}"
    page = client.page(f"/t/slugs-snails/{topic}").text
    assert "Ann Miller" in page
    assert "5 Mar 2009, 05:06 UTC" in page
    assert '<a href="#post_1">in reply to #1</a>' in page
    assert "Slugs &amp; snails" in client.page(f"/c/garden/{category_id}").text
    user = client.page("/u/ann").text
    assert "Ducks." in user
    assert "placeholder" in user


def test_a_long_topic_is_paged_and_posts_are_found_on_their_page(client: Client) -> None:
    topic = client.topic("Long")
    for number in range(2, 48):
        client.post(topic_id=topic, raw=f"post {number}")
    second = client.page(f"/t/long/{topic}?page=2").text
    assert re.findall(r'<article class="post" id="post_(\d+)"', second) == [str(number) for number in range(21, 41)]
    assert client.page(f"/t/long/{topic}/45").headers["Location"] == f"/t/long/{topic}?page=3#post_45"
    assert client.page(f"/t/long/{topic}/0").headers["Location"] == f"/t/long/{topic}#post_1"
    assert client.page(f"/t/long/{topic}/999").headers["Location"] == f"/t/long/{topic}?page=3#post_47"
    assert client.page(f"/t/long/{topic}?page=4").status_code == 404
    assert client.page(f"/t/long/{topic}?page=nonsense").status_code == 200


def test_what_is_private_or_deleted_is_not_shown_to_the_public(client: Client, sandbox: Sandbox) -> None:
    category = client.send("POST", "/categories.json", json=PRIVATE).json()["category"]["id"]
    secret = client.topic("Secret plans", category=category)
    gone = client.topic("Gone for good")
    client.send("DELETE", f"/t/{gone}.json")
    assert "Secret plans" not in client.page("/").text
    assert "Secret plans" not in client.page("/u/admin").text
    assert "Back room" not in client.page("/categories").text
    for path in (f"/t/{secret}", f"/t/{gone}", f"/c/back-room/{category}", f"/t/{secret}/1"):
        assert client.page(path).status_code == 404

    browser = requests.Session()
    assert "Secret plans" in browser.get(sandbox.browse_url, timeout=30).text
    assert browser.get(f"{client.url}/t/{gone}", timeout=30).status_code == 404
    assert sandbox.key not in sandbox.browse_url
    browser.cookies.clear()
    browser.get(f"{client.url}/session/browse?pass=wrong", timeout=30)
    assert "Secret plans" not in browser.get(client.url, timeout=30).text


def test_only_who_has_the_pass_sees_with_an_administrators_eyes(client: Client, sandbox: Sandbox) -> None:
    category = client.send("POST", "/categories.json", json=PRIVATE).json()["category"]["id"]
    client.topic("Secret plans", category=category)
    wrong = client.page("/session/browse?pass=wrong")
    assert "Set-Cookie" not in wrong.headers
    right = sandbox.browse_url.partition("pass=")[2]
    for cookie, sees in (("wrong", False), ("", False), (right, True)):
        answer = requests.get(client.url, headers={"Cookie": f"sandbox={cookie}"}, timeout=30)
        assert ("Secret plans" in answer.text) == sees


def test_messages_between_people_are_for_administrators_alone(client: Client, sandbox: Sandbox) -> None:
    client.placeholder("ann")
    topic = client.topic("Between us", "Hush.", archetype="private_message", target_recipients="ann")
    for path in (f"/t/between-us/{topic}", f"/t/{topic}/1", "/search?q=hush"):
        assert "Hush." not in client.page(path).text
    browser = requests.Session()
    assert "Between us" not in browser.get(sandbox.browse_url, timeout=30).text
    assert "Hush." in browser.get(f"{client.url}/t/between-us/{topic}", timeout=30).text


def test_lists_tags_and_searches_say_nothing_of_what_they_leave_out(client: Client, sandbox: Sandbox) -> None:
    category = client.send("POST", "/categories.json", json=PRIVATE).json()["category"]["id"]
    client.topic("Secret plans", "A hidden word.", category=category, tags=["plot"])
    unlisted = client.topic("Out of sight", "A hidden word.")
    client.send("PUT", f"/t/{unlisted}/status.json", json={"status": "visible", "enabled": "false"})
    topic = client.topic("In sight")
    gone = client.post(topic_id=topic, raw="A hidden word.").json()["post"]["id"]
    client.send("DELETE", f"/posts/{gone}.json")
    client.send("PUT", f"/t/{topic}/status.json", json={"status": "closed", "enabled": "true"})
    assert client.page("/tag/plot").status_code == 404
    assert "Out of sight" not in client.page("/").text
    assert "Nothing found" in client.page("/search?q=hidden").text
    assert "1 post<" in client.page("/u/admin").text  # that it was closed is none

    browser = requests.Session()
    assert "Out of sight" in browser.get(sandbox.browse_url, timeout=30).text
    assert browser.get(f"{client.url}/tag/plot", timeout=30).status_code == 200
    assert "2 posts with" in browser.get(f"{client.url}/search?q=hidden", timeout=30).text


def test_a_topic_is_not_shown_by_the_id_it_has_elsewhere(client: Client) -> None:
    topic = client.topic("Any")
    assert "There is no such page" in client.page(f"/t/external_id/{topic}").text


def test_hostile_titles_names_and_bodies_stay_text(client: Client) -> None:
    client.placeholder("mallory", full_name='"><script>alert(1)</script>')
    topic = client.topic("<script>alert(2)</script>", "<script>alert(3)</script><img src=x onerror=alert(4)>ok")
    client.post("mallory", topic_id=topic, raw="hello")
    for path in ("/", f"/t/topic/{topic}", "/u/mallory", "/u/admin"):
        answer = client.page(path)
        answer = client.page(answer.headers["Location"]) if answer.is_redirect else answer
        assert "<script" not in answer.text
        assert "onerror" not in answer.text
    assert html.escape("<script>alert(2)</script>") in client.page("/").text


def test_pages_forbid_scripts_and_other_hosts(client: Client) -> None:
    client.topic("Any")
    for path in ("/", "/categories", "/nope"):
        answer = client.page(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "img-src 'self' data:" in policy
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_the_transparent_picture_of_lost_files_is_there(client: Client) -> None:
    cooked = client.post(title="T", raw="![x](upload://nothing.png)").json()["post"]["cooked"]
    assert "/images/transparent.png" in cooked
    assert client.page("/images/transparent.png").headers["Content-Type"] == "image/gif"


def test_a_wrong_address_is_a_page_for_people(client: Client) -> None:
    answer = client.page("/no/such/page")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
