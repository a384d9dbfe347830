"""Several sources in one archive: who is one person, and who is not, whatever source somebody is known from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.model import Message, Origin, Person, Record, Source
from migrate.people_choices import choose
from migrate.people_file import Line, people, person_key
from migrate.plan import Plan, TargetFacts
from migrate.settle import settle
from tests.build import ANN, GARDENERS, mail, new_archive, write

GROUP = Source(key="gardeners.googlegroups.com", kind="google-groups", name="Gardeners", private=True)
CIRCLE = Source(key="facebook:gardeners", kind="facebook", name="Gardeners' circle", private=True)
NEWS = Source(key="mailchimp:garden news", kind="mailchimp", name="Garden news")
OF_FACEBOOK = Person(key="facebook:ann lee", name="Ann Lee")
BY_NAME = Person(key="name:ann lee", name="Ann Lee")
SUBSCRIBER = Person(key="ann@example.org", name="Ann", email="ann@example.org", member="account")


def post(key: str, source: Source, author: Person, day: float) -> Message:
    place = (Origin(source=source.key, locator=key),)
    return replace(mail(key, day=day), source=source.key, author=author.key, origins=place)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    records: list[Record] = [
        *(GROUP, CIRCLE, NEWS, OF_FACEBOOK, BY_NAME, SUBSCRIBER),
        mail("m"),
        post("g", GROUP, ANN, 1),
        post("f", CIRCLE, OF_FACEBOOK, 2),
        post("n", GARDENERS, BY_NAME, 3),
        post("k", NEWS, ANN, 4),
    ]
    with new_archive(tmp_path) as made:
        for record in records:  # as chunks that come one after another
            write(made, [record] if not isinstance(record, Message) else [*_author(record, records), record])
        settle(made)
        yield made


def _author(message: Message, records: list[Record]) -> list[Person]:
    known = [person for person in (*records, ANN) if isinstance(person, Person) and person.member is None]
    return [next(person for person in known if person.key == message.author)]


def authors(archive: Archive) -> dict[str, int]:
    """The person of each message on the forum."""
    plan = Plan(archive)
    topics = map(plan.topic, plan.thread_ids())
    return {post.message_key: post.person_id for topic in topics for post in topic.posts}


def test_one_address_is_one_person_wherever_it_is_from(archive: Archive) -> None:
    found = authors(archive)
    assert found["m"] == found["g"] == found["k"]
    assert Plan(archive).summary().members == 0  # who subscribed, too, has written


def test_a_name_alone_is_nobodys_of_another_source(archive: Archive) -> None:
    found = authors(archive)
    assert found["f"] not in (found["m"], found["n"])
    (told,) = archive.db.execute("SELECT text FROM finding WHERE code = 'people-alike'").fetchone()
    assert told.startswith("2 people have the same full name")


def test_the_people_file_joins_them(archive: Archive) -> None:
    cells = {"person": person_key(OF_FACEBOOK.key), "same_as": person_key(ANN.key)}
    choose(archive, [Line(2, cells)], TargetFacts())
    found = authors(archive)
    assert found["f"] == found["m"]
    (user,) = (user for user in Plan(archive).users() if user.person_id == found["m"])
    assert (user.address, user.wrote_nothing) == ("ann@example.org", False)
    listed = {row.person: row.same_as for row in people(archive, Plan(archive))}
    assert listed[person_key(OF_FACEBOOK.key)] == person_key(ANN.key)


def test_a_member_joined_to_an_author_gets_no_account_of_their_own(archive: Archive) -> None:
    other = Person(key="ann.lee@example.net", name="Ann Lee", email="ann.lee@example.net", member="account")
    write(archive, [other])
    assert Plan(archive).summary().members == 1
    cells = {"person": person_key(other.key), "same_as": person_key(ANN.key)}
    choose(archive, [Line(2, cells)], TargetFacts())
    plan = Plan(archive)
    assert plan.summary().members == 0
    assert plan.people == len(list(plan.users()))


def test_a_member_is_not_joined_by_name(archive: Archive) -> None:
    other = Person(key="ann.lee@example.com", name="Ann Lee", email="ann.lee@example.com", member="account")
    write(archive, [other, post("g2", GROUP, ANN, 5)])
    settle(archive)
    (same_as,) = archive.db.execute("SELECT same_as FROM person WHERE key = ?", (other.key,)).fetchone()
    assert same_as is None
