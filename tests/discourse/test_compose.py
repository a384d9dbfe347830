"""Nothing of the source's words becomes Discourse's markup, and nothing of them is lost."""

from __future__ import annotations

import random
import re
import time
from dataclasses import replace
from html import escape, unescape

import pytest
from markdown_it import MarkdownIt

from migrate.content import plain_to_markdown
from migrate.discourse.compose import JOINER, compose, human_size, normalise_raw
from migrate.model import AttachmentRef
from migrate.pages.markdown import render
from migrate.text import mask_addresses

INVISIBLE = re.compile("[\u2060\u200b]")
SHA = "ab" * 32
PICTURE = AttachmentRef(sha256=SHA, filename="plan.png", media_type="image/png", size=20481)
REPORT = AttachmentRef(sha256="cd" * 32, filename="report [1]|a.pdf", media_type="application/pdf", size=17408)


def resolve(sha256: str) -> str:
    return f"upload://{sha256[:4]}.bin"


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("Ask @ben and (@ann), not me.", "Ask @\u2060ben and (@\u2060ann), not me."),
        ("@all", "@\u2060all"),
        ("It is :smile: or :+1: now", "It is :\u200bsmile: or :\u200b+1: now"),
        ("at 10:30:45 or a:b:c", "at 10:30:45 or a:b:c"),
        ("Thanks :) and ;-) and :D", "Thanks :\u200b) and ;\u200b-) and :\u200bD"),
        ("\\<3", "\\<\u200b3"),
        ("see #general and \\#tag, C# and a#b", "see #\u2060general and \\#\u2060tag, C# and a#b"),
        ("\\[removed] and \\[Removed]", "\\[\u2060removed] and \\[Removed]"),
        ("`[removed]`", "`[\u2060removed]`"),
        ("https://example.org/a_b?x=1#top", "<https://example.org/a_b?x=1#top>"),
        ("(see https://example.org/a_(b)).", "(see <https://example.org/a_(b)>)."),
        ("> https://example.org/", "> <https://example.org/>"),
        ("<https://example.org/_a_>", "<https://example.org/_a_>"),
        ("[https://example.org](https://example.org)", "[https://example.org](https://example.org)"),
        ("[@ann](https://example.org/@ann#x)", "[@ann](https://example.org/@ann#x)"),
        ("Write to ann.lee@example.org now", "Write to ann.lee@… now"),
        ("[Ann](mailto:ann@example.org) or <ann@example.org>", "Ann or ann@…"),
        ("Ann \\<ann@example.org> wrote", "Ann \\<ann@…> wrote"),
        ("to ann@example.org\\<b>x\\</b>", "to ann@…\\<b>x\\</b>"),
        ("ann@the\\_host.example\\-site.org", "ann@…"),
        ("\\<https://example.org/>", "\\<<https://example.org/>>"),
        ("https://example.org/list/1@mail.example.org", "<https://example.org/list/1@mail.example.org>"),
        ("https://example.org/u?a=ann@example.org&b=1", "`https://example.org/u?a=ann@…&b=1`"),
        ("<https://example.org/u?a=ann@example.org>.", "`https://example.org/u?a=ann@…`."),
        ("[leave](https://example.org/u?a=ann@example.org), then", "leave (`https://example.org/u?a=ann@…`), then"),
        (
            "[https://example.org/?ann@example.org](https://example.org/?ann@example.org)",
            "(`https://example.org/?ann@…`)",
        ),
        ("![x](https://example.org/u?a=ann@example.org)", "![x](https://example.org/u?a=ann@…)"),
        ("https://example.org/u?a=ann%40example.org", "`https://example.org/u?a=ann%40…`"),
        ("--flag, `--flag`, (--flag), a --flag", "-<!-- -->-flag, `--flag`, (-<!-- -->-flag), a --flag"),
        ("> - --flag", "> - -<!-- -->-flag"),
        ("so -- or so--and so... \\-\\-", "so -- or so--and so... \\-\\-"),
        ("cd ../src, 1..5", "cd .<!-- -->./src, 1.<!-- -->.5"),
        ("(a) one (c) three (TM)", "(a) one (<!-- -->c) three (<!-- -->TM)"),
        ("a,,b +-3", "a,<!-- -->,b +<!-- -->-3"),
        ("[../x](https://example.org)", "[.<!-- -->./x](https://example.org)"),
        ("| a | b |\n|:-:|-|\n| :) | @c |", "| a | b |\n|:-:|-|\n| :\u200b) | @\u2060c |"),
    ],
)
def test_markup_of_the_forum_is_disarmed(text: str, composed: str) -> None:
    assert compose(text) == composed


