"""/metrics: off without a token, right over all processes, moved by what is done, and silent about people."""

import os
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from handsel.access import replica
from handsel.actions import account_letters, backup_troubles, duties
from handsel.management.worker import Duty, run_duty
from handsel.models import Delivery, Export, Notice, ServerTrouble
from handsel.observability import metrics, work
from handsel.queries import gauges, health
from tests.world import NOW

pytestmark = pytest.mark.any_database

TOKEN = "a token of at least thirty-two characters"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def counted(settings, tmp_path, monkeypatch) -> Path:
    """Where everything is counted from here on, from nothing."""
    settings.METRICS_TOKEN, settings.METRICS_DIR = TOKEN, tmp_path
    monkeypatch.setattr(metrics, "_of_this_process", metrics._Counts())
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return tmp_path


def asked(client: Client, token: str = TOKEN):
    return client.get("/metrics", headers={"authorization": f"Bearer {token}"})


def read(client: Client) -> dict[str, float]:
    lines = asked(client).content.decode().splitlines()
    rows = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    assert len({row[0] for row in rows}) == len(rows)
    return {name: float(value) for name, _, value in rows}


def test_it_is_there_for_who_has_the_token(client, db, settings):
    answer = asked(client)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    for header in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {TOKEN}"}):
        refused = client.get("/metrics", headers=header)
        assert (refused.status_code, refused["WWW-Authenticate"]) == (401, 'Bearer realm="Handsel metrics"')
    assert client.post("/metrics").status_code == 405
    settings.METRICS_TOKEN = ""
    assert asked(client).status_code == 404
    assert asked(client, "").status_code == 404


def test_every_metric_is_said_with_its_meaning(client, db):
    text = asked(client).content.decode()
    for name, metric in (metrics.COUNTED | gauges.GAUGES).items():
        assert f"# HELP {name} {metric.help}\n# TYPE {name} {metric.kind}\n" in text
        assert not set(metric.labels) - {"route", "method", "status", "duty", "reason", "channel"}


def test_requests_and_statements_by_route(client, world):
    api = Client(headers={"authorization": f"Bearer {world.secret(world.ana)}"})
    for _ in range(2):
        api.get("/api/v1/me")
    api.get("/api/v1/me?name=Emma")
    api.get("/Emma/Rivera/")
    api.generic("EMMA", "/api/v1/me")
    api.get("/static/css/base.css")
    seen = read(client)
    assert seen['handsel_requests_total{route="api:getMe",method="GET",status="200"}'] == 2
    assert seen['handsel_requests_total{route="api:getMe",method="GET",status="422"}'] == 1
    assert seen['handsel_requests_total{route="none",method="GET",status="404"}'] == 1
    assert seen['handsel_requests_total{route="api:getMe",method="other",status="405"}'] == 1
    assert any(name.startswith('handsel_requests_total{route="static",method="GET"') for name in seen)
    assert seen['handsel_request_seconds_count{route="api:getMe"}'] == 4
    assert seen['handsel_request_seconds_bucket{route="api:getMe",le="+Inf"}'] == 4
    assert seen['handsel_request_seconds_sum{route="api:getMe"}'] > 0
    assert seen['handsel_database_statements_total{route="api:getMe"}'] >= 2
    assert seen['handsel_database_wait_seconds_total{route="api:getMe"}'] > 0
    assert "Emma" not in " ".join(seen)
    assert "Emma" not in "".join(path.read_bytes().decode("latin-1") for path in metrics.directory().iterdir())


@pytest.mark.no_database
def test_waits_for_a_connection(monkeypatch):
    monkeypatch.setattr(work._PoolWaits, "counted", 0.0)
    key = "handsel_database_pool_wait_seconds_total"
    for waited, counted in ((0, None), (1500, 1.5), (1500, 1.5), (2000, 2.0)):
        work.note_pool_waits(SimpleNamespace(get_stats=lambda waited=waited: {"requests_wait_ms": waited}))
        assert metrics.totals().get(key) == counted
    work.note_pool_waits(None)
    work.note_pool_waits(SimpleNamespace(get_stats=dict))


