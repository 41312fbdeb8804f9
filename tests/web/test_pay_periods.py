"""The pages of pay periods: the list of a family, one period with what is in it, and what it holds elsewhere."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handsel.actions import period_moves
from handsel.models import ChangeRequest, IssuedDocument, PayPeriod
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.periods import PeriodStatus
from tests.models.broken_book import a_request
from tests.models.broken_expenses import an_expense, approved
from tests.models.broken_pay_periods import NEXT, a_period
from tests.models.broken_receipts import a_receipt
from tests.world import ON_THE_WEB, World

pytestmark = pytest.mark.any_database


def settle(world: World, period: PayPeriod, *moves: PeriodMove) -> None:
    for move in moves:
        by = world.noor if move is PeriodMove.SUBMIT else world.ana
        period_moves.move(move, period.id, Draft.of(reason="It was longer."), by=by, **ON_THE_WEB)


def test_what_is_wrong_stands_at_the_form_of_its_nanny(ana, world):
    bea = str(world.bea_of_riveras.id)
    page = ana.post("pay_periods", world.riveras.id, status=422, nanny_id=bea, from_date="", to_date="2026-02-30")
    forms = page.html.split("<form")
    [beas] = [form for form in forms if f'value="{bea}"' in form]
    [noors] = [form for form in forms if f'value="{world.noor_of_riveras.id}"' in form]
    assert 'aria-invalid="true"' in beas
    assert "aria-invalid" not in noors
    numbers = [number for number in ("1", "2") if page.error_at(f"{number}_to_date")]
    assert len(numbers) == 1
    assert 'value="2026-02-30"' in beas
    again = ana.post("pay_periods", world.riveras.id, status=422, nanny_id=bea, to_date="2026-06-07")
    assert again.error_at(f"{numbers[0]}_from_date") == "Say on which day the first period begins."
    assert again.html.count("Say on which day the first period begins.") == 1


def test_of_somebody_else_it_is_said_once_on_top(ana, world):
    page = ana.post("pay_periods", world.riveras.id, status=422, nanny_id="nonsense", to_date="2026-06-07")
    assert page.html.count('class="alert" role="alert"') == 1
    assert "aria-invalid" not in page.html


def test_the_words_of_a_move_are_asked_for_at_their_field(ana, world):
    period = a_period(world, PeriodStatus.SUBMITTED)
    page = ana.post("query_pay_period", period.id, status=422, message="")
    assert page.error_at("query_message")
    assert 'id="id_query_message"' in page.html
    begun = a_period(world, nanny=world.bea_of_riveras)
    page = ana.post("change_pay_period", begun.id, status=422, to_date="2026-05-03")
    assert page.error_at("to_date") == "The last day must not be before the first."
    assert page.value_of("to_date") == "2026-05-03"


def test_expenses_of_a_period_are_listed_and_what_waits_is_counted(ana, world):
    receipt = a_receipt(an_expense(world, **approved(world), date=date(2026, 5, 6), note="The museum"))
    an_expense(world, date=date(2026, 5, 7))
    an_expense(world, date=date(2026, 4, 1))
    period = a_period(world)
    page = ana.get("pay_period", period.id)
    assert page.says("Expenses All expenses $18.50 · Activities · Wed 6 May The museum Receipt 1 Activities, Wed 6 May")
    assert page.says("2 wait for an answer: if none comes before this one is approved, they go into the next period.")
    assert reverse("api:getReceipt", args=[receipt.id]) in page.html
    settle(world, period, PeriodMove.SUBMIT, PeriodMove.APPROVE)
    page = ana.get("pay_period", period.id)
    assert page.says("$18.50 · Activities · Wed 6 May")
    assert page.says("2 wait for an answer: they go into the next period.")


def test_an_approved_period_leads_to_its_statements(ana, noor, bea, world):
    period = a_period(world)
    assert "document_file" not in ana.get("pay_period", period.id).html
    settle(world, period, PeriodMove.SUBMIT, PeriodMove.APPROVE, PeriodMove.REOPEN, PeriodMove.SUBMIT)
    assert ana.get("pay_period", period.id).says("Pay statement No. 1")
    settle(world, period, PeriodMove.APPROVE)
    for visitor in (ana, noor):
        page = visitor.get("pay_period", period.id)
        assert page.says("Documents Pay statement No. 2")
        assert page.says("Pay statement No. 1")
        assert page.text.count("A newer one corrects this.") == 1
        [newer, older] = [document.id for document in period_documents(period)]
        assert page.offers("document_file", newer)
        assert page.offers("document_file", older)
    bea.get("pay_period", period.id, status=404)


def period_documents(period: PayPeriod) -> Any:
    return IssuedDocument.objects.filter(period=period).order_by("-number")


def test_before_a_first_period_the_page_says_what_it_leaves_behind(ana, world):
    list_page = ana.get("pay_periods", world.riveras.id)
    assert list_page.says("Once it is submitted, nothing before it can be settled. No session is in the book yet.")
    for day in (4, 5, 11):
        world.session(f"2026-05-{day:02} 09:00", state=State.COMPLETED)
    assert ana.get("pay_periods", world.riveras.id).says("The earliest session in the book is of Mon 4 May.")
    period = a_period(world, from_date=date(2026, 5, 11), to_date=date(2026, 5, 17))
    sentence = (
        "Before it lie 2 sessions that were done: 16 h, $400.00. Once it is submitted, they cannot be settled any more."
        " Until then you can remove this pay period and begin it earlier."
    )
    assert ana.get("pay_period", period.id).says(sentence)
    assert ana.press("delete_pay_period", period.id, version=1).says("Removed.")
    earlier = a_period(world)
    assert not ana.get("pay_period", earlier.id).says("Before it lie")
    later = a_period(world, **NEXT)
    assert not ana.get("pay_period", earlier.id).offers("delete_pay_period", earlier.id)  # another one follows
    assert ana.get("pay_period", later.id).offers("delete_pay_period", later.id)


@pytest.mark.parametrize(("status", "did"), [("SUBMITTED", "submitted"), ("APPROVED", "approved")])
@pytest.mark.parametrize("state", list(State))
def test_a_held_session_says_so_and_offers_nothing_that_is_locked(ana, noor, bea, viewer, world, state, status, did):
    session = world.session("2026-05-06 09:00", state=state)
    period = a_period(world, PeriodStatus(status))
    by = {"SUBMITTED": "Noor", "APPROVED": "Ana"}[status]
    sentence = f"Held by the pay period 4–10 May, which {by} {did}."
    for visitor in (ana, noor):
        page = visitor.get("session", session.id)
        assert page.says(sentence)
        assert page.offers("pay_period", period.id)
        assert forms_below(page, session.id) == []
        assert not page.offers("edit_session", session.id)
        assert not page.offers("request_changes", session.id)
    for visitor in (bea, viewer):
        page = visitor.get("session", session.id)
        assert page.says("Its pay is settled, so nothing in it changes.")
        assert not page.offers("pay_period", period.id)
    assert forms_below(ana.get("family_sessions", world.riveras.id, past="yes"), session.id) == []


@pytest.mark.parametrize("state", list(State))
def test_the_forms_of_a_held_session_say_so_and_lead_to_the_period(ana, noor, world, state):
    session = world.session("2026-05-06 09:00", state=state)
    period = a_period(world, PeriodStatus.SUBMITTED)
    for visitor in (ana, noor):
        routes = ["edit_session", *(["record_session"] if state in SCHEDULED else [])]
        for route in routes:
            page = visitor.get(route, session.id)
            assert page.says("Held by the pay period 4–10 May, which Noor submitted.")
            assert page.offers("pay_period", period.id)
            assert 'name="version"' not in page.html


def forms_below(page: Any, session_id: Any) -> list[str]:
    """The addresses below a session's own to which the page's forms lead."""
    own = reverse("web:session", args=[session_id])
    return [part.split('"')[0] for part in page.html.split(f'action="{own}')[1:]]


def test_a_request_on_a_held_session_can_be_declined_alone(ana, world):
    session = world.session("2026-05-06 09:00", state=State.CONFIRMED)
    request = a_request(world, session=session, asked_by=world.noor_of_riveras)
    assert ana.get("session", session.id).offers("accept_request", request.id)
    a_period(world, PeriodStatus.SUBMITTED)
    page = ana.get("session", session.id)
    assert not page.offers("accept_request", request.id)
    assert page.offers("decline_request", request.id)
    ana.post("decline_request", request.id)
    assert ChangeRequest.objects.get().status == "DECLINED"


def test_a_parent_who_approves_reads_what_the_other_asked(ana, luis, world):
    period = a_period(world, PeriodStatus.SUBMITTED)
    period_moves.move(PeriodMove.QUERY, period.id, Draft.of(message="And Tuesday?"), by=world.luis, **ON_THE_WEB)
    settle(world, period, PeriodMove.SUBMIT)
    sentence = "Luis asked about it before: “And Tuesday?” Both of you are told when it is approved."
    assert ana.get("pay_period", period.id).says(sentence)
    assert not luis.get("pay_period", period.id).says("asked about it before")
    settle(world, period, PeriodMove.APPROVE)
    assert world.told(world.luis)[-1] == "pay_period.approved"


def test_the_page_asks_as_often_for_more(ana, world):
    period, counts = a_period(world), []
    for day in (4, 5):
        for hour in (8, 10, 12):
            world.session(f"2026-05-{day:02} {hour:02}:00", hours=1, state=State.COMPLETED)
        expense = an_expense(world, **approved(world), date=date(2026, 5, day))
        a_receipt(expense)
        with CaptureQueriesContext(connection) as queries:
            ana.get("pay_period", period.id)
        counts.append(len(queries))
    assert counts == [18, 18]
