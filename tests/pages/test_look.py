"""What the style sheet promises: enough contrast in light and dark, for every pair of colours that meet."""

from __future__ import annotations

import re
from itertools import product

import pytest

from migrate.pages.render import FACES, STYLE

ENOUGH = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum
ENOUGH_FOR_EDGES = 3.0  # https://www.w3.org/TR/WCAG22/#non-text-contrast
MEETING = [
    *product(("ink", "soft", "link"), ("page", "card", "wash", "target")),
    ("ink", "mark"),
    ("link", "mark"),
    ("card", "accent"),
    ("accent", "wash"),
]


def schemes() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*--[^}]*)\}", STYLE)
    )
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}


def luminance(color: str) -> float:
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_it_is_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    colors = schemes()[scheme]
    faint = {pair for pair in MEETING if contrast(colors[pair[0]], colors[pair[1]]) < ENOUGH}
    assert not faint


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edges_of_what_can_be_filled_in_are_seen(scheme: str) -> None:
    colors = schemes()[scheme]
    assert all(contrast(colors["edge"], colors[ground]) >= ENOUGH_FOR_EDGES for ground in ("page", "card"))


def test_letters_stand_out_from_their_faces() -> None:
    assert all(contrast("#ffffff", face) >= ENOUGH for face in FACES)


def test_no_color_is_used_that_is_not_one_of_the_scheme() -> None:
    rules = STYLE.partition("* { box-sizing")[2].partition("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgb|hsl", rules)
