"""The samples' records as JSON Lines, to be compared word for word.

After an intended change: python -m tests.importers.golden, then read the difference before committing it.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from migrate.model import Finding
from migrate.sources import Options, get_importer
from tests.conftest import SAMPLES

# Folders of samples whose importer has the same name, and what is said to it.
COMPARED = {"google-groups": Options({"members": ("placeholders",)}), "mbox": Options()}


def golden(sample: str) -> Path:
    """The file with what is to come out of a sample."""
    return Path(__file__).with_name(f"{sample}.golden.jsonl")


def lines(sample: str) -> Iterator[str]:
    """One line a record; bytes are left out, their hash and length stand beside them anyway."""
    importer = get_importer(sample)
    for item in importer.scan([str(SAMPLES / sample)], COMPARED[sample]):
        for record in [item] if isinstance(item, Finding) else importer.read(item):
            fields = {name: value for name, value in asdict(record).items() if name not in ("native", "content")}
            filled = {name: value for name, value in fields.items() if value not in (None, "", (), 0)}
            line = {"type": type(record).__name__.lower(), **filled}
            yield json.dumps(line, ensure_ascii=False, default=datetime.isoformat)


if __name__ == "__main__":
    for name in COMPARED:
        golden(name).write_text("".join(f"{line}\n" for line in lines(name)), encoding="utf-8")
