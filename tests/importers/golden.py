"""The sample's records as JSON Lines, to be compared word for word.

After an intended change: python -m tests.importers.golden, then read the difference before committing it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from importers.mbox import MboxImporter
from migrate.model import Finding
from migrate.sources import Options
from tests.conftest import SAMPLES

GOLDEN = Path(__file__).with_name("mbox.golden.jsonl")


def lines() -> Iterator[str]:
    """One line a record; bytes are left out, their hash and length stand beside them anyway."""
    importer = MboxImporter()
    for item in importer.scan([str(SAMPLES / "mbox")], Options()):
        for record in [item] if isinstance(item, Finding) else importer.read(item):
            fields = {name: value for name, value in asdict(record).items() if name not in ("native", "content")}
            filled = {name: value for name, value in fields.items() if value not in (None, "", (), 0)}
            line = {"type": type(record).__name__.lower(), **filled}
            yield json.dumps(line, ensure_ascii=False, default=datetime.isoformat)


if __name__ == "__main__":
    GOLDEN.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
