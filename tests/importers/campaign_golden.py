"""What becomes of the sample's campaigns, to be compared word for word.

After an intended change: python -m tests.importers.campaign_golden, then read the difference before committing it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from importers.mailchimp.campaign import Conversion, convert, convert_text
from importers.mailchimp.facts import Facts
from tests.conftest import SAMPLES

CAMPAIGNS = SAMPLES / "mailchimp" / "campaigns_content"
GOLDEN = Path(__file__).with_name("campaigns")
FACTS = {
    "a1f0c2d3e4": Facts(
        subject="🌱 It's time to sow, *|FNAME|*! 🌱",
        preview_text="The shared beds open on Saturday, 6 April",
        images={"lettuce.jpg": "attachment:A1"},
    ),
    "b2e1d3c4f5": Facts(
        subject="Sommerfest am 13. Juli",
        preview_text="Mit Flohmarkt für Ableger",
        images={"https://mcusercontent.com/5ab01f/_compresseds/lampions%20abend.jpg": "attachment:B2"},
    ),
    "c3d2e4f5a6": Facts(subject="Lettre de rentrée"),
    "d4c3f5e6b7": Facts(subject="Harvest festival", images={"harvest-poster.png": "attachment:D4"}),
    "e5f4a6b7c8": Facts(subject="From our garden journal"),
    "f6a5b7c8d9": Facts(subject="*|FNAME|*, frost tonight"),
}


def campaigns() -> list[Path]:
    """The campaigns of the sample whose conversion is written down."""
    return [path for path in sorted(CAMPAIGNS.iterdir()) if path.name[:10] in FACTS]


def converted(path: Path) -> Conversion:
    """What becomes of one, with what a table of campaigns would tell of it."""
    facts = FACTS[path.name[:10]]
    facts = Facts(
        subject=facts.subject,
        preview_text=facts.preview_text,
        company="Greenfield Gardeners",
        sent_at=datetime(2024, 3, 28, 9, tzinfo=UTC),
        images=facts.images,
    )
    if path.suffix == ".txt":
        return convert_text(path.read_text("utf-8"), facts)
    text = path.with_suffix(".txt")
    return convert(path.read_text("utf-8"), facts, text.read_text("utf-8") if text.exists() else "")


def golden(path: Path) -> Path:
    """Where the expectation for a campaign lies."""
    return GOLDEN / f"{path.name.replace(' ', '-')}.md"


def written(conversion: Conversion) -> Iterator[str]:
    """The conversion as text."""
    yield from (f"Title: {conversion.title}", "", conversion.body, "", "%% folded %%", conversion.elided, "")
    yield from ("%% told %%", *(f"{problem.code}: {problem.text}" for problem in conversion.problems), "")


if __name__ == "__main__":
    for campaign in campaigns():
        golden(campaign).write_text("\n".join(written(converted(campaign))), encoding="utf-8")
