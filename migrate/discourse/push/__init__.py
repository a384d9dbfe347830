"""Sending an archive: accounts, categories, tags, files and posts, each exactly once."""
