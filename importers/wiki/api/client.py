"""Asking a wiki's API, with mwclient, which knows how to log in and what its errors look like.

Its way of sending is replaced: it prints what servers answer, leaves passwords in its exceptions, does not know 429 and
follows redirects to wherever they lead.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import mwclient
from mwclient.errors import APIDisabledError, APIError, InvalidResponse, LoginError, MaximumRetriesExceeded

from importers.wiki.api.connection import GO_ON, Connection, LaterError, Reply, StaysError, is_loopback
from importers.wiki.structured.values import items, mapping
from migrate.errors import InputError

USERNAME = "MEDIAWIKI_USERNAME"
PASSWORD = "MEDIAWIKI_PASSWORD"  # noqa: S105 - the name of a variable
MAXLAG = 5  # seconds, as MediaWiki's manual advises programs
BATCH = 50  # pages a request: what MediaWiki allows everybody

_LONG = 1500  # characters of parameters, beyond which they no longer fit into an address
_MOST_EMPTY = 500  # answers in a row with nothing in them
_PRIVATE = frozenset({"readapidenied", "assertuserfailed", "assertnameduserfailed"})
_LATER = re.compile(r"maxlag|ratelimited|readonly|internal_api_error_DB\w+")

Answer = Mapping[str, Any]

logging.getLogger("mwclient").addHandler(logging.NullHandler())
logging.getLogger("mwclient").propagate = False


class RefusedError(Exception):
    """The API says no to this one request; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Site(mwclient.Site):  # type: ignore[misc]  # mwclient has no types
    """mwclient, sending over our connection."""

    def __init__(self, api: str, connection: Connection) -> None:
        parts = urlsplit(api)
        self._connection = connection
        super().__init__(
            parts.netloc,
            path=parts.path.removesuffix("api.php"),
            scheme=parts.scheme,
            pool=connection.session,
            max_retries=0,
            do_init=False,
        )

    def raw_call(
        self,
        script: str,
        data: dict[str, Any],
        files: object = None,
        retry_on_error: bool = True,
        http_method: str = "",
    ) -> str:
        """One request. mwclient's own would repeat it, and tell the terminal about it."""
        url = f"{self.scheme}://{self.host}{self.path}{script}{self.ext}"
        reply = self._connection.exchange(http_method, url, {**data, "maxlag": MAXLAG})
        refuse(reply, self.host)
        return reply.text


