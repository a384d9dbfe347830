"""The wiki that the other tests here stand on is a real one."""

from __future__ import annotations

import mwclient

from tests.wiki.mediawiki import PASSWORD, MediaWiki


def test_signatures_are_substituted_and_history_is_kept(mediawiki: MediaWiki) -> None:
    mediawiki.say("Talk:Harness", "== Seeds ==\nWho has some? ~~~~", "Ann")
    mediawiki.say("Talk:Harness", ": I do. ~~~~", "Bob")
    text = mediawiki.as_user("").pages["Talk:Harness"].text()
    assert "[[User:Ann|Ann]] ([[User talk:Ann|talk]])" in text
    assert "(UTC)" in text
    revisions = list(mediawiki.as_user("").pages["Talk:Harness"].revisions(dir="newer"))
    assert [revision["user"] for revision in revisions] == ["Ann", "Bob"]
    assert mediawiki.export_xml(history=True).count("<revision>") >= 2


def test_who_has_no_account_signs_with_an_address(mediawiki: MediaWiki) -> None:
    mediawiki.say("Talk:Harness/Anonymous", "Hello. ~~~~", "")
    assert "[[Special:Contributions/127.0.0.1|127.0.0.1]]" in mediawiki.as_user().pages["Talk:Harness/Anonymous"].text()


def test_a_bot_password_logs_in(mediawiki: MediaWiki) -> None:
    name, password = mediawiki.bot_password("Carla")
    assert name == "Carla@migrate"
    assert password not in ("", PASSWORD)
    site = mwclient.Site(mediawiki.url.removeprefix("http://"), path="/", scheme="http")
    site.login(name, password)
    assert site.username == "Carla"