@pytest.mark.parametrize(
    "text",
    [
        "`@ben :smile: #tag https://example.org`",
        "``a ` @ben``",
        "a `@ben\n:smile:` b",
        "```\n@ben :)\nhttps://example.org\n```",
        "> ~~~~ text\n> @ben\n> ~~~\n> :smile:\n> ~~~~\n\nafter",
        "1. ```\n   @ben\n   ```",
        "    one * two \\* three",
    ],
)
def test_code_stays_as_it_is(text: str) -> None:
    assert compose(text) == text


def test_what_only_looks_like_code_is_disarmed() -> None:
    assert compose("\\`@ben\\`") == "\\`@\u2060ben\\`"
    assert compose("a ` @ben\n\nb ` @ann") == "a ` @\u2060ben\n\nb ` @\u2060ann"
    assert compose("> ```\n> @ben\n\n@ann") == "> ```\n> @ben\n\n@\u2060ann"


@pytest.mark.parametrize(
    ("text", "composed"),
    [
        ("-\u00a0\u00a0return;", "\\-  return;"),
        ("> 1.\u2003one", "> 1\\. one"),
        ("\u00a0\u00a0\u00a0\u00a0not code", "not code"),
        (">\u00a0 quoted", ">quoted"),
        ("plain\u00a0-\u00a0text ->\u00a0x", "plain - text -> x"),
        ("-\u00a0one\n-\u00a0two", "\\- one\n\\- two"),
    ],
)
def test_special_spaces_that_the_forum_makes_plain_start_no_list_and_no_code(text: str, composed: str) -> None:
    assert compose(text) == composed


def test_addresses_are_masked_in_code_too() -> None:
    assert compose("```\nmail ann@example.org\n```") == "```\nmail ann@…\n```"


def test_an_open_fence_does_not_swallow_what_follows() -> None:
    composed = compose("```\ncode", "-- \nAnn")
    assert composed == '```\ncode\n```\n\n[details="…"]\n\n-- \nAnn\n\n[/details]'


def test_only_invisible_characters_are_added_to_words() -> None:
    text = "Hello @all, :) #1 \\[removed] `x` *emph* 50% :ok:\n\n> quoted\n\n- list\n- :D\n\nsnake_case \\* end"
    assert INVISIBLE.sub("", compose(text)) == text


PIECES = (
    "@ann #tag # *a* _b_ ~~d~~ `e` [removed] [Removed] [b]x[/b] [/quote] [details=x] [/details] [poll] [x] <foo> <3"
    " List<String> </div> <!-- &lt; &amp; :smile: :) 8) ^_^ :+1: http://example.org/a_b www.example.com"
    " ann@example.org <ann@example.org> \\ \\\\host\\share -- --- ==== *** 1. 1) - * + > >> |a|b| |-|-| 2*3*4 a_b_c"
    " $x$ {} ``` ` ~~~ ![a](b) [a](b) [a]: [^1] (c) ... 'q' \u00a0 \u200b \u202e \U0001f600 & @ < ["
)
NEUTRAL = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def visible(html: str) -> str:
    """The words of a page, without the spaces between them and the invisible characters within."""
    return "".join(INVISIBLE.sub("", unescape(re.sub("<[^>]*>", "", html))).split())


def test_what_was_written_is_what_is_read_on_the_forum() -> None:
    rng, pieces = random.Random(7), PIECES.split(" ")
    for _ in range(600):
        text = "".join(rng.choice(pieces) + rng.choice((" ", "\n", "\n\n", "")) for _ in range(rng.randint(1, 12)))
        body = plain_to_markdown(text).body
        assert visible(render(compose(body))) == visible(NEUTRAL.render(mask_addresses(body))), body


