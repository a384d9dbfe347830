"""Where messages, threads and sources stood on the web, as far as the exports tell or it can be worked out."""

from migrate.old_urls.urls import OldUrl, Options, old_urls

__all__ = ["OldUrl", "Options", "old_urls"]
