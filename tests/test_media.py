"""Pictures and videos lose what tells where they were taken, and nothing else."""

import random
import struct
import time
import zlib

import pytest

from migrate.media import media_type_of, without_whereabouts

SECRET = b"GPS 52.1234 N"  # stands in every note below
ICC = b"ICC_PROFILE\0\x01\x01 colours"
SCAN = b"\x12\xff\x00\x34\xff\xd0\x56" * 40  # with a stuffed FF and a restart in it


def tiff(turned: int = 1, order: str = "<") -> bytes:
    """Exif: a maker's name that is a secret, and which way up the picture is."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}L", 8)
    fields = struct.pack(f"{order}HHHLL", 2, 0x010F, 2, len(SECRET), 38)
    fields += struct.pack(f"{order}HHLHH", 0x0112, 3, 1, turned, 0)
    return head + fields + struct.pack(f"{order}L", 0) + SECRET


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def jpeg(*notes: bytes, between: bytes = b"", after: bytes = b"") -> bytes:
    """A progressive JPEG: two scans, something between them, something after the end."""
    frame = segment(0xDB, bytes(65)) + segment(0xC2, b"\x08\0\x10\0\x10\x01\x01\x11\0") + segment(0xC4, bytes(20))
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + SCAN
    return b"\xff\xd8" + b"".join(notes) + frame + scan + between + scan + b"\xff\xd9" + after


JFIF = segment(0xE0, b"JFIF\0\x01\x02\0\0\x48\0\x48\0\0")


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png(before: bytes = b"", after: bytes = b"", beyond: bytes = b"") -> bytes:
    picture = png_chunk(b"IDAT", zlib.compress(bytes(17)))
    head = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">LLBBBBB", 4, 4, 8, 0, 0, 0, 0))
    return head + before + picture + after + png_chunk(b"IEND", b"") + beyond


def riff_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<L", len(data)) + data + b"\0" * (len(data) % 2)


def webp(*notes: bytes, flags: int = 0) -> bytes:
    body = riff_chunk(b"VP8X", bytes((flags,)) + bytes(9)) + riff_chunk(b"VP8 ", b"picture") + b"".join(notes)
    return b"RIFF" + struct.pack("<L", len(body) + 4) + b"WEBP" + body


def gif(*extensions: bytes, after: bytes = b"") -> bytes:
    picture = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return (
        b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6) + b"".join(extensions) + picture + b";" + after
    )


def blocks(data: bytes) -> bytes:
    return bytes((len(data),)) + data + b"\0"


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L4s", len(data) + 8, kind) + data


def handler(kind: bytes) -> bytes:
    return box(b"hdlr", bytes(8) + kind + bytes(13))


def track(kind: bytes, *notes: bytes) -> bytes:
    return box(b"trak", box(b"mdia", handler(kind) + box(b"minf", b"table")) + b"".join(notes))


def video(*notes: bytes, brand: bytes = b"isom", kind: bytes = b"vide", end: bytes = b"") -> bytes:
    moov = box(b"moov", box(b"mvhd", bytes(100)) + track(kind, *notes) + b"".join(notes))
    return box(b"ftyp", brand + bytes(4)) + moov + box(b"mdat", b"frames" * 9) + end


def heic(exif: bytes, xmp: bytes, *, version: int = 1) -> bytes:
    """A picture of three items: itself, Exif and XMP; their bytes in that order in mdat."""

    def info(number: int, kind: bytes, rest: bytes = b"") -> bytes:
        return box(b"infe", bytes((2, 0, 0, 0)) + struct.pack(">HH4s", number, 0, kind) + b"\0" + rest)

    def meta(start: int) -> bytes:
        infos = info(1, b"hvc1") + info(2, b"Exif") + info(3, b"mime", b"application/rdf+xml\0")
        iinf = box(b"iinf", bytes(4) + struct.pack(">H", 3) + infos)
        places, at = b"", start
        for number, data in enumerate((PIXELS, exif, xmp), 1):
            places += struct.pack(">HH", number, 0) if version else struct.pack(">H", number)
            places += struct.pack(">HHLL", 0, 1, at, len(data))
            at += len(data)
        iloc = box(b"iloc", bytes((version, 0, 0, 0)) + b"\x44\0" + struct.pack(">H", 3) + places)
        return box(b"meta", bytes(4) + handler(b"pict") + iinf + iloc + box(b"iprp", b"turned") + box(b"udta", SECRET))

    head = box(b"ftyp", b"heic\0\0\0\0mif1")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", PIXELS + exif + xmp)


PIXELS = b"pixels " * 30
XMP = b"<x:xmpmeta>" + SECRET


@pytest.mark.parametrize(
    "note",
    [
        segment(0xE1, b"Exif\0\0" + tiff()),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xE0, b"JFXX\0" + SECRET),
        segment(0xEF, SECRET),
        segment(0xFE, SECRET),
    ],
)
def test_a_jpeg_loses_its_notes_wherever_they_stand(note: bytes) -> None:
    colours = JFIF + segment(0xE2, ICC) + segment(0xEE, b"Adobe\0d\0\0\0\0\x01")
    cleaned = without_whereabouts(jpeg(colours, note, between=note, after=SECRET), "image/jpeg")
    assert cleaned == (jpeg(colours), True)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_jpeg_keeps_which_way_up_it_is(turned: int, order: str) -> None:
    cleaned, sure = without_whereabouts(jpeg(JFIF, segment(0xE1, b"Exif\0\0" + tiff(turned, order))), "image/jpeg")
    assert sure
    assert SECRET not in cleaned
    if turned == 1:
        assert cleaned == jpeg(JFIF)
    else:
        least = struct.pack(">HHHLHHL", 1, 0x0112, 3, 1, turned, 0, 0)
        assert cleaned == jpeg(JFIF, segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + least))


def test_a_cut_off_jpeg_is_cleaned_as_far_as_it_goes() -> None:
    whole = jpeg(segment(0xE1, b"Exif\0\0" + tiff()))
    cleaned, sure = without_whereabouts(whole[:-100], "image/jpeg")
    assert sure
    assert cleaned == jpeg()[:-100]


def test_a_jpeg_loses_the_thumbnail_in_its_first_segment() -> None:
    thumbnail = SECRET[:12]
    cleaned, sure = without_whereabouts(jpeg(segment(0xE0, JFIF[4:-2] + b"\x02\x02" + thumbnail)), "image/jpeg")
    assert sure
    assert cleaned == jpeg(JFIF)


def test_a_png_loses_text_exif_times_and_what_follows_its_end() -> None:
    notes = b"".join(png_chunk(name, SECRET) for name in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"prVt"))
    colours = png_chunk(b"gAMA", b"\0\0\xb1\x8f")
    assert without_whereabouts(png(notes + colours, notes, SECRET), "image/png") == (png(colours), True)


@pytest.mark.parametrize("first", [True, False])
def test_a_png_keeps_which_way_up_it_is(first: bool) -> None:
    exif = png_chunk(b"eXIf", tiff(6))
    cleaned, sure = without_whereabouts(png(exif) if first else png(b"", exif), "image/png")
    assert sure
    assert SECRET not in cleaned
    assert b"eXIf" in cleaned
    assert without_whereabouts(cleaned, "image/png") == (cleaned, True)


def test_a_webp_loses_exif_and_xmp_and_their_flags() -> None:
    notes = riff_chunk(b"EXIF", tiff()), riff_chunk(b"XMP ", XMP), riff_chunk(b"Rest", SECRET)
    assert without_whereabouts(webp(*notes, flags=0x2C), "image/webp") == (webp(flags=0x20), True)


def test_a_webp_keeps_which_way_up_it_is() -> None:
    cleaned, sure = without_whereabouts(webp(riff_chunk(b"EXIF", b"Exif\0\0" + tiff(8)), flags=8), "image/webp")
    assert sure
    assert SECRET not in cleaned
    assert b"EXIF" in cleaned
    assert cleaned[20] & 8


def test_a_gif_loses_comments_and_xmp_and_goes_on_looping() -> None:
    loops = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    notes = b"!\xfe" + blocks(SECRET), b"!\xff\x0bXMP DataXMP" + blocks(XMP)
    shown = b"!\xf9\x04\0\0\0\0\0"
    assert without_whereabouts(gif(notes[0], loops, notes[1], shown, after=SECRET), "image/gif") == (
        gif(loops, shown),
        True,
    )


@pytest.mark.parametrize("version", [0, 1])
def test_a_heic_has_exif_and_xmp_overwritten_in_place(version: int) -> None:
    original = heic(bytes(4) + tiff(6), XMP, version=version)
    cleaned, sure = without_whereabouts(original, "image/heic")
    assert sure
    assert SECRET not in cleaned
    assert len(cleaned) == len(original)
    assert cleaned[: original.index(b"udta")] == original[: original.index(b"udta")]
    assert cleaned.index(PIXELS) == original.index(PIXELS)


@pytest.mark.parametrize(
    "note",
    [
        box(b"udta", box(b"\xa9xyz", SECRET)),
        box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709") + box(b"ilst", SECRET)),
        box(b"uuid", bytes(16) + SECRET),
        box(b"free", SECRET),
    ],
)
def test_a_video_has_its_notes_overwritten_in_place(note: bytes) -> None:
    original = video(note, end=note + box(b"GPS ", SECRET))
    cleaned, sure = without_whereabouts(original, "video/mp4")
    assert sure
    assert SECRET not in cleaned
    assert len(cleaned) == len(original)
    assert cleaned.index(b"frames") == original.index(b"frames")
    assert cleaned.count(b"frames") == original.count(b"frames")
    assert b"table" in cleaned


@pytest.mark.parametrize(("version", "width"), [(0, 4), (1, 8)])
def test_a_video_does_not_tell_when_it_was_taken(version: int, width: int) -> None:
    taken = (3_800_000_000).to_bytes(width, "big")

    def header(kind: bytes, times: bytes) -> bytes:
        return box(kind, bytes((version, 0, 0, 0)) + times + b"the rest")

    def film(times: bytes) -> bytes:
        media = box(b"mdia", header(b"mdhd", times) + handler(b"vide"))
        moov = box(b"moov", header(b"mvhd", times) + box(b"trak", header(b"tkhd", times) + media))
        return box(b"ftyp", b"isom" + bytes(4)) + moov + box(b"mdat", b"frames")

    assert without_whereabouts(film(taken * 2), "video/mp4") == (film(bytes(2 * width)), True)


def test_a_video_with_a_track_besides_picture_and_sound_is_told() -> None:
    assert without_whereabouts(video(kind=b"meta"), "video/mp4")[1] is False
    assert without_whereabouts(video(kind=b"soun"), "video/mp4")[1] is True


EXAMPLES = {
    "jpeg": jpeg(JFIF, segment(0xE1, b"Exif\0\0" + tiff(6)), between=segment(0xFE, SECRET)),
    "png": png(png_chunk(b"eXIf", tiff(3)), png_chunk(b"tEXt", SECRET)),
    "webp": webp(riff_chunk(b"EXIF", tiff(8)), riff_chunk(b"XMP ", XMP)),
    "gif": gif(b"!\xfe" + blocks(SECRET)),
    "heic": heic(bytes(4) + tiff(), XMP),
    "mp4": video(box(b"udta", SECRET)),
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_cleaning_twice_changes_nothing_more(kind: str) -> None:
    once = without_whereabouts(EXAMPLES[kind], "")
    assert once[0] != EXAMPLES[kind]
    assert without_whereabouts(once[0], "") == once


@pytest.mark.parametrize("kind", EXAMPLES)
def test_whatever_is_damaged_never_raises(kind: str) -> None:
    example = EXAMPLES[kind]
    for length in range(len(example)):
        without_whereabouts(example[:length], "video/mp4")
    chance = random.Random(7)
    for _ in range(2000):
        damaged = bytearray(example)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 8, 0x7F, 0xFF, chance.randrange(256)))
        cleaned, _ = without_whereabouts(bytes(damaged), "video/mp4")
        assert len(cleaned) <= len(damaged) + 100


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xd8" + b"\xff" * 3_000_000,
        b"\xff\xd8" + segment(0xDA, b"") + b"\xff\x00" * 1_500_000,
        b"\xff\xd8" + b"\xff\xfe\0\2" * 700_000,
        b"\x89PNG\r\n\x1a\n" + bytes(3_000_000),
        b"RIFF\xff\xff\xff\x7fWEBP" + bytes(3_000_000),
        b"GIF89a" + bytes(7) + b"!\xfe" + b"\1" * 3_000_000,
        box(b"ftyp", b"isom") + b"\0\0\0\x08moov" * 300_000,
        box(b"ftyp", b"isom") + struct.pack(">L4s", 0, b"moov") * 300_000,
        box(b"ftyp", b"heic") + struct.pack(">LL4sQ", 1, 1, b"mdat", 2**63),
    ],
)
def test_hostile_bytes_take_time_in_proportion(hostile: bytes) -> None:
    started = time.process_time()
    without_whereabouts(hostile, "image/jpeg")
    assert time.process_time() - started < 3


def test_places_of_many_items_are_overwritten_once_each() -> None:
    infos = b"".join(
        box(b"infe", bytes((2, 0, 0, 0)) + struct.pack(">HH4s", 1, 0, b"Exif") + b"\0") for _ in range(100)
    )
    extents = struct.pack(">LL", 0, 2_000_000) * 60_000
    iloc = bytes((1, 0, 0, 0)) + b"\x44\0" + struct.pack(">HHHHH", 1, 1, 0, 0, 60_000) + extents
    meta = bytes(4) + handler(b"pict") + box(b"iinf", bytes(4) + struct.pack(">H", 100) + infos) + box(b"iloc", iloc)
    started = time.process_time()
    without_whereabouts(box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", meta) + box(b"mdat", bytes(2_000_000)), "")
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("content", "media_type", "sure"),
    [
        (b"II*\0" + SECRET, "image/jpeg", False),
        (b"\x1a\x45\xdf\xa3", "video/webm", False),
        (b"<svg/>", "image/svg+xml", False),
        (b"not a picture at all", "image/jpeg", False),
        (b"", "image/png", False),
        (b"%PDF-1.7", "application/pdf", True),
        (b"hello", "text/plain; charset=utf-8", True),
    ],
)
def test_what_cannot_be_cleaned_comes_back_as_it_is_and_is_told(content: bytes, media_type: str, sure: bool) -> None:
    assert without_whereabouts(content, media_type) == (content, sure)


def test_the_bytes_count_more_than_the_media_type() -> None:
    assert SECRET not in without_whereabouts(EXAMPLES["jpeg"], "image/png")[0]


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (EXAMPLES["jpeg"], "x.png", "image/jpeg"),
        (EXAMPLES["png"], "", "image/png"),
        (EXAMPLES["gif"], "", "image/gif"),
        (EXAMPLES["webp"], "", "image/webp"),
        (EXAMPLES["heic"], "", "image/heic"),
        (box(b"ftyp", b"mif1\0\0\0\0avif"), "x.heic", "image/avif"),
        (EXAMPLES["mp4"], "", "video/mp4"),
        (video(brand=b"qt  "), "", "video/quicktime"),
        (b"BMW is a car maker", "x.txt", "text/plain"),
        (b"", "Photo.JPG", "image/jpeg"),
        (b"", "jpg.exe", "application/octet-stream"),
    ],
)
def test_a_media_type_is_told_by_the_bytes_then_by_the_name(head: bytes, name: str, media_type: str) -> None:
    assert media_type_of(head[:32], name) == media_type
