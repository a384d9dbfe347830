"""Plain or HTML: the one that is complete."""

import time

import pytest

from migrate.mail.alternatives import complete_one
from migrate.mail.pieces import Text

SENTENCES = (
    "Beans freeze well when they are blanched before. Peas want an early start and some wire against pigeons."
    " Leeks stand all winter, and whoever has room under glass sows salad again in October."
)
PARAGRAPH = (
    f"<html><head><style>p {{ color: red }}</style><title>Mail</title></head><body><p>{SENTENCES}</p></body></html>"
)


def chosen(plain: str, html: str) -> str:
    return "html" if complete_one(Text(plain), Text(html, html=True)).html else "plain"


@pytest.mark.parametrize(
    ("plain", "html", "expected"),
    [
        (SENTENCES, PARAGRAPH, "plain"),
        ("", PARAGRAPH, "html"),
        ("Please view this e-mail in your browser.", PARAGRAPH, "html"),
        (SENTENCES[:60] + " ...", PARAGRAPH, "html"),
        ("????? ?? ???????", "<p>Фасоль хорошо переносит мороз, если бланшировать раньше</p>", "html"),
        (SENTENCES, f"<p>{SENTENCES[:60]}</p>", "plain"),
        (f"{SENTENCES} <https://example.org/beans?id=12345&mail=abcdef>", f"<b>{SENTENCES}</b>", "plain"),
        (f"{SENTENCES}\n\n[image: bed.png]", f'<p>{SENTENCES}</p><img alt=bed src="cid:a@b">', "html"),
        (SENTENCES, '<p>Beans.</p><img src="cid:a@b">', "plain"),
        (f"{SENTENCES}\nbeans 12", f"<p>{SENTENCES}</p><table><tr><th>beans<td>12</table>", "html"),
        (f"{SENTENCES} (cid: 7)", f"<table><tr><td>{SENTENCES} (cid: 7)</table>", "plain"),
        (SENTENCES, f"<!-- {'hidden words ' * 99} --><p>{SENTENCES}</p>", "plain"),
        (f"No.\n\n{SENTENCES}", f"No.<blockquote>{SENTENCES}</blockquote>", "html"),
        (f"No.\n\n{SENTENCES}", f"No.<BLOCKQUOTE type=cite>{SENTENCES}</BLOCKQUOTE>", "html"),
        (f"No.\n\n> {SENTENCES}", f"No.<blockquote>{SENTENCES}</blockquote>", "plain"),
        (f"{SENTENCES} für Käthe", f"<p>{SENTENCES} f&uuml;r K&#228;the</p>", "plain"),
    ],
)
def test_the_text_that_lacks_nothing_is_taken(plain, html, expected):
    assert chosen(plain, html) == expected


def test_hostile_html_costs_little():
    started = time.monotonic()
    for piece in ("<a", "<", "<style", "<!--", "<!-- -", "<img src=", "<table ", "</style", "&#", "<th "):
        chosen(SENTENCES, piece * (1_000_000 // len(piece)))
        chosen(piece * 100_000, PARAGRAPH)
    assert time.monotonic() - started < 8
