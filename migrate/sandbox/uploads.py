"""Files: one upload for the same bytes, whoever sends them under whatever name."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from migrate.pages.images import dimensions

from . import dates
from .answers import Answer, Json, failed, missing, not_found, ok, redirect, unprocessable
from .calls import Call, File
from .files import file_name, find_short, short_name, short_path, url_path
from .routes import route
from .store import Row

IMAGES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}
HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@route("POST", "/uploads", "uploads:create")
def create(call: Call) -> Answer:
    user = call.member()
    if not (call.text("type") or call.text("upload_type")):
        raise missing("type")
    file = call.files.get("file") or call.files.get("files[]")
    if file is None:
        raise unprocessable("Sorry, you must provide a file to upload.")
    sha1 = hashlib.sha1(file.content, usedforsecurity=False).hexdigest()
    row = call.site.store.one("SELECT * FROM uploads WHERE sha1 = ?", sha1) if file.content else None
    return ok(shape(call, row or _keep(call, file, sha1, user["id"])))


def _keep(call: Call, file: File, sha1: str, user_id: int) -> Row:
    name = PurePath(file.name.replace("\\", "/")).name
    extension = _extension(name)
    _check_extension(call, extension)
    if not file.content:
        raise unprocessable("Sorry, but the file you provided is empty.")
    image = extension in IMAGES
    most = call.site.settings["max_image_size_kb" if image else "max_attachment_size_kb"]
    if len(file.content) > most * 1024:
        raise unprocessable(
            f"Sorry, the file you are trying to upload is too big (maximum size is {human_size(most * 1024)})."
        )
    width, height = _measured(call, file.content) if image else (None, None)
    upload_id = call.site.store.insert(
        "uploads",
        user_id=user_id,
        sha1=sha1,
        original_filename=name,
        extension=extension,
        filesize=len(file.content),
        width=width,
        height=height,
        retain_hours=call.number("retain_hours"),
        created_at=dates.now(),
    )
    row = call.site.store.one("SELECT * FROM uploads WHERE id = ?", upload_id)
    if row is None or not _written(call, row, file.content):
        raise failed()
    return row


def _written(call: Call, row: Row, content: bytes) -> bool:
    try:
        call.site.files.mkdir(mode=0o700, parents=True, exist_ok=True)
        (call.site.files / file_name(row)).write_bytes(content)
    except OSError:
        return False
    return True


def _extension(name: str) -> str:
    """What stands behind the last dot, where that can be part of a file's name here; else nothing."""
    extension = PurePath(name).suffix.removeprefix(".").lower()
    return extension if extension.isascii() and extension.isalnum() and len(extension) <= 20 else ""


def _check_extension(call: Call, extension: str) -> None:
    settings = call.site.settings
    allowed = settings["authorized_extensions"].lower().split("|")
    if call.staff:
        allowed += settings["authorized_extensions_for_staff"].lower().split("|")
    if "*" not in allowed and (not extension or extension not in allowed):
        shown = ", ".join(sorted(filter(None, allowed)))
        raise unprocessable(
            f"Sorry, the file you are trying to upload is not authorized (authorized extensions: {shown})."
        )


def _measured(call: Call, content: bytes) -> tuple[int, int]:
    size = dimensions(content)
    if size is None:
        raise unprocessable("Sorry, but we couldn't determine the size of the image. Maybe your image is corrupted?")
    most = call.site.settings["max_image_megapixels"]
    if size[0] * size[1] > most * 1_000_000:
        raise unprocessable(f"Sorry, the image you are trying to upload is too large (maximum is {most} megapixels).")
    return size


@route("POST", "/uploads/lookup-urls")
def lookup(call: Call) -> Answer:
    found = []
    for short in call.items("short_urls")[:1000]:
        if row := find_short(call.site.store, short.removeprefix("upload://")):
            found.append({"short_url": short, "url": _url(call, row), "short_path": short_path(row)})
    return ok(found)


@route("GET", "/uploads/short-url/{name}")
def byshort_path(call: Call) -> Answer:
    row = find_short(call.site.store, call.place["name"])
    if row is None:
        raise not_found()
    return redirect(_url(call, row), 302)


@route("GET", "/uploads/default/original/1X/{name}")
def content(call: Call) -> Answer:
    sha1 = call.place["name"].partition(".")[0]
    row = call.site.store.one("SELECT * FROM uploads WHERE sha1 = ?", sha1)
    if row is None:
        raise not_found()
    try:
        data = (call.site.files / file_name(row)).read_bytes()
    except OSError:
        raise not_found() from None
    kind = IMAGES.get(row["extension"])
    headers = dict(HARMLESS) | ({} if kind else {"Content-Disposition": "attachment"})
    return Answer(200, data, kind or "application/octet-stream", headers)


def shape(call: Call, row: Row) -> Json:
    later = {"dominant_color": None, "thumbnail": None, "optimized_video": None} if call.site.later else {}
    return later | {
        "id": row["id"],
        "url": _url(call, row),
        "original_filename": row["original_filename"],
        "filesize": row["filesize"],
        "width": row["width"],
        "height": row["height"],
        "thumbnail_width": row["width"],
        "thumbnail_height": row["height"],
        "extension": row["extension"],
        "short_url": f"upload://{short_name(row)}",
        "short_path": short_path(row),
        "retain_hours": row["retain_hours"],
        "human_filesize": human_size(row["filesize"]),
    }


def human_size(size: int) -> str:
    if size < 1024:
        return f"{size} Bytes"
    number, unit = (size / 1024, "KB") if size < 1024**2 else (size / 1024**2, "MB")
    return f"{number:.3g} {unit}"


def _url(call: Call, row: Row) -> str:
    return call.site.base_url.removeprefix("http:") + url_path(row)
