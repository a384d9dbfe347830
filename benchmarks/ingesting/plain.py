"""The loop everyone would write: every message of a mailbox, six headers of each, every text part decoded.

python benchmarks/ingesting/plain.py FILE; prints how many messages there were.
"""

from __future__ import annotations

import mailbox
import sys

HEADERS = ("Message-ID", "In-Reply-To", "References", "From", "Subject", "Date")


def main(path: str) -> int:
    """How many messages of the mbox were read."""
    count = 0
    for message in mailbox.mbox(path, create=False):
        for name in HEADERS:
            str(message[name])
        for part in message.walk():
            if part.get_content_maintype() != "text":
                continue
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            try:
                content.decode(part.get_content_charset("utf-8"), "replace")
            except LookupError:  # no such charset
                content.decode("latin-1")
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{main(sys.argv[1])}\n")
