"""The peers that find what was newly written in a reply, each by the call that scores best here of those it documents.

They are looked for when the program runs: they are no dependencies of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

Trimmer = Callable[[str], str]  # the text of a mail to what of it stays visible


def email_reply_parser() -> Trimmer:
    """Zapier's port of GitHub's parser."""
    parser = import_module("email_reply_parser").EmailReplyParser
    return lambda text: str(parser.parse_reply(text))


def mail_parser_reply() -> Trimmer:
    """Asked in all languages it has; `body` is the first reply without its signature and disclaimers."""
    module = import_module("mailparser_reply")
    parser = module.EmailReplyParser(languages=list(module.constants.MAIL_LANGUAGES))
    return lambda text: str(parser.read(text).replies[0].body)


def quotequail() -> Trimmer:
    """`unwrap` finds replies, forwarded mail and bare quotes; `quote` knows fewer of them."""
    unwrap = import_module("quotequail").unwrap

    def trim(text: str) -> str:
        found = unwrap(text)
        return text if found is None else str(found.get("text_top", ""))

    return trim


def talon() -> Trimmer:
    """Quotations only: with its signature extraction it is right less often here."""
    extract = import_module("talon.quotations").extract_from_plain
    return lambda text: str(extract(text))


TRIMMERS: dict[str, Callable[[], Trimmer]] = {
    "email-reply-parser": email_reply_parser,
    "mail-parser-reply": mail_parser_reply,
    "quotequail": quotequail,
    "talon": talon,
}
