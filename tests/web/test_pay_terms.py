"""Pay terms by pages: every version in words, a new one from a preset, and what is wrong at its field."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.models import PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests import approved_pay
from tests.access.routes.bodies import TERMS
from tests.models.broken_pay import a_policy
from tests.web.visitor import Visitor

pytestmark = pytest.mark.any_database

FIELDS = TERMS | {"effective_from": "2026-06-08"}


def save(visitor, route, of, sent):
    """Press Save, and once more after what the terms mean was shown."""
    looked_at = visitor.post(route, of, status=200, **sent)
    return visitor.press(route, of, **sent | {"seen": looked_at.value_of("seen")})


def test_without_terms_the_page_says_what_holds_and_leads_on(ana, noor, world):
    page = ana.get("pay_terms", world.riveras.id)
    assert page.says("Minutes times rate. Overtime and guaranteed hours are set here.")
    assert page.offers("new_pay_terms", world.riveras.id)
    assert page.says("29 CFR 778.107-115; DOL Fact Sheet 79D")
    page = noor.get("pay_terms", world.riveras.id)
    assert not page.offers("new_pay_terms", world.riveras.id)
    assert ana.get("family", world.riveras.id).offers("pay_terms", world.riveras.id)


def test_a_preset_fills_the_form_and_is_saved_with_one_press(ana, world):
    page = ana.get("new_pay_terms", world.riveras.id, preset="US_FEDERAL")
    assert page.value_of("weekly_overtime_after") == "40"
    sent = FIELDS | {"preset": "US_FEDERAL", "weekly_overtime_after": "40", "federal_overtime": "on"}
    page = ana.post("new_pay_terms", world.riveras.id, status=200, **sent, form_token=page.value_of("form_token"))
    assert not PayPolicy.objects.exists()
    for words in ("Not saved yet", "They hold from 8 June 2026 on.", "After 40 h a week, one and a half times."):
        assert page.says(words), words
    sent |= {"seen": page.value_of("seen"), "form_token": page.value_of("form_token")}
    page = ana.press("new_pay_terms", world.riveras.id, **sent)
    policy = PayPolicy.objects.get()
    assert (policy.preset, policy.weekly_overtime_after, policy.federal_overtime) == ("US_FEDERAL", 2400, True)
    for words in (
        "After 40 h a week, one and a half times.",
        "From 8 June 2026 on",
        "United States: 29 CFR 778.107-115",
    ):
        assert page.says(words), words


def test_hours_holidays_nights_and_cancellations_are_written_as_people_do(ana, world):
    sent = FIELDS | {
        "daily_overtime_after": "8:30",
        "minimum_minutes": "1.5",
        "holidays": "2026-12-25 Christmas\n2027-01-01 New Year",
        "holiday_multiplier": "1.50",
        "night_from": "22:00",
        "night_to": "06:00",
        "night_at_least": "4",
        "night_amount": "90.00",
        "tier_0_hours": "2",
        "tier_0_percent": "100",
        "tier_1_hours": "24",
        "tier_1_percent": "50",
        "tier_1_least": "2",
        "guaranteed_minutes": "40",
        "basic_rate": "20.00",
    }
    page = save(ana, "new_pay_terms", world.riveras.id, sent)
    policy = PayPolicy.objects.get()
    assert (policy.daily_overtime_after, policy.minimum_minutes, policy.guaranteed_minutes) == (510, 90, 2400)
    assert policy.night == {"from": "22:00", "to": "06:00", "amount": "90.00", "atLeastMinutes": 240, "counts": False}
    assert policy.holidays[1] == {"date": "2027-01-01", "name": "New Year"}
    assert [tier["minimumMinutes"] for tier in policy.cancellation_tiers] == [0, 120]
    assert page.says("Less than 24 h before, 50 % of the planned time. At least 2 h.")
    form = ana.get("edit_pay_terms", policy.id)
    shown = {name: form.value_of(name) for name in ("daily_overtime_after", "minimum_minutes", "tier_1_least")}
    assert shown == {"daily_overtime_after": "8:30", "minimum_minutes": "1:30", "tier_1_least": "2"}
    changed = sent | {"night_amount": "95.00", "shown": form.value_of("shown"), "version": form.value_of("version")}
    save(ana, "edit_pay_terms", policy.id, changed)
    policy.refresh_from_db()
    assert (policy.version, policy.night["amount"], len(policy.cancellation_tiers)) == (2, "95.00", 2)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"effective_from": ""}, "effective_from"),
        ({"weekly_overtime_after": "200"}, "weekly_overtime_after"),
        ({"night_from": "22:00"}, "night_amount"),
        ({"tier_0_hours": "24"}, "tier_0_percent"),
        ({"tier_0_hours": "24", "tier_0_percent": "50", "tier_1_hours": "2", "tier_1_percent": "9"}, "tier_1_hours"),
        ({"holidays": "Christmas"}, "holidays"),
        ({"guaranteed_minutes": "40"}, "basic_rate"),
    ],
)
def test_what_is_wrong_stands_at_its_field(ana, world, sent, field):
    assert ana.post("new_pay_terms", world.riveras.id, status=422, **FIELDS | sent).error_at(field)
    assert not PayPolicy.objects.exists()


def test_versions_stand_in_a_line_and_say_when_they_hold(ana, noor, bea, world):
    a_policy(world, weekly_overtime_after=2400)
    own = a_policy(world, nanny=world.noor_of_riveras, effective_from="2026-06-10", weekly_overtime_after=2700)
    page = ana.get("pay_terms", world.riveras.id)
    assert page.text.index("From 15 June 2026 on") < page.text.index("Since 2 March 2026")
    assert page.says("Noor")
    assert page.offers("delete_pay_terms", own.id)
    assert noor.get("pay_terms", world.riveras.id).says("After 45 h a week")
    assert not bea.get("pay_terms", world.riveras.id).says("After 45 h a week")
    ana.press("delete_pay_terms", own.id)
    assert not PayPolicy.objects.filter(pk=own.pk).exists()


def test_a_viewer_has_no_pay_terms(world):
    viewer = Visitor(world.join(world.riveras, Role.VIEWER).user)
    viewer.get("pay_terms", world.riveras.id, status=403)
    assert not viewer.get("family", world.riveras.id).offers("pay_terms", world.riveras.id)


def test_last_month_stands_under_both_terms_before_they_are_saved(ana, world):
    for day in range(4, 9):
        world.session(f"2026-05-{day:02} 08:00", hours=10, state=State.COMPLETED)
    world.session("2026-05-11 08:00", hours=10, state=State.COMPLETED, nanny=world.bea_of_riveras)
    sent = FIELDS | {"weekly_overtime_after": "40", "preview": "yes"}
    page = ana.post("new_pay_terms", world.riveras.id, status=200, **sent)
    for words in (
        "1–31 May under both, Noor",
        "Weekly overtime – $125.00",
        "Hours of overtime 0 min 10 h",
        "Together $1,250.00 $1,375.00",
        "Nothing that is past changes",
    ):
        assert page.says(words), f"{words}: {page.text}"
    page = ana.post("new_pay_terms", world.riveras.id, status=200, **sent | {"compare": str(world.bea_of_riveras.id)})
    assert page.says("under both, Bea")
    assert page.says("Together $250.00 $250.00")
    assert page.says("No line differs.")
    assert page.value_of("compared") == str(world.bea_of_riveras.id)
    own = sent | {"nanny_id": str(world.noor_of_riveras.id)}
    assert ana.post("new_pay_terms", world.riveras.id, status=200, **own).says("under both, Noor")
    assert not PayPolicy.objects.exists()


def test_what_differs_from_the_terms_before_stands_beside_them(ana, world):
    a_policy(world, weekly_overtime_after=2400, guaranteed_minutes=1200, basic_rate="20.00")
    sent = FIELDS | {"weekly_overtime_after": "44", "live": "yes"}
    part = ana.post("new_pay_terms", world.riveras.id, status=200, **sent)
    assert "<main" not in part.html
    for words in ("Until then: After 40 h a week, one and a half times.", "No more: 20 h a week are paid"):
        assert part.says(words), words
    assert ana.post("new_pay_terms", world.riveras.id, status=200, **sent | {"effective_from": ""}).says(
        "From: Fill this in."
    )


def test_settled_pay_keeps_its_terms_and_the_page_says_so(ana, world):
    kept, ahead = a_policy(world, weekly_overtime_after=2400), a_policy(world, effective_from="2026-07-06")
    period = approved_pay.submitted(world)
    page = ana.get("pay_terms", world.riveras.id)
    assert page.says("Pay is submitted under these terms. Settle it first, or let it be withdrawn.")
    assert not page.offers("edit_pay_terms", kept.id)
    approved_pay.approve(world, period)
    page = ana.get("pay_terms", world.riveras.id)
    assert page.says("Pay is settled up to 10 May 2026. New terms begin today or later, and after that day")
    assert page.says("These terms have taken hold, and pay was approved. Add new ones from a later day.")
    assert (page.offers("edit_pay_terms", kept.id), page.offers("edit_pay_terms", ahead.id)) == (False, True)
    sent = FIELDS | {"effective_from": "2026-05-18", "preview": "yes"}
    page = ana.post("new_pay_terms", world.riveras.id, status=422, **sent)
    assert page.error_at("effective_from") == "Since pay was approved, terms can’t begin before today."


def test_a_nanny_share_is_told_where_sessions_overlap_another_familys(ana, bea, world):
    share = "Noor: at times with another family too, as in a nanny share."
    world.session("2026-05-11 08:00", state=State.COMPLETED)
    assert not ana.get("pay_terms", world.riveras.id).says(share)
    world.session("2026-05-11 09:00", family=world.okafors, state=State.COMPLETED, overlap_allowed=True)
    assert ana.get("pay_terms", world.riveras.id).says(share)
    assert not bea.get("pay_terms", world.riveras.id).says("nanny share")


def test_pay_and_the_family_settings_lead_to_the_terms(ana, noor, world):
    for page in (ana.get("pay", world.riveras.id), ana.get("edit_family", world.riveras.id)):
        assert page.offers("pay_terms", world.riveras.id)
    assert noor.get("pay", world.riveras.id).offers("pay_terms", world.riveras.id)


def test_the_page_asks_as_much_of_the_database_for_one_version_as_for_many(ana, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            ana.get("pay_terms", world.riveras.id)
        return len(counted)

    a_policy(world)
    few = queries()
    for month in range(4, 10):
        a_policy(world, effective_from=f"2026-{month:02}-01", nanny=world.noor_of_riveras if month % 2 else None)
    assert queries() == few


def test_what_is_rare_stays_folded_away_until_it_is_filled_in(ana, world):
    rare = 'data-kind="quiet">Late cancellations, nights and more'
    sent = FIELDS | {"weekly_overtime_after": "40", "night_counts": "on", "preview": "yes"}
    for more, is_open in (({}, False), ({"minimum_wage": "16.00"}, True)):
        page = ana.post("new_pay_terms", world.riveras.id, status=200, **sent | more)
        before = page.html.partition(rare)[0]
        assert before.rpartition("<details")[2].startswith(" open") is is_open
