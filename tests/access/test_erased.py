"""Whoever reads what is left of an erased family or child finds every page and answer working, and nothing typed."""

import pytest

from handsel.actions.erasing import erasures
from handsel.models import Member, User
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from tests.access.routes.api import API
from tests.access.routes.pages import PAGES
from tests.access.walk import Walk, operations
from tests.run import NIGHTLY
from tests.world import NOW

pytestmark = pytest.mark.any_database

# What names who is erased for as long as wages have to be proved.
DOCUMENTS = {"getDocumentFile", "GET web:document_file"}


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("FAMILY", "parent"),
        pytest.param("FAMILY", "nanny", marks=pytest.mark.nightly),
        pytest.param("CHILD", "parent", marks=pytest.mark.nightly),
        pytest.param("CHILD", "nanny", marks=pytest.mark.nightly),
    ],
)
def test_every_door_reads_what_is_left(world, actors, kind, role, settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path
    somebody = actors[role]
    home = somebody.home
    family = home.things["family"]
    User.objects.filter(name__contains=home.canary).update(name="Somebody")
    Member.objects.filter(name_on_record=home.canary).update(name_on_record="Gone")
    subject = family if kind == "FAMILY" else home.things["child"]
    erasures.erase(erasures.find(Erased(kind), str(subject.id)), at=NOW, source=Source.COMMAND)
    walk = Walk(world, role, somebody)
    wrong = []
    # By day every third.
    for row in (*API, *PAGES)[:: 1 if NIGHTLY else 3]:
        method = operations()[row.route][0] if row.route in operations() else row.route.split()[0]
        if method != "GET" or row.about in somebody.own:
            continue
        answer = walk.ask(row, home, walk.id_of(row.about, "home") if row.about else "")
        text = "" if answer.streaming else answer.content.decode(errors="replace")
        if answer.status_code >= 500 or (
            kind == "FAMILY" and row.about and home.canary in text and row.route not in DOCUMENTS
        ):
            wrong.append(f"{row.route} ({row.about}): {answer.status_code}")
    assert not walk.wrong
    assert wrong == []
