"""The export by the page: begun, watched, stopped, tried again and fetched."""

import pytest

from handsel.actions import exports
from handsel.management import exporting
from handsel.models import Export
from tests.web.visitor import Page, Visitor
from tests.world import NOW

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def somewhere(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


@pytest.fixture
def ana(world) -> Visitor:
    return Visitor(world.ana)


def test_it_is_begun_watched_and_fetched(ana, world):
    assert ana.get("family_records", world.riveras.id, 2026).offers("export_record", world.riveras.id)
    assert ana.get("export_record", world.riveras.id).says("Begin the export")
    page = ana.press("start_export", world.riveras.id)
    assert page.says("It begins in a moment.")
    export = Export.objects.get()
    claimed = exports.claim(NOW)
    exports.note_progress(claimed, "receipts", 11, 40, at=NOW)
    page = ana.get("export_record", world.riveras.id)
    assert page.says("Receipts, 12 of 40")
    assert 'value="11"' in page.html
    assert ana.get("export_file", export.id, status=409)
    Export.objects.update(next_at=NOW)
    exporting.write_next(NOW)
    page = ana.get("export_record", world.riveras.id)
    assert page.says("It is ready: 0.1 MB")
    assert page.offers("export_file", export.id)
    answer = ana.client.get(f"/exports/{export.id}/file/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "no-store" in answer["Cache-Control"]


def test_it_is_stopped_and_tried_again(ana, world):
    ana.press("start_export", world.riveras.id)
    page = ana.press("stop_export", Export.objects.get().id)
    assert page.says("It was stopped. Try again")
    assert ana.press("start_export", world.riveras.id).says("It begins in a moment.")


def test_a_file_that_is_gone_says_so(ana, world):
    ana.press("start_export", world.riveras.id)
    export = Export.objects.get()
    exporting.write_next(NOW)
    for path in exporting.export_files.directory().iterdir():
        path.unlink()
    answer = ana.client.get(f"/exports/{export.id}/file/", follow=True)
    assert Page(answer).says(
        "The file is not on this machine: it lies where it was written, or is gone. Export it again."
    )
