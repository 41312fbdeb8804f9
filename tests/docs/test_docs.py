"""The pages under docs/ and at the top stay true: what they name is there."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "handsel"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_BLOCK = re.compile(r"(?:^|\n)((?:    .*\n)+)")
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _code(page: Path) -> list[str]:
    """What the page sets in code font: spans, and the lines of its indented blocks with their continuations joined."""
    text = page.read_text()
    blocks = "".join(block.replace("\\\n", " ") for block in _BLOCK.findall(text))
    return [*_SPAN.findall(text), *(line.strip() for line in blocks.splitlines())]


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(page.read_text())
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _everything_in_code() -> list[tuple[Path, str]]:
    return [(page, code) for page in PAGES for code in _code(page)]


def test_links_lead_somewhere():
    assert [f"{_name(page)} links to {address}" for page in PAGES for address in _broken_links(page)] == []


def _broken_links(page: Path) -> Iterator[str]:
    for match in _LINK.finditer(page.read_text()):
        address = match[1] or match[2]
        if re.match(r"[a-z]+:", address):
            continue
        path, _, anchor = unquote(address).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            yield address


def test_every_page_is_reached_from_the_index():
    seen, ahead = set(), [ROOT / "docs" / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        ahead += [(page.parent / match[1]).resolve() for match in _LINK.finditer(page.read_text()) if match[1]]
    assert [_name(page) for page in PAGES if page not in seen and page.parent != ROOT] == []


def _handsel_calls() -> list[str]:
    """The arguments of every `handsel ...` in code font, once each."""
    calls = [re.search(r"(?:^|[\s(/])handsel +([a-z_]\w*(?: [^)]*)?)\)?$", code) for _, code in _everything_in_code()]
    return sorted({call[1] for call in calls if call and not call.string.startswith(("createdb", "createuser"))})


@pytest.mark.parametrize("call", _handsel_calls())
def test_commands_take_what_the_docs_give_them(call):
    name, *arguments = shlex.split(call)
    known = get_commands()
    assert name in known
    parser = load_command_class(known[name], name).create_parser("handsel", name)
    if not any(re.search(r"\W", argument) for argument in arguments):
        # Only a name, like `user create`: asking for its help tells whether it exists.
        with pytest.raises(SystemExit) as end:
            parser.parse_args([*arguments, "--help"])
        assert end.value.code == 0
    else:
        parser.parse_args(arguments)


@pytest.mark.parametrize("script", sorted({s for _, c in _everything_in_code() for s in re.findall(r"script/\w+", c)}))
def test_scripts_are_there_to_run(script):
    assert os.access(ROOT / script, os.X_OK)


def test_settings_are_known_to_the_program():
    named = {name for page in PAGES for name in re.findall(r"HANDSEL_[A-Z_]+[A-Z]", page.read_text())}
    known = (SOURCE / "env" / "variables.py").read_text() + (ROOT / "tests" / "settings.py").read_text()
    known += (ROOT / "tests" / "sizes.py").read_text()
    assert named
    assert sorted(name for name in named if not re.search(rf"\b{name}\b", known)) == []


def test_files_and_rooms_named_are_there():
    missing = [
        f"{_name(page)}: {code}"
        for page, code in _everything_in_code()
        if re.fullmatch(r"[\w./]*\w(/|\.py)", code) and code != "data/"
        if not any((root / code).exists() for root in (ROOT, SOURCE))
    ]
    assert missing == []


def test_names_in_code_font_occur_in_the_code():
    examples = [path for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    source = "\n".join(file.read_text() for file in [*SOURCE.rglob("*.py"), ROOT / "pyproject.toml", *examples])
    missing = [
        f"{_name(page)}: {code}"
        for page, code in _everything_in_code()
        if re.fullmatch(r"[a-z]+(_[a-z]+)+", code) and not re.search(rf"\b{code}\b", source)
    ]
    assert missing == []


def test_addresses_of_the_api_are_served():
    some_id = str(UUID(int=0))
    page = ROOT / "docs" / "how-to" / "use-the-api.md"
    called = {match[1] for code in _code(page) for match in re.finditer(r"\$HANDSEL(/[\w/$-]+)", code)}
    assert called
    for path in called:
        resolve("/api/v1" + re.sub(r"\$[A-Z]+", some_id, path))


PRESSED = [
    "tutorial/first-week.md",
    *(f"how-to/{name}.md" for name in ("when-something-was-forgotten", "approve-a-week", "year-end")),
]


@pytest.mark.parametrize("page", PRESSED)
def test_pages_for_people_press_what_the_site_shows(page):
    """What they set in italics is a label or a button; their numbers stand for the site's own."""
    shown = "\n".join(file.read_text() for file in [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")])
    italics = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", (ROOT / "docs" / page).read_text())
    labels = {re.sub(r" \d\d?(?= sessions$|$)", " {{ count }}", " ".join(words.split())) for words in italics}
    assert labels
    assert sorted(label for label in labels if label not in shown) == []


def test_decisions_are_numbered_without_gaps_and_listed():
    folder = ROOT / "docs" / "decisions"
    records = sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    index = (folder / "README.md").read_text()
    for name in records:
        title = (folder / name).read_text().splitlines()[0].removeprefix(f"# {name[:4]}: ")
        assert f"[{name[:4]}]({name}) | {title} |" in index
