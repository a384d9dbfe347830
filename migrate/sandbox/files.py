"""Where uploads lie, and the names they go by."""

from __future__ import annotations

from .store import Row, Store

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
FOLDER = "/uploads/default/original/1X/"


def find_short(store: Store, name: str) -> Row | None:
    """The upload behind `upload://NAME`: the file's SHA-1 in base 62, with an extension or without."""
    number = 0
    for letter in name.partition(".")[0][:40]:
        if letter not in DIGITS:
            return None
        number = number * 62 + DIGITS.index(letter)
    return store.one("SELECT * FROM uploads WHERE sha1 = ?", f"{number:040x}")


def url_path(row: Row) -> str:
    """The address of the file itself."""
    return FOLDER + file_name(row)


def short_name(row: Row) -> str:
    """What follows `upload://`."""
    number, digits = int(row["sha1"], 16), ""
    while number:
        number, digit = divmod(number, 62)
        digits = DIGITS[digit] + digits
    return _with_extension(digits, row["extension"])


def short_path(row: Row) -> str:
    return f"/uploads/short-url/{short_name(row)}"


def file_name(row: Row) -> str:
    """The name of the file in the folder of uploads."""
    return _with_extension(row["sha1"], row["extension"])


def _with_extension(stem: str, extension: str) -> str:
    return f"{stem}.{extension}" if extension else stem
