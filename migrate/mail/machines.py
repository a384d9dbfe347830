"""Mail that no person wrote to be read: automatic answers, commands to the list's software, notices of programs.

By the header where it says so, else by how the subject or the text begins, in words that people do not begin with.
"""

from __future__ import annotations

import re

from migrate.mail.headers import Headers
from migrate.mail.subjects import without_tags

MACHINE_MADE = "machine-made"
COMMIT = "commit-notice"
TRACKER = "tracker-notice"
BUILD = "build-notice"

# Header fields that only such programs write: post-receive-email and git-multimail, svn's mailer, Bugzilla and so on.
_FIELDS = {
    COMMIT: frozenset(
        (b"x-git-refname", b"x-git-rev", b"x-git-newrev", b"x-svn-group", b"x-svn-rev", b"x-svn-commit-author")
    ),
    TRACKER: frozenset((
        *(b"x-bugzilla-type", b"x-bugzilla-reason", b"x-github-reason", b"x-github-sender", b"x-gitlab-project"),
        *(b"x-trac-project", b"x-trac-version", b"x-jira-fingerprint", b"x-roundup-name", b"x-redmine-host"),
        *(b"x-launchpad-bug", b"x-phabricator-sent-this-message", b"x-gerrit-messagetype"),
    )),
    BUILD: frozenset((b"x-jenkins-job", b"x-jenkins-result", b"x-hudson")),
    MACHINE_MADE: frozenset((b"x-cron-env", b"x-autoreply", b"x-autorespond", b"x-failed-recipients")),
}  # fmt: skip
_ALL_FIELDS = frozenset().union(*_FIELDS.values())
# How programs begin the subject of an automatic answer; the subject of what they answer follows.
_ANSWERS = {
    "cs": "Automatická odpověď | Odpověď v nepřítomnosti",
    "da": "Automatisk svar | Autosvar | Ikke til stede",
    "de": "Automatische Antwort | Abwesenheitsnotiz | Abwesenheitsmeldung | Abwesenheitsbenachrichtigung",
    "en": "Automatic reply | Autoreply | Auto-reply | Auto reply | Auto response | Autoresponse | Auto-Re"
    " | Out of Office | Out of the Office | Out of Office AutoReply | Out of Office reply | Vacation reply"
    " | Automated response | Automated reply | Automatic response",
    "es": "Respuesta automática | Fuera de la oficina | Fuera de oficina",
    "fi": "Automaattinen vastaus | Poissaoloviesti",
    "fr": "Réponse automatique | Absence du bureau | Réponse d'absence",
    "hu": "Automatikus válasz",
    "it": "Risposta automatica | Fuori sede | Fuori ufficio",
    "ja": "自動返信 | 自動応答 | 不在通知",
    "ko": "자동 회신 | 자동 응답 | 부재 중",
    "nb": "Automatisk svar | Fraværsmelding | Fravær fra kontoret",
    "nl": "Automatisch antwoord | Afwezigheidsbericht | Niet aanwezig | Automatische beantwoording",
    "pl": "Automatyczna odpowiedź | Autoodpowiedź | Odpowiedź automatyczna",
    "pt": "Resposta automática | Fora do escritório | Ausência temporária",
    "ru": "Автоматический ответ | Автоответ",
    "sv": "Automatiskt svar | Autosvar | Frånvaromeddelande",
    "tr": "Otomatik yanıt",
    "uk": "Автоматична відповідь",
    "zh": "自动答复 | 自动回复 | 自動回覆 | 自動答覆",
}
# How such an answer begins where the subject does not tell.
_ANSWER_BEGINS = {
    "cs": "Toto je automatická odpověď",
    "da": "Dette er et automatisk svar | Dette er et autosvar",
    "de": "Dies ist eine automatische Antwort | Dies ist eine automatisch erzeugte Antwort"
    " | Dies ist eine automatisch generierte Antwort",
    "en": "This is an automatic reply | This is an automatic response | This is an automated reply"
    " | This is an automated response | This is an auto-reply | This is an autoreply | This is an auto reply"
    " | This is an automatically generated reply | This is an automatically generated response",
    "es": "Esta es una respuesta automática | Este es un mensaje de respuesta automática",
    "fi": "Tämä on automaattinen vastaus",
    "fr": "Ceci est une réponse automatique | Ceci est un message de réponse automatique",
    "hu": "Ez egy automatikus válasz",
    "it": "Questa è una risposta automatica",
    "nl": "Dit is een automatisch antwoord | Dit is een automatische reactie",
    "pl": "To jest automatyczna odpowiedź",
    "pt": "Esta é uma resposta automática",
    "ru": "Это автоматический ответ | Это автоответ",
    "sv": "Detta är ett automatiskt svar | Detta är ett autosvar",
    "tr": "Bu bir otomatik yanıt",
    "zh": "这是一封自动回复 | 此邮件为自动回复 | 這是自動回覆",
}
_HEAD = 400  # characters of a subject and of a text that are looked at


def _pattern(table: dict[str, str]) -> str:
    spellings = sorted({spelling.strip() for line in table.values() for spelling in line.split(" | ")}, reverse=True)
    return "|".join(map(re.escape, spellings))


