"""Which backups are kept, what they are called, and when the next is due."""

from datetime import UTC, datetime, timedelta

from handsel.rules import backups
from handsel.rules.backups import BackupRule

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def daily(days: int) -> dict[str, datetime]:
    return {backups.name(at, is_scheduled=True, is_encrypted=False): at for at in (NOON - n * DAY for n in range(days))}


def test_a_name_is_read_again_and_those_of_others_are_not():
    names = [backups.name(NOON, is_scheduled=True, is_encrypted=closed) for closed in (False, True)]
    assert names == ["handsel-scheduled-20260601T120000Z.tar", "handsel-scheduled-20260601T120000Z.age.tar"]
    by_hand = backups.name(NOON, is_scheduled=False, is_encrypted=False)
    others = [by_hand, f"{names[0]}.old", f"my-{names[0]}", "handsel-scheduled-20261301T120000Z.tar"]
    assert backups.scheduled([*names, *others]) == dict.fromkeys(names, NOON)


def test_a_year_of_days_leaves_days_weeks_and_months():
    times = daily(500)
    kept = sorted((times[name] for name in backups.kept(times, BackupRule())), reverse=True)
    assert kept[:7] == [NOON - n * DAY for n in range(7)]
    weeks = [at for at in kept if at.weekday() == 6]  # the newest of a week that is over is its Sunday's
    assert weeks[:4] == [NOON - n * DAY for n in (1, 8, 15, 22)]
    assert len({(at.year, at.month) for at in kept}) == 12
    assert kept[-1] == datetime(2025, 7, 31, 12, tzinfo=UTC)
    assert len(kept) == 7 + 3 + 10  # May's newest is a Sunday of the last days


def test_day_after_day_the_rule_arrives_at_the_same_as_at_once():
    """What it removed yesterday is nothing that it would keep today."""
    times, rule = {}, BackupRule(days=3, weeks=2, months=2)
    for name, at in reversed(daily(120).items()):
        times[name] = at
        kept = backups.kept(times, rule)
        times = {name: times[name] for name in kept}
    at_once = daily(120)
    assert times.keys() == backups.kept(at_once, rule)


def test_the_newest_stays_whatever_the_rule_says_and_of_a_day_the_newest():
    twice = {"first": NOON, "second": NOON + timedelta(hours=1)}
    assert backups.kept(twice, BackupRule()) == {"second"}
    assert backups.kept({"only": NOON}, BackupRule(0, 0, 0)) == {"only"}
    assert backups.kept({}, BackupRule()) == set()


def test_one_a_day_is_due_and_one_of_a_time_to_come_counts_as_none():
    assert backups.is_due([], NOON, NOON - DAY)
    assert not backups.is_due([NOON - DAY + timedelta(seconds=1)], NOON, NOON - DAY)
    assert backups.is_due([NOON - DAY], NOON, NOON - DAY)
    assert backups.is_due([NOON + DAY], NOON, NOON - DAY)


def test_a_book_that_has_just_begun_needs_none_yet():
    assert not backups.is_due([], NOON, None)
    assert not backups.is_due([], NOON, NOON - timedelta(minutes=59))
    assert backups.is_due([], NOON, NOON - timedelta(hours=1))
