"""Files of receipts: told apart by what is in them, pictures written anew, PDFs looked at and left as they are.

What is written anew holds nothing but the picture: no EXIF, no place, no other frame. It costs at most 200 MB, one
picture at a time in a process, whatever is sent (docs/decisions/0053).
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import IO, Any

from handsel.rules.receipts import LONGEST_SIDE, MOST_PIXELS, FileType

# What decoding may take.
_MOST_MEMORY = 195_000_000
# A picture is decoded within seconds: who waits longer than this asks again.
_PATIENCE = 20.0
_one_at_a_time = Lock()
_PDF_BEGINS = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_ENDS = re.compile(rb"startxref\s+[0-9]+\s+%%EOF[\s\0]*$")
# As Pillow fails on a damaged file.
_AS_OF_DAMAGED = (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, EOFError, struct.error)


_SAVED_WITH: Mapping[FileType, dict[str, Any]] = {
    FileType.JPEG: {"quality": 85},
    FileType.PNG: {"compress_level": 3},
    FileType.WEBP: {"quality": 85, "method": 4},
}


class UnknownType(ValueError):
    """Neither of the four types, whatever its name says."""


class Unreadable(ValueError):
    """A file of such a type that is damaged."""


class TooManyPixels(ValueError):
    """A picture that is too large to be decoded: `most` megapixels of its type are."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__()


class Busy(Exception):
    """Other pictures are being decoded, for longer than anybody should wait."""


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    type: FileType
    content: bytes


def read(file: IO[bytes]) -> ReceiptFile:
    """Return what is to be kept of a file. Raises UnknownType, Unreadable, TooManyPixels or Busy."""
    kind = _type_of(file)
    if kind is FileType.PDF:
        return ReceiptFile(kind, _checked_pdf(file))
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        return ReceiptFile(kind, _written_anew(file, kind))
    finally:
        _one_at_a_time.release()


def _type_of(file: IO[bytes]) -> FileType:
    file.seek(0)
    begins = file.read(16)
    file.seek(0)
    if begins.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if begins.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if begins.startswith(b"RIFF") and begins[8:12] == b"WEBP":
        return FileType.WEBP
    if begins.startswith(b"%PDF-"):
        return FileType.PDF
    raise UnknownType


def _checked_pdf(file: IO[bytes]) -> bytes:
    """Return a PDF as it was sent: with its version, a place where its table begins, and its end."""
    content = file.read()
    if not _PDF_BEGINS.match(content) or not _PDF_ENDS.search(content[-2048:]):
        raise Unreadable
    return content


def _written_anew(file: IO[bytes], kind: FileType) -> bytes:
    from PIL import Image  # where it is used alone: it takes memory that most processes never need

    from handsel.documents import pictures

    # It warns of what is larger; here it is refused, before it is decoded.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(file, formats=[kind.name]) as image:
            pictures.check_size(image, MOST_PIXELS)
            upright = pictures.upright(pictures.shrunk(image, file, LONGEST_SIDE, most=_MOST_MEMORY), image)
        written = BytesIO()
        upright.save(written, format=kind.name, **_SAVED_WITH[kind])
    except pictures.TooLarge as large:
        raise TooManyPixels(large.most // 1_000_000) from None
    except _AS_OF_DAMAGED as error:
        raise Unreadable from error
    return written.getvalue()
