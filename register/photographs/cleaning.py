"""Cleans a picture that somebody sent: makes it small and upright, and removes everything else.

The picture is decoded and written again as JPEG, which every browser and printer reads and which
takes little time to write. Everything else in the file is left out: the place and the camera
(EXIF, GPS, XMP), comments, colour profiles, further frames, and data after the picture's end.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image, UnidentifiedImageError

from register.errors import FieldError, InvalidError

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""The formats that are read, by media type."""
KEPT_AS = "image/jpeg"
LARGEST = 8 * 1024 * 1024
"""The largest file that may be sent, in bytes."""
MOST_PIXELS = 25_000_000
MOST_SCANS = 100
"""The most scans in a JPEG. Each scan decodes the whole picture again; a dozen is usual."""
START_OF_SCAN = re.compile(rb"\xff\xda\x00[\x06\x08\x0a\x0c\x0e]")
"""The start of a scan in a JPEG: the marker, and the header's length for 1 to 4 components."""
LONGEST_SIDE, LONGEST_THUMBNAIL_SIDE = 2048, 320
QUALITY, THUMBNAIL_QUALITY = 85, 75

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# Pillow only warns if a picture has up to twice as many pixels.
warnings.simplefilter("error", Image.DecompressionBombWarning)

TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture upright, by the EXIF orientation (how the camera was held)."""

TOO_MANY_PIXELS = (
    "This picture has too many pixels: more than 25 megapixels. "
    "Make it smaller, or take it again with the camera set to a smaller size."
)
TOO_MANY_SCANS = (
    "This picture is built up in too many steps to be read here. "
    "Save it again as an ordinary JPEG, or take another."
)
NOT_A_PICTURE = (
    "This file is not a JPEG, PNG or WebP picture, whatever its name says. Choose another."
)
HEIC = (
    "This picture is in the HEIC format, which cannot be read here. Choose a JPEG; on an iPhone, "
    "set Camera, Formats to “Most Compatible”."
)
NOT_WHOLE = "This picture is damaged or not whole. Choose it again, or take another."
EMPTY = "There is nothing in this file. Choose a picture."


@dataclass(frozen=True)
class Picture:
    """A cleaned picture as JPEG in two sizes. Width and height are those of the larger size, in
    pixels."""

    picture: bytes
    thumbnail: bytes
    width: int
    height: int


def check(sent: bytes) -> None:
    """Check that a file is a picture and not too large, without decoding it. Raises
    `InvalidError`."""
    _opened(sent).close()


def cleaned(sent: bytes) -> Picture:
    """Clean a picture. Raises `InvalidError`, which says what is wrong with the file."""
    with _opened(sent) as image:
        upright = _upright(image)
    picture = _written(upright, QUALITY)
    width, height = upright.size
    upright.thumbnail((LONGEST_THUMBNAIL_SIDE, LONGEST_THUMBNAIL_SIDE))
    return Picture(picture, _written(upright, THUMBNAIL_QUALITY), width, height)


def _opened(sent: bytes) -> Image.Image:
    """Open a file without decoding it. Its format is found from its content, as the name and the
    media type may be wrong."""
    try:
        image = Image.open(io.BytesIO(sent), formats=tuple(FORMATS.values()))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refusal(TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise _refusal(_what_else(sent)) from None
    except Exception:  # decoders raise many errors; each means that the file is bad
        raise _refusal(NOT_WHOLE) from None
    if image.width * image.height > MOST_PIXELS:
        raise _refusal(TOO_MANY_PIXELS)
    if image.format == "JPEG" and _scans(sent) > MOST_SCANS:
        raise _refusal(TOO_MANY_SCANS)
    return image


def _scans(sent: bytes) -> int:
    return sum(1 for _ in START_OF_SCAN.finditer(sent))


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, no larger than the size that is kept, turned upright by its EXIF
    orientation, and with white in place of transparency."""
    try:
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
        image.load()
        if image.mode.startswith("I;16"):  # 16 bits of grey, and a JPEG has 8
            image = image.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
        mode = "RGBA" if image.has_transparency_data else "RGB"
        seen = image if image.mode == mode else image.convert(mode)
        seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        bare = Image.new("RGB", seen.size, "white")  # a new image has no metadata
        bare.paste(seen, mask=seen if mode == "RGBA" else None)
    except Exception:
        raise _refusal(NOT_WHOLE) from None
    turn = TURNS.get(_orientation(image))
    return bare if turn is None else bare.transpose(turn)


def _orientation(image: Image.Image) -> object:
    try:
        return image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # without readable EXIF, the picture is not turned
        return None


def _written(image: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality)
    return written.getvalue()


def _what_else(sent: bytes) -> str:
    if not sent:
        return EMPTY
    if sent[4:8] == b"ftyp" and sent[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"heim"):
        return HEIC
    return NOT_A_PICTURE


def _refusal(words: str) -> InvalidError:
    return InvalidError([FieldError("photograph", words)], words)
