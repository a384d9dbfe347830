"""The arrows of the design: no circles, and the toolkit meets importers through the registry only."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from tests.conftest import REPOSITORY

PACKAGES = ("migrate", "importers")
LONGEST_MODULE = 400  # lines


def modules() -> dict[str, Path]:
    """Name and file of every module of the project."""
    found = {}
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            parts = path.relative_to(REPOSITORY).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Which of our modules a module imports, anywhere in it: `from a import b` means a.b where that is a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & known.keys()
            found |= set() if inner <= known.keys() else {node.module}
    return found & known.keys()


def test_the_import_graph_has_no_circles() -> None:
    known = modules()
    graph = {name: imports(path, known) for name, path in known.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(known)  # raises CycleError, naming the circle


def test_the_toolkit_imports_no_importer() -> None:
    known = modules()
    toolkit = {name: imports(path, known) for name, path in known.items() if name.startswith("migrate")}
    assert {name for name, found in toolkit.items() if any(item.startswith("importers") for item in found)} == set()


def test_the_sandbox_knows_nothing_of_archive_and_plan() -> None:
    known = modules()
    allowed = ("migrate.sandbox", "migrate.pages", "migrate.loopback", "migrate.errors", "migrate.text")
    for name, path in known.items():
        if name.startswith("migrate.sandbox"):
            foreign = {item for item in imports(path, known) if item != "migrate" and not item.startswith(allowed)}
            assert foreign == set(), name


def test_importers_know_nothing_of_the_forum() -> None:
    known = modules()
    forbidden = ("migrate.discourse", "migrate.plan", "migrate.sandbox", "migrate.cli", "migrate.report")
    for name, path in known.items():
        if name.startswith("importers"):
            assert not {item for item in imports(path, known) if item.startswith(forbidden)}, name


def test_modules_stay_small() -> None:
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in modules().items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}
