"""Pictures made smaller and upright, by strips, so that no more than one picture stands in memory, and often less.

The one room that imports Pillow; whoever uses it imports it only then.
"""

import math
import operator
from collections.abc import Iterator
from typing import IO, Protocol

from PIL import ExifTags, Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from handsel.documents.png_rows import PngRows

_ROWS_AT_ONCE = 128  # of what is written
_LANCZOS_REACHES = 3  # pixels of what is written, to either side
# In memory a pixel takes so many bytes; of WebP the decoder's canvases stand beside it, until it is decoded.
_A_PIXEL, _A_WEBP_PIXEL = 4, 15.5
_SCALES = (1, 2, 4, 8)  # by which a JPEG may be decoded smaller
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooLarge(ValueError):
    """A picture that takes more memory than it may: so many pixels of its kind are the most."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__()


class Rows(Protocol):
    """A picture that is asked for its rows from the top down."""

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image: ...


def check_size(image: Image.Image, most: int) -> None:
    """Raise TooLarge for a picture of more pixels, by what its head says."""
    if _pixels(image) > most:
        raise TooLarge(most)


def shrunk(image: Image.Image, file: IO[bytes], longest: int, *, most: int) -> Image.Image:
    """Return a picture of at most so many pixels to its longer side, without whatever else the file holds. image: as it
    was opened, from the file. most: the bytes that decoding may take. Raises TooLarge.
    """
    rows: Rows = image
    if isinstance(image, JpegImageFile):
        _draft(image, longest, most)
    elif isinstance(image, PngImageFile) and PngRows.can_read(file) and _A_PIXEL * _pixels(image) > most / 3:
        rows = PngRows(file)
    elif isinstance(image, WebPImageFile):
        _check_room(image, _A_WEBP_PIXEL, most)
    else:
        _check_room(image, _A_PIXEL, most - _writing(longest**2))
    if rows is image:
        image.load()
        image._decoder = None  # type: ignore[attr-defined]  # of WebP: its canvases are not needed any more
        image.fp = None  # type: ignore[attr-defined]  # nor the file
    width, height = image.size
    scale = max(1.0, width / longest, height / longest)
    size = max(1, round(width / scale)), max(1, round(height / scale))
    strips = _strips(rows, image.size, size)
    first = next(strips)
    written = Image.new(first.mode, size)
    written.paste(first, (0, 0))
    top = first.height
    for strip in strips:
        written.paste(strip, (0, top))
        top += strip.height
    return written


def _check_room(image: Image.Image, each: float, most: int) -> None:
    if each * _pixels(image) > most:
        raise TooLarge(int(most / each))


def upright(image: Image.Image, of: Image.Image) -> Image.Image:
    """Return the image turned as the picture that it is made of says. A PNG is not decoded for it, as its own getexif
    would.
    """
    turn = _TURNED.get(Image.Image.getexif(of).get(ExifTags.Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _strips(rows: Rows, of: tuple[int, int], size: tuple[int, int]) -> Iterator[Image.Image]:
    """Return what is written in strips, from the top down."""
    (width, height), (new_width, new_height) = of, size
    scale = height / new_height
    reach = math.ceil(_LANCZOS_REACHES * scale) + 1
    for top in range(0, new_height, _ROWS_AT_ONCE):
        bottom = min(top + _ROWS_AT_ONCE, new_height)
        first, last = max(0, math.floor(top * scale) - reach), min(height, math.ceil(bottom * scale) + reach)
        strip = _plain(rows.crop((0, first, width, last)))
        box = (0, top * scale - first, width, min(bottom * scale - first, last - first))
        yield strip.resize((new_width, bottom - top), Image.Resampling.LANCZOS, box=box)


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in grey or in colours, with or without what can be seen through, and nothing beside."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda grey: grey * (1 / 256)).convert("L")
    is_seen_through = "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa", "RGBA")
    mode = "RGBA" if is_seen_through else "L" if image.mode in ("1", "L") else "RGB"
    plain = image if image.mode == mode else image.convert(mode)
    plain.info.clear()
    return plain


def _draft(image: JpegImageFile, longest: int, most: int) -> None:
    """Have the decoder itself leave out pixels that are not needed, or that memory has no room for."""
    pixels, (width, height) = _pixels(image), image.size
    across, down = ([each[place] for each in image.layer] for place in (1, 2))
    samples = sum(map(operator.mul, across, down)) / (max(across) * max(down))
    # Of a progressive one all coefficients stand in memory until the last has come.
    whole = 2 * samples * pixels if image.info.get("progressive") else 0
    scale = max(scale for scale in _SCALES if scale == 1 or max(width, height) >= scale * longest)
    while whole + _decoded(pixels / scale**2, longest) > most:
        if scale == _SCALES[-1]:
            raise TooLarge(int(most / (2 * samples)))
        scale *= 2
    if scale > 1:
        image.draft(image.mode, (width // scale, height // scale))


def _decoded(pixels: float, longest: int) -> float:
    """Return the bytes of a decoded picture and of the smaller one that is written from it."""
    return _A_PIXEL * pixels + _writing(min(pixels, longest**2))


def _writing(pixels: float) -> int:
    """Return the bytes of what is written: as pixels, and encoded."""
    return int(2 * _A_PIXEL * pixels)


def _pixels(image: Image.Image) -> int:
    return image.width * image.height
