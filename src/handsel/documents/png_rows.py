"""The rows of a large PNG, a strip at a time: Pillow decodes a whole one, four bytes a pixel.

Each strip is written as a small PNG of its own, which Pillow reads: since a row is stored as it differs from the one
above, the last row of the strip before stands first in it.
"""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import batched
from typing import IO

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ROWS_AT_ONCE = 128
_READ_AT_ONCE = 64 * 1024


class PngRows:
    """Of a PNG with eight bits a channel whose rows stand in order (can_read)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._chunks = _chunks(file)
        _, header = next(self._chunks)
        self.width, self.height = struct.unpack(">II", header[:8])
        self._header_end = header[8:]
        self._row_length = 1 + self.width * _CHANNELS[header[9]]
        # What stands before the picture and tells its colours.
        self._palette: list[bytes] = []
        self._strips = self._decoded()
        self._top, self._shown = 0, Image.new("L", (self.width, 0))

    @staticmethod
    def can_read(file: IO[bytes]) -> bool:
        file.seek(0)
        begins = file.read(33)
        depth, colours, interlaced = begins[24], begins[25], begins[28]
        return begins[12:16] == b"IHDR" and (depth, interlaced) == (8, 0) and colours in _CHANNELS

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        """Return the rows from box[1] up to box[3], each time further down."""
        _, first, _, last = box
        strips = (
            [self._shown.crop((0, first - self._top, self.width, self._shown.height))] if self._shown.height else []
        )
        bottom = self._top + self._shown.height
        self._top = min(first, bottom)
        while bottom < last:
            strip = next(self._strips, None)
            if strip is None:
                raise OSError("The picture ends before its last row.")
            strips.append(strip)
            bottom += strip.height
        shown = Image.new(strips[-1].mode, (self.width, bottom - self._top))
        if strips[-1].palette is not None:
            shown.putpalette(strips[-1].palette)
        shown.info.update(strips[-1].info)
        top = 0
        for strip in strips:
            shown.paste(strip, (0, top))
            top += strip.height
        self._shown = shown
        return shown.crop((0, first - self._top, self.width, last - self._top))

    def _decoded(self) -> Iterator[Image.Image]:
        above = b""
        for rows in batched(self._rows(), _ROWS_AT_ONCE):
            stored = above + b"".join(rows)
            height = len(rows) + (1 if above else 0)
            with Image.open(BytesIO(self._png(height, stored)), formats=["PNG"]) as image:
                image.load()
                strip = image.crop((0, height - len(rows), self.width, height))
            above = b"\0" + strip.crop((0, strip.height - 1, self.width, strip.height)).tobytes()
            yield strip

    def _rows(self) -> Iterator[bytes]:
        """Return the rows as they are stored, each with the byte that says how."""
        inflate, rest, left = zlib.decompressobj(), b"", self.height
        for name, data in self._chunks:
            if name in (b"PLTE", b"tRNS"):
                self._palette.append(_chunk(name, data))
            if name != b"IDAT":
                continue
            unread = data
            while unread and left:
                # Never more than a few rows at once, however well they are compressed.
                rest += inflate.decompress(unread, 16 * self._row_length)
                unread = inflate.unconsumed_tail
                whole = min(len(rest) // self._row_length, left)
                for number in range(whole):
                    yield rest[number * self._row_length : (number + 1) * self._row_length]
                rest, left = rest[whole * self._row_length :], left - whole
            if not left:
                return
        raise OSError("The picture ends before its last row.")

    def _png(self, height: int, stored: bytes) -> bytes:
        header = struct.pack(">II", self.width, height) + self._header_end
        pixels = zlib.compress(stored, 1)
        parts = (_chunk(b"IHDR", header), *self._palette, _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
        return _SIGNATURE + b"".join(parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Return the chunks with their names; those of the picture in parts."""
    file.seek(len(_SIGNATURE))
    while len(begins := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", begins)
        if name == b"IDAT":
            while length > 0:
                part = file.read(min(length, _READ_AT_ONCE))
                if not part:
                    return
                yield name, part
                length -= len(part)
        else:
            yield name, file.read(min(length, _READ_AT_ONCE))
            file.seek(max(0, length - _READ_AT_ONCE), 1)
        file.seek(4, 1)  # its check sum, which the strips have of their own
