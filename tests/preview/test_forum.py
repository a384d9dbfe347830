"""The pages of a forum that is only planned."""

from __future__ import annotations

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.model import Finding, Thread
from migrate.pages.addresses import Live
from migrate.plan import Plan
from migrate.preview import PlannedForum
from tests.discourse.community import BAKERS, GARDENERS, PEOPLE, file, fill, message


def forum(archive: Archive, mapping: str = "") -> PlannedForum:
    return PlannedForum(archive, Plan(archive, mapping=read_mapping(mapping, "m.toml")))


def thread_of(archive: Archive, key: str) -> int:
    return int(archive.db.execute("SELECT id FROM thread WHERE key = ?", (key,)).fetchone()[0])


def message_of(archive: Archive, key: str) -> int:
    return int(archive.db.execute("SELECT id FROM container WHERE key = ?", (key,)).fetchone()[0])


def html(shown: PlannedForum, thread_id: int) -> str:
    page = shown.topic(thread_id, 1)
    assert page
    return "\n".join(post.html for post in page.posts)


IN_ONE = """
[[rule]]
source = "gardeners*"
category = "Plants"
parent = "Club"
[[rule]]
source = "Bakers*"
category = "Bread"
parent = "Club"
"""


def test_a_category_shows_what_is_in_the_categories_in_it(archive: Archive) -> None:
    shown = forum(archive, IN_ONE)
    club, *inside = shown.categories()
    assert [club.name, *(card.name for card in inside)] == ["Club", "Plants", "Bread"]
    assert [card.parent for card in inside] == ["Club", "Club"]
    plants, bread = (shown.category(card.id, 1) for card in inside)
    everything = shown.category(club.id, 1)
    assert everything and plants and bread
    assert len(everything[1].lines) == len(plants[1].lines) + len(bread[1].lines) == 9
    assert {topic.category.name for topic in plants[1].lines if topic.category} == {"Plants"}
    assert inside[0].latest == plants[1].lines[0]
    assert shown.category(club.id, 2) is None
    assert shown.category(club.id + 1, 1) is None


def test_a_category_keeps_its_address_whatever_else_there_is(archive: Archive) -> None:
    before = {card.name: card.id for card in forum(archive).categories()}
    after = {card.name: card.id for card in forum(archive, '[[rule]]\nsource = "gard*"\ncategory = "New"').categories()}
    assert before["Bakers & Co"] == after["Bakers & Co"] < 10**9


def test_what_is_pinned_comes_first_in_its_category_only(archive: Archive) -> None:
    archive.db.execute("""UPDATE message SET flags = '["pinned"]' WHERE id = ?""", (message_of(archive, "m0.0"),))
    shown = forum(archive)
    card = next(card for card in shown.categories() if card.name == GARDENERS.name)
    listed, latest = shown.category(card.id, 1), shown.latest(1)
    assert listed and latest
    assert (listed[1].lines[0].title, listed[1].lines[0].pinned) == ("About seeds, part 0", True)
    assert not latest.lines[0].pinned


@pytest.mark.parametrize("topic_id", [0, 999, 10**18 - 1])
def test_a_topic_that_is_not_there_is_none(archive: Archive, topic_id: int) -> None:
    shown = forum(archive)
    assert shown.topic(topic_id, 1) is None
    assert shown.page_of(topic_id, 1) is None
    assert shown.number_of(topic_id) is None


def test_what_the_mapping_leaves_out_is_nowhere(archive: Archive) -> None:
    shown = forum(archive, '[[rule]]\ntitle = "With files"\nskip = true')
    thread = thread_of(archive, "files")
    assert shown.topic(thread, 1) is None
    assert thread not in shown.topic_ids()
    assert len(shown.topic_ids()) == 8
    assert shown.file(file("plan.png").sha256) is None
    assert shown.number_of(message_of(archive, "f.0")) is None
    found = shown.search("plan", 1)
    assert found
    assert not found.found


def test_files_are_shown_and_missing_ones_noted_as_by_a_push(archive: Archive) -> None:
    thread, plan, minutes = thread_of(archive, "files"), file("plan.png"), file("minutes.txt")
    archive.attachment_path(minutes.sha256).unlink()
    shown = forum(archive)
    text = html(shown, thread)
    assert f'<img src="/files/{plan.sha256}/plan.png" alt="the plan" width="2" height="2">' in text
    assert "minutes.txt (19 Bytes, not accepted by this forum)" in text
    assert shown.file(minutes.sha256) is None
    picture = shown.file(plan.sha256)
    assert picture
    assert (picture.is_shown, picture.media_type, picture.name) == (True, "image/png", "plan.png")


