"""Templates: known ones read as on the wiki, of unknown ones nothing is lost, and what they close is closed."""

from __future__ import annotations

import itertools
import time

import pytest

from importers.wiki.page import Page
from importers.wiki.sites import site_of_language
from importers.wiki.templates import AskWiki, Templates, is_closed
from importers.wiki.templates.expansions import EXPANSIONS
from importers.wiki.templates.names import SHOWN, known
from importers.wiki.wikitext import Call

_PAGE = "{{WikiProject Plants|class=B}}\nWelcome, all.\n== Cucumbers ==\n{{Plot|12|km}}"


def _call(source: str) -> Call:
    name, *parts = source.removeprefix("{{").removesuffix("}}").split("|")
    arguments: dict[str, str] = {}
    numbers = itertools.count(1)
    for part in parts:
        key, equals, value = part.partition("=")
        arguments[key.strip() if equals else str(next(numbers))] = value.strip() if equals else part
    return Call(name=name, arguments=arguments, source=source)


def _templates(language: str = "en", text: str = _PAGE, ask: AskWiki | None = None) -> Templates:
    site = site_of_language(language, "https://wiki.example.org/wiki/Main_Page")
    return Templates(site, Page(title="Talk:Garden", id=1, text=text, locator="dump.xml:Talk:Garden"), ask)


def _expanded(source: str, language: str = "en") -> str:
    return _templates(language).expand(_call(source))


_BY_ANN = "— [[:User:Ann|Ann]] 10:15, 3 March 2020 (UTC)"


@pytest.mark.parametrize(
    "source",
    [
        "{{unsigned|Ann|10:15, 3 March 2020 (UTC)}}",
        "{{Unsigned2|10:15, 3 March 2020|Ann}}",
        "{{unsigned|1=[[User:Ann|Ann]]|2=10:15, 3 March 2020 (UTC)}}",
        "{{subst:unsigned|user talk:ann|10:15, 3 March 2020}}",
        "{{template:unsigned IP|Ann|10:15, 3 March 2020 (UTC)|141369221|ip=no}}",
    ],
)
def test_who_did_not_sign_gets_a_signature(source: str) -> None:
    assert _expanded(source) == f'<small class="autosigned">{_BY_ANN}</small>'


@pytest.mark.parametrize(
    ("language", "source", "signature"),
    [
        ("fr", "{{non signé|Ann|9 octobre 2017 à 14:39 (CEST)|141369221}}", "[[:Utilisateur:Ann|Ann]] 9 octobre 2017"),
        ("de", "{{unsigniert|Ann|10:15, 3. Mär. 2020 (CET)}}", "[[:Benutzer:Ann|Ann]] 10:15, 3. Mär. 2020 (CET)"),
        ("ru", "{{неподписано|Аня|10:15, 3 марта 2020}}", "|Аня]] 10:15, 3 марта 2020 (UTC)"),
        ("ja", "{{未署名|花子|2020年3月3日 (火) 10:15}}", "[[:利用者:花子|花子]] 2020年3月3日 (火) 10:15"),
        ("ar", "{{غير موقع|سمير}}", "|سمير]]"),
        ("en", "{{unsigned|192.0.2.7|10:15, 3 March 2020 (UTC)}}", "[[:Special:Contributions/192.0.2.7|192.0.2.7]]"),
    ],
)
def test_it_does_in_other_languages(language: str, source: str, signature: str) -> None:
    text = _expanded(source, language)
    assert signature in text
    assert text.startswith('<small class="autosigned">')


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ping|Ann|Bob}}", '@[[:User:Ann|Ann]], @[[:User:Bob|Bob]]<span class="ping-end">:</span>'),
        ("{{Reply to|Ann|p=}}", "@[[:User:Ann|Ann]]"),
        ("{{re|Ann|label1=Annie}}", '@[[:User:Ann|Annie]]<span class="ping-end">:</span>'),
        ("{{u|Ann}}", "[[:User:Ann|Ann]]"),
        ("{{noping|Ann|our Ann}}", "[[:User:Ann|our Ann]]"),
        ("{{od|:::}}", '<span class="outdent-template"></span>'),
        ("{{Outdent|label=to Bob}}", '<span class="outdent-template"></span>(to Bob) '),
        ("{{done}}", "✓ '''Done'''"),
        ("{{not done|no consensus}}", "✗ '''Not done''' no consensus"),
        ("{{tq|her words}}", "<q>her words</q>"),
        ("{{tq|“her words”|Ann}}", "“her words” – Ann"),
        ("{{talk quote block|her words}}", "<blockquote>her words</blockquote>"),
        (
            "{{cite web|last=Lee|first=Ann|title=On beds|url=http://x.org|year=2001}}",
            "Ann Lee, [http://x.org On beds], 2001",
        ),
        ("{{Citation|title=On beds|publisher=Mud|page=2}}", "On beds, Mud"),
        ("{{RfC|bio|rfcid=A1}}", "'''Request for comment'''"),
        ("{{talk quote block|her words|Ann}}", "<blockquote>her words<br>— Ann</blockquote>"),
        ("{{talk quote block|1=* a\n* b|by=Ann}}", "\n<blockquote>\n* a\n* b\n\n— Ann\n</blockquote>\n"),
        ("{{quote}}", ""),
        ("{{resolved}}", "✓ '''<nowiki>resolved</nowiki>'''"),
        ("{{Resolved|1=[[User:Ann]]}}", "<div>✓ '''<nowiki>Resolved</nowiki>''' [[User:Ann]]</div>"),
        ("{{code|x y}}", "<code>x y</code>"),
        ("{{phab|T123}}", "[https://phabricator.wikimedia.org/T123 T123]"),
        ("{{nowrap|a b}}", "a b"),
        ("{{lang|fr|bonjour}}", "bonjour"),
        ("{{strike|gone}}", "<s>gone</s>"),
        ("{{reflist-talk}}", "<references />"),
        ("{{clear}}", ""),
        ("{{la|Garden}}", "[[:Garden]]"),
        ("{{smiley}}", "🙂"),
        ("{{int:Talkpagelinktext}}", "talk"),
    ],
)
def test_known_templates_read_as_on_the_wiki(source: str, expected: str) -> None:
    assert _expanded(source) == expected


