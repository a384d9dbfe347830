"""The documents say what is so: docs/commands.md is what the commands say of themselves, and what it names exists.

`python -m tests.test_docs` writes docs/commands.md anew.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer
from typer.models import ArgumentInfo, OptionInfo

from migrate.cli.app import app
from migrate.cli.importing import ImportGroup, command_for
from migrate.sources import get_importer
from tests.conftest import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "commands.md"
INTRODUCTION = """\
# Commands

<!-- Written by `python -m tests.test_docs` from what the commands say of themselves; a test keeps it true. -->

Every command but `sandbox` has `--json` (one object on stdout; errors too, as `error` and `exit_code`) and `--help`.
Exit codes: 0 done, findings or not; 1 items were refused, or differ; 2 wrong use; 3 the forum refused or cannot be
reached; 130 interrupted.
"""


REQUIRED = inspect.Parameter.empty
OURS = ("google-groups", "facebook", "mailchimp", "wiki", "mbox", "jsonl")  # other packages may have added theirs
IMPORT = "migrate import SOURCE"


def commands(group: typer.Typer = app, prefix: str = "migrate") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every command: its full name, and the function that runs it; that of an importer after what all have alike."""
    for command in group.registered_commands:
        assert command.callback
        yield f"{prefix} {command.name}", command.callback
    for inner in group.registered_groups:
        assert inner.typer_instance
        if inner.typer_instance.info.cls is ImportGroup:
            yield IMPORT, command_for(None)
            yield from ((f"migrate import {name}", command_for(get_importer(name))) for name in OURS)
            continue
        yield from commands(inner.typer_instance, f"{prefix} {inner.name}")


