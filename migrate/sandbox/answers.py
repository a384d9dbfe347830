"""What goes back to the client: answers, and the shapes of a refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
NOT_PERMITTED = "You are not permitted to view the requested resource."
BAD_KEY = f"{NOT_PERMITTED} The API username or key is invalid."
JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
_OF_ADDRESSES = ":/?#[]@!$&'()*+,;=%"  # what stands in an address as it is (RFC 3986 2.2), and what is encoded already


@dataclass(slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """Ends a request with an answer that is an error; what the request had changed is undone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def ok(document: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def done() -> Answer:
    return ok({"success": "OK"})


def empty() -> Answer:
    return Answer(200, content_type=TEXT_TYPE)


def text(words: str, status: int = 200) -> Answer:
    return Answer(status, words.encode(), TEXT_TYPE)


def html(page: str, status: int = 200) -> Answer:
    return Answer(status, page.encode(), HTML_TYPE)


def redirect(location: str, status: int = 301) -> Answer:
    """To an address, percent-encoded where a header cannot hold its letters."""
    body = b"<html><body>You are being redirected.</body></html>"
    return Answer(status, body, HTML_TYPE, {"Location": quote(location, safe=_OF_ADDRESSES)})


def refused(status: int, *errors: str, error_type: str = "", **more: object) -> RefusalError:
    """`{"errors": […], "error_type": …}`, the shape most of Discourse uses."""
    return RefusalError(
        ok({"errors": list(errors)} | ({"error_type": error_type} if error_type else {}) | more, status)
    )


def invalid_access(sentence: str = NOT_PERMITTED) -> RefusalError:
    return refused(403, sentence, error_type="invalid_access")


def not_found() -> RefusalError:
    return refused(404, "The requested URL or resource could not be found.", error_type="not_found")


def missing(name: str) -> RefusalError:
    return refused(400, f"param is missing or the value is empty: {name}")


def invalid_parameters(name: str) -> RefusalError:
    sentence = f"You supplied invalid parameters to the request: {name}"
    return refused(400, sentence, error_type="invalid_parameters")


def unprocessable(*errors: str) -> RefusalError:
    return refused(422, *errors)


def rails(status: int, error: str) -> RefusalError:
    """The other shape, of the framework itself."""
    return RefusalError(ok({"status": status, "error": error}, status))


def server_error() -> RefusalError:
    return rails(500, "Internal Server Error")


def failed() -> RefusalError:
    return RefusalError(ok({"failed": "FAILED"}, 422))
