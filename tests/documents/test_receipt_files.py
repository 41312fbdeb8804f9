"""Files of receipts: told apart by what is in them, written anew without what was noted beside, within bounds."""

import subprocess
import sys
import time
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from handsel.documents import pictures, receipt_files
from handsel.documents.png_rows import PngRows
from handsel.documents.receipt_files import TooManyPixels, UnknownType, Unreadable
from handsel.rules.receipts import FileType
from tests.documents.pictures import PDF, picture, png_that_says, taken_somewhere

pytestmark = pytest.mark.no_database


def read(content: bytes) -> receipt_files.ReceiptFile:
    return receipt_files.read(BytesIO(content))


def shown(file: receipt_files.ReceiptFile) -> Image.Image:
    return Image.open(BytesIO(file.content))


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (picture("JPEG"), FileType.JPEG),
        (picture("PNG"), FileType.PNG),
        (picture("WEBP"), FileType.WEBP),
        (PDF, FileType.PDF),
    ],
)
def test_each_type_is_known_by_what_is_in_it(content, type_):
    file = read(content)
    assert file.type is type_
    if type_ is FileType.PDF:
        assert file.content == content
    else:
        assert (shown(file).format, shown(file).size) == (type_.name, (40, 30))


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 20, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"RIFF....WAVE", b"MZ", b"%PD"],
)
def test_what_is_none_of_them_is_unknown(content):
    with pytest.raises(UnknownType):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0" + b"nonsense" * 10,
        picture("JPEG", (400, 300))[:600],
        picture("PNG")[:-40],
        png_that_says(100, 100),
        png_that_says(5000, 5000, b"\0" * 100),  # of which the rows are read
        b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 20,
        picture("WEBP")[:-20],
        b"%PDF-1.4 and nothing more",
        PDF[:-20],
        b"%PDF-9.9" + PDF[8:],
    ],
)
def test_what_is_damaged_is_refused(content):
    with pytest.raises(Unreadable):
        read(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_that_was_noted_beside_the_picture_is_kept(kind):
    more = {"comment": b"canary-comment"} if kind == "JPEG" else {}
    content = picture(kind, exif=taken_somewhere(), icc_profile=b"canary-profile", **more)
    assert b"canary" in content
    file = read(content)
    assert b"canary" not in file.content
    assert b"Exif" not in file.content
    assert dict(shown(file).getexif()) == {}


@pytest.mark.parametrize(("kind", "orientation"), [("JPEG", 6), ("JPEG", 3), ("PNG", 6), ("WEBP", 8), ("JPEG", 5)])
def test_pictures_stand_upright(kind, orientation):
    file = read(picture(kind, (80, 60), exif=taken_somewhere(orientation)))
    upright = shown(file).convert("RGB")
    assert upright.size == ((80, 60) if orientation == 3 else (60, 80))
    corners = {"left": (5, 5), "right": (upright.width - 6, 5)}
    low = {"left": (5, upright.height - 6), "right": (upright.width - 6, upright.height - 6)}
    red = {6: corners["right"], 3: low["right"], 8: low["left"], 5: corners["left"]}[orientation]
    greens = {spot: upright.getpixel(spot)[1] for spot in (*corners.values(), *low.values())}
    assert min(greens, key=greens.__getitem__) == red


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "P"), ("PNG", "RGBA"), ("WEBP", "RGB")]
)
def test_the_longer_side_is_three_thousand_at_most(kind, mode):
    assert shown(read(picture(kind, (3300, 100), mode))).size == (3000, 91)
    assert shown(read(picture(kind, (300, 10), mode))).size == (300, 10)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    image = Image.new(mode, (60, 40))
    file = BytesIO()
    image.save(file, "PNG")
    assert shown(read(file.getvalue())).mode in ("L", "RGB", "RGBA")


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
def test_a_png_read_by_rows_is_the_same_picture(mode):
    noise = Image.effect_noise((333, 777), 90)
    image = Image.merge("RGB", (noise, noise.rotate(180), ImageChops.invert(noise))).convert(mode)
    file = BytesIO()
    image.save(file, "PNG")
    assert PngRows.can_read(file)
    by_rows = PngRows(file)
    for top in range(0, 777, 100):
        box = (0, max(0, top - 7), 333, min(777, top + 107))
        assert list(by_rows.crop(box).convert("RGBA").get_flattened_data()) == list(
            image.crop(box).convert("RGBA").get_flattened_data()
        )


def test_a_strip_of_a_picture_is_made_as_the_whole_would_be():
    noise = Image.effect_noise((700, 900), 90).convert("RGB")
    file = BytesIO()
    noise.save(file, "PNG")
    small = pictures.shrunk(Image.open(file), file, 300, most=100_000_000)
    whole = noise.resize((233, 300), Image.Resampling.LANCZOS)
    assert max(high for _, high in ImageChops.difference(small, whole).getextrema()) <= 1


def test_more_than_fifty_megapixels_are_refused_before_they_are_decoded():
    began = time.thread_time()
    for content in (png_that_says(7072, 7072), png_that_says(100_000, 100_000), png_that_says(2**31 - 1, 2**31 - 1)):
        with pytest.raises(TooManyPixels) as refused:
            read(content)
        assert refused.value.most == 50
    assert time.thread_time() - began < 5


def _large_pictures():
    by_night = pytest.mark.nightly
    yield pytest.param("JPEG", (4000, 3000), "RGB", {}, id="as-phones-send-it")
    yield pytest.param("PNG", (7000, 7000), "RGB", {"compress_level": 1}, id="png", marks=by_night)
    yield pytest.param("PNG", (5000, 4800), "RGBA", {"compress_level": 1}, id="png-with-alpha", marks=by_night)
    yield pytest.param("JPEG", (7000, 7000), "RGB", {}, id="jpeg", marks=by_night)
    yield pytest.param("JPEG", (5600, 5600), "RGB", {}, id="jpeg-not-much-larger", marks=by_night)
    yield pytest.param("JPEG", (7000, 6000), "RGB", {"progressive": True}, id="progressive-jpeg", marks=by_night)
    yield pytest.param("WEBP", (4000, 3100), "RGB", {}, id="webp", marks=by_night)


_MEASURED = """
import resource, sys
from handsel.documents import pictures, receipt_files
import PIL.JpegImagePlugin, PIL.PngImagePlugin, PIL.WebPImagePlugin
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file:
    receipt_files.read(file)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
"""


@pytest.mark.parametrize(("kind", "size", "mode", "saved"), _large_pictures())
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak is told in another unit")
def test_decoding_takes_at_most_two_hundred_megabytes(tmp_path, kind, size, mode, saved):
    file = tmp_path / "picture"
    file.write_bytes(picture(kind, size, mode, **saved))
    run = subprocess.run([sys.executable, "-c", _MEASURED, file], capture_output=True, text=True, check=True)
    assert int(run.stdout) <= 200_000_000
