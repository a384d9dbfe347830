"""Tests against a real MediaWiki: skipped where there is none, unless REQUIRE_MEDIAWIKI says that there must be."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.wiki.mediawiki import MediaWiki, missing, running


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaWiki]:
    """An English wiki, one for all tests: each uses pages of its own."""
    demand_mediawiki()
    with running(tmp_path_factory.mktemp("mediawiki")) as wiki:
        yield wiki


def demand_mediawiki() -> None:
    """Skip, or fail where it is required."""
    if lacking := missing():
        if os.environ.get("REQUIRE_MEDIAWIKI"):
            pytest.fail(lacking)
        pytest.skip(lacking)
