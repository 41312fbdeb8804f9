"""What a cell of a spreadsheet may hold, so that words stay words."""

import re

# Where a spreadsheet would find a formula: a cell that begins with one of these signs. A cell begins after a semicolon
# too, where decimals have a comma.
_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@＝＋－＠\t\r])")


def formula_safe(words: str) -> str:
    """Return words as a cell of CSV may hold them."""
    return _FORMULA.sub(r"\1'", words)
