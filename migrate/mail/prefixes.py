"""What mail programs put before a subject when they answer or pass on a mail, a line for each language.

Spellings are separated by " | ", in lower case. Single letters (Italian "R:", "I:") are left out, and so are prefixes
that begin subjects in other languages: Icelandic "FS:" is "for sale", Vietnamese "CT:" is computer tomography.
"""

from __future__ import annotations

from collections.abc import Mapping

REPLY = {
    "ar": "رد",
    "be": "адк",
    "bg": "отг",
    "bs": "odg",
    "cs": "odp",
    "cy": "atb",
    "da": "sv",
    "de": "aw | antwort",
    "el": "απ | σχετ",
    "en": "re",
    "eo": "re",
    "es": "re | rta",
    "et": "vs",
    "fa": "پاسخ",
    "fi": "vs",
    "fr": "re | ref | rép",
    "ga": "re",
    "gl": "re",
    "he": "השב | תגובה | תשובה",
    "hi": "उत्तर",
    "hr": "odg",
    "hu": "vá | válasz",
    "id": "bls | balas",
    "is": "sv",
    "it": "rif",
    "ja": "返信 | 返",
    "ko": "회신 | 답장",
    "lt": "ats",
    "lv": "atb",
    "mk": "одг",
    "ms": "bls",
    "nb": "sv",
    "nl": "antw | antwoord",
    "pl": "odp",
    "pt": "res | resp",
    "ro": "răsp | răspuns",
    "ru": "отв | ответ",
    "sk": "odp",
    "sl": "odg",
    "sr": "одг | odg",
    "sv": "sv",
    "th": "ตอบกลับ | ตอบ",
    "tr": "ynt",
    "uk": "відп | відповідь",
    "vi": "trả lời",
    "zh": "回复 | 答复 | 回覆 | 答覆",
}
FORWARD = {
    "ar": "إعادة توجيه",
    "bg": "препр",
    "cs": "předáno",
    "cy": "yml",
    "da": "vs",
    "de": "wg",
    "el": "πρθ",
    "en": "fwd | fw",
    "es": "rv | reenv",
    "et": "edasi",
    "fa": "هدایت",
    "fi": "vl",
    "fr": "tr",
    "he": "הועבר",
    "hr": "prosl | proslijeđeno",
    "hu": "továbbítás",
    "id": "trs",
    "it": "inoltro",
    "ja": "転送",
    "ko": "전달",
    "lt": "persiųsta",
    "nb": "vs",
    "nl": "doorst | doorgestuurd",
    "pl": "pd",
    "pt": "enc",
    "ro": "redirecționat",
    "ru": "пересл | перес",
    "sl": "posr",
    "sr": "просл | prosl",
    "sv": "vb",
    "th": "ส่งต่อ",
    "tr": "i̇lt | ilt",
    "uk": "пересл",
    "vi": "chuyển tiếp",
    "zh": "转发 | 轉寄 | 轉發",
}


def spellings(table: Mapping[str, str]) -> list[str]:
    """All spellings of a table, longest first."""
    found = {spelling for line in table.values() for spelling in line.split(" | ")}
    return sorted(found, key=lambda spelling: (-len(spelling), spelling))
