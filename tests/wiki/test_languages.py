"""What the shipped table says of languages is what MediaWiki itself does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from importers.wiki.dates import timestamps_in
from importers.wiki.languages import all_languages
from importers.wiki.sites import site_of_language
from importers.wiki.titles import Title, full_title, parse_title, user_of
from tests.wiki.mediawiki import MediaWiki

_EVERY = 13  # all of them take minutes
_MORE = ("ar", "ckb", "de", "fa", "fi", "fr", "he", "ja", "km", "my", "sr", "th", "vi", "wa", "zh", "zh-tw")
_OLD_NAME = "egl"  # MediaWiki 1.39 takes its words from the file of the code it had before


def test_dates_and_names_are_those_of_mediawiki(mediawiki: MediaWiki) -> None:
    codes = sorted({*all_languages()[::_EVERY], *_MORE} - {_OLD_NAME})
    said = mediawiki.run(str(Path(__file__).with_name("languages.php")), ",".join(codes))
    moments = [datetime(2024, month, month + 9, 17, 7, tzinfo=UTC) for month in range(1, 13)]
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer["code"] for answer in answers] == codes
    for answer in answers:
        site = site_of_language(answer["code"])
        text = " … ".join(f"Ann {date} ({answer['utc']})" for date in answer["dates"])
        assert [stamp.at for stamp in timestamps_in(site, text)] == moments, text
        for number, name in answer["shown"].items():
            assert full_title(site, Title(int(number), "Foo")) == f"{name}:Foo"
        for name, number in answer["names"].items():
            if number not in (0, 4, 5):  # those of the project are called as the wiki is
                assert parse_title(site, f"{name}:Foo") == Title(number, "Foo"), answer["code"]
        users = {user_of(site, parse_title(site, f"Special:{name}/Ann")) for name in answer["contributions"]}
        assert users == {"Ann"}
