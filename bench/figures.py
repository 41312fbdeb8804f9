"""What a benchmark measured: said on the terminal, and kept for the report that script/bench writes."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `beside`: the yardstick of the same run and its value in the same unit; `ratio`: how it stands
    to the yardstick, in the sense that at_least and aim are meant.
    """

    what: str
    value: float
    unit: str
    beside: str = ""
    of_beside: float | None = None
    ratio: float | None = None
    at_least: float | None = None
    aim: float | None = None
    smaller_is_better: bool = True
    note: str = ""

    def line(self) -> str:
        parts = [f"{self.what:44} {self.value:9.2f} {self.unit}"]
        if self.ratio is not None:
            parts.append(f"{self.ratio:6.2f} {'x' if self.smaller_is_better else 'of'} {self.beside}")
        if self.at_least is not None:
            aim = "" if self.aim is None else f", aim {self.aim:.2g}"
            parts.append(f"(at least {self.at_least:.2g}{aim}: {self.verdict()})")
        if self.note:
            parts.append(self.note)
        return "  ".join(parts)

    def verdict(self) -> str:
        """Say which of its two marks it reaches."""
        reached = self.value if self.ratio is None else self.ratio

        def within(mark: float | None) -> bool:
            return mark is not None and (reached <= mark if self.smaller_is_better else reached >= mark)

        return "aim" if within(self.aim) else "at least" if within(self.at_least) else "not reached"


def keep(figure: Figure) -> None:
    """Say it, and add it to the file named by BENCH_FIGURES if there is one."""
    sys.stdout.write(f"{os.environ.get('BENCH_DATABASE', ''):11} {figure.line()}\n")
    sys.stdout.flush()
    if name := os.environ.get("BENCH_FIGURES"):
        with Path(name).open("a") as file:
            file.write(json.dumps(asdict(figure)) + "\n")