def test_a_template_that_is_named_shows_its_name_in_braces_that_do_nothing() -> None:
    expected = "<nowiki>{{</nowiki>[[:Template:Foo|<nowiki>Foo|bar</nowiki>]]<nowiki>}}</nowiki>"
    assert _expanded("{{tlx|Foo|bar}}") == expected
    assert "[[:Template:Foo|" in _expanded("{{s|Foo}}", "pl")
    assert _expanded("{{s|Foo}}") == "<s>Foo</s>"


def test_a_box_for_another_tracker_is_marked_so_that_it_is_no_comment() -> None:
    assert 'class="tracked' in _expanded("{{tracked|T123}}")
    assert "T123" in _expanded("{{tracked|T123}}")


def test_what_closes_a_discussion_says_why_in_words_and_ends() -> None:
    top = _expanded("{{archive top|result=No consensus. [[User:Ann]] 10:15, 3 March 2020 (UTC)}}")
    assert '<div class="closed-discussion" data-title="No consensus. User:Ann 10:15, 3 March 2020 (UTC)">' in top
    assert "\nNo consensus. [[User:Ann]] 10:15, 3 March 2020 (UTC)\n" in top
    assert _expanded("{{archive bottom}}").strip() == "</div>"
    assert 'data-title="&quot;&gt;x"' in _expanded('{{hat|">x}}')


def test_a_fold_is_not_closed() -> None:
    assert 'class="collapsed"' in _expanded("{{collapse top|Long list}}")
    assert not is_closed(site_of_language("en"), "{{collapse top|Long list}}")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "== A ==\n{{Archive top}}\nWords.\n{{archive bottom}}"),
        ("en", "{{resolved|1=Fixed.}}"),
        ("de", "Text. {{Erledigt|1=[[Benutzer:Ann]] 10:15, 3. Mär. 2020 (CET)}}"),
        ("en", "{{ hat\n| reason = x }}"),
    ],
)
def test_sections_say_that_they_are_closed(language: str, text: str) -> None:
    assert is_closed(site_of_language(language), text)


@pytest.mark.parametrize("text", ["{{ping|Ann}}", "a closed door", "{{done}}", "{{User:Ann/closed}}", "{{{closed}}}"])
def test_others_do_not(text: str) -> None:
    assert not is_closed(site_of_language("en"), text)


def test_what_is_not_known_is_told_and_keeps_its_words() -> None:
    templates = _templates()
    assert templates.expand(_call("{{Plot|12|km}}")) == "[[:Template:Plot]] (12, km)"
    assert templates.expand(_call("{{Plot|13|km}}")) == "[[:Template:Plot]] (13, km)"
    told = templates.expand(_call("{{Opinion|style=x|text=It is far too dry.|image=Bed.jpg}}"))
    assert told == "It is far too dry.<br>[[:File:Bed.jpg]]"
    assert templates.expand(_call("{{Odd<b>|x}}")) == "<nowiki>Template:Odd&lt;b></nowiki> (x)"
    assert templates.expand(_call("{{#invoke:Sum|one|3}}")) == "<nowiki>Template:#invoke:Sum</nowiki> (one, 3)"
    (finding,) = templates.findings()
    assert finding.code == "template-unknown"
    assert "Plot (2), Opinion, Odd" in finding.text
    assert finding.locator == "dump.xml:Talk:Garden"


