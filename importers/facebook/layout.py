"""Which files of a member's download are about groups, in every layout since 2018: known by name, wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from migrate.tree import Tree, TreeFile

Holds = Literal["posts", "comments", "mixed", "page", "names", "owner"]

_NAMES: dict[str, Holds] = {
    "your_posts_and_comments_in_groups": "mixed",  # 2018
    "your_posts_in_groups": "posts",  # 2020
    "group_posts_and_comments": "posts",  # 2022; what is a comment in it says so itself
    "your_comments_in_groups": "comments",
    "your_groups": "names",
    "your_group_membership_activity": "names",
    "profile_posts": "page",  # of a page that the member could download for
    "profile_information": "owner",
}
_FILE = re.compile(r"([a-z_]{1,60}?)(?:_\d{1,6})?(?: \(\d{1,6}\))?\.(json|html)\Z")
# Folders that only a download has; with one of them nothing else beside it is opened.
_FOLDERS = frozenset(
    {
        "your_facebook_activity",
        "your_activity_across_facebook",
        "this_profile's_activity_across_facebook",
        "personal_information",
        "profile_information",
        "logged_information",
        "security_and_login_information",
        "friends_and_followers",
        "ads_information",
        "apps_and_websites_off_of_facebook",
        "about_you",
        "likes_and_reactions",
        "your_interactions_on_facebook",
    }
)
_TOP = _FOLDERS | {"groups", "posts"}


_MESSAGES = frozenset({"inbox", "archived_threads", "message_requests", "filtered_threads"})


def is_private(file: TreeFile) -> bool:
    """Whether it lies where downloads have messages and friends: not looked into even where nothing else of a download
    is there, as in one of its parts."""
    *folders, name = file.path.lower().split("/")
    return not _MESSAGES.isdisjoint(folders) or ("friends" in folders and "friend" in name)


def holds(file: TreeFile) -> Holds | None:
    """What a file of a download holds of groups; None for all the others, which nobody opens."""
    found = _FILE.match(file.name.lower())
    return _NAMES.get(found[1]) if found else None


def is_html(file: TreeFile) -> bool:
    """Whether it is of the variant for reading in a browser."""
    return file.name.lower().endswith(".html")


def root_of(file: TreeFile) -> str:
    """The folder in the export that a download begins in: what comes before the folders that only downloads have."""
    parts = file.path.split("/")[:-1]
    known = (number for number, part in enumerate(parts) if part.lower() in _TOP)
    return "/".join(parts[: next(known, len(parts))])


def download_of(file: TreeFile) -> tuple[str, str]:
    """What tells the download that a file is part of from others in the same tree."""
    return (file.download, root_of(file))


def downloads(tree: Tree) -> Callable[[TreeFile], bool]:
    """Tells of the files of a tree whether they belong to somebody's download."""
    roots = {download_of(file) for file in tree if _shows(file)}
    return lambda file: any(
        file.download == download and (not root or file.path.startswith(f"{root}/")) for download, root in roots
    )


def _shows(file: TreeFile) -> bool:
    folders = file.path.lower().split("/")[:-1]
    return holds(file) not in (None, "owner") or not _FOLDERS.isdisjoint(folders)
