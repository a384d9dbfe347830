"""What goes wrong with a forum, on its own side: `Sandbox(…, faults=…)` takes it, for tests and benchmarks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from .answers import Answer, html, rails, refused
from .calls import Call

if TYPE_CHECKING:
    from starlette.types import Receive, Send

Respond = Callable[[Call], Answer]
Fault = Callable[[Call, Respond, float], Awaitable[Answer]]  # with how many seconds it takes, where it takes time


class HangUp(Exception):  # noqa: N818 - what happens, no error of ours
    """The connection ends here, in the middle of `answer` or without any."""

    def __init__(self, answer: Answer | None = None) -> None:
        super().__init__()
        self.answer = answer


class Faults(Protocol):
    """Decides, request by request, what becomes of it."""

    async def answer(self, call: Call, respond: Respond) -> Answer:
        """The answer that leaves. `respond` is what takes effect: call it once, or not at all. Raises HangUp."""


class Schedule:
    """Faults by chance: the same seed gives the same faults to the same sequence of requests.

    A `share` (0 to 1) of the requests gets one of the FAULTS called `names`, else of USUAL; after `slow_seconds` a
    "slow" or "late" one takes effect. `happened` notes each as "POST /posts: slow".
    """

    def __init__(
        self, seed: int | str, share: float = 0.2, names: Sequence[str] = (), slow_seconds: float = 1.0
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        self._share = share
        self._names = tuple(names) or USUAL
        self._slow_seconds = slow_seconds
        self.happened: list[str] = []

    async def answer(self, call: Call, respond: Respond) -> Answer:
        hit, name = self._rng.random() < self._share, self._rng.choice(self._names)
        if not hit or (name in APPROVAL and (call.method, call.path) != ("POST", "/posts")):
            return respond(call)
        self.happened.append(f"{call.method} {call.path}: {name}")
        return await FAULTS[name](call, respond, self._slow_seconds)


class Slow:
    """Every post takes `seconds`, and so many are made at a time as the forum has `workers`."""

    def __init__(self, seconds: float, workers: int) -> None:
        self._seconds = seconds
        self._workers = asyncio.Semaphore(workers)

    async def answer(self, call: Call, respond: Respond) -> Answer:
        if (call.method, call.path) != ("POST", "/posts"):
            return respond(call)
        async with self._workers:
            await asyncio.sleep(self._seconds)
            return respond(call)


async def hang_up(answer: Answer | None, receive: Receive, send: Send) -> None:
    """End a connection after the first half of `answer`, if any."""
    transport = receive.__self__.transport  # type: ignore[attr-defined]  # uvicorn's; ASGI has no word for this
    if answer is None or not answer.body:
        transport.abort()
    else:
        headers = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lost_before(_call: Call, _respond: Respond, _seconds: float) -> Answer:
    raise HangUp


async def _lost_after(call: Call, respond: Respond, _seconds: float) -> Answer:
    respond(call)
    raise HangUp


async def _late(call: Call, respond: Respond, seconds: float) -> Answer:
    asyncio.get_running_loop().call_later(seconds, respond, call)
    raise HangUp


async def _slow(call: Call, respond: Respond, seconds: float) -> Answer:
    await asyncio.sleep(seconds)
    return respond(call)


async def _truncated(call: Call, respond: Respond, _seconds: float) -> Answer:
    raise HangUp(respond(call))


async def _admin_limit(_call: Call, _respond: Respond, _seconds: float) -> Answer:
    words = "You’ve performed this action too many times. Please wait 1 minute before trying again."
    answer = refused(429, words, error_type="rate_limit", extras={"wait_seconds": 60}).answer
    answer.headers = {"Retry-After": "60", "Discourse-Rate-Limit-Error-Code": "admin_api_key_rate_limit"}
    return answer


async def _ip_limit(_call: Call, _respond: Respond, _seconds: float) -> Answer:
    code = "ip_10_secs_limit"
    words = "Slow down, too many requests from this IP address.\nPlease retry again in 10 seconds.\n"
    # Without a content type, as the real one.
    return Answer(
        429,
        f"{words}Error code: {code}.\n".encode(),
        content_type="",
        headers={"Retry-After": "10", "Discourse-Rate-Limit-Error-Code": code},
    )


def _gateway(status: int, words: str) -> Fault:
    async def fault(_call: Call, _respond: Respond, _seconds: float) -> Answer:
        title = f"{status} {words}"
        return html(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>nginx</body></html>", status)

    return fault


def _gateway_after(fault: Fault) -> Fault:
    """The proxy gives up, the forum behind it does not."""

    async def after(call: Call, respond: Respond, seconds: float) -> Answer:
        respond(call)
        return await fault(call, respond, seconds)

    return after


async def _server_error(_call: Call, _respond: Respond, _seconds: float) -> Answer:
    return rails(500, "Internal Server Error").answer


async def _read_only(_call: Call, _respond: Respond, _seconds: float) -> Answer:
    return refused(503, "The site is in read only mode. Interactions are disabled.", error_type="read_only").answer


async def _queued(call: Call, respond: Respond, _seconds: float) -> Answer:
    settings, name = call.site.settings, "approve_unless_staged"
    before = "true" if settings[name] else "false"
    with call.site.store.transaction():
        settings.change(name, "true")
        answer = respond(call)
        settings.change(name, before)
    return answer


async def _queued_flat(call: Call, respond: Respond, seconds: float) -> Answer:
    call.params.pop("nested_post", None)
    return await _queued(call, respond, seconds)


APPROVAL = ("queued", "queued flat")
FAULTS: dict[str, Fault] = {
    "lost before": _lost_before,
    "lost after": _lost_after,
    "lost, late": _late,
    "truncated": _truncated,
    "slow": _slow,
    "admin limit": _admin_limit,
    "ip limit": _ip_limit,
    "502": _gateway(502, "Bad Gateway"),
    "503": _gateway(503, "Service Temporarily Unavailable"),
    "504": _gateway(504, "Gateway Time-out"),
    "504 after": _gateway_after(_gateway(504, "Gateway Time-out")),
    "500": _server_error,
    "read only": _read_only,
    "queued": _queued,
    "queued flat": _queued_flat,
}
# What passes by itself; for approval somebody has to do something.
USUAL = tuple(name for name in FAULTS if name not in APPROVAL)
