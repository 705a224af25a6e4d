"""Pictures as people send them, and files that only pretend to be pictures."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageStat, PngImagePlugin

HUGE = 50_000
"""Pixels a side: 7.5 GB once it is decoded."""
GREY = 128
"""Of 255."""
LATITUDE = (51.0, 30.0, 26.46)
SECRETS = (
    b"Canon EOS",
    b"Kodachrome",
    b"Exif",
    b"http://ns.adobe.com",
    b"Profile of ours",
    b"<?php",
)


def picture(
    width: int = 120, height: int = 90, media_type: str = "jpeg", seed: int = 0, **saved: Any
) -> bytes:
    """Some colours that are this picture's own."""
    dots = random.Random(seed).randbytes(3 * 8 * 6)
    image = Image.frombytes("RGB", (8, 6), dots).resize((width, height))
    return written(image, media_type, **saved)


def written(image: Image.Image, media_type: str, **saved: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, media_type, **saved)
    return file.getvalue()


def read(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_a_place(orientation: int = 1, width: int = 400, height: int = 300) -> bytes:
    """As a telephone takes it: where, when, with what, a comment, and something behind the end."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Canon EOS"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.DateTime] = "2026:05:04 12:00:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = LATITUDE
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>http://ns.adobe.com</rdf></x:xmpmeta>'
    data = picture(
        width, height, exif=exif, xmp=xmp, comment=b"Kodachrome", icc_profile=b"Profile of ours" * 9
    )
    return data + b"<?php echo 1; ?>"


def with_texts() -> bytes:
    """A PNG that has more to say."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Kodachrome")
    texts.add_text("Comment", "Canon EOS", zip=True)
    return picture(media_type="png", pnginfo=texts)


def moving(media_type: str) -> bytes:
    """A red frame, and a blue one after it."""
    red, blue = (Image.new("RGB", (60, 40), colour) for colour in ("red", "blue"))
    return written(red, media_type, save_all=True, append_images=[blue], duration=100)


def see_through() -> bytes:
    """A PNG of nothing at all."""
    return written(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "png")


def grey(mode: str) -> bytes:
    """One shade, in one of the ways to write it down."""
    size = (64, 64)
    if mode == "I;16":
        image = Image.frombytes(mode, size, bytes([0, GREY]) * 64 * 64)
    else:
        image = Image.new("L", size, GREY).convert(mode)
    return written(image, "jpeg" if mode == "CMYK" else "png")


def mean(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image.convert("RGB")).mean


def png_bomb() -> bytes:
    """Huge by what it says; its data would be all of it, too."""
    return _png(HUGE, HUGE, zlib.compress(b"\0" * 10_000_000, 9))


def png_text_bomb() -> bytes:
    """A small picture, with a text of 200 MB squeezed into 200 kB."""
    squeezed = zlib.compressobj(9)
    text = b"".join(squeezed.compress(b"\0" * 1_000_000) for _ in range(200)) + squeezed.flush()
    pixels = zlib.compress(b"\0" * (8 * (1 + 3 * 8)))
    return _png(8, 8, pixels, _chunk(b"zTXt", b"Comment\0\0" + text))


def jpeg_bomb() -> bytes:
    """A picture that says that it is 65,000 by 65,000."""
    data = picture()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", 65_000, 65_000) + data[at + 4 :]


def scans_bomb() -> bytes:
    """A small file that goes over the same pixels two thousand times."""
    data = written(Image.new("RGB", (1000, 750), "grey"), "jpeg", progressive=True)
    start, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:start] + data[start:end] * 2000 + data[end:]


def webp_bomb() -> bytes:
    """The largest canvas that there is in WebP, with a small frame on it."""
    frames = moving("webp")
    at = frames.index(b"VP8X") + 12
    side = (16_383 - 1).to_bytes(3, "little")
    return frames[:at] + side + side + frames[at + 6 :]


def of_40_megapixels() -> bytes:
    return written(Image.new("L", (8000, 5000), "grey"), "jpeg", quality=10)


def executable() -> bytes:
    return b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0" + b"\0" * 500


def heic() -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500


def _png(width: int, height: int, pixels: bytes, *more: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header), *more, _chunk(b"IDAT", pixels), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
