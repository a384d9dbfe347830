"""Made-up mboxes of any size for tests."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = [
    "beans",
    "peas",
    "leeks",
    "kale",
    "chard",
    "dill",
    "mint",
    "sage",
    "thyme",
    "basil",
    "rocket",
    "sorrel",
    "chives",
    "frost",
    "rain",
    "shed",
    "rake",
    "spade",
]


def mbox(messages: int, *, first: int = 0, words: int = 60, seed: int = 1) -> bytes:
    """So many messages of one list, in threads of five, numbered from `first`; the same every time."""
    return b"".join(
        _message(number, words, random.Random(f"{seed}/{number}")) for number in range(first, first + messages)
    )


def write_mbox(path: Path, messages: int, **options: int) -> Path:
    """The same as a file."""
    path.write_bytes(mbox(messages, **options))
    return path


def _message(number: int, words: int, dice: random.Random) -> bytes:
    minute, hour, day = number % 60, number // 60 % 24, 1 + number // 1440 % 28
    moment = f"{day:02} Feb 2019 {hour:02}:{minute:02}:00 +0000"
    text = "\n".join(" ".join(dice.choice(WORDS) for _ in range(10)) for _ in range(words // 10))
    root = number - number % 5
    reply = f"In-Reply-To: <{number - 1}@made.example>\nReferences: <{root}@made.example>\n" if number > root else ""
    return (
        f"From gardener{number % 7}@made.example Fri Feb {day:2} {hour:02}:{minute:02}:00 2019\n"
        f"From: Gardener {number % 7} <gardener{number % 7}@made.example>\n"
        f"Date: {moment}\n"
        f"Subject: {'Re: ' if reply else ''}Bed {root}\n"
        f"Message-ID: <{number}@made.example>\n"
        f"List-Id: Made-up gardeners <made.example>\n"
        f"{reply}\n{text}\n\n"
    ).encode()
