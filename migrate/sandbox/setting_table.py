"""The site settings there are, with Discourse's defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Value = Any  # bool, int or str, as the setting is
LIMIT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str
    category: str
    public: bool = False  # told by /site/settings.json
    lowest: int | None = None
    highest: int = LIMIT
    choices: tuple[str, ...] = ()
    hidden: bool = False  # in force, but neither shown to administrators nor changed by them

    @property
    def type(self) -> str:
        if self.choices:
            return "enum"
        if self.name.endswith("_allowed_groups"):
            return "group_list"
        if self.default in ("true", "false"):
            return "bool"
        return "integer" if self.lowest is not None else "string"

    def typed(self, value: str) -> Value:
        if self.type == "bool":
            return value == "true"
        return int(value) if self.type == "integer" else value


def _numbers(category: str, public: bool, **values: tuple[int, int, int]) -> list[Setting]:
    return [Setting(name, str(v[0]), category, public, v[1], v[2]) for name, v in values.items()]


def _flags(category: str, public: bool, **values: bool) -> list[Setting]:
    return [Setting(name, str(value).lower(), category, public) for name, value in values.items()]


def _texts(category: str, public: bool, **values: str) -> list[Setting]:
    return [Setting(name, value, category, public) for name, value in values.items()]


RESERVED = (
    "admin|moderator|administrator|mod|sys|system|community|info|you|name|username|user|nickname|discourse|"
    "discourseorg|discourseforum|support|all|here"
)

# Defaults of 2.9.0.beta3.
_TABLE: tuple[list[Setting], ...] = (
    _texts("required", True, title="Discourse sandbox", site_description=""),
    [
        Setting("default_locale", "en", "basic", True),
        Setting("disable_emails", "no", "email", True, choices=("no", "yes", "non-staff")),
        Setting("slug_generation_method", "ascii", "basic", True, choices=("ascii", "encoded", "none")),
        Setting("reserved_usernames", RESERVED, "users"),
        Setting("authorized_extensions", "jpg|jpeg|png|gif|heic|heif|webp", "files", True),
        Setting("authorized_extensions_for_staff", "", "files", True),
        Setting("permalink_normalizations", "", "basic"),
        # Hidden where the bundled plugin with the narrative bot is, whose own setting takes its place.
        Setting("send_welcome_message", "true", "users", hidden=True),
        Setting("max_category_nesting", "2", "basic", False, 2, 3, hidden=True),
    ],
    _flags("email", False, email_in=False, enable_staged_users=True, hide_email_address_taken=False),
    _flags(
        "login", True, allow_new_registrations=True, must_approve_users=False, invite_only=False, login_required=False
    ),
    _flags(
        "users",
        False,
        unicode_usernames=False,
        send_tl1_welcome_message=True,
        disable_discourse_narrative_bot_welcome_post=False,
        automatically_download_gravatars=True,
    ),
    _flags("files", False, clean_up_uploads=True, download_remote_images_to_local=True),
    _flags("files", True, prevent_anons_from_downloading_files=False, allow_uploaded_avatars=True),
    _flags(
        "posting",
        True,
        title_prettify=True,
        allow_uppercase_posts=False,
        allow_duplicate_topic_titles=False,
        allow_uncategorized_topics=True,
        traditional_markdown_linebreaks=False,
        enable_mentions=True,
        enable_emoji=True,
        enable_emoji_shortcuts=True,
        enable_markdown_linkify=True,
        enable_markdown_typographer=True,
    ),
    _flags("posting", False, title_fancy_entities=True, remove_full_quote=True, approve_unless_staged=False),
    _flags("embedding", True, embed_truncate=True, embed_unlisted=True, embed_set_canonical_url=False),
    _flags("tags", True, tagging_enabled=True, force_lowercase_tags=True),
    _flags("basic", True, detailed_404=False),
    _numbers(
        "posting",
        True,
        min_post_length=(20, 1, LIMIT),
        min_first_post_length=(20, 1, LIMIT),
        max_post_length=(32000, 5, 150000),
        min_topic_title_length=(15, 1, LIMIT),
        max_topic_title_length=(255, 5, 255),
        max_mentions_per_post=(10, 0, LIMIT),
        newuser_max_links=(2, 0, LIMIT),
        newuser_max_embedded_media=(1, 0, LIMIT),
        newuser_max_attachments=(0, 0, LIMIT),
        newuser_max_mentions_per_post=(2, 0, LIMIT),
    ),
    _numbers(
        "posting",
        False,
        title_min_entropy=(10, 0, LIMIT),
        body_min_entropy=(7, 0, LIMIT),
        title_max_word_length=(30, 1, LIMIT),
        unique_posts_mins=(5, 0, LIMIT),
        max_consecutive_replies=(3, 0, LIMIT),
        newuser_max_replies_per_topic=(3, 0, LIMIT),
        newuser_spam_host_threshold=(3, 0, LIMIT),
        max_oneboxes_per_post=(50, 0, LIMIT),
        auto_close_topics_post_count=(10000, 0, LIMIT),
        editing_grace_period=(300, 0, LIMIT),
        post_edit_time_limit=(1440, 0, LIMIT),
        approve_post_count=(0, 0, LIMIT),
        approve_unless_trust_level=(0, 0, 4),
        approve_new_topics_unless_trust_level=(0, 0, 4),
    ),
    _numbers(
        "rate_limits",
        False,
        rate_limit_create_topic=(15, 0, LIMIT),
        rate_limit_new_user_create_topic=(120, 0, LIMIT),
        rate_limit_create_post=(5, 0, LIMIT),
        rate_limit_new_user_create_post=(30, 0, LIMIT),
        max_topics_per_day=(20, 0, LIMIT),
        max_topics_in_first_day=(3, 0, LIMIT),
        max_replies_in_first_day=(10, 0, LIMIT),
        max_personal_messages_per_day=(20, 0, LIMIT),
        max_edits_per_day=(30, 0, LIMIT),
        max_post_deletions_per_minute=(2, 0, LIMIT),
        max_post_deletions_per_day=(10, 0, LIMIT),
    ),
    _numbers("users", True, min_username_length=(3, 1, 60), max_username_length=(20, 8, 60)),
    _numbers(
        "users",
        False,
        min_password_length=(10, 8, 500),
        max_new_accounts_per_registration_ip=(3, 0, LIMIT),
        default_trust_level=(0, 0, 4),
        clean_up_unused_staged_users_after_days=(365, 0, LIMIT),
        clean_up_inactive_users_after_days=(730, 0, LIMIT),
    ),
    _numbers(
        "files",
        True,
        max_image_size_kb=(4096, 0, 102400),
        max_attachment_size_kb=(4096, 0, 1024000),
        max_image_megapixels=(40, 5, 1000),
    ),
    _numbers("files", False, clean_orphan_uploads_grace_period_hours=(48, 0, 168)),
    _numbers(
        "tags",
        True,
        max_tags_per_topic=(5, 0, 100),
        max_tag_length=(20, 1, 100),
        min_trust_to_create_tag=(3, 0, 4),
        min_trust_level_to_tag_topics=(0, 0, 4),
    ),
    _numbers("search", True, min_search_term_length=(3, 1, 20)),
    _texts(
        "posting",
        False,
        approve_unless_allowed_groups="10",
        approve_new_topics_unless_allowed_groups="10",
        create_tag_allowed_groups="1|3|13",
        tag_topic_allowed_groups="10",
        uploaded_avatars_allowed_groups="10",
    ),
)

# Later versions ask for groups where 2.9 asks for a level of trust.
_ONLY_LATER = frozenset(setting.name for group in _TABLE for setting in group if setting.type == "group_list")
_ONLY_BEFORE = frozenset(
    (
        "approve_unless_trust_level",
        "approve_new_topics_unless_trust_level",
        "min_trust_to_create_tag",
        "min_trust_level_to_tag_topics",
        "allow_uploaded_avatars",
    )
)


def table(later: bool) -> dict[str, Setting]:
    """The settings of 2.9, or of later versions."""
    gone = _ONLY_BEFORE if later else _ONLY_LATER
    return {setting.name: setting for group in _TABLE for setting in group if setting.name not in gone}


# What an operator sets for the time of a migration; each version takes those that it has.
PREPARED = {
    "disable_emails": "yes",
    "embed_truncate": "false",
    "embed_unlisted": "false",
    "max_new_accounts_per_registration_ip": "0",
    "disable_discourse_narrative_bot_welcome_post": "true",
    "send_welcome_message": "false",
    "send_tl1_welcome_message": "false",
    "automatically_download_gravatars": "false",
    "allow_new_registrations": "true",
    "email_in": "false",
    "approve_post_count": "0",
    "approve_unless_staged": "false",
    "approve_unless_trust_level": "0",
    "approve_new_topics_unless_trust_level": "0",
    "approve_unless_allowed_groups": "10",
    "approve_new_topics_unless_allowed_groups": "10",
    "authorized_extensions": "*",
    "max_attachment_size_kb": "10240",
    "max_image_size_kb": "10240",
}
