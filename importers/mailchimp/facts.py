"""What an export knows of a campaign besides its text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Each is empty or None where the export does not tell."""

    subject: str = ""  # as it stands in the export: merge tags are still in it
    preview_text: str = ""
    from_name: str = ""
    list_name: str = ""  # of the audience
    company: str = ""  # whose audience it is
    sent_at: datetime | None = None  # aware, UTC
    archive_url: str = ""
    language: str = ""  # "de", "pt-BR"
    images: Mapping[str, str] = field(default_factory=dict)  # address or file name of a picture → "attachment:SHA256"
