import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import DisallowedHost

from handsel import apps
from handsel import settings as settings_module
from tests.test_env import PRODUCTION

pytestmark = pytest.mark.no_database


def handsel(tmp_path: Path, variables: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "handsel", *arguments],
        cwd=tmp_path,
        env={
            **variables,
            "PATH": os.environ["PATH"],
            "HANDSEL_DATA_DIR": str(tmp_path / "data"),
            "HANDSEL_SECRET_KEY": "zuri-emma-and-theo-" * 4,
            "HANDSEL_MAIL_URL": "smtps://mail.example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_django_finds_nothing_amiss_in_production(tmp_path):
    check = handsel(tmp_path, PRODUCTION, "check", "--deploy", "--fail-level=WARNING")
    assert check.returncode == 0, check.stderr


def test_cookies_are_of_this_host_alone_in_production(tmp_path):
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "COOKIE_PREFIX")
    code = f"from django.conf import settings; print(*[getattr(settings, name) for name in {names}])"
    shown = handsel(tmp_path, PRODUCTION, "shell", "--no-imports", "-c", code)
    assert shown.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "__Host-language", "__Host-"]


def test_no_check_is_silenced_without_its_reason_beside_it():
    source = Path(settings_module.__file__).read_text()
    lines = source.partition("SILENCED_SYSTEM_CHECKS = [\n")[2].partition("]")[0].splitlines()
    assert len(lines) == len(settings_module.SILENCED_SYSTEM_CHECKS)
    for line in lines:
        assert re.fullmatch(r'    "[a-z]+\.[A-Z]\d+",  # \S.{20,}', line), line


def test_a_host_that_is_not_served_is_one_line_an_hour_without_a_traceback(monkeypatch):
    """In all processes together, however many names are sent."""
    moment = [1.0]
    monkeypatch.setattr(apps.time, "monotonic", lambda: moment[0])
    once = apps.HostOnce()

    def lines(*hosts: str) -> list[str]:
        records = []
        for host in hosts:
            request = SimpleNamespace(META={"HTTP_HOST": host})
            error = DisallowedHost(host)
            trace = (DisallowedHost, error, error.__traceback__)
            record = logging.LogRecord("django.security.DisallowedHost", 40, "", 1, str(error), (), trace)
            record.request = request
            if once.filter(record):
                assert record.exc_info is None
                records.append(record.getMessage())
        return records

    said = "The host forgotten.example.org is not served; HANDSEL_HOSTS says which are."
    assert lines(*["forgotten.example.org"] * 3, "FORGOTTEN.example.org") == [said]
    assert lines("/invitations/aSecret?emma", "a" * 500) == [said.replace("forgotten.example.org", "(no host’s name)")]
    assert 200 <= len(lines(*[f"{number}.example.org" for number in range(5_000)])) <= 256
    process = os.fork()
    if not process:
        os._exit(len(lines("forgotten.example.org")))
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    moment[0] += 60 * 60
    assert lines("forgotten.example.org") == [said]
