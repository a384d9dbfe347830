"""The source a page belongs to: its namespace on its wiki."""

from __future__ import annotations

from importers.wiki.site import Site
from importers.wiki.titles import parse_title
from migrate.model import Source


def source_of(site: Site, title: str) -> Source:
    """The namespace of a page, with what it says of who may read it and under which licence."""
    number = parse_title(site, title).namespace
    names = next((namespace.names for namespace in site.namespaces if namespace.number == number), ())
    name = names[0] if names else ""
    return Source(
        key=f"wiki:{site.key}:{number}",
        kind="wiki",
        name=site.name if name in ("", site.name) else f"{name} – {site.name}",
        private=site.private,
        licence=site.licence,
        licence_url=site.licence_url or None,
    )
