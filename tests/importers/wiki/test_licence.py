"""What the user says of a licence, in place of what the wiki says or does not."""

from __future__ import annotations

import pytest

from importers.wiki.licence import licensed
from importers.wiki.sites import site_of_language
from importers.wiki.wishes import Wishes

SA = "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize(
    ("said", "licence", "url"),
    [
        ("", "CC BY-SA 4.0", SA),
        ("CC BY 3.0", "CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/"),
        ("cc-by-nc-sa-2.5", "cc-by-nc-sa-2.5", "https://creativecommons.org/licenses/by-nc-sa/2.5/"),
        ("Our  own https://plot.example/licence", "Our own", "https://plot.example/licence"),
        ("Our own <https://plot.example/licence>", "Our own", "https://plot.example/licence"),
        ("GFDL\x1b[31m\n1.3", "GFDL\ufffd[31m 1.3", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
    ],
)
def test_what_is_said_goes_before_what_is_known(said: str, licence: str, url: str) -> None:
    site = licensed(site_of_language("fr", "https://fr.wikipedia.org/wiki/Accueil"), Wishes(licence=said))
    assert (site.licence, site.licence_url) == (licence, url)
