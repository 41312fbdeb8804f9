"""The alerts that wake somebody: of metrics that there are, each with its part of the page; and tried by promtool."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from handsel.observability import metrics
from handsel.queries import gauges

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus"
KNOWN = metrics.COUNTED | gauges.GAUGES
RULES = (ALERTS / "handsel.rules.yml").read_text()
NAMES = re.findall(r"alert: (\w+)", RULES)


def metrics_in(text: str) -> set[str]:
    return {re.sub("_(bucket|sum|count)$", "", name) for name in re.findall(r"\bhandsel_\w+", text)} - {"handsel_token"}


def test_alerts_ask_for_metrics_that_there_are():
    page = (ROOT / "docs" / "how-to" / "watch.md").read_text()
    assert metrics_in(RULES) <= KNOWN.keys()
    assert metrics_in(page) == KNOWN.keys()


def test_each_alert_has_its_part_of_the_page_and_is_tried():
    page = (ROOT / "docs" / "how-to" / "watch.md").read_text()
    assert re.findall(r"^### (Handsel\w+)$", page, re.MULTILINE) == NAMES
    tried = (ALERTS / "handsel.tests.yml").read_text()
    quiet, loud = (re.findall(r"alertname: (\w+)", part) for part in tried.split("each fires when it is to"))
    assert quiet == loud == NAMES


def promtool(*arguments: str, given: str = "") -> str:
    done = subprocess.run(
        ["promtool", *arguments], input=given, cwd=ALERTS, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.nightly
@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool")
def test_promtool_finds_each_fire_when_it_is_to(settings, tmp_path, tried_with):
    promtool("check", "rules", "handsel.rules.yml")
    promtool("test", "rules", "handsel.tests.yml")
    settings.METRICS_TOKEN, settings.METRICS_DIR = "x", tmp_path
    metrics.observe("handsel_request_seconds", 0.2, "web:today")
    assert promtool("check", "metrics", given=metrics.text(gauges.GAUGES, {("handsel_disk_free_bytes",): 5})) == ""
    tried_with(
        program="promtool",
        version=promtool("--version").split()[2],
        source="Debian",
        tried="tests the alerts, and reads what /metrics answers",
        figures=f"{len(NAMES)} of {len(NAMES)} alerts fire when they are to, and only then",
    )
