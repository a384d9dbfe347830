"""The dry-run report: what was read, what would be created, what needs a look."""
