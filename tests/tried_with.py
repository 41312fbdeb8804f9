"""Rows of docs/reference/tried-with.md: which program of others was run against Handsel, and what came of it."""

import json
import os
from pathlib import Path


def report(*, program: str, version: str, source: str, tried: str, figures: str) -> None:
    """Append a row to the file named by HANDSEL_TRIED_WITH; where that is unset, nothing.

    Called when everything asserted has held, so that a row stands for a test that passed.
    """
    name = os.environ.get("HANDSEL_TRIED_WITH")
    if name is None:
        return
    row = {
        "program": program,
        "version": version,
        "source": source,
        "tried": tried,
        "figures": figures,
        "passed": True,
    }
    with Path(name).open("a") as rows:
        rows.write(json.dumps(row) + "\n")
