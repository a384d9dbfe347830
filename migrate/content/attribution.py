"""The lines that say whose words follow, as mail programs write them in many languages."""

from __future__ import annotations

import re

ORIGINAL_BEGINS = "\ufdd4"  # a line of its own that says so; a noncharacter, which no text holds

_LONGEST = 500  # characters of an attribution; longer ones are text

_VERBS = (
    r"wrote|writes|said|has written|schrieb|schreibt|geschrieben|a écrit|escribió|escribio|escreveu|ha scritto|scrisse"
    r"|schreef|geschreven|skrev|kirjoitti|napsala?|napsal\(a\)|napísala?|napisała?|napisał\(a\)|написала?|написал\(а\)"
    r"|пишет|пише|написа|írta|yazdı|a scris|έγραψε|כתב|כתבה|كتب|đã viết|menulis|rašė|rakstīja|kirjutas"
)
_VERBS_WITHOUT_SPACES = "写道|寫道|書きました|작성"
_WROTE = re.compile(
    rf"(?:(?:^|\W)(?:{_VERBS})|{_VERBS_WITHOUT_SPACES}).{{0,150}}[:：]\s*$|^Quoting .{{3,200}}:$", re.IGNORECASE
)
# "2013/7/20 Name <address>": older Gmail wrote no verb.
_DATE_AND_NAME = re.compile(r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}\b.{0,200}<\s?[^\s<>]+@[^\s<>]+>:?$")
_DATED = re.compile(r"\d.{0,200}\d|@")
_BEGINNING = re.compile(
    r"[\s*\"]*(?:"
    r"(?:On|At|Am|Le|El|Em|Il|Op|Den|På|Dne|Dnia|W dniu|Pada|Vào|În|В|Quoting|In (?:article|message|a message))\s"
    r"|在|于|\d{1,4}[-./年\s]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,"
    r"|(?:понедельник|вторник|среда|четверг|пятница|суббота|воскресенье),)"
)

_ORIGINAL = re.compile(
    r"[\s*]*-{2,}\s*(?:Original Message|Original-Nachricht|Ursprüngliche (?:Nachricht|Mail)|Message d'origine"
    r"|Message original|Mensaje original|Mensagem original|Messaggio originale|Oorspronkelijk bericht"
    r"|Originalmeddelande"
    r"|Oprindelig meddelelse|Opprinnelig melding|Alkuperäinen viesti|Původní zpráva|Oryginalna wiadomość"
    r"|Исходное сообщение|Forwarded message|原始邮件|原始郵件|原始消息|元のメッセージ|원본 메시지)\s*-{2,}[\s*]*$",
    re.IGNORECASE,
)
# What a mail program calls From, and what it calls the rest.
_FROM_NAMES = "From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Від|Kimden|发件人|寄件者|差出人|보낸 사람"
_FROM = re.compile(rf"[ \t*]*(?:{_FROM_NAMES})\s?\*?[:：]")
_BEGINS_ORIGINAL = re.compile(rf"\n(?=[ \t*]*(?:--|{ORIGINAL_BEGINS}|(?:{_FROM_NAMES})\s?\*?[:：]))")
_OTHER_HEADER = re.compile(
    r"[ \t*]*(?:Sent|Date|To|Cc|Subject|Reply-To|Organization|Gesendet|Datum|An|Betreff|Envoyé|À|Objet"
    r"|Enviado(?: el)?|Fecha|Data|Para|Asunto|Assunto|Enviada em|Inviato|A|Oggetto|Risposta|Verzonden|Aan|Onderwerp"
    r"|Skickat|Till|Ämne|Sendt|Til|Emne|Lähetetty|Vastaanottaja|Aihe|Odesláno|Komu|Předmět|Wysłano|Do|Temat"
    r"|Дата|Отправлено|Кому|Тема|Gönderilme|Kime|Konu|发送时间|收件人|主题|日期|寄件日期|收件者|主旨"
    r"|送信日時|宛先|件名|보낸 날짜|받는 사람|제목)\s?\*?[:：]"
)


def is_attribution(lines: list[str], *, dated: bool = False) -> bool:
    """Whether these lines together are one attribution ("On …, … wrote:"); `dated` asks for a date or address in it."""
    text = " ".join(lines).strip()
    if len(text) > _LONGEST or (dated and not _DATED.search(text)):
        return False
    return bool(_WROTE.search(text) or _DATE_AND_NAME.match(text))


def begins_attribution(line: str) -> bool:
    """Whether an attribution may begin with this line: with a date, in most languages after a preposition."""
    return bool(_BEGINNING.match(line))


def original_at(lines: list[str]) -> int | None:
    """The first line that says that the mail before follows: a mark, or a block of its headers as Outlook writes it."""
    text = "\n" + "\n".join(lines)
    at = end = 0
    for found in _BEGINS_ORIGINAL.finditer(text):
        at += text.count("\n", end, found.end())
        end = found.end()
        if _is_original_mark(lines[at - 1]) or _is_header_block(lines[at - 1 : at + 5]):
            return at - 1
    return None


def _is_original_mark(line: str) -> bool:
    return line == ORIGINAL_BEGINS or (len(line) < _LONGEST and bool(_ORIGINAL.match(line)))


def _is_header_block(lines: list[str]) -> bool:
    if not _FROM.match(lines[0]):
        return False
    return sum(1 for line in lines[1:] if _OTHER_HEADER.match(line)) >= 2
