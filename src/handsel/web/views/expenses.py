"""Expenses: entered with a photo, answered with one press or with words, changed and removed."""

from typing import IO, Any, cast
from uuid import UUID

from django.core.files import File
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import expenses as actions
from handsel.actions import receipts
from handsel.pages import expenses as pages
from handsel.rules.drafts import Draft
from handsel.rules.pay.expenses import Decision
from handsel.rules.refusals import Invalid
from handsel.rules.roles import Capability
from handsel.web import responses
from handsel.web.forms.expenses import DeclineForm, ExpenseForm, ReceiptForm
from handsel.web.requests import Request


@responses.page
def of_family(request: Request, family_id: UUID) -> HttpResponse:
    choices = pages.choices(request.user, family_id, at=timezone.now())
    family = pages.page(request.user, choices, after=request.GET.get("after"))
    return responses.answer(request, "expenses/page.html", family=family)


@responses.form_page
def add(request: Request, family_id: UUID) -> HttpResponse:
    """Show the form of a new expense, and take it with its receipt."""
    choices = pages.choices(request.user, family_id, at=timezone.now())
    options: dict[str, Any] = {"nannies": choices.nannies, "today": choices.today, "currency": choices.family.currency}
    file = request.FILES.get("file") if request.method == "POST" else None
    if isinstance(file, File):
        try:
            options["receipt"] = receipts.read_sent(family_id, cast("IO[bytes]", file), by=request.user)
        except Invalid as invalid:
            options["wrong_file"] = invalid.errors["file"]
    form = ExpenseForm(responses.form_data(request), **options)
    expense = responses.submit(request, form, receipts.enter, family_id, duplicate_route="web:expenses")
    if expense:
        sentence = gettext("The expense is entered.")
        return responses.redirect_with_message(request, sentence, "web:expenses", family_id)
    return responses.answer(request, "expenses/new.html", form=form, family=choices.family)


@responses.form_page
def edit(request: Request, expense_id: UUID) -> HttpResponse:
    """Show an expense to be changed, and take what is changed."""
    choices, expense = pages.one(request.user, expense_id, at=timezone.now())
    shown = {name: getattr(expense, name) for name in ("category", "date", "note", "distance")}
    if expense.distance is None:
        shown["amount"] = expense.amount
    options: dict[str, Any] = {"today": choices.today, "currency": choices.family.currency, "with_file": False}
    form = ExpenseForm(responses.form_data(request), initial={**shown, "date": expense.date.isoformat()}, **options)
    version = responses.seen_version(request)
    if responses.submit(request, form, actions.update, expense_id, version=version):
        return responses.redirect_with_message(request, gettext("Saved."), "web:expenses", expense.family_id)
    return responses.answer(
        request,
        "expenses/edit.html",
        form=form,
        expense=expense,
        family=choices.family,
        receipt_form=ReceiptForm(),
    )


@responses.press
def add_receipt(request: Request, expense_id: UUID) -> HttpResponse:
    _, expense = pages.one(request.user, expense_id, at=timezone.now())
    form = ReceiptForm(request.POST, request.FILES)
    if responses.submit(request, form, receipts.read_and_add, expense_id):
        return responses.redirect_with_message(
            request, gettext("The receipt is kept."), "web:expenses", expense.family_id
        )
    responses.warn(request, form.refused or str(next(iter(form.errors.values()))[0]))
    return responses.redirect_back(request, "web:edit_expense", expense_id)


@responses.press
def approve(request: Request, expense_id: UUID) -> HttpResponse:
    expense = actions.decide(Decision.APPROVE, expense_id, Draft.of(), **responses.actor(request))
    return responses.redirect_with_message(
        request, gettext("The expense is approved."), "web:expenses", expense.family_id
    )


@responses.form_page
def decline(request: Request, expense_id: UUID) -> HttpResponse:
    """Ask why an expense is declined, and take the answer."""
    to = Capability.DECIDE_EXPENSES
    choices, expense = pages.one(request.user, expense_id, at=timezone.now(), to=to)
    form = DeclineForm(responses.form_data(request))
    if responses.submit(request, form, _decline, expense_id):
        sentence = gettext("The expense is declined, and the nanny reads why.")
        return responses.redirect_with_message(request, sentence, "web:expenses", expense.family_id)
    return responses.answer(request, "expenses/decline.html", form=form, expense=expense, family=choices.family)


def _decline(expense_id: UUID, draft: Draft, **who: Any) -> Any:
    return actions.decide(Decision.DECLINE, expense_id, draft, **who)


@responses.press
def delete(request: Request, expense_id: UUID) -> HttpResponse:
    _, expense = pages.one(request.user, expense_id, at=timezone.now())
    actions.delete(expense_id, **responses.actor(request))
    return responses.redirect_with_message(
        request, gettext("The expense is removed."), "web:expenses", expense.family_id
    )
