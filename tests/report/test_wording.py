"""Every finding that can come up has words of its own in the report."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from migrate.report.wording import WORDINGS, wording

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def finding_codes(tree: ast.AST) -> Iterator[str]:
    """The codes that stand in calls of `Problem` and `Finding`, and in refusals of a push."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            given = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            given += call.args[:1] if name in ("Problem", "_No", "_Shut") else []
            given += call.args[1:2] if name == "find" else []
            given += call.args[:2] if name.lstrip("_") in ("finding", "lost", "told", "Odd") else []
            for value in given:
                if isinstance(value, ast.Constant) and CODE.fullmatch(str(value.value)):
                    yield str(value.value)


def test_every_finding_has_a_headline_and_a_remedy() -> None:
    codes = {
        code
        for room in ("migrate", "importers")
        for path in (ROOT / room).rglob("*.py")
        for code in finding_codes(ast.parse(path.read_text("utf-8")))
    }
    assert len(codes) > 35
    assert sorted(codes - set(WORDINGS)) == []


def test_another_programs_code_is_a_headline_that_holds_no_address_commands_no_terminal_and_has_an_end() -> None:
    assert wording("odd-ann-lee@example.org").headline == "odd ann lee@…"
    assert wording("odd-thing").headline == "odd thing"
    assert wording("odd\x1b[31m").headline == "odd�[31m"
    assert len(wording("x" * 5000).headline) == 80
