"""What a subject is about, without reply prefixes and list tags: RFC 5256 2.1, in more languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import TypeVar

from migrate.mail.prefixes import FORWARD, REPLY, spellings

SHORTEST_TELLING = 3  # characters
_ANYTHING = frozenset({
    "(no subject)", "no subject", "(none)", "test", "testing", "help", "question", "questions", "newbie question",
    "problem", "request", "update", "reminder", "announcement", "hello", "hello!", "greetings", "thanks", "thank you",
    "subscribe", "unsubscribe",
})  # fmt: skip

_NO_SUBJECT = frozenset({
    "", "no subject", "none", "kein betreff", "ohne betreff", "sans objet", "aucun objet", "sin asunto",
    "senza oggetto", "nessun oggetto", "geen onderwerp", "sem assunto", "ingen emne", "inget ämne", "ei aihetta",
    "brak tematu", "bez tematu", "bez předmětu", "nincs tárgy", "konu yok", "без темы", "без теми", "无主题", "無主題",
    "件名なし", "제목 없음", "بدون موضوع", "ללא נושא",
})  # fmt: skip
_LOOKED_AT = 4000  # characters of a text
LONGEST_MADE = 70  # characters of a title that is made from it
_MARKUP = re.compile(r"!?\[(?=[^\]]{0,200}\]\()|\]\([^)]{0,500}\)|\\(?=\W)|\*\*|^(?:#{1,6}|[-*]|\d{1,3}[.)]) +")
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|day|evening|afternoon)|hallo|liebe\w?|moin|guten \w+|bonjour|salut"
    r"|hola|ciao|olá|hei|hej|cześć|witam|привет|здравствуйте|你好|大家好)\b[^.?!]{0,40}[,.!:]*$",
    re.IGNORECASE,
)

SHORTEST_CUT = 20  # letters of a subject that a program cut off
LONGEST_SUBJECT = 1000  # characters that are looked at
_EARLIER = re.compile(
    r"\S\s{0,5}[(\[]\s{0,5}(?:was|war|re)\b[\s:]{1,5}([^()\[\]]{0,300}(?:[()\[\]][^()\[\]]{0,300}){0,5}?)[)\]]?\s*\Z",
    re.IGNORECASE,
)

_COUNT = r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?"
_COLON = r"[ \t\u00a0]{0,3}[:：][ \t\u00a0]*"
_REPLY = re.compile(rf"(?:{'|'.join(map(re.escape, spellings(REPLY)))}){_COUNT}{_COLON}")
_REPLY_AS_WRITTEN = re.compile(_REPLY.pattern, re.IGNORECASE)
_FORWARD = re.compile(rf"(?:{'|'.join(map(re.escape, spellings(FORWARD)))}){_COUNT}{_COLON}")
_TAG = re.compile(r"\[[^\[\]]{1,60}\][ \t\u00a0]*")
_WHITE = re.compile(r"\s+")
_TRAILER = "(fwd)"
_REMEMBERED = 1024  # subjects
_Found = TypeVar("_Found")


def _remembered(function: Callable[[str], _Found]) -> Callable[[str], _Found]:
    """Work out what is asked of each subject once: those of a thread are alike. Very long ones are not kept."""
    cached = lru_cache(_REMEMBERED)(function)

    @wraps(function)
    def remembering(title: str) -> _Found:
        return cached(title) if len(title) <= LONGEST_SUBJECT else function(title)

    return remembering


@_remembered
def base_subject(title: str) -> str:
    """The subject in lower case, stripped of prefixes, leading tags, "(fwd)" and extra space; may be empty.

    A tag that is all there is stays, so that "[ANN]" is not the same as nothing.
    """
    text = _WHITE.sub(" ", title).strip().lower()
    while text.endswith(_TRAILER):
        text = text.removesuffix(_TRAILER).rstrip()
    position = 0
    while match := _REPLY.match(text, position) or _FORWARD.match(text, position) or _TAG.match(text, position):
        if match.end() == len(text) and text[position] == "[":
            break
        position = match.end()
    return text[position:]


def earlier_subject(title: str) -> str:
    """The base subject that a changed one names ("slugs" in "Snails (was: Re: Slugs)"); empty where it names none."""
    match = _EARLIER.search(title[:LONGEST_SUBJECT])
    return base_subject(match[1]) if match else ""


@_remembered
def is_reply(title: str) -> bool:
    """Whether a reply prefix stands first, after list tags; forwards are no replies."""
    text = title.strip().lower()
    position = 0
    while match := _TAG.match(text, position) or _FORWARD.match(text, position):
        position = match.end()
    return _REPLY.match(text, position) is not None


def is_forward(title: str) -> bool:
    """Whether a forward prefix stands first, after list tags, or "(fwd)" at the end of what is no reply."""
    text = title.strip().lower()
    position = 0
    while match := _TAG.match(text, position):
        position = match.end()
    return _FORWARD.match(text, position) is not None or (text.endswith(_TRAILER) and not is_reply(title))


def without_tags(title: str) -> str:
    """The subject in one line without the tags it begins with, that lists put there."""
    text = " ".join(title.split())
    position = 0
    while match := _TAG.match(text, position):
        position = match.end()
    return text[position:]


@_remembered
def tags(title: str) -> str:
    """The tags before the subject, in lower case: "[PATCH v2] frost" is not "[PATCH] frost"."""
    text = _WHITE.sub(" ", title).strip().lower()
    return "".join(_TAG.findall(text.removesuffix(base_subject(title)))).replace(" ", "")


def is_renamed(title: str, before: str) -> bool:
    """Whether an answer's subject is about something else than the one before; prefixes, tags and damage are not."""
    here, there = (_bare(base_subject(_EARLIER.sub(_first, text[:LONGEST_SUBJECT]))) for text in (title, before))
    if not here or here == there:
        return False
    return len(here) < SHORTEST_CUT or not there.startswith(here)


