"""Receipts of expenses: which files they may be, and how many and how large."""

from enum import StrEnum

MOST_RECEIPTS = 5  # of an expense
MOST_BYTES = 10_000_000  # of a file
MOST_PIXELS = 50_000_000  # of a picture, and so many to its longer side when it is kept
LONGEST_SIDE = 3000


class FileType(StrEnum):
    """The type of a file, as it is answered, by what is in it."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


ENDINGS = {FileType.JPEG: "jpg", FileType.PNG: "png", FileType.WEBP: "webp", FileType.PDF: "pdf"}
