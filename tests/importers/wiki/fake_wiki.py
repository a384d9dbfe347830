"""A small server that answers like a wiki's API, with what a test gives it, and with faults."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SECRET = "s3cret-of-the-bot"
NAMESPACES = {0: "", 1: "Talk", 2: "User", 3: "User talk", 4: "Project", 5: "Project talk", 14: "Category"}
_BATCH = 3  # pages in an answer, so that there is something to continue

Parameters = Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What the next request gets instead of its answer, if `of` is among its parameters' values."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    of: str = ""
    cut: bool = False  # the line breaks in the middle of the body


@dataclass
class Article:
    """A page of the wiki: its versions from the oldest on, each as the API tells it without its number."""

    id: int
    versions: list[dict[str, Any]]
    model: str = "wikitext"
    redirect: str = ""

    @property
    def newest(self) -> int:
        """The number of its newest version."""
        return self.id * 100 + len(self.versions)


def version(text: str, user: str = "Ann", at: str = "2020-03-03T10:15:00Z", **more: str) -> dict[str, Any]:
    """One version, as the API tells it."""
    return {"user": user, "timestamp": at, "comment": "", "*": text, **more}


@dataclass
class FakeWiki:
    """What the wiki has, what it is to do wrong, and what it was asked."""

    articles: dict[str, Article] = field(default_factory=dict)
    categories: dict[str, list[str]] = field(default_factory=dict)
    finds: list[str] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)  # wikitext and what it expands to
    threads: dict[str, Any] = field(default_factory=dict)  # by page, threaditemshtml
    extensions: list[str] = field(default_factory=list)
    others: list[tuple[Parameters, Any]] = field(default_factory=list)  # answers to what has these parameters
    private: bool = False
    old: bool = False  # MediaWiki before 1.32, which has no slots
    faults: list[Fault] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    at_once: int = 0  # the most requests that were under way at a time
    site: dict[str, Any] = field(default_factory=dict)  # more of siteinfo's "general"
    front: bytes = b'<html><head><link rel="EditURI" type="application/rsd+xml" href="/w/api.php?action=rsd"></head>'
    url: str = ""

    def add(self, title: str, text: str, **more: Any) -> Article:
        """A page of one version."""
        number = len(self.articles) + 1
        self.articles[title] = article = Article(number, [version(text)], **more)
        return article

    def answer(self, given: Parameters, cookies: str) -> Any:
        """What the API says."""
        if given["action"] == "login":
            return self._login(given)
        if self.private and "session=in" not in cookies and given.get("meta") != "tokens":
            return _error("readapidenied")
        for wanted, answer in self.others:
            if wanted.items() <= given.items():
                return answer
        answers = {
            "query": self._query,
            "expandtemplates": self._expanded,
            "discussiontoolspageinfo": self._discussion,
        }
        return answers[given["action"]](given) if given["action"] in answers else _error("unknown_action")

    def _login(self, given: Parameters) -> dict[str, Any]:
        right = given.get("lgpassword") == SECRET and given.get("lgname") == "Ann@migrate"
        return {
            "login": {"result": "Success"} if right else {"result": "Failed", "reason": f"No: {given['lgpassword']}"}
        }

    def _query(self, given: Parameters) -> dict[str, Any]:
        answer = self._answered(given)
        if self.old:
            for page in answer.get("query", {}).get("pages", {}).values():
                for each in page.get("revisions", ()):
                    each |= each.pop("slots")["main"]
        return answer

    def _answered(self, given: Parameters) -> dict[str, Any]:
        if given.get("meta", "").startswith("tokens"):
            return {"query": {"tokens": {"logintoken": "t"}}}
        if "siteinfo" in given.get("meta", ""):
            return {"query": {**self._siteinfo(), "userinfo": {"name": "203.0.113.9", "anon": ""}}}
        if "allmessages" in given.get("meta", ""):
            return {"query": {"allmessages": [{"name": "january", "missing": ""}]}}
        if "list" in given:
            return self._listed(given)
        if "generator" in given:
            return self._all_pages(given)
        if "revisions" in given.get("prop", ""):
            return self._revisions(given)
        return self._titled(given) if "titles" in given else {"query": {"userinfo": {"name": "Ann"}}}

    def _siteinfo(self) -> dict[str, Any]:
        general = {
            "sitename": "Garden Wiki",
            "generator": "MediaWiki 1.39.7",
            "lang": "en",
            "server": self.url,
            "articlepath": "/wiki/$1",
            "script": "/w/index.php",
            "mainpage": "Main Page",
            "timezone": "UTC",
            **self.site,
        }
        namespaces = {str(key): {"id": key, "*": name, "case": "first-letter"} for key, name in NAMESPACES.items()}
        return {
            "general": general,
            "rightsinfo": {"text": "CC BY-SA 4.0", "url": "https://creativecommons.org/licenses/by-sa/4.0/"},
            "namespaces": namespaces,
            "extensions": [{"name": name} for name in self.extensions],
        }

    def _titled(self, given: Parameters) -> dict[str, Any]:
        pages: dict[str, Any] = {}
        moved = []
        for number, typed in enumerate(given["titles"].split("|")):
            title = typed[:1].upper() + typed[1:].replace("_", " ")
            if title in self.articles and self.articles[title].redirect:
                moved.append({"from": title, "to": self.articles[title].redirect})
                title = self.articles[title].redirect
            found = self.articles.get(title)
            pages[str(found.id if found else -1 - number)] = (
                _info(title, found) if found else {"ns": 0, "title": title, "missing": ""}
            )
        return {"batchcomplete": "", "query": {"pages": pages, "redirects": moved}}

    def _all_pages(self, given: Parameters) -> dict[str, Any]:
        if int(given["gapnamespace"]) not in NAMESPACES:
            return {"batchcomplete": ""}
        prefix = f"{NAMESPACES[int(given['gapnamespace'])]}:{given.get('gapprefix', '')}"
        titles = sorted(
            title for title, found in self.articles.items() if title.startswith(prefix) and not found.redirect
        )
        titles = [title for title in titles if title >= given.get("gapcontinue", "")]
        pages = {str(self.articles[title].id): _info(title, self.articles[title]) for title in titles[:_BATCH]}
        answer: dict[str, Any] = {"batchcomplete": "", "query": {"pages": pages}} if pages else {"batchcomplete": ""}
        if len(titles) > _BATCH:
            answer["continue"] = {"gapcontinue": titles[_BATCH], "continue": "gapcontinue||"}
        return answer

    def _listed(self, given: Parameters) -> dict[str, Any]:
        kind = given["list"]
        titles = {
            "categorymembers": self.categories.get(given.get("cmtitle", ""), []),
            "search": self.finds,
            "prefixsearch": [title for title in self.articles if f":{given.get('pssearch', '')}" in title],
        }.get(kind, [])
        return {"query": {kind: [{"title": title} for title in titles]}}

    def _revisions(self, given: Parameters) -> dict[str, Any]:
        if "revids" in given:
            wanted = set(map(int, given["revids"].split("|")))
            return {
                "query": {"pages": {str(each.id): _versions(each, each.versions[-1:]) for each in self._of(wanted)}}
            }
        (article,) = (each for each in self.articles.values() if each.id == int(given["pageids"]))
        if given.get("rvdir") == "newer":
            return {"query": {"pages": {"1": _versions(article, article.versions[:1], 1)}}}
        at = int(given.get("rvcontinue", len(article.versions)))
        answer: dict[str, Any] = {"query": {"pages": {"1": _versions(article, article.versions[at - 1 : at], at)}}}
        return answer if at == 1 else {**answer, "continue": {"rvcontinue": str(at - 1), "continue": "||"}}

    def _of(self, wanted: set[int]) -> list[Article]:
        return [each for each in self.articles.values() if each.newest in wanted]

    def _expanded(self, given: Parameters) -> dict[str, Any]:
        text = given["text"]
        for source, meaning in self.templates.items():
            text = text.replace(source, meaning)
        return {"expandtemplates": {"wikitext": text}}

    def _discussion(self, given: Parameters) -> dict[str, Any]:
        title = next(title for title, each in self.articles.items() if each.newest == int(given["oldid"]))
        if title not in self.threads:
            return {"discussiontoolspageinfo": {"threaditemshtml": []}}
        return {"discussiontoolspageinfo": {"threaditemshtml": self.threads[title]}}


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "info": f"something about {code}"}}


def _info(title: str, found: Article) -> dict[str, Any]:
    size = len(found.versions[-1].get("*", ""))
    told = {"pageid": found.id, "title": title, "lastrevid": found.newest, "length": size, "contentmodel": found.model}
    return told | ({"redirect": ""} if found.redirect else {})


def _versions(article: Article, versions: list[dict[str, Any]], last: int = 0) -> dict[str, Any]:
    last = last or len(article.versions)
    numbered = []
    for offset, each in enumerate(reversed(versions)):
        place = last - offset
        content = {name: each[name] for name in ("*", "texthidden") if name in each}
        rest = {name: value for name, value in each.items() if name not in content}
        parent = article.id * 100 + place - 1 if place > 1 else 0
        numbered.append({"revid": article.id * 100 + place, "parentid": parent, **rest, "slots": {"main": content}})
    return {"pageid": article.id, "revisions": numbered}


@contextmanager
def serving(wiki: FakeWiki) -> Iterator[str]:
    """The address of a server for the wiki."""
    under_way: list[None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, query: str) -> None:
            given = dict(parse_qsl(query, keep_blank_values=True))
            path = urlsplit(self.path).path
            wiki.asked.append({"path": path, **given})
            wiki.agents.append(self.headers["User-Agent"])
            under_way.append(None)
            wiki.at_once = max(wiki.at_once, len(under_way))
            time.sleep(0.002)  # so that another one could come meanwhile
            under_way.pop()  # before the answer leaves: whoever has it may ask again
            self._answer_now(path, given)

        def _answer_now(self, path: str, given: dict[str, str]) -> None:
            fault = next((each for each in wiki.faults if not each.of or each.of in given.values()), None)
            if fault:
                wiki.faults.remove(fault)
                self._send(fault)
            elif path == "/w/api.php":
                told = wiki.answer(given, self.headers.get("Cookie", ""))
                cookie = {"Set-Cookie": "session=in; Path=/"} if given.get("action") == "login" else {}
                self._send(Fault(body=json.dumps(told).encode(), headers=cookie))
            elif path == "/" or path.startswith("/wiki/"):
                self._send(Fault(body=wiki.front))
            else:
                self._send(Fault(status=404, body=b"nothing here"))

        def _send(self, said: Fault) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) + (10 if said.cut else 0)))
            self.end_headers()
            self.wfile.write(said.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    wiki.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield wiki.url
    finally:
        server.shutdown()
        server.server_close()