def is_empty(title: str) -> bool:
    """Whether a subject, without prefixes and tags, says nothing, or that there is none, in any language."""
    return base_subject(title).strip("()<>[] .-") in _NO_SUBJECT


def title_of(body: str) -> str:
    """A title for a message without a subject: the first words of its text; empty where it has none of its own."""
    line = next((line for line in map(str.strip, body[:_LOOKED_AT].split("\n")) if _says_something(line)), "")
    line = _MARKUP.sub("", line).strip(" .,:;!-–—")
    if len(line) <= LONGEST_MADE:
        return line
    return line[:LONGEST_MADE].rpartition(" ")[0].rstrip(" .,:;-–—") + "…"


def _says_something(line: str) -> bool:
    """Whether a line of Markdown is text, and neither quoted, nor code, nor a greeting, nor above a quote."""
    if (
        line[:1] in (">", "`", "|")
        or _GREETING.match(line)
        or (line[-1:] in (":", "：") and any(map(str.isdigit, line)))
    ):
        return False
    return sum(map(str.isalpha, line)) >= SHORTEST_TELLING


def _first(match: re.Match[str]) -> str:
    return match[0][0]


def _bare(subject: str) -> str:
    return "".join(filter(str.isalnum, subject))


def is_telling(subject: str) -> bool:
    """Whether a base subject says enough that two mails with it are likely to be about the same."""
    return len(subject) >= SHORTEST_TELLING and subject not in _ANYTHING and not subject.isdecimal()


@lru_cache(maxsize=64)  # asked for each mail of a list
def short_names(key: str, name: str) -> tuple[str, ...]:
    """What a list of that identifier and name may be called in an address or a subject's tag."""
    return name, key, re.split(r"[.@]", key, maxsplit=1)[0]


def thread_title(title: str, list_names: Iterable[str]) -> str:
    """What a thread is called: the subject as written, without reply prefixes and without the tag of its own list.

    Other tags ("[PATCH 2/3]", "[solved]") say something and stay. The subject it says it had is treated likewise.
    """
    tags = tuple(f"[{name}]".casefold() for name in list_names if name)
    text = _without_prefixes(_WHITE.sub(" ", title).strip(), tags)
    if earlier := _EARLIER.search(text[:LONGEST_SUBJECT]):
        start, end = earlier.span(1)
        text = text[:start] + _without_prefixes(text[start:end].lstrip(), tags) + text[end:]
    return text


def _without_prefixes(text: str, tags: tuple[str, ...]) -> str:
    while True:
        if text.casefold().startswith(tags) and "]" in text:
            text = text.partition("]")[2].lstrip(" :")
        elif match := _REPLY_AS_WRITTEN.match(text):
            text = text[match.end() :]
        else:
            return text
