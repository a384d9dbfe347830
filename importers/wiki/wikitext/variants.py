"""Languages with several scripts: -{ … }- holds a text that is not converted, or its forms in each of them."""

from __future__ import annotations

import re

_LANGUAGES = frozenset(
    {"ban", "crh", "en-x-piglatin", "gan", "iu", "kk", "ku", "sh", "shi", "sr", "tg", "tly", "uz", "zh"}
)
_RULE = re.compile(r"-\{((?:[^{}-]++|-(?!\{)|\{(?!\{)|\}(?!-))*+)\}-")
_FORM = re.compile(r"\s*([a-z]{2,3}(?:-[a-z]{2,8})*)\s*:(.*)", re.DOTALL)
_SILENT = frozenset("HT")  # rules for elsewhere, and the page's title
_MOST_ROUNDS = 4


def has_variants(language: str) -> bool:
    """Whether the markup means something in that language: a code such as "zh-hans"."""
    return language.partition("-")[0] in _LANGUAGES


def converted(text: str, language: str) -> str:
    """The text with what its rules show to who has chosen no script."""
    for _ in range(_MOST_ROUNDS):
        if "-{" not in text:
            break
        before, text = text, _RULE.sub(lambda found: _shown(found[1], language), text)
        if text == before:
            break
    return text


def _shown(rule: str, language: str) -> str:
    flags, pipe, said = rule.partition("|")
    if not pipe or not re.fullmatch(r"[\sA-Z;+-]*|[a-z;\s-]*", flags):
        flags, said = "", rule
    if _SILENT & set(flags):
        return ""
    forms = {form[1]: form[2].strip() for part in said.split(";") if (form := _FORM.match(part.rpartition("=>")[2]))}
    if not forms or "R" in flags:
        return said
    preferred = next((code for code in (language, f"{language}-hans") if code in forms), next(iter(forms)))
    return forms[preferred]