@pytest.mark.no_database
def test_buckets_hold_those_before_them():
    for seconds in (0.01, 0.025, 0.03, 7, 100):
        metrics.observe("handsel_request_seconds", seconds, "web:today")
    lines = metrics.text({}, {}).splitlines()
    buckets = [line.rpartition(" ")[2] for line in lines if "_bucket{" in line]
    assert buckets == ["2", "3", "3", "3", "3", "3", "3", "3", "4", "4", "5"]
    assert 'handsel_request_seconds_count{route="web:today"} 5' in lines


def test_what_waits_by_channel(client, world):
    account_letters.queue("ana@example.com", "Code", "1234", lasts=timedelta(hours=1), at=NOW - 5 * MINUTE)
    first, second = _two_notices(world)
    Delivery.objects.create(notice=first, due_at=NOW - 2 * MINUTE, next_at=NOW)
    Delivery.objects.create(notice=second, due_at=NOW + MINUTE, next_at=NOW + MINUTE)
    Export.objects.create(family=world.riveras, person=world.ana, next_at=NOW, created_at=NOW - MINUTE)
    seen = read(client)
    waiting = {name: seen[f'handsel_deliveries_waiting{{channel="{name}"}}'] for name in ("sign_in", "email", "push")}
    assert waiting == {"sign_in": 1, "email": 1, "push": 0}
    assert seen['handsel_deliveries_oldest_seconds{channel="sign_in"}'] == 300
    assert seen['handsel_deliveries_oldest_seconds{channel="email"}'] == 120
    assert seen['handsel_deliveries_oldest_seconds{channel="push"}'] == 0
    assert seen['handsel_deliveries_waiting{channel="notices"}'] == 2
    assert seen['handsel_deliveries_oldest_seconds{channel="notices"}'] == 180
    assert seen['handsel_deliveries_waiting{channel="exports"}'] == 1


def _two_notices(world) -> list[Notice]:
    same = {"person": world.ana, "family": world.riveras, "kind": "SESSION_CONFIRMED", "at": NOW - 3 * MINUTE}
    return [Notice.objects.create(**same) for _ in range(2)]


def test_a_duty_that_is_done_late_or_broken(client, db):
    def break_down(_):
        raise OSError("ana@example.com is away")

    hour = timedelta(hours=1)
    duties.announce({"knit": hour, "forget": hour}, at=NOW - 3 * hour)
    duties.done("knit", at=NOW - MINUTE, again_at=NOW)
    assert run_duty(Duty("forget", hour, break_down), NOW, {}) == 0
    with work.begun(duty="knit") as turn, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    work.note(turn, duty="knit")
    seen = read(client)
    assert seen['handsel_duty_last_success_timestamp_seconds{duty="knit"}'] == (NOW - MINUTE).timestamp()
    assert seen['handsel_duty_late_seconds{duty="knit"}'] == 0
    assert seen['handsel_duty_late_seconds{duty="forget"}'] == 7200
    assert seen['handsel_duty_failures_total{duty="forget"}'] == 1
    assert seen['handsel_database_statements_total{duty="knit"}'] == 1
    assert 'handsel_duty_last_success_timestamp_seconds{duty="forget"}' not in seen


def test_a_mail_server_that_fails(client, db):
    assert read(client)["handsel_mail_server_failing_seconds"] == 0
    ServerTrouble.objects.create(server="mail server", since=NOW - MINUTE, error="OSError", next_at=NOW)
    assert read(client)["handsel_mail_server_failing_seconds"] == 60


def test_backups_that_fail_or_that_nobody_makes(client, db):
    hour = timedelta(hours=1)
    duties.announce({"back up": hour}, at=NOW - hour)
    seen = read(client)
    assert (seen["handsel_backup_failing_seconds"], seen["handsel_backup_overdue_seconds"]) == (0, 0)
    backup_troubles.note_failure("The disk is full.", at=NOW - 2 * MINUTE)
    duties.announce({"back up": hour}, at=NOW - 3 * hour)
    seen = read(client)
    assert (seen["handsel_backup_failing_seconds"], seen["handsel_backup_overdue_seconds"]) == (120, 7200)
    assert seen["handsel_mail_server_failing_seconds"] == 0
    backup_troubles.note_success()
    assert read(client)["handsel_backup_failing_seconds"] == 0


