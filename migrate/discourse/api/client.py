"""The way to a forum: pydiscourse's methods over a connection pool, with one pace and one patience for all threads.

What is certain not to have happened is repeated here, and so are reads. A create whose outcome is unknown is handed
back: only its sender can look up what became of it. Keys and addresses never reach an error, a log or a repr.
"""

from __future__ import annotations

import os
import re
import threading
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from pydiscourse import DiscourseClient
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from tenacity import RetryCallState, Retrying, wait_exponential, wait_random
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError, SSLError

from migrate.discourse.api.answers import Answer, Json, Outcome, read_answer
from migrate.discourse.api.pace import Pace
from migrate.discourse.api.requests_log import RequestsLog
from migrate.discourse.api.workers import Workers
from migrate.errors import TargetError

# Part of the key by which Discourse recognises a repeated request, so it must not change with the version.
USER_AGENT = "discourse-migrate"

_KEY = re.compile(r"[!-~]+")

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 65.0  # the standard server gives up after 30, the proxy before it after 60
PATIENCE_SECONDS = 600.0  # without any answer
SERVER_ERRORS = 3  # in a row, of one request
POOL = 64

_BACKOFF = wait_exponential(multiplier=0.5, max=60) + wait_random(0, 0.5)
_NEVER_SENT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError)  # NewConnectionError covers DNS

Files = dict[str, tuple[str, bytes, str]]  # field → name, content, media type

GO_ON = "Nothing is lost. Go on with: migrate resume"


class Refused(TargetError):  # noqa: N818 - an answer, not a fault
    """The forum said no, where that leaves nothing to do."""

    def __init__(self, host: str, answer: Answer) -> None:
        super().__init__(f"{host} refuses: {answer.message}")
        self.answer = answer


