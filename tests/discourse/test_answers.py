"""What an answer means for what was asked."""

from __future__ import annotations

import json

import pytest

from migrate.discourse.api.answers import Outcome, read_answer

PAGE = b"<html><head><style>p {}</style><title>502 Bad Gateway</title></head><body>ng&amp;x\x1b[0m</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, {"action": "create_post", "post": {"id": 1}}, Outcome.DONE),
        (200, {"action": "enqueued", "success": True}, Outcome.DONE),  # its sender looks for the post
        (200, b"", Outcome.DONE),
        (200, b'{"post":{"id":1', Outcome.UNKNOWN),
        (200, PAGE, Outcome.UNKNOWN),
        (422, {"action": "create_post", "errors": ["Embed url has already been taken"]}, Outcome.ALREADY_THERE),
        (422, {"action": "create_post", "errors": ["External has already been taken"]}, Outcome.ALREADY_THERE),
        (422, {"action": "create_post", "errors": ["Title is too short (minimum is 15 characters)"]}, Outcome.REFUSED),
        (400, {"errors": ["You supplied invalid parameters to the request: category"]}, Outcome.REFUSED),
        (403, {"errors": ["You are not permitted."], "error_type": "invalid_access"}, Outcome.REFUSED),
        (404, {"status": 404, "error": "Not Found"}, Outcome.REFUSED),
        (413, PAGE, Outcome.REFUSED),
        (429, {"errors": ["Slow down."], "error_type": "rate_limit"}, Outcome.NOT_DONE),
        (429, b"Slow down, too many requests.", Outcome.NOT_DONE),
        (500, {"status": 500, "error": "Internal Server Error"}, Outcome.UNKNOWN),
        (502, PAGE, Outcome.UNKNOWN),
        (503, PAGE, Outcome.UNKNOWN),
        (503, {"errors": ["Read only."], "error_type": "read_only"}, Outcome.NOT_DONE),
        (504, b"", Outcome.UNKNOWN),
        (200, b"[" * 100_000, Outcome.UNKNOWN),
    ],
)
def test_outcomes(status: int, body: object, outcome: Outcome) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert read_answer(status, {}, content).outcome is outcome


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errors":["One.","Two."],"error_type":"invalid_access"}', "One.; Two."),
        (b'{"status":404,"error":"Not Found"}', "Not Found"),
        (b'{"failed":"FAILED"}', "FAILED"),
        (b'{"success":false,"message":"That username is not allowed."}', "That username is not allowed."),
        (b'{"success":false,"errors":{"email":["is invalid."]}}', "email is invalid."),
        (b'["BAD CSRF"]', "BAD CSRF"),
        (b"Slow down,\nplease.\n", "Slow down, please."),
        (PAGE, "502 Bad Gateway ng&x [0m"),
        (b'{"errors":["ann@example.org is taken"]}', "ann@\xe2\x80\xa6 is taken".encode("latin-1").decode()),
        (b"", "status 400"),
    ],
)
def test_any_shape_of_refusal_becomes_one_line(body: bytes, message: str) -> None:
    assert read_answer(400, {}, body).message == message


def test_the_longer_of_two_waits_counts() -> None:
    body = b'{"errors":["Slow."],"extras":{"wait_seconds":31}}'
    assert read_answer(429, {"Retry-After": "7"}, body).wait_seconds == 31
    assert read_answer(429, {"Retry-After": "60"}, b"text").wait_seconds == 60
    assert read_answer(429, {"Retry-After": "soon"}, b"text").wait_seconds == 1
    assert read_answer(429, {"Retry-After": "nan"}, b"text").wait_seconds == 1