def test_a_wiki_is_asked_once_for_what_is_not_known() -> None:
    asked: list[str] = []

    def ask(source: str) -> str | None:
        asked.append(source)
        return "twelve kilometres" if "12" in source else None

    templates = _templates(ask=ask)
    assert [templates.expand(_call("{{Plot|12|km}}")) for _ in range(2)] == ["twelve kilometres"] * 2
    assert "13" in templates.expand(_call("{{Plot|13|km}}"))
    assert templates.expand(_call("{{u|Ann}}")) == "[[:User:Ann|Ann]]"
    assert asked == ["{{Plot|12|km}}", "{{Plot|13|km}}"]
    assert [finding.code for finding in templates.findings()] == ["template-unknown"]


def test_boxes_above_the_discussions_are_left_out_and_counted() -> None:
    templates = _templates()
    assert templates.expand(_call("{{WikiProject Plants|class=B}}")) == ""
    assert templates.expand(_call("{{Talk header}}")) == ""
    assert [(finding.code, finding.text.rpartition(": ")[2]) for finding in templates.findings()] == [
        ("banner-dropped", "WikiProject Plants, Talk header.")
    ]


def test_a_box_with_words_is_not_left_out() -> None:
    source = "{{Notice|Please water the garden.}}"
    assert _templates(text=f"{source}\n== A ==").expand(_call(source)) == "Please water the garden."


def test_a_page_for_a_signature_is_a_link_to_its_user() -> None:
    assert _expanded("{{User:Ann/Signature}}") == "[[:User:Ann|Ann]]"
    assert _expanded("{{Benutzer:Ann/s}}", "de") == "[[:Benutzer:Ann|Ann]]"


def test_other_pages_are_links_and_named() -> None:
    templates = _templates()
    assert templates.expand(_call("{{/Archive 1}}")) == "[[:Talk:Garden/Archive 1]]"
    assert templates.expand(_call("{{Talk:Foo/Bar}}")) == "[[:Talk:Foo/Bar]]"
    assert templates.expand(_call("{{:Foo}}")) == "[[:Foo]]"
    (finding,) = templates.findings()
    assert finding.code == "page-transcluded"
    assert "Talk:Garden/Archive 1, Talk:Foo/Bar, Foo" in finding.text


def test_every_kind_in_the_table_is_understood_and_every_name_can_be_found() -> None:
    import tomllib
    from pathlib import Path

    table = tomllib.loads((Path(EXPANSIONS["ping"].__code__.co_filename).parent / "names.toml").read_text("utf-8"))
    for language, part in [("", table), *table["in"].items()]:
        kinds = part.get("kinds", {})
        assert not kinds.keys() - EXPANSIONS.keys() - {"banner"}
        names = [name for listed in kinds.values() for name in listed] + list(part.get("shown", {}))
        assert len(names) == len(set(names)), f"a name has two meanings in [{language or 'all'}]"
        assert all(name == name.lower().strip() and "_" not in name for name in names)
        assert all(known(name.upper() if name.isascii() else name, language) for name in names)
    assert {kind for kind in EXPANSIONS if kind not in table["kinds"]} <= {"first text", SHOWN}


@pytest.mark.parametrize(
    "source",
    [
        "{{unsigned|" + "a" * 300_000 + "|" + "[[" * 100_000 + "}}",
        "{{ping|" + "|".join(["x"] * 50_000) + "}}",
        "{{Odd|" + "word" * 200_000 + "}}",
        "{{Odd|" + "<" * 300_000 + "}}",
        "{{archive top|" + "'" * 300_000 + "}}",
        "{{diff|" + "9" * 300_000 + "}}",
        "{{" + "/" * 100_000 + "}}",
        "{{ping|\x00\x1b[31m|\u202e}}",
    ],
)
def test_hostile_calls_take_no_time(source: str) -> None:
    templates = _templates(text=source)
    begun = time.process_time()
    templates.expand(_call(source))
    list(templates.findings())
    is_closed(site_of_language("en"), "{{" + " " * 200_000 + source)
    assert time.process_time() - begun < 2
    assert all(len(finding.text) < 1000 and finding.text.isprintable() for finding in templates.findings())