class Client(DiscourseClient):  # type: ignore[misc]  # pydiscourse has no types
    """A forum, seen through an API key. May be used from several threads.

    `stop` ends every wait: methods then raise Stopped. All methods raise TargetError where the forum cannot be used at
    all, or has not answered for `patience` seconds; pydiscourse's own raise Refused where it says no.
    """

    def __init__(
        self,
        url: str,
        key: str,
        username: str,
        *,
        stop: threading.Event | None = None,
        patience: float = PATIENCE_SECONDS,
        log: RequestsLog | None = None,
    ) -> None:
        if not _KEY.fullmatch(key.strip()):
            raise TargetError("There is no API key, or it holds what no key holds. Check DISCOURSE_API_KEY.")
        super().__init__(clean_url(url), username.strip(), key.strip(), timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
        self.stop = stop or threading.Event()
        self.pace = Pace(self.stop)
        self.workers = Workers()
        self.retries = 0
        self.stage = ""  # of the work that requests are made for, as the log names it
        self._log = log
        self._patience = patience
        self._session = _session(self.host)
        self._answered = False  # at all
        self._heard = time.monotonic()  # when it last answered

    def __repr__(self) -> str:
        return f"Client({self.host!r})"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def read(self, path: str, **params: str | int) -> Answer:
        """GET, repeated until there is an answer; any status is an answer."""
        return self._send("GET", path, {"params": params}, repeat_unknown=True)

    def probe(self, path: str) -> Answer:
        """GET without the key, as the first contact: whoever redirects from HTTP must not read it.

        An unclear answer is handed back at once.
        """
        return self._send("GET", path, {}, acting={})

    def create(self, path: str, params: dict[str, Any], *, by: int | None = None, files: Files | None = None) -> Answer:
        """POST, as the user `by` (an id: names may change) where given.

        What is certain not to have happened is repeated; never what may have.
        """
        body = {"data": params, "files": files} if files else {"json": params}
        return self._send("POST", path, body, acting=None if by is None else {"Api-User-Id": str(by)})

    def put(self, path: str, params: dict[str, Any] | None = None) -> Answer:
        """PUT something that may be done twice without harm; repeated until there is an answer."""
        return self._send("PUT", path, {"json": params} if params else {}, repeat_unknown=True)

    def delete(self, path: str) -> Answer:
        """DELETE; repeated until there is an answer, which may then be that there is no such thing any more."""
        return self._send("DELETE", path, {}, repeat_unknown=True)

    def ask(self, verb: str, path: str, params: dict[str, Any] | None = None, *, by: int | None = None) -> Answer:
        """One request, as the user `by` (an id) where given, that is never repeated; any answer is handed back."""
        headers = self._headers(None if by is None else {"Api-User-Id": str(by)})
        return self._once(verb, path, {"json": params} if params else {}, headers)

    def _request(
        self,
        verb: str,
        path: str,
        params: Json = None,
        files: Json = None,
        data: Json = None,
        json: Json = None,
        override_request_kwargs: dict[str, Any] | None = None,
    ) -> Json:
        """What all methods of pydiscourse call. Returns the decoded body."""
        by = ((override_request_kwargs or {}).get("headers") or {}).get("Api-Username")
        acting = {"Api-Username": by} if by else None
        parts = {"params": params, "files": files, "data": data, "json": json}
        answer = self._send(verb, path, parts, acting=acting, repeat_unknown=verb == "GET")
        if answer.outcome is not Outcome.DONE or 300 <= answer.status < 400:
            raise Refused(self.host, answer)
        return answer.body

    def _send(
        self,
        verb: str,
        path: str,
        parts: dict[str, Any],
        *,
        acting: dict[str, str] | None = None,
        repeat_unknown: bool = False,
    ) -> Answer:
        again = {Outcome.NOT_DONE, Outcome.UNKNOWN} if repeat_unknown else {Outcome.NOT_DONE}
        retrying = Retrying(
            retry=lambda state: _is_passing(_result(state), again, repeat_unknown) and not _stays(statuses),
            wait=self._backoff,
            sleep=self.pace.sleep,
            before_sleep=lambda state: self._lose_patience(state, began),
        )
        headers, began = self._headers(acting), time.monotonic()
        statuses: list[int] = []

        def once() -> Answer:
            answer = self._once(verb, path, parts, headers, len(statuses) + 1)
            statuses.append(answer.status)
            return answer

        answer: Answer = retrying(once)
        return answer

    def _headers(self, acting: dict[str, str] | None) -> dict[str, str | bytes]:
        """The key and who acts: the administrator unless said otherwise, and nobody at all for an empty `acting`."""
        if acting is None:
            acting = {"Api-Username": self.api_username}
        return {"Api-Key": self.api_key, **{name: by.encode() for name, by in acting.items()}} if acting else {}

    def _once(
        self, verb: str, path: str, parts: dict[str, Any], headers: dict[str, str | bytes], attempt: int = 1
    ) -> Answer:
        with self.workers.turn():
            self.pace.wait()
            sent = time.monotonic()
            answer = self._exchange(verb, path, parts, headers)
            seconds = time.monotonic() - sent
        self.workers.answered(sent, trouble=answer.status in (0, 429) or answer.status >= 500)
        if self._log is not None:
            self._log.note(
                self.host, verb, path, status=answer.status, seconds=seconds, attempt=attempt, stage=self.stage
            )
        return answer

    def _exchange(self, verb: str, path: str, parts: dict[str, Any], headers: dict[str, str | bytes]) -> Answer:
        try:
            response = self._session.request(
                verb, self.host + path, headers=headers, allow_redirects=False, timeout=self.timeout, **parts
            )
        except requests.RequestException as error:
            return self._unanswered(error)
        except ValueError:  # from requests, which looks at where a redirect leads
            return Answer(0, Outcome.UNKNOWN, None, "it sends visitors to an address that is none")
        self._answered = True
        answer = read_answer(response.status_code, response.headers, response.content)
        if answer.status == 429:
            self.pace.refused(answer.wait_seconds, answer.limit)
        elif answer.outcome not in (Outcome.NOT_DONE, Outcome.UNKNOWN) and not answer.from_guard:
            self._heard = time.monotonic()
        return answer

    def _unanswered(self, error: requests.RequestException) -> Answer:
        """No answer: certain not to have been sent, or unknown."""
        # The error's own text holds the whole URL, and with it what was looked for.
        reason = _root(error)
        never_sent = isinstance(reason, _NEVER_SENT) or isinstance(error, requests.exceptions.ConnectTimeout)
        words = _explain(error, reason)
        if never_sent and not self._answered:
            raise TargetError(f"{self.host}: {words}") from None
        return Answer(0, Outcome.NOT_DONE if never_sent else Outcome.UNKNOWN, None, words)

    def _backoff(self, state: RetryCallState) -> float:
        answer = _result(state)
        # The pace makes everybody wait after a 429.
        return 0.0 if answer.status == 429 else _BACKOFF(state)

    def _lose_patience(self, state: RetryCallState, began: float) -> None:
        """Raises TargetError where nothing was done for too long, since this was asked for at the earliest."""
        self.retries += 1
        answer = _result(state)
        if answer.wait_seconds > self._patience:
            minutes = round(answer.wait_seconds / 60)
            raise TargetError(f"{self.host} asks to wait {minutes} minutes ({answer.message}). {GO_ON}")
        if time.monotonic() - max(self._heard, began) > self._patience:
            minutes = round(self._patience / 60)
            raise TargetError(f"{self.host} has not done anything for {minutes} minutes ({answer.message}). {GO_ON}")


def clean_url(url: str) -> str:
    """The forum's address without what does not belong to it. Raises TargetError where it is none."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise TargetError("This is no forum's address; write it like https://forum.example.org")
    if parts.username is not None:
        raise TargetError("Leave user name and password out of the forum's address.")
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path.rstrip("/"), "", ""))


def _session(host: str) -> requests.Session:
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # What the environment says is read once here, and not for every request.
    session.trust_env = False
    session.proxies.update(get_environ_proxies(host))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
    return session


def _is_passing(answer: Answer, again: set[Outcome], repeat_unknown: bool) -> bool:
    """Whether to ask again. A guard before the forum may dislike the words of one post: a create is not repeated."""
    return answer.outcome in again or (repeat_unknown and answer.from_guard)


def _stays(statuses: list[int]) -> bool:
    """A server error that comes again and again has a reason that stays; the gateway's errors pass."""
    return statuses[-SERVER_ERRORS:] == [500] * SERVER_ERRORS


def _result(state: RetryCallState) -> Answer:
    assert state.outcome is not None
    answer: Answer = state.outcome.result()
    return answer


def _root(error: BaseException) -> BaseException:
    """What is behind an error of requests: urllib3's reason."""
    reason: object = error.args[0] if error.args else None
    inner = getattr(reason, "reason", reason)
    return inner if isinstance(inner, BaseException) else error


def _explain(error: requests.RequestException, reason: BaseException) -> str:
    text = str(reason)
    if isinstance(reason, SSLError) or isinstance(error, requests.exceptions.SSLError):
        if "expired" in text:
            return "its certificate has expired; whoever runs the forum has to renew it"
        if "self-signed" in text or "self signed" in text:
            return "its certificate is self-signed; if that is meant to be, name its file in REQUESTS_CA_BUNDLE"
        if "match" in text:
            return "its certificate is for another host name; is the address right?"
        return "its certificate cannot be trusted, or this is no HTTPS server"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy of this machine (HTTPS_PROXY) cannot be reached"
    if type(reason).__name__ == "NameResolutionError" or "resolve" in text:
        return "there is no such host; is the address right?"
    if isinstance(reason, NewConnectionError) and "refused" in text:
        return "nothing answers there; is the address right, and the forum running?"
    if isinstance(error, requests.exceptions.Timeout):
        return "it does not answer in time"
    return "the connection was lost"