def test_the_typographer_of_the_forum_changes_no_sign_that_has_a_meaning() -> None:
    forum = MarkdownIt("commonmark", {"html": True, "typographer": True}).enable("replacements")
    for text in ("--flag", "(--flag)", "cd ../src", "1..5", "(c) and (R) and (tm)", "a,,b", "+-3"):
        assert visible(forum.render(compose(plain_to_markdown(text).body))) == visible(NEUTRAL.render(text))


def test_files_stand_where_they_are_named_and_else_at_the_end() -> None:
    composed = compose(f"See ![the plan](attachment:{SHA}).", "", [PICTURE, REPORT], resolve)
    assert composed == (
        "See ![the plan](upload://abab.bin).\n\n[report \\[1\\]-a.pdf|attachment](upload://cdcd.bin) (17 KB)"
    )


def test_a_link_to_a_picture_is_a_link_and_a_loose_picture_is_shown() -> None:
    assert compose(f"[p](attachment:{SHA})", "", [PICTURE], resolve) == "[p|attachment](upload://abab.bin) (20 KB)"
    assert compose("Text", "", [PICTURE], resolve) == "Text\n\n![plan.png](upload://abab.bin)"


def test_a_file_that_the_forum_refused_is_named() -> None:
    assert compose("Text", "", [PICTURE]) == "Text\n\nplan.png (20 KB, not accepted by this forum)"


def test_a_file_that_nobody_has_leaves_its_words() -> None:
    assert compose(f"See [the plan](attachment:{SHA}).") == "See the plan."


def test_the_folded_tail_is_composed_as_well() -> None:
    assert compose("Yes.", "> @ben wrote") == 'Yes.\n\n[details="…"]\n\n> @\u2060ben wrote\n\n[/details]'


def test_text_is_normalised_as_the_forum_stores_it() -> None:
    assert normalise_raw(" a\u00a0b\u2003c\0\u200bd\r\n\t\u3000 ") == " a b c\u200bd"
    assert compose("a\u00a0b \n") == "a b"


@pytest.mark.parametrize(("size", "text"), [(5, "5 Bytes"), (17408, "17 KB"), (1468006, "1.4 MB")])
def test_sizes_read_as_on_the_forum(size: int, text: str) -> None:
    assert human_size(size) == text


@pytest.mark.parametrize(
    "piece",
    [
        "`",
        "```` ",
        "https://....",
        "[",
        "](a",
        "\\[",
        "[\\]",
        "<@",
        "@a.",
        ":a",
        "> ",
        "\\",
        "[a](attachment:",
        ")",
        "- > ",
        "a@b.",
    ],
)
def test_hostile_text_takes_no_longer(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    compose(text)
    compose(text.replace(" ", "\n") + "x")
    assert time.process_time() - start < 3


def test_a_changed_subject_stands_above_the_text() -> None:
    assert compose("Yes.", subject="Ducks") == "**Ducks**\n\nYes."
    composed = compose("Yes.", subject="[*] @ben: <b> `x` ann@example.org")
    assert composed == "**\\[\\*\\] @\u2060ben: \\<b> \\`x\\` ann@…**\n\nYes."


def test_a_post_that_would_be_empty_says_that_there_is_no_text() -> None:
    assert compose("") == compose(" \n", "\n") == compose("", "> cut", tail="drop") == "*(no text)*"
    assert compose("", attachments=[REPORT], resolve=resolve).startswith("[report")
    assert compose("", "> cut").startswith("[details")
    assert compose("", subject="Slugs") == "**Slugs**"


@pytest.mark.parametrize(
    "name", ["# a.txt", "> a.txt", "1. a.txt", "- a.txt", "a~~b~~.txt", "&lt;b&gt;.txt", "[removed].txt"]
)
def test_the_name_of_a_file_that_was_not_taken_is_no_markup(name: str) -> None:
    raw = compose("Hello.", attachments=[replace(REPORT, filename=name)])
    assert f"<p>{escape(name)} (" in render(raw).replace(JOINER, "")


def test_the_name_of_a_file_calls_nobody() -> None:
    assert "@admin" not in compose("Hello.", attachments=[replace(REPORT, filename="@admin.txt")])
