"""A page with everything that people write on talk pages, as it comes out.

After an intended change: python -m tests.importers.wiki.constructs, then read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

from importers.wiki.body import comment_markdown, references_of
from importers.wiki.discussion import discussion
from importers.wiki.page import Page
from importers.wiki.sites import site_of_language
from importers.wiki.templates import Templates
from importers.wiki.titles import parse_title
from importers.wiki.wikitext import render

SOURCE = Path(__file__).with_name("constructs.wikitext")
GOLDEN = Path(__file__).with_name("constructs.golden.md")


def shown() -> str:
    """Each comment of the page with who wrote it, and what was found of the page."""
    site = site_of_language("en", "https://wiki.example.org/wiki/Main_Page")
    page = Page(title="Talk:Garden", id=1, text=SOURCE.read_text(encoding="utf-8"), locator="dump.xml:Talk:Garden")
    title = parse_title(site, page.title)
    templates = Templates(site, page)
    html = render(page.text, site, title, templates.expand).html
    references = references_of(html)
    found = discussion(html, site, title)
    parts = []
    for comment in found.comments:
        said = comment_markdown(comment.html, site, page.title, references=references)
        at = f"{comment.at:%H:%M}" if comment.at else "no date"
        heading = found.headings[comment.heading].text or "(above all headings)"
        parts.append(f"=== {heading}: {comment.author or 'nobody'}, {at}, level {comment.level}\n\n{said}")
    parts += [f"=== {finding.code}: {finding.text}" for finding in templates.findings()]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(shown(), encoding="utf-8")
