"""How the subpages are called that old discussions are moved to, in many languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importers.wiki.site import ENGLISH

# Whole words in lower case. Where a language has several, those its Wikipedia's archives are seen under.
_WORDS = """
archive archives archived archiv archive archivio archivi archivo archivos archief archieven archiwum archív archívum
archivum archyvas archif arhiv arhiva arhive arhivă arhiiv arhīvs argief arkiv arkivet arkib arkisto arkivo arquivo
arquivos arsip arşiv arxiv arxiu artxibo artxiboa cartlann safn tabularium diell ihifadhi lưu lưu_trữ mahalliy
архив архива архиви архіў архіво архів архивлар архивы мұрағат архивҫа αρχείο αρχεία արխիվ არქივი ארכיון ארכיונים
أرشيف ارشيف الأرشيف آرشیو ارشیو بایگانی ئەرشیف وثق
पुरालेख संग्रह अभिलेख আর্কাইভ সংগ্রহশালা আর্কাইভসমূহ ਪੁਰਾਲੇਖ தொகுப்பு காப்பகம் పాతచర్చ ಹಳೆಯ സംവാദശേഖരം പഴയ กรุ เก็บ หน้าเก่า
アーカイブ 過去ログ 保存 存档 存檔 归档 歸檔 典藏 보존 보존문서 보관 기록
"""
_ARCHIVE = "|".join(
    re.escape(word.replace("_", " ")) for word in sorted(set(_WORDS.split()), key=lambda w: (-len(w), w))
)
# A letter after it makes it another word; a digit does not ("Archive1", "存档2").
_STARTS = re.compile(rf"(?P<word>{_ARCHIVE})(?P<rest>(?![^\W\d_]).*)", re.DOTALL)
_ENDS = re.compile(rf"(?P<rest>.*\d\D?)\b(?:{_ARCHIVE})", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_ENGLISH_MONTHS = frozenset(name.lower() for name in (*ENGLISH.months, *ENGLISH.short, "Sept"))
_LONGEST = 80  # characters of a part that is looked at


def is_archive_part(part: str, months: frozenset[str]) -> bool:
    """Whether a part of a title ("Archive 3", "2019 archive", "存档1") says that old discussions are kept there.
    `months`: names of months in lower case, beyond the English ones."""
    part = part.strip().lower()
    if len(part) > _LONGEST:
        return False
    if match := _STARTS.fullmatch(part):
        letters = _LETTERS.findall(match["rest"])
        # "Archives of American Art" is a subject, "Archive (March-May)", "Archive B", "Archive for 2019" are archives.
        return match["word"] == "archived" or any(map(str.isdecimal, match["rest"])) or _are_months(letters, months)
    return bool(_ENDS.fullmatch(part))


def _are_months(words: Sequence[str], months: frozenset[str]) -> bool:
    return all(len(word) < 3 or word in months or word in _ENGLISH_MONTHS for word in words)


def is_date_part(part: str, months: frozenset[str], bare: bool = False) -> bool:
    """Whether a part of a title is a time: a year, perhaps with a month and a day ("2019", "2020-03", "7 March 2020").
    `bare`: a month, quarter or week without a year does as well, as it may after one."""
    part = part.strip().lower()
    if len(part) > _LONGEST or not (bare or _YEAR.search(part)):
        return False
    return _are_months(_LETTERS.findall(part), months) or (bare and part[-1:].isdecimal() and part[:1].isalpha())
