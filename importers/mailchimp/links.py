"""Addresses in campaigns: which of them were made for one reader, and what they are without what tells who clicked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from importers.mailchimp.merge_tags import HERE, LEAVES, MARKS, NEAR
from importers.mailchimp.phrases import plain

# reader: to leave, to forward, to one's own data; here: this campaign on the web; share: to tell others of it on some
# network; tracked: through Mailchimp's counter, which alone knows where to; plain: any other.
Kind = Literal["reader", "here", "share", "tracked", "plain"]

# In a text: what follows in a script without spaces is not of its query, nor are the signs of the sentence at its end.
_ADDRESS = re.compile(
    r"https?://[^\s<>\"'\\?]{1,4000}\?[!#-&(-;=?-\[\]-~\ufdd6-\ufddc]{0,8000}(?<![.,;:!?)\]}*])", re.IGNORECASE
)
_SEPARATOR = re.compile(r"(&amp;|&)", re.IGNORECASE)
_CLICKS = re.compile(r"(?:utm_\w+|mc_[ce]id|fbclid|gclid)=|goal=0_[0-9a-f]{6,}-|ct=t(?:\(|%28)", re.IGNORECASE)

_AMPERSAND = re.compile(r"&#(?:0{0,3}38|x0{0,2}26);", re.IGNORECASE)
# Whose mail it is: ten hexadecimal digits, also in an address within another one, and however it is written.
_READER_ID = r"(?:mc_eid|e|%65)(?:=|%(?:25){0,3}3D)[0-9a-f]{10}(?![0-9a-z])"
_AND = r"(?:&(?:amp;|#0{0,3}38;|#x0{0,2}26;)?|%(?:25){0,3}26)"
_BEFORE_OTHERS = re.compile(rf"(\?|%(?:25){{0,3}}3F)(?:{_READER_ID}{_AND}){{1,5}}", re.IGNORECASE)
_READER_IDS = re.compile(rf"(?:{_AND}|[?;#]|%(?:25){{0,3}}(?:3F|23)){_READER_ID}", re.IGNORECASE)

_MANAGE = re.compile(r"(?:^|\.)list-manage\d*\.com\Z")
_ARCHIVE = re.compile(r"(?:^|\.)campaign-archive\d*\.com\Z")
_FORWARD = re.compile(r"(?:^|\.)forward-to-friend\d*\.com\Z")
_SHORT = re.compile(r"(?:^|\.)(?:mailchi\.mp|eepurl\.com|mailchimp\.com)\Z")
_COUNTER = re.compile(r"/track/click\b|/[A-Za-z0-9]{4,12}/?\Z")
_PIXEL = re.compile(
    r"//[^/\s]{0,200}/track/open\.php|[\w.-]{0,100}list-manage\d*\.com/track/open|mailchimp\.com/monkey_rewards/",
    re.IGNORECASE,
)
_REFERRAL = re.compile(r"referral|monkey-?rewards|monkeyrewards|freemium_newsletter", re.IGNORECASE)
_SHARE = re.compile(
    r"https?://(?:[\w-]{1,20}\.)?(?:facebook\.com/(?:sharer|share\.php|plugins/like|dialog/(?:share|feed))"
    r"|(?:twitter|x)\.com/(?:intent/|share\b|home/?\?status)|linkedin\.com/(?:shareArticle|sharing/)"
    r"|pinterest\.[a-z.]{2,6}/pin/create|plus\.google\.com/share|google\.com/bookmarks/mark|instapaper\.com/(?:hello|edit)"
    r"|t\.me/share|telegram\.me/share|(?:api\.)?whatsapp\.com/send/?\?text=|wa\.me/\?text=|reddit\.com/submit"
    r"|tumblr\.com/(?:share|widgets/share)|vk\.com/share|getpocket\.com/(?:save|edit)|bsky\.app/intent/"
    r"|threads\.net/intent/|xing\.com/(?:spi/shares|social/share)|addtoany\.com/|addthis\.com/)|whatsapp://send",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\((https?://[^\s()<>]{1,4000})\)")
_ADDRESS_ALONE = re.compile(r"(?:https?://|www\.)[^\s]{3,2000}\Z", re.IGNORECASE)
_LONGEST_LABEL = 200
_MOST_ALIKE = 50  # places that are looked at for one link


class Link(NamedTuple):
    """An address as it may be shown, and what kind of one it is."""

    kind: Kind
    address: str


def look(address: str, here: str) -> Link:
    """What an address in a campaign is; `here` is that of the campaign itself on the web, "" where nobody knows it."""
    address = unescape(address).strip()
    if HERE in address:
        return Link("here", "")
    if LEAVES in address or (NEAR in address and "?" not in address):
        return Link("reader", "")
    stripped = without_tracking(address)
    if stripped[:7].lower() == "mailto:":
        return Link(_mail(stripped), stripped)
    if here and _same(stripped, here):
        return Link("here", stripped)
    if _SHARE.match(stripped):
        return Link("share", stripped)
    kind = _by_host(address)
    if kind == "here" and "campaign-archive" in here:
        kind = "plain"  # of another campaign
    return Link(kind, stripped)


def _by_host(address: str) -> Kind:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "plain"
    if _MANAGE.search(host):
        if parts.path.startswith("/subscribe"):
            return "plain"
        words = ("/unsubscribe", "/profile", "/vcard", "/about", "/abuse", "/oo", "/track/open")
        return "tracked" if _COUNTER.match(parts.path) and not parts.path.startswith(words) else "reader"
    if _FORWARD.search(host):
        return "reader"
    if _ARCHIVE.search(host) and re.search(r"(?:^|&)e=", parts.query):
        return "here"  # made for one reader of this very campaign
    if host.endswith("mailchimp.com") and _REFERRAL.search(address):
        return "reader"
    return "plain"


def _mail(address: str) -> Kind:
    if not address[7:].strip().partition("?")[0]:
        return "share"  # to whom is left to the reader
    return "reader" if "unsubscribe" in address.lower() else "plain"


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _bare(address: str) -> str:
    return without_tracking(address).partition("://")[2].rstrip("/")


def is_pixel(address: str) -> bool:
    """Whether a picture counts who opens the mail, or says only who sent it out."""
    return _PIXEL.search(address[:2000]) is not None


def is_icon(address: str) -> bool:
    """Whether a picture is one that Mailchimp lends to everybody: an icon of a network, its own badge."""
    return "cdn-images.mailchimp.com" in address[:200]


def cleaned_in(text: str) -> str:
    """HTML or plain text, each address in it without tracking. `&amp;` is read as `&`, and stays as it is."""
    if "://" not in text:
        return text
    return _ADDRESS.sub(lambda found: without_tracking(_AMPERSAND.sub("&amp;", found[0])), text)


def without_reader_ids(text: str) -> str:
    """Any text without the numbers that Mailchimp gives to readers, wherever an address holds one."""
    return _READER_IDS.sub("", _BEFORE_OTHERS.sub(r"\1", text))


def without_tracking(address: str) -> str:
    """The address without parameters that tell who clicked and in which mail, the others in their order."""
    front, mark, behind = address.partition("?")
    if not mark:
        return MARKS.sub("", address)
    query, hash_, fragment = behind.partition("#")
    by_mailchimp = _of_mailchimp(front)
    parts = _SEPARATOR.split(query)
    kept = [
        (before, part)
        for before, part in zip(["", *parts[1::2]], parts[::2], strict=True)
        if part
        and not _CLICKS.match(part)
        and not MARKS.search(part)
        and not (by_mailchimp and part[:2].lower() == "e=")
    ]
    query = "".join((before or "&") * bool(at) + part for at, (before, part) in enumerate(kept))
    return MARKS.sub("", front + "?" * bool(query) + query + hash_ + fragment)


def _of_mailchimp(front: str) -> bool:
    host = front.partition("://")[2].partition("/")[0].lower()
    return any(each.search(host) for each in (_MANAGE, _ARCHIVE, _FORWARD, _SHORT))


class Targets:
    """Where counted links lead, as far as the plain text of the same campaign tells: "Read more (https://…)"."""

    def __init__(self, text: str) -> None:
        self._by_last_word: dict[str, list[tuple[str, str]]] = {}
        for before, address in _addresses_behind(text):
            if look(address, "").kind == "plain":
                alike = self._by_last_word.setdefault(before.rpartition(" ")[2], [])
                alike.append((before, without_tracking(address)))

    def find(self, label: str) -> str:
        """The address that a link with this text leads to; "" where that is unknown. Equal texts in their order."""
        label = plain(label)
        if _ADDRESS_ALONE.match(label):
            return without_tracking(label if "://" in label else f"http://{label}")
        alike = self._by_last_word.get(label.rpartition(" ")[2], []) if label else []
        for at, (before, address) in enumerate(alike[:_MOST_ALIKE]):
            if before.endswith(label):
                del alike[at]
                return address
        return ""


def _addresses_behind(text: str) -> Iterator[tuple[str, str]]:
    """Addresses in brackets, each behind what stands before it in its line."""
    for found in _IN_BRACKETS.finditer(text):
        before = text[max(0, found.start() - _LONGEST_LABEL) : found.start()]
        label = plain(before.rpartition("\n")[2].rpartition(")")[2].strip().lstrip("*"))
        if label:
            yield label, found[1]


def picture_target(source: str, images: Mapping[str, str]) -> str:
    """ "attachment:" and a SHA-256 for the address of a picture that the export holds; "" for others.

    Known by the address, by that without its query, or by the file's name.
    """
    if not images or not source:
        return ""
    front = source.partition("?")[0].partition("#")[0]
    name = front.rpartition("/")[2]
    tries: Iterable[str] = (source, front, name, unquote(name))
    return next((images[one] for one in tries if one and one in images), "")
