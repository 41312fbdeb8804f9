"""Whatever there is of a move or a kind of notice follows from its row: a made-up one of each, in a copy of the tables.

The rows below and the names in their enums are all that is added. What the program makes of them is looked at by
made_up_rows.py, in a process that imports the copy, and by the reference pages that it writes.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import handsel
from handsel.rules.roles import Reach

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[2]

NAMES = {
    "rules/roles.py Capability": 'REOPEN = "reopen a completed session"',
    "rules/history.py EventKind": 'CARE_SESSION_REOPENED = "care_session.reopened"',
    "rules/notices.py NoticeKind": 'SESSION_REOPENED = "session.reopened"',
    "rules/moves.py Move": 'REOPEN = "REOPEN"',
}
ROWS = {
    "rules/roles.py GRANTS": "Capability.REOPEN: {Role.NANNY: Reach.OWN}",
    "notices/kinds.py KINDS": """
        NoticeKind.SESSION_REOPENED: KindRow(
            _("%(by)s reopened a session"), Topic.CHANGED, "the parents and its nanny", states={State.IN_PROGRESS}
        )""",
    "rules/moves.py MOVES": """
        Move.REOPEN: Step(
            froms=frozenset({State.COMPLETED}),
            to=State.IN_PROGRESS,
            capability=Capability.REOPEN,
            cannot=say("it cannot be reopened"),
            writes={"status": Status.IN_PROGRESS, "actual_end": None},
            event=EventKind.CARE_SESSION_REOPENED,
            did=say("reopened it"),
            audience=Audience.BOTH_SIDES,
            notice=NoticeKind.SESSION_REOPENED,
            button=say("Reopen"),
            long_button=say("Reopen session"),
            done=say("Reopened: %(session)s."),
            done_of_many=say_many("%(count)s session reopened.", "%(count)s sessions reopened."),
            summary="Care goes on after all",
        )""",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A directory with src/handsel and the programs of script, where the made-up rows stand in the tables."""
    copy = tmp_path_factory.mktemp("one_row")
    package = copy / "src" / "handsel"
    shutil.copytree(Path(handsel.__file__).parent, package)  # with what is compiled
    (copy / "docs" / "explanation").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "explanation" / "asvs.toml", copy / "docs" / "explanation")
    shutil.copytree(
        ROOT / "script", copy / "script", ignore=lambda _, names: {name for name in names if not name.endswith(".py")}
    )
    for place, addition in (NAMES | ROWS).items():
        file, name = place.split()
        lines = (package / file).read_text("utf-8").splitlines()
        [(line, text)] = _additions(ast.parse("\n".join(lines)), name, addition)
        lines.insert(line, text)
        (package / file).write_text("\n".join(lines), "utf-8")
    return copy


def _additions(tree: ast.Module, name: str, text: str) -> Iterator[tuple[int, str]]:
    """After which line the text comes into the enum or the table of this name, and the text as it stands there."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=defined) if defined == name:
                members = [member for member in node.body if isinstance(member, ast.Assign)]
                yield members[-1].end_lineno, f"    {text}"
            case ast.AnnAssign(target=ast.Name(id=defined), value=ast.Dict() as table) if defined == name:
                yield table.end_lineno - 1, f"{text},"


def _run(copy: Path, *command: str | Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "HANDSEL_TEST_DATABASE": "sqlite"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_program_does_all_that_follows_from_its_row(copy):
    output = _run(
        copy, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "tests/workflows/made_up_rows.py"
    )
    assert "6 passed" in output


def test_the_reference_pages_tell_of_it(copy):
    _run(copy, copy / "script" / "reference.py")
    pages = {page.name: page.read_text("utf-8") for page in (copy / "docs" / "reference").iterdir()}
    assert (
        "| reopen | completed | in progress | `care_session.reopened` "
        "| the parents, the coordinators and its nanny | `session.reopened` | no |\n" in pages["session-states.md"]
    )
    assert (
        "| Noor reopened a session | `session.reopened` | the parents and its nanny | `changed` | mail and push "
        "| while in progress |\n" in pages["notices.md"]
    )
    assert f"| reopen a completed session | no | {Reach.OWN} | no | no |\n" in pages["roles.md"]
