"""One forum as the plan sees it: what it allows, and what was chosen for it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from migrate.mapping import Authors, Mapping, Tail


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """What a forum says of itself. The defaults are Discourse's, for a plan without a forum."""

    title: str = ""
    version: str = ""
    locale: str = "en"
    max_topic_title_length: int = 255
    max_post_length: int = 32_000
    max_category_name_length: int = 50
    min_username_length: int = 3
    max_username_length: int = 20
    reserved_usernames: tuple[str, ...] = ()
    tagging_enabled: bool = True
    max_tags_per_topic: int = 5
    max_tag_length: int = 20
    authorized_extensions: str = ""  # as the setting is written: "jpg|png", "*"; empty where nobody was asked
    max_attachment_size_kb: int = 4096
    max_image_size_kb: int = 4096
    disable_emails: str = ""  # "no", "yes", "non-staff"; empty where nobody was asked
    # The forum cannot be asked for it: it is an environment setting, 60 unless somebody raised it.
    requests_per_minute: int = 60

    def to_json(self) -> str:
        """One JSON object, as the archive keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The facts kept before; what an older version did not ask has its default."""
        known = {item.name for item in fields(cls)}
        values: dict[str, Any] = {name: value for name, value in json.loads(text).items() if name in known}
        values["reserved_usernames"] = tuple(values.get("reserved_usernames", ()))
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of an archive is sent, for a trial. All of it unless said otherwise."""

    limit: int | None = None  # topics, the first ones of what the rest allows
    only: str | None = None  # a pattern with * and ? for the title or the source
    since: int | None = None  # threads that began then or later; milliseconds since 1970-01-01 UTC

    def to_json(self) -> str:
        """One JSON object, as the archive keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The selection kept before."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One forum that an archive is sent to."""

    id: int
    url: str
    generation: int  # part of every key sent; an undo raises it
    facts: TargetFacts
    quotes: Tail = "fold"  # what becomes of trailing quotes and signatures
    authors: Authors = "placeholders"
    lang: str | None = None  # of generated words; None: the forum's own
    mapping: str = ""  # the mapping file's text, as it was given last; empty: the defaults
    selection: Selection = Selection()
    honours_reply_keys: bool | None = None  # whether replies can be found by their `embed_url`; None: not tried yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is chosen for a forum from now on; None leaves it as it was chosen before."""

    quotes: Tail | None = None
    authors: Authors | None = None
    lang: str | None = None
    mapping: str | None = None
    selection: Selection | None = None

    def under(self, mapping: Mapping) -> Choices:
        """The same with a mapping; what it says goes behind what was chosen otherwise."""
        return replace(
            self,
            quotes=self.quotes or mapping.quotes,
            authors=self.authors or mapping.authors,
            lang=self.lang or mapping.lang,
            mapping=mapping.text,
        )