class Wiki:
    """The API at an address ("https://wiki.example.org/w/api.php"). All methods raise InputError, with what to do,
    where the wiki cannot be read."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.host = urlsplit(api).netloc
        self._connection = Connection(api)
        self._site = _Site(api, self._connection)
        self.logged_in = False

    def ask(self, action: str, /, **parameters: object) -> Answer:
        """One answer. Raises RefusedError where the API does not want to give it."""
        try:
            return self._patiently(action, parameters)
        except RefusedError as error:
            if error.code not in _PRIVATE or not self.logged_in:
                raise
        self.log_in()  # sessions end
        return self._patiently(action, parameters)

    def query(self, **parameters: object) -> Iterator[Answer]:
        """What stands below "query" in each answer, until there are no more. Raises RefusedError."""
        going_on: dict[str, object] = {}
        seen: set[str] = set()
        empty = 0
        while True:
            answer = self.ask("query", **{**parameters, **going_on})
            found = mapping(answer.get("query"))
            empty = 0 if found.keys() - {"userinfo"} else empty + 1
            yield found
            going_on = _continuation(answer)
            if not going_on:
                return
            if repr(going_on) in seen or empty > _MOST_EMPTY:
                raise InputError(f"{self.host} answers the same again and again, without an end. {GO_ON}")
            seen.add(repr(going_on))

    def pages(self, **parameters: object) -> Iterator[Answer]:
        """The pages in the answers to a query. Raises RefusedError."""
        for found in self.query(**parameters):
            yield from things(found.get("pages"))

    def log_in(self) -> bool:
        """With a bot password from the environment; False if there is none."""
        name, password = os.environ.get(USERNAME, "").strip(), os.environ.get(PASSWORD, "").strip()
        if not name and not password:
            return False
        if not name or not password:
            raise InputError(f"To log in to {self.host} both {USERNAME} and {PASSWORD} are needed; one is missing.")
        if urlsplit(self.api).scheme != "https" and not is_loopback(self.api):
            raise InputError(
                f"A password is only sent over https: use the https:// address of {self.host}, or unset {PASSWORD}."
            )
        self._connection.patiently(lambda: self._log_in_once(name, password))
        self.logged_in = True
        return True

    def _patiently(self, action: str, parameters: Mapping[str, object]) -> Answer:
        try:
            return self._connection.patiently(lambda: self._once(action, parameters))
        except StaysError:
            raise RefusedError("server-error") from None

    def _once(self, action: str, parameters: Mapping[str, object]) -> Answer:
        given = {name: value for name, value in parameters.items() if value is not None}
        method = "POST" if sum(len(str(value)) for value in given.values()) > _LONG else "GET"
        try:
            answer = self._site.api(action, method, **given)
        except APIDisabledError:
            raise InputError(
                f"{self.host} has its API switched off; ask whoever runs it, or import an XML export (Special:Export)."
            ) from None
        except InvalidResponse as error:
            raise _unreadable(self.host, error.response_text) from None
        except (APIError, MaximumRetriesExceeded) as error:
            raise _refusal(error) from None
        except (AttributeError, IndexError, KeyError, RecursionError, TypeError):
            raise InputError(_not_mediawiki(self.host)) from None
        if not isinstance(answer, Mapping):
            raise InputError(_not_mediawiki(self.host))
        return answer

    def _log_in_once(self, name: str, password: str) -> None:
        self._site.tokens = {}
        try:
            self._site.login(name, password)
        except LoginError as error:
            raise InputError(self._wrong_login(error.code)) from None
        except MaximumRetriesExceeded:
            raise LaterError("too many log-ins at a time") from None
        except InvalidResponse as error:
            raise _unreadable(self.host, error.response_text) from None
        except APIError as error:
            refusal = _refusal(error)
            if isinstance(refusal, LaterError):
                raise refusal from None
            raise InputError(self._wrong_login(error.code)) from None
        except (APIDisabledError, AttributeError, IndexError, KeyError, RecursionError, TypeError, RuntimeError):
            raise InputError(_not_mediawiki(self.host)) from None

    def _wrong_login(self, code: object) -> str:
        reason = f" ({code})" if isinstance(code, str) and re.fullmatch(r"[A-Za-z_-]{1,40}", code) else ""
        return (
            f"{self.host} does not accept what stands in {USERNAME} and {PASSWORD}{reason}. Make a bot password there,"
            " on the page Special:BotPasswords; the user name then looks like Ann@migrate."
        )


def refuse(reply: Reply, host: str) -> None:
    """Raises InputError for an answer that is no answer to a question to an API."""
    if 300 <= reply.status < 400:
        target = re.match(r"(?:https?:)?//([\w.:-]{1,200})(?:/|$)", reply.location, re.IGNORECASE)
        there = f" to {target[1]}" if target and target[1] != host else " elsewhere"
        raise InputError(f"{host} sends visitors on{there}; is that the wiki? Then use the address that it leads to.")
    if reply.status == 401:
        raise InputError(f"{host} asks for a password before anything can be read (401), which is not supported.")
    if reply.status == 403:
        raise InputError(f"{host} does not let programs read it (403). Perhaps a guard is before it; ask who runs it.")
    if reply.status != 200:
        raise InputError(f"{host} does not answer like a MediaWiki ({reply.status}). Is the address right?")


def things(value: object) -> list[Answer]:
    """The objects in a list, or in an object by whatever name; newer and older formats differ in that."""
    return [each for each in items(value) if isinstance(each, Mapping)]


def _continuation(answer: Answer) -> dict[str, object]:
    """What to send along for the next answer; {} where this was the last. MediaWiki before 1.21 says it otherwise."""
    said = mapping(answer.get("continue"))
    older = things(answer.get("query-continue"))
    merged = dict(said) if said else {name: value for each in older for name, value in each.items()}
    return {str(name): value for name, value in merged.items() if isinstance(value, str | int)}


def _refusal(error: Exception) -> Exception:
    code = getattr(error, "code", None)
    code = code if isinstance(code, str) and re.fullmatch(r"[\w-]{1,80}", code) else "unknown"
    if isinstance(error, MaximumRetriesExceeded) or _LATER.fullmatch(code):
        return LaterError(f"it has troubles of its own ({code})")
    return RefusedError(code)


def _unreadable(host: str, text: object) -> Exception:
    if isinstance(text, str) and text.lstrip()[:1] == "<":
        return InputError(f"{host} answers with a web page where data was asked for. Perhaps a guard stands before it.")
    return LaterError("what it answers is cut off, or no data at all")


def _not_mediawiki(host: str) -> str:
    return f"{host} answers what no MediaWiki does. Is the address right?"
