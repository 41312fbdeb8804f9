"""Pictures as phones send them, and files that only say that they are."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **saved: Any) -> bytes:
    """A picture whose upper left quarter is red on white."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    file = BytesIO()
    image.convert(mode).save(file, kind, **saved)
    return file.getvalue()


def taken_somewhere(orientation: int = 6) -> Image.Exif:
    """What a phone notes beside a picture: how it was held, when, and where."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "canary-phone"
    exif[ExifTags.Base.DateTime] = "2026:05:26 12:00:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (40.0, 42.0, 46.0)
    return exif


def png_that_says(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG whose head promises so many pixels, and that holds these rows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
