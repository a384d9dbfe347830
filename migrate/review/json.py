"""The findings and what can be done about each, for scripts."""

from __future__ import annotations

from typing import Any

from migrate.report.wording import wording
from migrate.review.answers import Answer, Readers, Setting, command
from migrate.review.kinds import Kind
from migrate.review.session import Session


def to_json(session: Session, flag: str) -> dict[str, Any]:
    """One object; no addresses of people. `flag` is what to add to commands so that they mean the same archive."""
    return {
        "mapping": str(session.path),
        "exists": session.path.exists(),
        "findings": [_kind(session, kind, flag) for kind in session.kinds],
    }


def _kind(session: Session, kind: Kind, flag: str) -> dict[str, Any]:
    words = wording(kind.code)
    return {
        "code": kind.code,
        "headline": words.headline,
        "remedy": words.remedy,
        "accepted": kind.accepted,
        "touched": [
            {"severity": part.severity, "count": part.count, "things": part.things, "posts": part.posts,
             "people": part.people}
            for part in kind.parts
        ],
        "examples": [
            {"locator": locator, "text": text} for part in kind.parts for locator, text in part.examples
        ],
        "answers": [
            {"words": "accept", "mapping": {"review": {"accepted": [kind.code]}}},
            *({"words": answer.words, "mapping": _mapping(session, kind.code, answer)}
              for answer in session.answers(kind.code)),
        ],
        "command": command(kind.code, flag),
    }  # fmt: skip


def _mapping(session: Session, code: str, answer: Answer) -> dict[str, Any]:
    """What an answer writes, as the TOML would be read; groups have yet to be named."""
    if isinstance(answer, Setting):
        return {answer.key: answer.value}
    if isinstance(answer, Readers):
        readers: dict[str, Any] = {"public": True} if answer.public else {"read": []}
        return {"rule": [{"source": source.key} | readers for source in session.private_sources(code)]}
    return {"rule": [{"kind": answer.kind, answer.key: answer.value, "skip": True}]}