def test_refused_sign_ins_by_why(client, world):
    for _ in range(7):
        client.post("/accounts/login/", {"login": "ana@example.com", "password": "wrong, all of them"})
    seen = {name: value for name, value in read(client).items() if "sign_ins_refused" in name}
    passwords = seen['handsel_sign_ins_refused_total{reason="password"}']
    assert 0 < passwords < 7
    assert seen['handsel_sign_ins_refused_total{reason="too many tries"}'] >= 7 - passwords


def test_what_is_left_of_the_disk(client, db, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=5, total=9))
    seen = read(client)
    assert (seen["handsel_disk_free_bytes"], seen["handsel_disk_size_bytes"]) == (5, 9)


@pytest.mark.parametrize(("lag", "up"), [(0.0, 1), (7.5, 1), (None, 0)])
def test_a_replica_that_is_behind_or_away(client, db, monkeypatch, lag, up):
    assert not [name for name in read(client) if "replica" in name]
    monkeypatch.setattr(replica, "is_named", lambda: True)
    monkeypatch.setattr(replica, "lag_seconds", lambda: lag)
    seen = read(client)
    assert (seen["handsel_replica_up"], seen.get("handsel_replica_lag_seconds")) == (up, lag)


def test_a_database_that_is_away_hides_nothing_else(client, db, monkeypatch):
    assert read(client)["handsel_database_up"] == 1

    def away(_):
        raise OperationalError("connection refused")

    monkeypatch.setattr(gauges, "of_database", away)
    seen = read(client)
    assert seen["handsel_database_up"] == 0
    assert "handsel_disk_free_bytes" in seen


# Over all processes


def child(counting) -> None:
    """Have a process count, and end."""
    pid = os.fork()
    if not pid:
        try:
            counting()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


@pytest.mark.no_database
def test_processes_are_added_up_whether_they_live_or_not(counted):
    metrics.count("handsel_duty_failures_total", "remind")
    for _ in range(3):
        child(lambda: metrics.count("handsel_duty_failures_total", "remind", by=2))
    key = "handsel_duty_failures_total\tremind"
    assert len(list(metrics.directory().glob("*.counts"))) == 4
    for _ in range(2):
        assert metrics.totals()[key] == 7
        assert len(list(metrics.directory().glob("*.counts"))) == 1
    child(lambda: metrics.count("handsel_duty_failures_total", "extend"))
    metrics.count("handsel_duty_failures_total", "remind")
    assert metrics.totals() == {key: 8, "handsel_duty_failures_total\textend": 1}
    assert (metrics.directory().stat().st_mode & 0o777, counted.exists()) == (0o700, True)


@pytest.mark.no_database
def test_one_that_is_cut_off_while_it_adds_adds_nothing_twice(monkeypatch):
    child(lambda: metrics.count("handsel_duty_failures_total", "remind"))
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    assert metrics.totals() == metrics.totals() == {"handsel_duty_failures_total\tremind": 1}


@pytest.mark.no_database
def test_a_full_disk_stops_nobody_and_is_made_up_for(monkeypatch):
    write = os.pwrite

    def full(*_):
        raise OSError(28, "No space left on device")

    metrics.count("handsel_duty_failures_total", "remind")
    monkeypatch.setattr(os, "pwrite", full)
    metrics.count("handsel_duty_failures_total", "remind")
    metrics.count("handsel_duty_failures_total", "extend")
    assert metrics.totals() == {"handsel_duty_failures_total\tremind": 1}
    monkeypatch.setattr(os, "pwrite", write)
    metrics.count("handsel_duty_failures_total", "remind")
    metrics.count("handsel_duty_failures_total", "extend")
    assert metrics.totals() == {
        "handsel_duty_failures_total\tremind": 3,
        "handsel_duty_failures_total\textend": 2,
    }


@pytest.mark.no_database
def test_without_a_token_nothing_is_counted(settings, counted):
    settings.METRICS_TOKEN = ""
    metrics.count("handsel_duty_failures_total", "remind")
    assert list(counted.iterdir()) == []
    assert not re.search("remind", metrics.text({}, {}))
