"""Where the published pages lie, on machines that have them, and the wikis they come from."""

from __future__ import annotations

import sys

from importers.wiki.site import Site
from tests.conftest import CORPORA as ALL_CORPORA
from tests.conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "benchmarks"))

from fidelity.wiki_cases import site

CORPORA = ALL_CORPORA / "wiki"


def wikipedia(language: str) -> Site:
    """One of the wikis: ar, en, fr, hu, nl, pl."""
    return site(CORPORA / "sites", f"{language}wiki")
