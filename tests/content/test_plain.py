"""Plain text mail: paragraphs, quotes, what is laid out by hand, and format=flowed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.content import plain_to_markdown
from migrate.content.escape import clean
from migrate.content.flowed import unflow
from migrate.content.mended import mended
from tests.content.rendering import render, seen, words
from tests.content.test_escape import markup


def _body(text: str) -> str:
    return plain_to_markdown(text).body


def test_lines_and_paragraphs_stay() -> None:
    assert _body("\n\none\ntwo  \n\n\n\nthree\n\n") == "one\ntwo\n\nthree"
    assert _body("a\r\nb\rc\n") == "a\nb\nc"


def test_nothing_gives_nothing() -> None:
    assert plain_to_markdown(" \n\t\n").body == ""


def test_quotes_nest_and_end_where_they_ended() -> None:
    text = "> a\n>> b\n> > b\n> c\nd e*\n\n>f\n> >  * g\nh"
    assert _body(text) == "> a\n> > b\n> > b\n>\n> c\n\nd e\\*\n\n> f\n> > \\* g\n\nh"


def test_text_after_a_quote_is_not_taken_into_it() -> None:
    assert render(_body("> quote\nanswer")).count("<blockquote>") == 1
    assert "<p>answer</p>" in render(_body("> quote\nanswer"))


def test_deeper_quotes_than_renderers_know_are_kept_at_the_deepest() -> None:
    assert seen(_body(">" * 500 + " deep")) == "deep"


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x b/x\nindex 12ab..34cd 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n context\n-old *x*\n\n+new",
        "+------+-----+\n| name | n   |\n+------+-----+\n| a_b  | *1* |\n+------+-----+",
        "    def f(x):\n        return *x\n\n    print(f)",
        "\tint main() {\n\t}",
        "```\n# code *x*\n\n    deep\n```",
    ],
)
def test_what_is_laid_out_by_hand_is_fenced(text: str) -> None:
    body = _body(f"Look:\n\n{text}\n\nThat *is all.")
    assert render(body).count("<pre>") == 1
    assert "<p>Look:</p>" in render(body)
    assert "<p>That *is all.</p>" in render(body)
    assert words(seen(body)) == words(f"Look {text} That is all")
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    assert render(_body(f"{quoted}\n\nyes")).count("<pre>") == 1


@pytest.mark.parametrize(
    "text",
    [
        "    Just an indented paragraph, as old letters\n    have them.",
        "    http://example.org/a/page",
        "    a bed (dug)\n    call Bob (030 1234)\n    some spades (two or more)",
        "1. item\n    its second line; as a list has it",
        "--- separator",
        "| one bar",
        "```\nnever closed *x*",
    ],
)
def test_what_is_only_indented_text_is_not_fenced(text: str) -> None:
    assert "<pre>" not in render(_body(text))
    assert words(seen(_body(text))) == words(text)


def test_a_fence_is_longer_than_the_fences_in_it() -> None:
    body = _body("x\n\n    a = {\n    ````\n    }\n\ny")
    assert render(body).count("<pre>") == 1
    assert "````" in render(body)


@pytest.mark.parametrize(
    "text",
    [
        " src/a.py | 10 ++++------\n 1 file changed, 4 insertions(+)",
        "2020-05-04 10:00:00 start\n2020-05-04 10:00:01 *stop*",
        'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    *a\nValueError: b',
        "def f(x):\n    return *x\n\ndef g():\n    f(1)",
        "-----BEGIN PUBLIC KEY-----\nMIIB*x*\n-----END PUBLIC KEY-----",
    ],
)
def test_what_machines_wrote_is_fenced(text: str) -> None:
    assert f"```\n{text.removeprefix(' ').replace(chr(10) + ' 1 file', chr(10) + '1 file')}\n```" in _body(
        f"Look:\n\n{text}\n\nEnd."
    )


@pytest.mark.parametrize(
    "text", ["if you go there,\nthen:\n\nwell", "from me\nimport of cars", "for example this:\nand that"]
)
def test_prose_is_no_code(text: str) -> None:
    assert "<pre>" not in render(_body(text))


def test_code_right_below_text_keeps_its_indentation() -> None:
    assert _body("Try this:\n    if (x) {\n        y();\n    }") == "Try this:\n\n```\nif (x) {\n    y();\n}\n```"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("- a\n- *b", "- a\n- \\*b"),
        ("We need:\n* a\n* b\nand that is all.", "We need:\n\n- a\n- b\n\nand that is all."),
        ("1. a\n   goes on\n2. b", "1. a\n   goes on\n2. b"),
        ("1) a\n\n2) - b", "1) a\n\n2) \\- b"),
        ("- a\n    - b\n    - c\n- d", "- a\n  - b\n  - c\n- d"),
        ("> - a\n> - b\n\nyes", "> - a\n> - b\n\nyes"),
        ("1. a\n2. b\n\n- c\n- d", "1. a\n2. b\n\n- c\n- d"),
        ("- only one", "\\- only one"),
        ("1. a\n3. b", "1\\. a\n3\\. b"),
        ("- a\n+ b\n- c", "\\- a\n\\+ b\n\\- c"),
    ],
)
def test_lists_stay_lists(text: str, markdown: str) -> None:
    assert _body(text) == markdown


@pytest.mark.parametrize(
    ("text", "mended_text"),
    [
        ("see <URL:http://example.org/a\n  /long/address> x", "see <URL:http://example.org/a/long/address> x"),
        ("see http://example.org/a\nand more", "see http://example.org/a\nand more"),
        ("at (https://urldefense.com/v3/__https://example.org/a__;!!Xy!z9$ ).", "at (https://example.org/a )."),
        (
            "<https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa\n&data=0>, too",
            "<https://example.org/a>, too",
        ),
        (
            "see https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&reserved=0).",
            "see https://example.org/a).",
        ),
        (
            "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx%EF%BF%BE",
            "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx%EF%BF%BE",
        ),
        (f"> {'word ' * 14}and\nmore\n> next", f"> {'word ' * 14}and more\n> next"),
        (f"> {'word ' * 14}and?\nyes\n> next", f"> {'word ' * 14}and?\nyes\n> next"),
        ("> short\nyes\n> next", "> short\nyes\n> next"),
        (f">> {'word ' * 14}and\n> More\n>> next", f">> {'word ' * 14}and More\n>> next"),
        (f"> > {'word ' * 14}\n> {'x' * 40}\n>> next", f"> > {'word ' * 14} {'x' * 40}\n>> next"),
        (f">> {'word ' * 14}and?\n> yes\n>> next", f">> {'word ' * 14}and?\n> yes\n>> next"),
        (f">>> {'word ' * 14}and\n> yes\n>> next", f">>> {'word ' * 14}and\n> yes\n>> next"),
        ("Hi,\n\n>8\n\nplan", "Hi,\n\n >8\n\nplan"),
        ("Hi,\n\n>8 apples\n\n>8\n> more", "Hi,\n\n>8 apples\n\n>8\n> more"),
        ("On 1 May 2020, Bob wrote:\n| One?\n| | Two?\n\nYes.", "On 1 May 2020, Bob wrote:\n> One?\n> > Two?\n\nYes."),
        ("| a | b |\n| c | d |", "| a | b |\n| c | d |"),
        (
            "On 1 May 2020, Bob Dole wrote:\n\nBob> One?\nBob>\nBob> Two?\n\nYes.",
            "On 1 May 2020, Bob Dole wrote:\n\n> One?\n>\n> Two?\n\nYes.",
        ),
        ("Bob Dole <bob@example.org> wrote:\nBD> One?\n\nYes.", "Bob Dole <bob@example.org> wrote:\n> One?\n\nYes."),
        ("mysql> select 1;\nmysql> quit", "mysql> select 1;\nmysql> quit"),
        (">From here on we dig.\nAll of us.\n\n>From now on.", "From here on we dig.\nAll of us.\n\nFrom now on."),
        (">From here on\n>we dig.\n\nYes.", ">From here on\n>we dig.\n\nYes."),
        (
            '>>>>> "Bob" == Bob <bob@example.org> writes:\n\n    Bob> One?',
            '"Bob" == Bob <bob@example.org> writes:\n\n> One?',
        ),
    ],
)
def test_what_programs_broke_is_mended_where_that_is_certain(text: str, mended_text: str) -> None:
    assert mended(text.split("\n")) == mended_text.split("\n")


def test_notices_on_files_become_a_line() -> None:
    part = "-------------- next part --------------"
    file = "A non-text attachment was scrubbed...\nName: plan.pdf\nType: application/pdf\nURL: <http://example.org/plan.pdf>"
    html = "An HTML attachment was scrubbed...\nURL: <http://example.org/x.html>"
    result = plain_to_markdown(f"Here.\n\n-- \nAnn\n{part}\n{file}\n{part}\n{html}\n")
    assert result.body == (
        "Here.\n\nnext part · A non-text attachment was scrubbed... · Name: plan.pdf · Type: application/pdf"
        " · URL: \\<http://example.org/plan.pdf>"
    )
    assert "Ann" in result.elided
    assert "x.html" in result.elided


def test_flowed_paragraphs_are_made_whole() -> None:
    text = "This is \none paragraph.\n>quoted \n> text\n>> deeper\n From here\n >not quoted\n-- \nsig"
    result = plain_to_markdown(text, flowed=True)
    assert result.body == "This is one paragraph.\n> quoted text\n> > deeper\n\nFrom here\n\\>not quoted"
    assert result.elided == "\\--\nsig"


def test_blank_lines_of_a_flowed_patch_stay_lines() -> None:
    patch = "> @@ -1,3 +1,3 @@\n>   \n>  dig(bed);\n> -rake(bed);\n> +sow(bed);\n>   \n"
    assert unflow(patch.split("\n")[:-1], delsp=False) == [
        "> @@ -1,3 +1,3 @@",
        ">   ",
        ">  dig(bed);",
        "> -rake(bed);",
        "> +sow(bed);",
        ">   ",
    ]
    assert plain_to_markdown("One \n\nTwo \n \nThree", flowed=True).body == "One\n\nTwo\n\nThree"


def test_delsp_removes_the_space_of_the_break() -> None:
    assert plain_to_markdown("日本 \n語\nend \n", flowed=True, delsp=True).body == "日本語\nend"


def test_a_flowed_line_that_breaks_off_keeps_its_text() -> None:
    assert plain_to_markdown("> a \nb \n>> c ", flowed=True).body == "> a\n\nb\n> > c"


_lines = st.lists(
    st.tuples(st.sampled_from(["", "> ", ">", ">> ", "> > ", "    ", "\t", "--", "diff ", "|", "```"]), markup),
    max_size=20,
)


@given(_lines)
def test_body_and_elided_hold_every_word(lines: list[tuple[str, str]]) -> None:
    text = "\n".join(start + line for start, line in lines)
    result = plain_to_markdown(text)
    assert sorted(words(result.body + "\n" + result.elided)) == sorted(words(clean(text)))
    assert result.body or not result.elided


@given(st.text(max_size=300), st.booleans(), st.booleans())
def test_any_text_is_converted_and_comes_out_tidy(text: str, flowed: bool, delsp: bool) -> None:
    result = plain_to_markdown(text, flowed=flowed, delsp=delsp)
    for part in (result.body, result.elided):
        assert clean(part) == part
        assert not any(line != line.rstrip() for line in part.split("\n"))
        assert part == part.strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "import os\nfrom garden import beds\n\nbeds.dig(os.environ)\nbed = beds.first()\n\nbed.water(2)\nbed.rake()",
        '<bed name="first">\n<plant>*rose*</plant>\n</bed>',
        "$ dig --deep beds/\nfirst   done\nsecond  done\n$ rake beds/",
        "[ann@shed ~]$ dig\nfoo: done\n[ann@shed ~]$ rake",
        "Package      Version\n------------ -------\nspade        1.2\nwheelbarrow  10.0",
        "/        ->  all.xml\n/first   ->  all.xml, first.xml\n/second  ->  all.xml, second.xml",
        "beds.c:12:3: error: no spade\n   12 |   dig(*bed);\n      |       ^~~~",
        ",----[ beds.txt ]\n| first *bed*\n|\n| second bed\n`----",
        "-----[ cut here ]-----\nbug at beds.c\n[  12.345678] RSP: 0018\n[  12.345679] RAX: ff\n---[ end ]---",
        "+def dig(bed):\n+    return bed.dug\n+dug = dig(first)",
        "+\t\tdig(bed);\n-    rake(bed);\n+\t\t*sow",
        "CPU: 3 PID: 12 Comm: dig\npc : dig+0x10/0x1b0\nsp : ffff000000000a30\nx29: ffff000000000a30",
        "dig_bed+0x10/0x1b0\nrake_bed+0x7/0x40 [beds]\ndo_garden+0x12/0x160\n? water+0x1/0x2",
        "<bed>\n  <plant>*rose*</plant>\n    ... (and so on) ...",
        "garden\n|- first\n|- second\n`- shed",
    ],
)
def test_paragraphs_laid_out_for_the_most_part_are_fenced_whole(text: str) -> None:
    body = _body(f"So it goes:\n\n{text}\n\nIs that right?")
    assert f"```\n{text}\n```" in body
    assert body.startswith("So it goes:\n\n") and body.endswith("\n\nIs that right?")


@pytest.mark.parametrize(
    "text",
    [
        "There is one call, dig(bed),\nand more to say about it; see\nbelow.",
        "Wide gaps.   Between sentences.\nThey are.   Somebody's habit.",
        "*   one thing\n*   another thing",
        "depth = 1\nis what I would write there, and so\nwould you, I think.",
        "1.   first bed\n2.   second bed",
        "-phil\n-ann",
        "-  one thing\n-  another thing (and more)",
        "Tel: 12345678\nFax: 12345679",
        "   -bob",
        "+1 from me\n+1 from Bob",
        "    CONROE, Texas--(WIRE)--Grow Inc. announces that the long awaited news is here.",
        "<sigh> we dug it all again, and then\nit rained on us for the whole day.",
    ],
)
def test_paragraphs_of_prose_are_not_fenced(text: str) -> None:
    assert "```" not in _body(f"So it goes.\n\n{text}\n\nIs that right?")


def test_statistics_of_a_patch_are_fenced_if_set_in_by_more_than_a_space() -> None:
    body = _body("Dig.\n---\n  beds.c | 3 ++-\n  shed.h | 1 +\n  2 files changed, 3 insertions(+), 1 deletion(-)")
    assert "beds.c | 3 ++-\n" in body
    assert render(body).count("<pre>") == 1


def test_code_below_text_in_one_paragraph_is_fenced_alone() -> None:
    assert _body("I tried this:\nbed = first()\nbed.dig()") == "I tried this:\n\n```\nbed = first()\nbed.dig()\n```"


def test_pieces_of_code_that_blank_lines_part_are_one() -> None:
    stat = " beds.c | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)"
    diff = "diff --git a/beds.c b/beds.c\n--- a/beds.c\n+++ b/beds.c\n@@ -1 +1 @@\n-a\n+b"
    assert _body(f"Dig.\n\n{stat}\n\n{diff}").count("```") == 2
    assert _body("First:\n\n```\na\n```\n\n```\nb\n```").count("```") == 4


def test_a_hunk_goes_as_far_as_its_counts_say() -> None:
    hunk = '@@ -1,4 +1,4 @@\n"""\n# beds\n-old\n+new\nfrom garden import beds'
    assert f"```\n{hunk}\n```" in _body(f"See:\n\n{hunk}\n\nfrom here on it is text")


