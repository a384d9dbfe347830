"""The site settings a push wants otherwise, and why; which of them a forum has, and has otherwise already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from migrate.discourse.doctor.needs import Needs

# Without it a push does harm or fails; something is lost; to be changed for ever; never changed by us.
Kind = Literal["must", "should", "for good", "your decision"]
KINDS: tuple[Kind, ...] = ("must", "should", "for good", "your decision")

_EVERYBODY = "10"  # the id of the group trust_level_0, which all accounts are in
_LONGEST_POST = 150_000  # Discourse allows no more

# Gives the value that is needed, from the present one and what an archive needs; the same where that will do.
Want = Callable[[str, Needs], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One setting."""

    name: str
    kind: Kind
    want: Want
    why: str
    also_known_as: str = ""  # its name in other versions


@dataclass(frozen=True, slots=True)
class Advice:
    """A setting of a forum that should be otherwise. Of one that is to be decided `wanted` is what to consider."""

    name: str
    kind: Kind
    value: str
    wanted: str
    why: str


def advise(settings: Mapping[str, str], needs: Needs) -> list[Advice]:
    """What to change among a forum's settings (name → value), in the order of `KINDS`. What it lacks is passed over."""
    found = [
        Advice(rule.name, rule.kind, value, wanted, rule.why)
        for rule in RULES
        if (value := settings.get(rule.name)) is not None and not is_same(value, wanted := rule.want(value, needs))
    ]
    return sorted(found, key=lambda advice: KINDS.index(advice.kind))


def missing(settings: Mapping[str, str]) -> list[str]:
    """The settings a push depends on that the forum does not show."""
    return [
        rule.name
        for rule in RULES
        if rule.kind == "must" and rule.name not in settings and rule.also_known_as not in settings
    ]


def is_same(value: str, other: str) -> bool:
    """Whether two values are one to Discourse: the order of a list does not matter."""
    return set(value.lower().split("|")) == set(other.lower().split("|"))


def _to(wanted: str) -> Want:
    return lambda _value, _needs: wanted


def _emails_off(value: str, _needs: Needs) -> str:
    return value if value in ("yes", "non-staff") else "yes"


def _with_everybody(value: str, _needs: Needs) -> str:
    """A list of groups that everybody is in one of; group 0 is everybody, too."""
    groups = [group for group in value.split("|") if group]
    return value if {"0", _EVERYBODY} & set(groups) else "|".join([*groups, _EVERYBODY])


def _at_least(number: Callable[[Needs], int]) -> Want:
    def want(value: str, needs: Needs) -> str:
        return str(number(needs)) if value.isdigit() and int(value) < number(needs) else value

    return want


def _longest_post(needs: Needs) -> int:
    # Quotes become boxes and files become links, so a text grows a little.
    return min(_LONGEST_POST, -(-needs.longest_text * 11 // 10_000) * 1000)


def _extensions(value: str, needs: Needs) -> str:
    known = [name for name in value.split("|") if name]
    if "*" in known:
        return value
    lacking = [name for name in needs.extensions if name not in {item.lower().removeprefix(".") for item in known}]
    return "|".join([*known, *lacking])


def _if_tags(wanted: str) -> Want:
    return lambda value, needs: wanted if needs.most_tags else value


def _tagged_by_everybody(value: str, needs: Needs) -> str:
    return _with_everybody(value, needs) if needs.most_tags else value


def _if_accounts(wanted: str) -> Want:
    return lambda value, needs: wanted if needs.accounts else value


def _if_foreign(wanted: str) -> Want:
    return lambda value, needs: wanted if value == "ascii" and needs.foreign_titles else value


_QUEUE = "posts would wait for approval, and lose their dates; meanwhile nobody's posts are held back"
_TAGS_LOST = "the authors' accounts are new, and tags they may not give are left out without a word"
_WELCOME = "every account that is made would get a message"

RULES: tuple[Rule, ...] = (
    Rule("disable_emails", "must", _emails_off, "nobody is to get mail about old posts; it also holds back passwords"
         " and notifications of your members"),
    Rule("allow_new_registrations", "must", _if_accounts("true"), "without it no account can be made for the authors;"
         " meanwhile anybody can sign up, so where that must not be, set must_approve_users, too"),
    Rule("max_new_accounts_per_registration_ip", "must", _if_accounts("0"), "it stops the accounts of authors"
         " after that many"),
    Rule("approve_post_count", "must", _to("0"), _QUEUE),
    Rule("approve_unless_trust_level", "must", _to("0"), _QUEUE, "approve_unless_allowed_groups"),
    Rule("approve_unless_allowed_groups", "must", _with_everybody, _QUEUE, "approve_unless_trust_level"),
    Rule("approve_new_topics_unless_trust_level", "must", _to("0"), _QUEUE, "approve_new_topics_unless_allowed_groups"),
    Rule("approve_new_topics_unless_allowed_groups", "must", _with_everybody, _QUEUE,
         "approve_new_topics_unless_trust_level"),
    Rule("approve_unless_staged", "must", _to("false"), _QUEUE),
    Rule("authorized_extensions", "should", _extensions, "files of these kinds would be refused"),
    Rule("max_image_size_kb", "should", _at_least(lambda needs: needs.largest_image_kb), "larger images would be"
         " refused"),
    Rule("max_attachment_size_kb", "should", _at_least(lambda needs: needs.largest_file_kb), "larger files would be"
         " refused"),
    Rule("max_post_length", "should", _at_least(_longest_post), "longer messages are continued in a second post"),
    Rule("tagging_enabled", "should", _if_tags("true"), "tags would be left out"),
    Rule("min_trust_level_to_tag_topics", "should", _if_tags("0"), _TAGS_LOST),
    Rule("tag_topic_allowed_groups", "should", _tagged_by_everybody, _TAGS_LOST),
    Rule("max_tags_per_topic", "should", _at_least(lambda needs: needs.most_tags), "further tags would be left out"),
    Rule("max_tag_length", "should", _at_least(lambda needs: needs.longest_tag), "longer tags would be cut"),
    Rule("disable_discourse_narrative_bot_welcome_post", "should", _to("true"), _WELCOME),
    Rule("send_welcome_message", "should", _to("false"), _WELCOME),
    Rule("send_tl1_welcome_message", "should", _to("false"), "accounts would get a message as they rise"),
    Rule("automatically_download_gravatars", "should", _to("false"), "it tells gravatar.com about every author's"
         " address"),
    Rule("embed_truncate", "for good", _to("false"), "imported topics would offer to fetch a page that is not there"),
    Rule("embed_unlisted", "for good", _to("false"), "newer versions would hide what carries a key"),
    Rule("embed_set_canonical_url", "your decision", _to("false"), "imported topics would name a page that is not there"
         " as their original"),
    Rule("slug_generation_method", "your decision", _if_foreign("encoded"), "titles without Latin letters all get the"
         " address /t/topic; it cannot be changed for topics that are there"),
    Rule("email_in", "your decision", _to("false"), "mail that comes meanwhile makes posts among the imported ones"),
    Rule("traditional_markdown_linebreaks", "your decision", _to("false"), "lines end where a mail's lines"
         " ended"),
    Rule("download_remote_images_to_local", "your decision", _to("false"), "when posts are built anew, the forum"
         " fetches the images they link to"),
    Rule("clean_up_inactive_users_after_days", "your decision", _to("0"), "accounts nobody has used for so long are"
         " removed when they have no posts"),
)  # fmt: skip
