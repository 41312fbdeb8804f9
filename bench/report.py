"""The report of what was measured at one commit, for people and for programs."""

import json
from pathlib import Path
from typing import Any


def write(done: Path, home: Path, *, machine: str) -> None:
    """Write report.md and report.json into home, from a file for each benchmark."""
    runs = [json.loads(file.read_text()) for file in sorted(done.glob("*.json"))]
    (home / "report.json").write_text(json.dumps({"commit": done.name, "machine": machine, "runs": runs}, indent=1))
    parts = [f"# What was measured at {done.name}\n\nOn {machine}. Medians; ratios are of one run.\n"]
    parts += [_section(run) for run in runs]
    (home / "report.md").write_text("\n".join(parts))


def _section(run: dict[str, Any]) -> str:
    families = f", {run['families']:,} families" if run["families"] else ""
    title = f"## {run['bench']}, {run['database']}{families}\n\nIn {run['seconds']:g} seconds, {run['at']}.\n"
    if not run["figures"]:
        return f"{title}\n```\n" + "\n".join(run["lines"]) + "\n```\n"
    head = "| what | measured | beside | ratio | at least | aim | reached |\n|---|---|---|---|---|---|---|\n"
    return f"{title}\n{head}" + "\n".join(_row(figure) for figure in run["figures"]) + "\n"


def _row(figure: dict[str, Any]) -> str:
    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")

    beside = f"{figure['beside']}, {number(figure['of_beside'])} {figure['unit']}" if figure["beside"] else ""
    reached = figure["ratio"] if figure["ratio"] is not None else figure["value"]
    marks = []
    for name in ("aim", "at_least"):
        mark = figure[name]
        if mark is not None and (reached <= mark if figure["smaller_is_better"] else reached >= mark):
            marks.append(name.replace("_", " "))
    verdict = marks[0] if marks else ("no" if figure["at_least"] is not None else "")
    note = f" ({figure['note']})" if figure["note"] else ""
    cells = [figure["what"], f"{number(figure['value'])} {figure['unit']}{note}", beside, number(figure["ratio"])]
    cells += [number(figure["at_least"]), number(figure["aim"]), verdict]
    return "| " + " | ".join(cells) + " |"
