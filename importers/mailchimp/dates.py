"""Dates as a merge tag words them: `*|DATE:d/m/y|*`, in the letters of PHP's date()."""

from __future__ import annotations

import re
from datetime import datetime

_LETTER = re.compile(r"\\(.)|([A-Za-z])|(.)", re.DOTALL)
# By strftime where that says the same in every language but for names, which are English in Mailchimp, too.
_AS = {"d": "%d", "D": "%a", "l": "%A", "F": "%B", "m": "%m", "M": "%b", "Y": "%Y", "y": "%y"}
_AS |= {"H": "%H", "h": "%I", "i": "%M", "s": "%S", "A": "%p", "N": "%u", "w": "%w", "W": "%V", "o": "%G"}
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def php_date(form: str, date: datetime) -> str:
    """The date in this form. A letter that is none of PHP's, or says the time zone, stands for itself."""
    plain = {
        "j": str(date.day),
        "n": str(date.month),
        "S": _ENDINGS.get(date.day, "th"),
        "z": str(date.timetuple().tm_yday - 1),
        "G": str(date.hour),
        "g": str(date.hour % 12 or 12),
        "a": "am" if date.hour < 12 else "pm",
        "c": date.isoformat(),
    }

    def written(found: re.Match[str]) -> str:
        letter = found[2]
        if not letter:
            return found[1] or found[3] or ""
        return plain.get(letter) or (date.strftime(_AS[letter]) if letter in _AS else letter)

    return _LETTER.sub(written, form[:100].strip())
