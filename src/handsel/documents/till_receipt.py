"""A till receipt as somebody might photograph it, drawn by ourselves, for the expenses of the example."""

import io
from collections.abc import Sequence

type Bought = Sequence[tuple[str, str]]

_WIDTH, _MARGIN, _LINE = 420, 36, 34
_TABLE, _PAPER, _INK, _FAINT = "#8a6f55", "#f6f3ea", "#2f2d2a", "#8f8b82"


def render(shop: str, day: str, bought: Bought, total: str) -> bytes:
    """Return a JPEG: strip of paper on a table, slightly askew. bought: what, and how much."""
    from PIL import Image, ImageDraw, ImageFont

    head, text = ImageFont.load_default(30), ImageFont.load_default(22)
    paper = Image.new("RGB", (_WIDTH, 330 + _LINE * len(bought)), _PAPER)
    draw = ImageDraw.Draw(paper)
    draw.text((_WIDTH / 2, 52), shop, _INK, head, anchor="mm")
    draw.text((_WIDTH / 2, 96), day, _FAINT, text, anchor="mm")
    y = 136
    for what, amount in bought:
        draw.text((_MARGIN, y), what, _INK, text)
        draw.text((_WIDTH - _MARGIN, y), amount, _INK, text, anchor="ra")
        y += _LINE
    draw.line((_MARGIN, y + 8, _WIDTH - _MARGIN, y + 8), _INK, 2)
    draw.text((_MARGIN, y + 22), "TOTAL", _INK, head)
    draw.text((_WIDTH - _MARGIN, y + 22), total, _INK, head, anchor="ra")
    for x in range(_MARGIN, _WIDTH - _MARGIN, 7):  # a bar code, of nothing
        draw.line((x, y + 90, x, y + 140), _INK, 1 + x * 37 % 5)
    table = Image.new("RGB", (paper.width + 160, paper.height + 140), _TABLE)
    turned = paper.convert("RGBA").rotate(-3, Image.Resampling.BICUBIC, expand=True)
    table.paste(turned, (62, 48), turned)
    file = io.BytesIO()
    table.save(file, "JPEG", quality=80)
    return file.getvalue()
