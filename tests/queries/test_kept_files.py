"""Files that the database names are kept where this process looks, or it is another machine's directory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from handsel.management import setup
from handsel.models import Export
from handsel.queries import kept_files
from handsel.rules.exports import ExportStatus

pytestmark = pytest.mark.any_database


@pytest.fixture
def exported(world, settings, tmp_path):
    """An export that was written on some machine, and this one with a new data directory."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, database={"dbname": "handsel"}, data_dir=tmp_path)
    settings.EXPORTS_DIR = tmp_path / "exports"
    at = timezone.now()
    Export.objects.create(
        family=world.riveras, person=world.ana, status=ExportStatus.DONE, created_at=at, next_at=at, finished_at=at
    )
    return at


def test_a_start_without_them_is_refused_in_words(exported, tmp_path):
    with pytest.raises(SystemExit, match=rf"^handsel: The database names files that should lie in {tmp_path}/exports"):
        setup.refuse_files_elsewhere()
    (tmp_path / "exports").mkdir()
    setup.refuse_files_elsewhere()


def test_what_is_over_or_in_a_bucket_or_beside_sqlite_is_nowhere_else(exported, settings):
    assert kept_files.places_elsewhere(exported)
    assert not kept_files.places_elsewhere(exported + timedelta(days=8))
    here = settings.ENVIRONMENT
    settings.ENVIRONMENT = replace(here, database=None)
    assert not kept_files.places_elsewhere(exported)
    settings.ENVIRONMENT = replace(here, receipts=object())
    assert not kept_files.places_elsewhere(exported)