def test_paragraphs_set_in_are_not_taken_into_the_code_between_them() -> None:
    body = _body("  One paragraph.\n\n    x = dig(1)\n\n  Another one, of words.\n\n    y = dig(2)\n\n  The end.")
    assert render(body).count("<pre>") == 2
    assert "<p>Another one, of words.</p>" in render(body)
    long = "    " + "This is a paragraph that nobody wrapped and that is set in as the whole mail is; " * 3
    body = _body(f"{long}\n\n    x = dig(1)\n    y = dig(2)\n    z = dig(3)\n\n{long}")
    assert render(body).count("<p>This is a paragraph") == 2


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("It is *not* so.", "It is **not** so."),
        ("*Note:* the _whole point_, (*really*)!", "**Note:** the _whole point_, (**really**)!"),
        ("2*3*4 and *a and b* c", "2\\*3\\*4 and **a and b** c"),
        ("*.c and *.h, f(*args, **more)", "\\*.c and \\*.h, f(\\*args, \\*\\*more)"),
        ("the __init__ of snake_case_name_", "the \\_\\_init\\_\\_ of snake_case_name\\_"),
        ("see http://example.org/*x*/ or *http://example.org/*", None),
        ("* not a * b", None),
        ("we dug *all of\nthe garden* today", "we dug **all of\nthe garden** today"),
        ("> it was *all\n> of the* garden", None),
        ("*all\n\nof it*", None),
        ("- one *and\nanother* one\n- two", None),
        ("- *bold* item\n- plain", "- **bold** item\n- plain"),
        ("> is *it*?\n\n*Yes*", "> is **it**?\n\n**Yes**"),
    ],
)
def test_stress_as_people_type_it(text: str, markdown: str | None) -> None:
    if markdown is None:
        assert "<em>" not in render(_body(text)) and "<strong>" not in render(_body(text))
    else:
        assert _body(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        (">>> dig(1)\n'dug'\n>>> dig(2)\n\nWhy?", "```\n>>> dig(1)\n'dug'\n>>> dig(2)\n```\n\nWhy?"),
        ("> >>> import beds\n> >>> beds.dig()\n\nWhy?", "> ```\n> >>> import beds\n> >>> beds.dig()\n> ```\n\nWhy?"),
        (">>> who digs?\n>> Ann does.\n> Thanks.\n\nOk.", "> > > who digs?\n> >\n> > Ann does.\n>\n> Thanks.\n\nOk."),
        (">>> Nobody asked them to dig there\n\nOk.", "> > > Nobody asked them to dig there\n\nOk."),
    ],
)
def test_sessions_of_python_are_code_and_three_quotes_are_quotes(text: str, markdown: str) -> None:
    assert _body(text).replace(">\n> ```", "> ```").replace("```\n>\n", "```\n") == markdown


