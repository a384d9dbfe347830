"""The line to one wiki: one request at a time, with pauses where the wiki wants them, and bounds to what it answers.

Pauses are held with the lock in hand, so that no other process of ours asks in the meantime.
"""

from __future__ import annotations

import getpass
import hashlib
import ipaddress
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import tenacity
from filelock import FileLock
from requests.utils import get_environ_proxies

from migrate import __version__
from migrate.errors import InputError

# As Wikimedia's User-Agent policy asks: what it is, and where to read about it.
USER_AGENT = f"discourse-migrate/{__version__} (imports discussions; https://pypi.org/project/discourse-migrate/)"
GO_ON = "What was read before is kept; run the command again later to go on."
TRIES = 8
# A crash or a time-out may be due to what was asked for; a server that is down answers otherwise.
_OF_ONE_REQUEST = frozenset({500, 504})
_TRIES_OF_ONE = 4
CONNECT_SECONDS = 15
ANSWER_SECONDS = 70  # MediaWiki gives up after 60 where it has not been told otherwise
WHOLE_SECONDS = 600  # for an answer that comes in drops
LONGEST_PAUSE = 600.0  # seconds that a wiki may ask for
LARGEST = 64 * 1024 * 1024  # bytes of an answer; MediaWiki itself stops at 8 MB, Wikimedia at 12

_BACKOFF = tenacity.wait_exponential(multiplier=2, max=60)
_Answer = TypeVar("_Answer")


class LaterError(Exception):
    """It may go better another time; not before that many seconds, and hardly after so many tries."""

    def __init__(self, text: str, seconds: float = 0.0, tries: int = TRIES) -> None:
        super().__init__(text)
        self.seconds = seconds
        self.tries = tries


class StaysError(InputError):
    """The wiki fails at this one request, again and again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered."""

    status: int
    text: str
    location: str  # where it sends visitors; "" for nowhere


class Connection:
    """To one host. Nothing of a request or an answer gets into an error, beyond the host."""

    def __init__(self, url: str, tries: int = TRIES) -> None:
        self.host = urlsplit(url).netloc
        self._tries = tries
        self.session = _session(url)
        self._lock = FileLock(_lock_file(self.host))

    def patiently(self, call: Callable[[], _Answer]) -> _Answer:
        """What `call` returns; it is called again where that may help. Raises InputError where it does not."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(LaterError),
            wait=_pause,
            stop=self._is_enough,
            sleep=tenacity.nap.sleep,
            reraise=True,
        )
        try:
            with self._lock:
                return retrying(call)
        except LaterError as error:
            if error.seconds > LONGEST_PAUSE:
                minutes = round(error.seconds / 60)
                raise InputError(f"{self.host} asks to wait {minutes:,} minutes ({error}). {GO_ON}") from None
            kind = InputError if error.tries == TRIES else StaysError
            end = "" if str(error).endswith("?") else "."
            raise kind(f"{self.host}: {error}{end} {GO_ON}") from None

    def exchange(self, method: str, url: str, data: Mapping[str, str | int]) -> Reply:
        """One request, without following where it leads. Raises LaterError, or InputError where that is no use."""
        params, body = (data, None) if method == "GET" else (None, data)
        patience = (CONNECT_SECONDS, ANSWER_SECONDS)
        try:
            with self.session.request(
                method, url, params=params, data=body, timeout=patience, allow_redirects=False, stream=True
            ) as response:
                text = _text(response)
        except requests.exceptions.SSLError as error:
            raise InputError(f"{self.host}: {_about_certificate(str(error))}.") from None
        except requests.exceptions.InvalidURL:
            raise InputError(f"{self.host} is not the address of a wiki.") from None
        except (requests.RequestException, OSError) as error:
            raise LaterError(_about_network(error)) from None
        except ValueError:  # urllib3's LocationParseError and UnicodeError among them
            raise InputError(f"{self.host} is not the address of a wiki.") from None
        self._check(response)
        return Reply(response.status_code, text, response.headers.get("Location", ""))

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        most = error.tries if isinstance(error, LaterError) else TRIES
        return state.attempt_number >= min(most, self._tries) or _asked_for(state) > LONGEST_PAUSE

    def _check(self, response: requests.Response) -> None:
        status, seconds = response.status_code, _seconds(response.headers.get("Retry-After", ""))
        if response.headers.get("MediaWiki-API-Error") == "maxlag" or "X-Database-Lag" in response.headers:
            raise LaterError("its database is behind with its work", max(seconds, 5.0))
        if status == 429:
            raise LaterError("it takes no more requests for the time being (429)", seconds)
        if status >= 500:
            tries = _TRIES_OF_ONE if status in _OF_ONE_REQUEST else TRIES
            raise LaterError(f"it has an error of its own ({status})", seconds, tries)
        if status == 408:
            raise LaterError("it gave up waiting for us (408)", seconds)


def is_loopback(url: str) -> bool:
    """Whether this is an address of this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Session(requests.Session):
    """Goes nowhere but where it was sent."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Nowhere: it would read the whole body of a redirect, without a bound, even where none is to be followed."""
        return None


def _session(url: str) -> requests.Session:
    session = _Session()
    # Otherwise a password out of ~/.netrc would be sent along.
    session.trust_env = False
    session.proxies.update(get_environ_proxies(url))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
    return session


def _lock_file(host: str) -> Path:
    """One for each host and user of this machine."""
    digest = hashlib.sha256(f"{_user()}@{host}".encode("utf-8", "replace")).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"discourse-migrate-{digest}.lock"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container, a user may have no name
        return ""


def _text(response: requests.Response) -> str:
    """The body, as UTF-8. Raises InputError where it does not end."""
    parts, size, until = [], 0, time.monotonic() + WHOLE_SECONDS
    for part in response.iter_content(65536):
        parts.append(part)
        size += len(part)
        if size > LARGEST or time.monotonic() > until:
            raise InputError(f"{urlsplit(response.url).netloc} answers without an end. Is it a wiki?")
    return b"".join(parts).decode("utf-8", "replace")


def _pause(state: tenacity.RetryCallState) -> float:
    return max(_BACKOFF(state), _asked_for(state))


def _asked_for(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.seconds if isinstance(error, LaterError) else 0.0


def _seconds(header: str) -> float:
    """Of Retry-After; it may also be a date, which nobody sends."""
    return float(header) if re.fullmatch(r"\d{1,9}", header.strip(), re.ASCII) else 0.0


def _about_certificate(text: str) -> str:
    if "expired" in text:
        return "its certificate has expired; whoever runs the wiki has to renew it"
    if "self-signed" in text or "self signed" in text:
        return "its certificate is self-signed; if that is meant to be, name its file in REQUESTS_CA_BUNDLE"
    if "match" in text:
        return "its certificate is for another host name; is the address right?"
    return "its certificate cannot be trusted, or it does not speak HTTPS"


def _about_network(error: Exception) -> str:
    text = str(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy of this machine (HTTPS_PROXY) cannot be reached"
    if "resolve" in text.lower() or "getaddrinfo" in text:
        return "there is no such host, or this machine is not connected"
    if "refused" in text:
        return "nothing answers there; is the address right, and the wiki running?"
    if isinstance(error, requests.exceptions.Timeout):
        return "it does not answer in time"
    return "the connection was lost"
