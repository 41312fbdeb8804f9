"""The page docs/reference/asvs.md, from docs/explanation/asvs.toml."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from markdown import table

ROOT = Path(__file__).parents[1]
CHAPTERS = (
    "Encoding and sanitization",
    "Validation and business logic",
    "Web frontend",
    "API and web service",
    "File handling",
    "Authentication",
    "Session management",
    "Authorization",
    "Self-contained tokens",
    "OAuth and OIDC",
    "Cryptography",
    "Secure communication",
    "Configuration",
    "Data protection",
    "Secure coding and architecture",
    "Security logging and error handling",
    "WebRTC",
)
_VERDICTS = {"held": "held", "not_applicable": "not applicable", "not_held": "not held"}


def asvs() -> str:
    rows = tomllib.loads((ROOT / "docs" / "explanation" / "asvs.toml").read_text(encoding="utf-8"))
    counts = Counter((_chapter(number), _verdict(row)) for number, row in rows.items())
    total = Counter(_verdict(row) for row in rows.values())
    summary = [
        (f"[V{chapter}](#v{chapter}-{name.lower().replace(' ', '-')})", name, *_counted(counts, chapter))
        for chapter, name in enumerate(CHAPTERS, 1)
    ]
    summary.append(("all", "", *(str(total[verdict]) for verdict in _VERDICTS), str(len(rows))))
    parts = []
    for chapter, name in enumerate(CHAPTERS, 1):
        lines = [_line(number, row) for number, row in rows.items() if _chapter(number) == chapter]
        head = ("number", "level", "asks", "verdict", "shown by, or why")
        parts.append(f"\n## V{chapter} {name}\n\n{table(head, lines)}")
    return f"""# The table of the ASVS

OWASP's Application Security Verification Standard 5.0.0, levels 1 and 2: {len(rows)} requirements, in our own
words. *Held* names the tests that would fail otherwise, and pages where it is pages that are asked for; what does not
hold says why, and what it would take. [What guards the book](../explanation/security.md) tells the same as a story.
Written from `docs/explanation/asvs.toml`, whose names a test looks up.

{table(("chapter", "about", *_VERDICTS.values(), "all"), summary)}{"".join(parts)}"""


def _chapter(number: str) -> int:
    return int(number[1:].partition(".")[0])


def _verdict(row: dict[str, Any]) -> str:
    return next(verdict for verdict in _VERDICTS if verdict in row)


def _counted(counts: Counter[tuple[int, str]], chapter: int) -> list[str]:
    of = [counts[chapter, verdict] for verdict in _VERDICTS]
    return [*map(str, of), str(sum(of))]


def _line(number: str, row: dict[str, Any]) -> tuple[str, ...]:
    verdict = _verdict(row)
    shown = [_linked(named) for named in (*row.get("held", ()), *row.get("shown", ()))]
    words = [row[verdict]] if verdict != "held" else [f"{row['by']}."] if "by" in row else []
    return number, str(row["level"]), row["asks"], _VERDICTS[verdict], "<br>".join([*words, *shown])


def _linked(named: str) -> str:
    """A test in code font; a page as a link from docs/reference."""
    if "::" in named:
        return f"`{named}`"
    page = named.removeprefix("docs/") if named.startswith("docs/") else f"../{named}"
    return f"[{page.partition('#')[2].replace('-', ' ')}](../{page})"
