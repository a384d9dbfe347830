"""The source a page belongs to: its namespace on its wiki."""

from __future__ import annotations

from collections.abc import Iterator

from importers.wiki.site import Site
from importers.wiki.titles import parse_title
from migrate.model import Finding, Source


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


def source_records(site: Site, title: str) -> Iterator[Source | Finding]:
    """The namespace of a page; a finding where nobody has said under which licence its texts may be shown."""
    source = source_of(site, title)
    yield source
    if not source.licence:
        text = "No licence is known, so posts do not say where they come from; name it with --licence before you send."
        yield Finding(
            stage="read", severity="warning", code="licence-unknown", text=text, source=source.key, locator=source.name
        )
