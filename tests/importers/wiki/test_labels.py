"""What threads are labelled with becomes tags that everybody sees: pages, never people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from importers.wiki import WikiImporter
from importers.wiki.conversation import page_records
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.model import Finding, Thread
from migrate.sources import Options
from tests.importers.wiki.pages import SITE

SIGNED = "== Seeds ==\nMine. [[User:Ann|Ann]] 10:15, 3 March 2020 (UTC)"
DELIVERY = f"{SIGNED}\n<!-- Message sent by User:Ann@example using the list at https://wiki.example.org/wiki/List -->"


def labels(title: str, text: str) -> list[tuple[str, ...]]:
    page = Page(title=title, id=1, text=text, locator="x")
    return [record.labels for record in page_records(page, SITE, Wishes()) if isinstance(record, Thread)]


def test_a_page_is_a_label_and_a_person_is_none() -> None:
    assert labels("Talk:Cucumbers/Archive 1", SIGNED) == [("Cucumbers",)]
    assert labels("User talk:Ann", SIGNED) == [()]
    assert labels("User talk:Ann/Archive 1", SIGNED) == [()]


def test_a_delivery_belongs_to_no_page() -> None:
    assert labels("Talk:Cucumbers", DELIVERY) == labels("User talk:Ann", DELIVERY) == [("Newsletter",)]


def test_a_licence_that_nobody_named_is_said_to_be_missing() -> None:
    page = Page(title="Talk:X", id=1, text=SIGNED, locator="x")

    def codes(site: Site) -> list[str]:
        return [record.code for record in page_records(page, site, Wishes()) if isinstance(record, Finding)]

    assert codes(SITE) == ["licence-unknown"]
    assert codes(replace(SITE, licence="CC BY-SA 4.0")) == []


def test_a_file_that_is_not_there_is_called_that() -> None:
    with pytest.raises(InputError, match=r"^There is no file or folder no-such-dump\.xml\.bz2\.$"):
        list(WikiImporter().scan(["no-such-dump.xml.bz2"], Options()))
