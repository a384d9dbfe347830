"""Mapping files: what they may say, and what is said where they are wrong."""

from __future__ import annotations

import re
import time
import tomllib

import pytest

from migrate.mapping import Mapping, MappingError, Rule, SourceName, places, read_mapping
from tests.conftest import REPOSITORY

FILES = sorted((REPOSITORY / "mappings").glob("*.toml"))


def read(text: str) -> Mapping:
    return read_mapping(text, "map.toml")


def test_an_empty_file_changes_nothing() -> None:
    assert read("") == Mapping(file="map.toml")


def test_the_default_file_changes_nothing_but_says_what_is_so_anyway() -> None:
    text = (REPOSITORY / "mappings" / "default.toml").read_text("utf-8")
    found = read_mapping(text, "")
    assert found == Mapping(text=text, authors="placeholders", quotes="fold")


def test_the_default_file_explains_every_key_and_all_of_them_can_be_used() -> None:
    text = (REPOSITORY / "mappings" / "default.toml").read_text("utf-8")
    used = re.sub(r"^# (?=(?:\[|[a-z_]+ = |To leave|The Gard|\"\"\"$))", "", text, flags=re.MULTILINE)
    used = used.replace("from_prefix = false\n", "").replace("skip = true", "# skip = true")
    used = used.replace("public = true", "# public = true")
    content = tomllib.loads(used)
    read(used)
    assert set(content) == {"authors", "account", "quotes", "lang", "undated", "mentions", *TABLES}
    said = {name for name in Rule.__dataclass_fields__ if re.search(rf"^# {name} = ", text, re.MULTILINE)}
    assert said == set(Rule.__dataclass_fields__)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_files_we_ship_go_with_every_kind_of_source(path) -> None:
    mapping = read_mapping(path.read_text("utf-8"), path.name)
    names = [
        ("gardeners.example.org", "mbox"),
        ("board.example.org", "mbox"),
        ("bakers.example.org", "mbox"),
        ("Neighbours", "mbox"),
        ("Talk", "jsonl"),
        ("other", "google-groups"),
        ("Riverside Gardeners – Old Mill", "facebook"),
        ("Plant swap", "facebook"),
        ("Donors 2024", "mailchimp"),
        ("Friends of the garden", "mailchimp"),
        *((f"wiki:plot.example.org:{number}", "wiki") for number in (1, 3, 4)),
    ]
    # By their export. A wiki is private as a whole: who has a private one and a public one says where each goes.
    said_private = [(f"{name}, members only", kind, True) for name, kind in names if kind not in ("mbox", "wiki")]
    all_of_them = [*((name, kind, False) for name, kind in names), *said_private]
    sources = [
        SourceName(number, name, name, kind, private) for number, (name, kind, private) in enumerate(all_of_them)
    ]
    placed = places(mapping, sources, {source.id: source.name for source in sources})
    assert {source for source, _ in placed} == {source.id for source in sources}