def test_an_attribution_that_looks_typed_keeps_its_second_line() -> None:
    text = ">>> Ann = Lee <ann@example.org> schrieb am 09.06.2022 um 22:58 in\nNachricht <1@example.org>:\nDug?"
    assert mended(text.split("\n")) == text.removeprefix(">>> ").split("\n")


def test_quotes_that_are_set_in() -> None:
    assert _body("Ann wrote on 1 May:\n\n    > One?\n    > > Two?\n\nYes.") == (
        "Ann wrote on 1 May:\n\n> One?\n> > Two?\n\nYes."
    )
    assert _body("An arrow:\n  > here\n\nYes.") == "An arrow:\n\\> here\n\nYes."


def test_notices_of_mailman_behind_a_text_without_its_last_line_end() -> None:
    rule = "-" * 14
    text = f"Here is the plan.{rule} next part {rule}\nA non-text attachment was scrubbed...\nName: plan.png"
    assert _body(text) == "Here is the plan.\n\nnext part · A non-text attachment was scrubbed... · Name: plan.png"


def test_addresses_that_a_quote_wrapped() -> None:
    assert _body("> see <http://example.org/a\n> /b/c> there\n\nYes.") == (
        "> see \\<http://example.org/a/b/c> there\n\nYes."
    )


def test_all_is_shown_where_nothing_is_to_be_folded_away() -> None:
    result = plain_to_markdown("Text\n\n-- \nAnn\n\nOn Monday, Bob wrote:\n> quoted", fold=False)
    assert result.body == "Text\n\n\\--\nAnn\n\nOn Monday, Bob wrote:\n> quoted"
    assert result.elided == ""