_ANSWER_SUBJECT = re.compile(rf"(?:{_pattern(_ANSWERS)})\s?[:：]", re.IGNORECASE)
# People write on about an "automatic reply machine" of theirs.
_ANSWER_TEXT = re.compile(
    rf"\s*(?:{_pattern(_ANSWER_BEGINS)})(?!\w)(?! (?:bot|code|daemon|feature|function|machine|plugin|program|question"
    r"|script|service|system|test|that I|tool)\b)",
    re.IGNORECASE,
)
# An answer that came by a list, so that nothing but its whole subject tells.
_BARE_ANSWER = re.compile(r"auto(?:matic)?[ -]?(?:reply|response)[.!]{0,3}\Z", re.IGNORECASE)
# How mail servers without a telling header begin the subjects of their bounces, and what they say in the text.
_BOUNCE_SUBJECT = re.compile(
    r"(?:permanent )?delivery failure(?: notification)?\Z|failure notice\Z|mail error\Z|mail delivery warning\Z"
    r"|mail delivery failed(?:: returning message to sender)?\Z|mail could not be delivered\Z|non-delivery: "
    r"|returned mail(?: -|:)|undeliver(?:able|ed)(?: mail)?: |undeliver(?:able|ed) mail returned to sender"
    r"|warning: \S+ - user unknown",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"(?:could not|can ?not|was not|not be|unable to|failed to) (?:be )?deliver|failed recipient|no such user"
    r"|user unknown|unknown user|recipients?.{0,40}(?:failed|unknown|rejected)|returned to (?:sender|you)"
    r"|delivery (?:error|failed|failure|of email to|has failed)|mail delivery software|sent <<< rcpt|<<< 5\d\d "
    r"|permanent(?: fatal)? (?:delivery )?errors?|did not reach the following|invalid final delivery|delivery problems"
    r"|affected recipient|undeliverable[ ]{1,3}to |original message (?:as received|follows)",
    re.IGNORECASE,
)
_BOUNCED_TO = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}|mail delivery software|delivery attempts", re.IGNORECASE)
_BOUNCE_HEAD = 2000  # characters of a text that are looked at
# What Mailman calls the monthly mail with the password, cron what a job prints, and servers what came of a mail.
_NOTICE_SUBJECT = re.compile(
    r"\S+ mailing list memberships reminder\Z|Cron <\S+@\S+> |Password reminder for \S+\Z"
    r"|Delivery Status Notification \("
)
_COMMIT_TEXT = re.compile(
    r"\s*(?:This is an automated email from the git hooks/post-receive script|Update of /\S+\nIn directory \S+:"
    r"|CVSROOT:[ \t]+/\S+\nModule name:"
    r"|Author: .{1,100}\n(?:Date: .{0,30}\d\d.{1,60}\n(?:New )?Revision: r?\d|New Revision: r?\d+\nDate: )"
    r"|The branch, \S+ has been updated\n)"
)
_COMMAND = re.compile(
    r"\W*(?:please |pls |kindly )?(?:signoff(?: [\w.@-]{1,80})?|remove me from (?:this|the|your) (?:mailing )?list"
    r"|(?:(?:un|re)?-?subscribe|unsub)(?: me)?(?: (?:from|to) (?:this|the|your)? ?(?:mailing )?list)?"
    r"(?: (?!to |the |a |all |now )[\w.@<>+-]{1,80}){0,3})[\s.!,]*(?:please|thanks?|thank you|regards)?[\s.!,]*\Z",
    re.IGNORECASE,
)
_OTHERS_WORDS = re.compile(r">|-{2,}|_{5,}|={5,}|.*[:：]\Z")  # a quote, a signature, a footer, or what stands above one


def header_flags(headers: Headers) -> set[str]:
    """The kinds of notice that the header names."""
    if not headers.has_any(_ALL_FIELDS):
        return set()
    return {flag for flag, fields in _FIELDS.items() if headers.has_any(fields)}


def text_flags(subject: str, text: str) -> set[str]:
    """What the beginnings of subject and text tell; `text` is the first plain text of the message."""
    title = without_tags(subject)[:_HEAD]
    head = text[:_HEAD]
    if _ANSWER_SUBJECT.match(title) or _NOTICE_SUBJECT.match(title) or _ANSWER_TEXT.match(head):
        return {MACHINE_MADE}
    if _BARE_ANSWER.match(title) or _is_command(title, head):
        return {MACHINE_MADE}
    return {COMMIT} if _COMMIT_TEXT.match(head) else set()


def may_be_bounce(headers: Headers, subject: str) -> bool:
    """Whether a mail looks like what servers send back, but for its text: people ask about such mail, and are masters
    of post themselves."""
    return _BOUNCE_SUBJECT.match(subject) is not None or b"postmaster@" in headers.first(b"from").lower()


def is_bounce(text: str) -> bool:
    """Whether the first text of such a mail says that a mail came back, and to which address it was sent."""
    head = text[:_BOUNCE_HEAD]
    return _BOUNCE_TEXT.search(head) is not None and _BOUNCED_TO.search(head) is not None


def _is_command(title: str, head: str) -> bool:
    """Whether somebody sent a command for the list's software to the list itself, and says nothing else."""
    lowered = (title + head).lower()
    if (
        "subscribe" not in lowered
        and "unsub" not in lowered
        and "signoff" not in lowered
        and "remove me" not in lowered
    ):
        return False
    own: list[str] = []
    for line in map(str.strip, head.split("\n")):
        if _OTHERS_WORDS.match(line):
            break
        own.append(line)
    said = " ".join(filter(None, own))
    return bool(_COMMAND.match(said)) if said else bool(_COMMAND.match(title))