TABLES = {"titles", "tags", "sources", "review", "footer", "rule"}
RULE_A = '[[rule]]\nsource = "a"\ncategory = "A"\n'
WRONG = [
    ("authors = ", 1, "`authors =`. Text stands in straight quotes"),
    ('quotes = "fold\n', 1, '`quotes = "fold`. A quote is missing at its end'),
    ("[[rule]]\ncategory = Board", 2, "`category = Board`. Text stands in straight quotes"),
    ("\nauthors = “byline”", 2, "these are curly"),
    ('authors = "byline”\n', 1, "these are curly"),
    ('[titles]\nstrip = ["\\s"]', 2, "single quotes"),
    ("authors", 1, "A line is a key, =,"),
    ('[titles]\nstrip = ["a"\nlang = "de"', 3, "a bracket that is missing, here or just above"),
    ('\n\nqoutes = "fold"', 3, "unknown key `qoutes` (is `quotes` meant?)"),
    ('[[rule]]\nfrom = "a"', 2, "unknown key `from` (there are: source, kind, label, title, skip, "),
    ('authors = "me"', 1, '`authors` must be "placeholders" or "existing" or "byline"'),
    ("account = 3", 1, "`account` must be a text"),
    ("undated = true", 1, "`undated` must be"),
    ("[titles]\n\nstrip = 7", 3, "`strip` must be a text or a list of texts"),
    ("titles = 1", 1, "`titles` must be a table"),
    ('[[titles.replace]]\npattern = "("\nby = ""', 2, "`pattern` must be a regular expression"),
    ('[[titles.replace]]\npattern = "a"\nby = "\\\\2"', 3, "`by` does not go with its pattern"),
    ('[[titles.replace]]\npattern = "a"', 1, "`by` is missing"),
    ("[tags]\nfrom_prefix = 1", 2, "`from_prefix` must be true, false, or the ones that are wanted"),
    ('[tags]\nfrom_labels = ["#"]', 2, "nothing would be left of '#'"),
    ('[[footer]]\nsource = "a"', 1, "`text` is missing"),
    ('[[footer]]\ntext = "*"', 2, "`text` must be the lines of the footer"),
    ("[rule]\nskip = true", 1, "`rule` must be written as [[…]]"),
    ('# no rule\n[[rule]]\nsource = "a"\n\n[[rule]]\ncolour = "x"', 6, "unknown key `colour` (is `color` meant?)"),
    ('[[rule]]\nsource = "a"\ncolor = "red"', 3, "`color` must be a colour of six hex digits"),
    ('[[rule]]\nsource = ["a", 1]', 2, "`source` must be a text or a list of texts"),
    ("[[rule]]\nsource = []", 2, "`source` must be a text or a list of texts"),
    ('[[rule]]\nskip = "yes"', 2, "`skip` must be true or false"),
    ('[[rule]]\nskip = true\ncategory = "A"', 3, "what is skipped has no `category`"),
    ('[[rule]]\nsource = "a"\nprivate = true\ncategory = "A"', 3, "a private source needs `read"),
    ('[[rule]]\nread = "staff"\npublic = true', 3, "`public` says that everyone may read it"),
    ('[[rule]]\ntags = [\n  "ok",\n  "???",\n]', 2, "nothing would be left of '???'"),
    ("authors = " + "9" * 5000, 1, "999…`. Look for"),
    ("authors = " + "[" * 3000, 1, "[[[…`. Look for"),
    ('[[rule]]\nread = ["staff", "Everyone"]', 2, "`read` must be names of groups; what everyone may read"),
    (f'[[rule]]\ncategory = "{"x" * 51}"', 2, "`category` must be a name of at most 50 characters"),
    (f'{RULE_A}read = "x"\n[[rule]]\ncategory = "a"\nread = "y"', 5, "said to be read by different groups"),
    (f'{RULE_A}color = "000000"\n[[rule]]\ncategory = "A"\ncolor = "FFFFFF"', 5, "two colours"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_what_is_wrong_is_said_with_file_and_line(text: str, line: int, words: str) -> None:
    with pytest.raises(MappingError) as raised:
        read(text)
    assert str(raised.value).startswith(f"map.toml, line {line}: ")
    assert words in str(raised.value)


def test_what_looks_like_a_key_within_a_text_does_not_mislead() -> None:
    text = '[[footer]]\ntext = """\n[[rule]]\nskip = 1\n"""\n\n[[rule]]\n# skip = 2\nskip = 3\n'
    with pytest.raises(MappingError, match="line 9: `skip`"):
        read(text)


def test_the_line_is_found_in_a_long_file_at_once() -> None:
    rules = "".join(f"[[rule]]\nsource = 'list{number}.example.org'\ntags = [\n 'a',\n]\n" for number in range(400))
    began = time.perf_counter()
    with pytest.raises(MappingError, match="line 2002: `skip`"):
        read(f"{rules}[[rule]]\nskip = 1\n")
    assert time.perf_counter() - began < 2


def test_a_rule_of_which_several_take_all_is_never_reached() -> None:
    text = "".join(f"[[rule]]\nsource = {source}\n" for source in ('"a*"', '"b"', '["ab", "b"]'))
    with pytest.raises(MappingError, match="line 5: this rule is never reached: those of lines 1 and 3 take it all"):
        read(text)
    assert len(read(text.replace('"ab", "b"', '"ab", "c"')).rules) == 3


UNREACHABLE = [
    ('source = "*"', 'source = "a"'),
    ('source = "list*"', 'source = ["lists.*", "list?"]'),
    ('source = ["a", "b*"]', 'source = "bb"\ntitle = "x"'),
    ('title = "[ANN]*"', 'title = "[ann] news*"\nlabel = "x"'),
    ("skip = true", 'title = "x"'),
    ('kind = "mbox"', 'kind = "MBOX"\nsource = "x"'),
]
REACHABLE = [
    ('source = "a"', 'source = "*"'),
    ('source = "a*"', 'source = ["ab", "b"]'),
    ('source = "a?"', 'source = "a*"'),
    ('title = "x"', 'source = "a"'),
    ('title = "*"\nlabel = "x"', 'title = "y"'),
    ('source = "*a*"', 'source = "*"'),
]


@pytest.mark.parametrize(("first", "second"), UNREACHABLE)
def test_a_rule_that_is_never_reached_is_an_error(first: str, second: str) -> None:
    rule = f"# first\n[[rule]]\n{first}\n"
    with pytest.raises(MappingError) as raised:
        read(f"{rule}\n[[rule]]\n{second}")
    assert f"line {rule.count(chr(10)) + 2}: this rule is never reached: the one of line 2" in str(raised.value)


@pytest.mark.parametrize(("first", "second"), REACHABLE)
def test_a_rule_that_takes_what_is_left_is_none(first: str, second: str) -> None:
    assert len(read(f"[[rule]]\n{first}\n[[rule]]\n{second}").rules) == 2