def test_a_file_of_somebody_whose_words_are_withheld_is_not_given_out(archive: Archive) -> None:
    archive.db.execute(
        "INSERT INTO person_choice (person_id, withheld) SELECT id, 'words' FROM person WHERE key = ?",
        (PEOPLE[1].key,),
    )
    shown = forum(archive)
    assert shown.file(file("minutes.txt").sha256) is None
    assert "minutes" not in html(shown, thread_of(archive, "files"))


def test_posts_link_to_their_source_and_say_how_many_findings_there_are(archive: Archive) -> None:
    about = [
        Finding(stage="read", severity="info", code=code, text=f"Of {code}.", message="f.0", locator="x")
        for code in ("one", "two")
    ]
    fill(archive, about)
    page = forum(archive).topic(thread_of(archive, "files"), 1)
    assert page
    number = message_of(archive, "f.0")
    labels = [[(link.label, link.path) for link in post.links] for post in page.posts[:2]]
    assert labels[0] == [("source", f"source/{number}"), ("2 findings", f"source/{number}#findings")]
    assert [label for label, _ in labels[1]] == ["source"]


def test_people_are_found_by_their_user_names_in_any_case(archive: Archive) -> None:
    shown = forum(archive)
    ann = shown.user("ANN_lee", 1)
    assert ann
    assert (ann.author.username, ann.author.placeholder, ann.slice.pages) == ("Ann_Lee", True, 1)
    dates = [said.post.created_at for said in ann.posts]
    assert dates == sorted(dates, reverse=True)
    assert ann.total == len(dates) > 8
    assert shown.user("Ann_Lee", 2) is None
    assert shown.user("nobody", 1) is None


def test_one_account_posts_for_all_with_bylines(archive: Archive) -> None:
    shown = forum(archive, 'authors = "byline"\naccount = "archivist"')
    everybody = shown.user("archivist", 1)
    assert everybody
    assert everybody.author.shared
    assert everybody.total == shown.plan.posts
    assert shown.usernames() == ["archivist"]
    assert shown.user("Ann_Lee", 1) is None


def test_tags_lead_to_their_topics(archive: Archive) -> None:
    fill(archive, [Thread(key="x", source=GARDENERS.key, title="[Beans] Up"), message("x", "x", day=60)])
    shown = forum(archive, "[tags]\nfrom_prefix = true")
    assert shown.index.tags == ["beans"]
    tagged = shown.tag("beans", 1)
    assert tagged
    assert [(line.title, line.tags) for line in tagged.lines] == [("Up", ("beans",))]
    assert shown.tag("peas", 1) is None


def test_addresses_of_people_and_files_are_those_that_were_asked_for(archive: Archive) -> None:
    class Elsewhere(Live):
        def other(self, path: str) -> str:
            return f"../{path}"

    shown = PlannedForum(archive, Plan(archive), to=Elsewhere())
    assert f'src="../files/{file("plan.png").sha256}/plan.png"' in html(shown, thread_of(archive, "files"))


def test_a_long_topic_has_pages_and_posts_are_found_on_them(archive: Archive) -> None:
    many = [message(f"n.{number}", "n", author=number % 5, day=100 + number) for number in range(41)]
    fill(archive, [Thread(key="n", source=BAKERS.key, title="Many"), *many])
    shown, thread = forum(archive), thread_of(archive, "n")
    assert [shown.page_of(thread, number) for number in (1, 20, 21, 41, 999)] == [1, 1, 2, 3, 3]
    last = shown.topic(thread, 3)
    assert last
    assert [post.number for post in last.posts] == [41]
    assert shown.topic(thread, 4) is None
    found = shown.number_of(message_of(archive, "n.30"))
    assert found
    assert (found[0].id, found[1]) == (thread, 31)


def test_names_of_groups_that_every_forum_has_are_nobodys(archive: Archive) -> None:
    archive.db.execute("UPDATE person_name SET name = 'Staff' WHERE name = 'The Secretary'")
    assert "Staff1" in forum(archive).usernames()
