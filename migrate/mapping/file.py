"""The text of a mapping file, as it lies on disk."""

from __future__ import annotations

from pathlib import Path

from migrate.errors import InputError


def read_text(path: Path) -> str:
    """The file's text, its line ends as "\\n". Raises InputError where it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not in UTF-8. Save it anew in that encoding.") from error
    except OSError as error:
        raise InputError(
            f"The mapping file {path} cannot be read: {error.strerror}. Without one, leave out --mapping."
        ) from error
