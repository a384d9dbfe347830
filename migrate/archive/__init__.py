"""The archive: one SQLite file that holds what was read, settled and sent; attachments lie in a folder beside it.

`Archive` opens it, `writer` puts records in, `reader` gets them out; schema.sql says what stands where.
"""

from migrate.archive.store import VERSION, Archive

__all__ = ["VERSION", "Archive"]
