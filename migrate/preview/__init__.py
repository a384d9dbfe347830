"""The forum-to-be in a browser: the pages of `migrate.pages` over archive and plan. Nothing is sent or stored."""

from __future__ import annotations

from migrate.preview.forum import PlannedForum
from migrate.preview.server import serve
from migrate.preview.watch import Preview

__all__ = ["PlannedForum", "Preview", "serve"]