def parameters(function: Callable[..., Any]) -> Iterator[tuple[ArgumentInfo | OptionInfo, str, Any]]:
    """The arguments and options of a command: what Typer knows of each, its name, its default."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if hints[name] is typer.Context:  # nobody gives it
            continue
        info = next(item for item in get_args(hints[name]) if isinstance(item, ArgumentInfo | OptionInfo))
        yield info, name, parameter.default


def generate() -> str:
    """docs/commands.md as it should be."""
    parts = [INTRODUCTION]
    shared = {key for _, key, _ in parameters(command_for(None))}
    for name, function in sorted(commands(), key=lambda command: not command[0].startswith("migrate import")):
        if name.startswith("migrate import") and name != IMPORT:
            parts.append(_of_importer(name, function, shared))
            continue
        known = list(parameters(function))
        arguments = [(info, _metavar(info, key)) for info, key, _ in known if isinstance(info, ArgumentInfo)]
        usage = " ".join([name, *(metavar for _, metavar in arguments)])
        prose = _prose(function) if name != IMPORT else _prose(function).partition("\n\n")[2]
        parts.append(f"\n## `{usage}`\n\n{prose}\n\n")
        parts += [f"- `{metavar}`: {info.help}\n" for info, metavar in arguments]
        parts += [_option(*one) for one in known if isinstance(one[0], OptionInfo)]
    return "".join(parts)


def _of_importer(name: str, function: Callable[..., Any], shared: set[str]) -> str:
    """What an importer has beside what all of them have: its own options."""
    own = "".join(_option(*one) for one in parameters(function) if one[1] not in shared)
    summary = _prose(function).partition("\n")[0]
    ((info, default),) = (
        (info, default) for info, _, default in parameters(function) if isinstance(info, ArgumentInfo)
    )
    usage = f"{name} {info.metavar}..." if default is REQUIRED else f"{name} [{info.metavar}...]"
    if info.metavar != "PATH":
        own = f"- `{info.metavar}...`: {info.help}\n{own}"
    return f"\n### `{usage}`\n\n{summary}\n" + (f"\n{own}" if own else "")


def _option(info: ArgumentInfo | OptionInfo, key: str, default: object) -> str:
    return f"- `{_flags(info, key, default)}`: {info.help}{_more(info, default)}\n"


def _metavar(info: ArgumentInfo, name: str) -> str:
    return (info.metavar or name.upper()) + ("..." if name.endswith("s") else "")  # several, as Typer shows it


def _flags(info: ArgumentInfo | OptionInfo, name: str, default: object) -> str:
    # In an Annotated option Typer keeps the first of its names where a default would stand.
    names = [*([info.default] if isinstance(info.default, str) else []), *(info.param_decls or ())]
    flags = ", ".join(names or ["--" + name.replace("_", "-")])
    if isinstance(default, bool):
        return flags
    return f"{flags} {info.metavar or name.removeprefix('api_').split('_')[-1].upper()}"


def _more(info: ArgumentInfo | OptionInfo, default: object) -> str:
    facts = [f"default `{default}`"] if isinstance(default, str | int | Path) and not isinstance(default, bool) else []
    facts += [f"or the variable `{info.envvar}`"] if info.envvar else []
    return f" ({'; '.join(facts)})" if facts else ""


def _prose(function: Callable[..., Any]) -> str:
    return re.sub(r"Example: (.+)", r"Example: `\1`", inspect.getdoc(function) or "")


def test_the_list_of_commands_is_what_the_commands_say() -> None:
    assert DOCUMENT.read_text("utf-8") == generate(), "run: python -m tests.test_docs"


def test_every_command_and_option_says_what_it_does() -> None:
    for name, function in commands():
        assert function.__doc__, name
        assert all(info.help for info, _, _ in parameters(function)), name


WRITTEN = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in DOCUMENT.parent.glob("*.md"))]


@pytest.mark.parametrize("document", WRITTEN)
def test_commands_in_the_documents_exist(document: str) -> None:
    known = {name for name, _ in commands()} | {"migrate import auto", "migrate import lines"}  # lines: the example
    text = (REPOSITORY / document).read_text("utf-8")
    used = re.findall(r"(?:^|`)(migrate (?:(?:import|export) )?[a-z][a-z-]*)", text, re.MULTILINE)
    for command in used:
        assert command in known or command in ("migrate import", "migrate export"), command


@pytest.mark.parametrize("document", [*WRITTEN, "CHANGELOG.md", "benchmarks/README.md"])
def test_links_in_the_documents_lead_somewhere(document: str) -> None:
    path = REPOSITORY / document
    for link in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
        assert (path.parent / link).exists(), link


@pytest.mark.parametrize("document", [*WRITTEN, "CHANGELOG.md", "benchmarks/README.md"])
def test_links_to_a_part_of_a_document_lead_to_its_heading(document: str) -> None:
    path = REPOSITORY / document
    for link, part in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text("utf-8")):
        headings = re.findall(r"^#+ (.+)", (path.parent / link if link else path).read_text("utf-8"), re.MULTILINE)
        parts = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]  # as GitHub does
        assert part in parts, f"{link}#{part}"


LARGEST_PICTURE = 300_000  # bytes


@pytest.mark.parametrize("document", WRITTEN)
def test_pictures_in_the_documents_are_there_small_and_told_in_words(document: str) -> None:
    path = REPOSITORY / document
    for words, picture in re.findall(r"!\[([^]]*)\]\((pictures/[^)]+|docs/pictures/[^)]+)\)", path.read_text("utf-8")):
        assert len(words) > 20, f"{picture}: what is to be seen on it?"
        assert (path.parent / picture).stat().st_size < LARGEST_PICTURE, picture


def test_every_picture_is_in_a_document_and_loads_nothing() -> None:
    texts = "".join((REPOSITORY / document).read_text("utf-8") for document in WRITTEN)
    for picture in (REPOSITORY / "docs" / "pictures").iterdir():
        assert f"pictures/{picture.name})" in texts, picture.name
        if picture.suffix == ".svg":
            assert not re.search(r"(?:url\(|href=)[\"']?http", picture.read_text("utf-8")), picture.name


if __name__ == "__main__":
    DOCUMENT.write_text(generate(), "utf-8")
