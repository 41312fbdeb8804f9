"""Read a printed sheet as a person does: how many pages, which way up, and whose names stand on it."""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable

import pytest

# View of the calendar -> where the page names who a session is for.
VIEWS = {"week": ".week .session-who a", "month": ".month .chip > span", "day": ".week .session-who a"}
NAMES = """parts => parts.map(part => {
  const seen = part.cloneNode(true);
  seen.querySelectorAll(".visually-hidden").forEach(hidden => hidden.remove());
  return seen.textContent;
})"""
_POINTS = re.compile(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+) ?\]")


def check_sheet(sheet: bytes, names: Iterable[str]) -> int:
    """One page across, with each of these names on it as often as it is given; answers how many names that were."""
    words = words_of(sheet)
    assert words.count("\f") == 1, "more than one sheet"
    if sizes := _POINTS.search(sheet):  # Firefox compresses it away
        assert float(sizes[1]) > float(sizes[2]), "not across"
    wanted = Counter(word for name in names for word in re.findall(r"[A-Z][a-z]+", name))
    assert wanted, "nobody on the page"
    printed = Counter(re.findall(r"[A-Z][a-z]+", words))
    assert wanted <= printed, wanted - printed
    return wanted.total()


def words_of(sheet: bytes) -> str:
    """The text of a PDF, each page ended by a form feed."""
    if not shutil.which("pdftotext"):
        pytest.skip("NO PDFTOTEXT: the words of printed pages go unread. script/test fetches poppler-utils.")
    return subprocess.run(["pdftotext", "-", "-"], input=sheet, capture_output=True, check=True).stdout.decode()
