"""The worker's backups: made once a day, and told of where they cannot be made."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from handsel.actions import backup_troubles, duties, people
from handsel.env import Refused
from handsel.management import backing_up, scheduled_backups, worker
from handsel.models import ServerTrouble
from handsel.queries import health
from handsel.rules import backups
from tests import world
from tests.management.other_books import book_in, path_with_the_programs
from tests.world import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def book(db, backups_are_made, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", path_with_the_programs())
    with book_in(tmp_path / "data", settings) as data:
        with transaction.atomic():
            world.build()
        yield data


@pytest.fixture(autouse=True)
def backups_are_made(settings):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backups=True)


def names(data) -> list[str]:
    return sorted(path.name for path in (data / "backups").glob("handsel-*"))


@pytest.mark.any_database
def test_one_a_day_is_made_and_by_the_rule_others_go(book, settings):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backup_keep=backups.BackupRule(days=1, weeks=0, months=0))
    made = [scheduled_backups.back_up_if_due(NOW + hours * HOUR) for hours in (0, 1, 23, 24)]
    assert made == [1, 0, 0, 1]
    assert names(book) == ["handsel-scheduled-20260602T120000Z.tar"]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backups=False)
    assert scheduled_backups.back_up_if_due(NOW + 9 * DAY) == 0


@pytest.fixture
def failing(monkeypatch):
    def refuse(*_):
        raise Refused("The backup was not made: it may need 12 MB in /backups, and 3 MB are free there.")

    monkeypatch.setattr(backing_up, "back_up_by_the_rule", refuse)


@pytest.mark.any_database
def test_what_fails_stands_on_the_status_page_in_health_and_in_a_letter_a_day(
    world, failing, mailbox, settings, client
):
    settings.MAIL_IS_SET_UP = True
    people.set_staff(world.ada.email, True)
    duty = next(duty for duty in worker.DUTIES if duty.name == backups.DUTY)
    duties.announce({duty.name: duty.late_after}, at=NOW)
    for hours in (0, 1, 2, 24, 25):
        assert worker.run_duty(duty, NOW + hours * HOUR, {}) == 0
    told = "No backup could be made since 2026-06-01 12:00 UTC: The backup was not made: it may need 12 MB"
    [trouble] = [line for line in health.other_troubles(NOW + 25 * HOUR) if "backup" in line]
    assert trouble.startswith(told)
    assert any(line.startswith(told) for line in health.status(NOW + 25 * HOUR).other_troubles)
    assert health.status(NOW).mail_troubles == []
    letters = mailbox.all()
    assert [letter["To"] for letter in letters] == [world.ada.email] * 2
    assert letters[0]["Subject"] == "No backup could be made at book.example.org"
    assert "12 MB" in letters[0].get_content()
    assert "/admin/status/" in letters[0].get_content()
    backup_troubles.note_success()
    assert not any("backup" in line for line in health.other_troubles(NOW + HOUR))


@pytest.mark.any_database
def test_a_letter_that_nobody_took_is_sent_again(world, failing, mail_is_set_up, monkeypatch):
    people.set_staff(world.ada.email, True)
    sent = []

    def fails(letter):
        sent.append(letter)
        raise scheduled_backups.TemporaryFailure("ConnectionRefusedError")

    monkeypatch.setattr(scheduled_backups.email, "send", fails)
    for hours in (0, 1):
        with pytest.raises(scheduled_backups.BackupFailed):
            scheduled_backups.back_up_if_due(NOW + hours * HOUR)
    assert len(sent) == 2
    assert ServerTrouble.objects.get().since == NOW


def test_an_overdue_backup_is_told_beside_ok(db, client):
    duties.announce({backups.DUTY: HOUR}, at=NOW)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "trouble": ["A backup is overdue since 2026-06-01 13:00 UTC."]}


@pytest.mark.any_database
def test_another_that_is_being_written_is_no_trouble(world, monkeypatch):
    def refuse(*_):
        raise backing_up.Busy("Another backup is being written.")

    monkeypatch.setattr(backing_up, "back_up_by_the_rule", refuse)
    assert scheduled_backups.back_up_if_due(NOW) == 0
    assert not ServerTrouble.objects.exists()
