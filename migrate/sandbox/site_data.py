"""What the forum says about itself, and its settings."""

from __future__ import annotations

from . import tagging
from .answers import Answer, empty, ok
from .calls import Call, as_text
from .categories import shape, visible
from .routes import route
from .site import UNCATEGORIZED_ID, VERSIONS

# The smallest there is; a GIF in spite of its name, which browsers do not mind.
TRANSPARENT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")


@route("GET", "/images/transparent.png")
def transparent(call: Call) -> Answer:
    """What stands where a picture is missing."""
    return Answer(200, TRANSPARENT, "image/gif")


@route("GET", "/about")
def about(call: Call) -> Answer:
    store = call.site.store
    counts = {
        "topic_count": "topics WHERE deleted_at IS NULL AND archetype = 'regular'",
        "post_count": "posts WHERE deleted_at IS NULL",
        "user_count": "users WHERE id > 0",
    }
    if call.site.later:
        counts = {name.replace("_count", "s_count"): what for name, what in counts.items()}
    stats = {name: store.value(f"SELECT count(*) FROM {what}") for name, what in counts.items()}  # noqa: S608 - only our own words are put in
    facts = {
        "title": call.site.settings["title"],
        "description": call.site.settings["site_description"],
        "locale": call.site.settings["default_locale"],
        "version": VERSIONS[call.site.version],
        "https": False,
        "stats": stats,
    }
    return ok({"about": facts})


@route("GET", "/site/basic-info")
def basic_info(call: Call) -> Answer:
    settings = call.site.settings
    return ok({"title": settings["title"], "logo_url": "", "login_required": settings["login_required"]})


@route("GET", "/site/settings")
def client_settings(call: Call) -> Answer:
    return ok(call.site.settings.for_clients())


@route("GET", "/site")
def site(call: Call) -> Answer:
    groups = call.site.store.all("SELECT id, name FROM groups ORDER BY id")
    return ok(
        {
            "default_archetype": "regular",
            "notification_types": {"mentioned": 1},
            "post_types": {"regular": 1, "moderator_action": 2, "small_action": 3, "whisper": 4},
            "trust_levels": {f"level{number}": number for number in range(5)},
            "groups": [dict(row) for row in groups],
            "categories": [shape(call, row) for row in visible(call)],
            "post_action_types": [],
            "archetypes": [{"id": "regular", "name": "Regular Topic"}, {"id": "private_message", "name": "Message"}],
            "uncategorized_category_id": UNCATEGORIZED_ID,
            "can_create_tag": tagging.may_create(call.site, call.user),
            "can_tag_topics": tagging.may_tag(call.site, call.user),
            "censored_regexp": None,
            "watched_words_replace": None,
            "watched_words_link": None,
        }
    )


@route("GET", "/admin/site_settings", admin=True)
def admin_settings(call: Call) -> Answer:
    return ok({"site_settings": call.site.settings.for_admins(), "diags": {}})


@route("PUT", "/admin/site_settings/{name}", admin=True)
def change_setting(call: Call) -> Answer:
    name = call.place["name"]
    call.site.settings.change(name, as_text(call.params.get(name)) or "")
    return empty()


@route("PUT", "/admin/backups/readonly", admin=True)
def switch_read_only(call: Call) -> Answer:
    """The button of the page of backups that stops all changes, or lets them in again."""
    call.site.set_read_only(call.true("enable"))
    return empty()
