import json
from dataclasses import astuple, replace
from types import SimpleNamespace

from tests import tried_with as page
from tests.tried_with import Row

KHAL = Row("khal", "0.11", "PyPI", "reads a feed | a year", "968 of 968", "tests/feeds/test_khal.py::test_reads")
RSPAMD = Row("rspamd", "3.4", "Debian", "rates a letter", "0.1 of 15", "tests/mail/test_spam.py::test_rates")
PASSED = SimpleNamespace(skipped=False, failed=False, when="call")
FAILED = SimpleNamespace(skipped=False, failed=True, when="call")
SKIPPED = SimpleNamespace(skipped=True, failed=False, when="setup", longrepr=("file", 1, "Skipped: no network"))


def collect(directory, *notes):
    for report, rows, test in notes:
        page.collect(report, rows, test, directory)
    return page.collected(directory)


def test_a_row_counts_when_its_test_has_passed_on_both_databases(tmp_path):
    rows = collect(tmp_path, (FAILED, [KHAL], KHAL.test), (PASSED, [KHAL], KHAL.test), (PASSED, [RSPAMD], RSPAMD.test))
    assert set(rows) == {replace(KHAL, figures="FAILED"), RSPAMD}


def test_what_was_skipped_before_it_named_its_program_keeps_its_row(tmp_path):
    run = collect(tmp_path, (SKIPPED, [], KHAL.test), (SKIPPED, [], "tests/test_new.py::test_new"))
    rows = page.merged([KHAL, RSPAMD], run)
    assert rows == [
        replace(KHAL, figures="NOT TRIED: no network"),
        RSPAMD,
        Row("test_new", "", "", "", "NOT TRIED: no network", "tests/test_new.py::test_new"),
    ]


def test_a_run_of_some_tests_replaces_their_rows_alone_and_a_whole_one_all(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    page.PAGE.write_text(page.page([KHAL, RSPAMD], "once"), "utf-8")
    newer = replace(RSPAMD, version="3.5")
    (tmp_path / "run.json").write_text(json.dumps([astuple(newer)]), "utf-8")
    page.main(str(tmp_path), whole=False)
    assert page.rows_of(page.PAGE.read_text("utf-8")) == [KHAL, newer]
    page.main(str(tmp_path), whole=True)
    assert page.rows_of(page.PAGE.read_text("utf-8")) == [newer]
    written = page.PAGE.read_text("utf-8").replace("Written on", "Once written on")
    page.PAGE.write_text(written, "utf-8")
    page.main(str(tmp_path), whole=True)
    assert page.PAGE.read_text("utf-8") == written, "what shows the same leaves the page as it is"
