"""All endpoints in one place: importing a module registers its routes."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "posting",
    "posts",
    "topics",
    "topic_edits",
    "lists",
    "accounts",
    "members",
    "member_admin",
    "categories",
    "uploads",
    "site_data",
    "keys",
    "groups",
    "tags",
    "permalinks",
    "review",
)


def register() -> None:
    for name in MODULES:
        import_module(f".{name}", __package__)
