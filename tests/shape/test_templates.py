"""Templates stay readable: no line is longer than a screen."""

from pathlib import Path

import pytest

import handsel

TEMPLATES = Path(handsel.__file__).parent / "templates"
LONGEST = 160

pytestmark = pytest.mark.no_database


def test_no_line_of_a_template_is_longer_than_a_screen():
    too_long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert too_long == []
