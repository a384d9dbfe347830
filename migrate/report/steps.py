"""What to do next, for the state that an archive is in."""

from __future__ import annotations

from migrate.plan import Summary
from migrate.report.facts import Facts

IMPORT = "migrate import SOURCE PATH"


def next_steps(facts: Facts, plan: Summary, archive: str = "", mapping: str = "") -> list[tuple[str, str]]:
    """Commands, each with what it is for; the first one is the one to take. `archive` and `mapping` are
    the options that name them, where they have to be."""
    both = archive + mapping
    if facts.unfinished:
        return [(f"{IMPORT}{archive}", "the same as before: it goes on where it ended")]
    if not facts.read and not facts.findings:
        return [(f"{IMPORT}{archive}", "read an export")]
    look = (f"migrate preview{both}", "see it in a browser")
    if not plan.topics:
        return [(f"migrate report --json{both}", "all that was found, to see why")]
    if facts.sent_to:
        return [(f"migrate status{archive}", "how far the push has come"), look]
    review = (f"migrate review{both}", "decide what needs a look")
    waiting = any(one.severity != "info" for one in facts.open_findings)
    others = [
        (f"migrate push --to sandbox{both}", "try it on this machine"),
        (f"migrate doctor --to URL{both}", "what your forum needs first"),
    ]
    return [look, *([review] if waiting else []), *others]
