"""An action, its line of history and its notices are one transaction: if one cannot be written, none is."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from django.db import IntegrityError, connection

from handsel import actions
from handsel.actions import (
    calendar_addresses,
    care_sessions,
    devices,
    example_families,
    expenses,
    exports,
    generation,
    inbox,
    issued_documents,
    notice_choices,
    outside_calendars,
    pay_periods,
    receipts,
    tax_identities,
    tokens,
)
from handsel.actions.care_sessions import leaving, moves
from handsel.actions.erasing import erasures, writing_over
from handsel.actions.example_families import cast
from handsel.actions.time_off import deciding, entering
from handsel.models import Event, Notice
from tests.actions.acts import ACTS, prepared
from tests.tables import everything

# What takes a moment and a source and is no act of its own on a family's book.
NO_ACTS = {
    tokens.issue,  # a key belongs to a person, and no history tells of it
    tokens.revoke,
    calendar_addresses.make,  # and so does an address
    calendar_addresses.revoke,
    outside_calendars.add,
    tax_identities.put,
    exports.start,
    exports.stop,
    devices.add,
    notice_choices.update,
    notice_choices.by_mail,
    inbox.answer_by_mail,  # calls the acts of moving
    inbox.undo_by_mail,
    leaving.release_assignments,
    moves.make,
    care_sessions.start_after,  # made of two acts
    generation.fill,  # generates what a schedule lacks
    pay_periods.record,
    issued_documents.issue_statement,  # part of approving a pay period
    issued_documents.print_tax_number,  # calls the act of printing
    deciding.decide,  # is what the acts on time off do to sessions
    entering.remove,
    receipts.enter,  # made of two acts
    receipts.read_and_add,  # reads a file for one
    pay_periods.record,  # writes the line of history of the acts on periods
    issued_documents.issue_statement,  # is a part of approving a period
    expenses.touch,  # is what the acts on receipts do to their expense
    erasures.erase,  # the operator's, of whom no history is kept beyond what is erased
    writing_over.write_over,  # is what erasing does, once its waiting is over
    writing_over.write_over_person,
    example_families.load,  # what is made of the acts
    cast.gather,
}


def out_of_ink(table: str) -> None:
    """From now on the database refuses each new row of the table, until the test's own rollback."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER out_of_ink BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'out_of_ink'); END"
            )
        else:
            cursor.execute(
                """CREATE FUNCTION out_of_ink() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'out_of_ink' USING ERRCODE = '23514'; END $$"""
            )
            cursor.execute(
                f"CREATE TRIGGER out_of_ink BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION out_of_ink()"
            )


def test_every_act_is_here():
    """An action is what takes the moment and the source: a new one is put to the test, or said to be none."""
    acts = set()
    for module in pkgutil.walk_packages(actions.__path__, "handsel.actions."):
        for name, thing in inspect.getmembers(import_module(module.name), inspect.isfunction):
            takes = inspect.signature(thing).parameters.keys()
            if thing.__module__ == module.name and not name.startswith("_") and takes >= {"at", "source"}:
                acts.add(thing)
    assert acts == NO_ACTS | {getattr(action, "func", action) for action, _, _ in ACTS.values()}


@pytest.mark.parametrize("name", ACTS)
def test_without_its_line_of_history_nothing_happens(world, name):
    do = prepared(world, name)
    before = everything()
    out_of_ink("handsel_event")
    with pytest.raises(IntegrityError, match="out_of_ink"):
        do()
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, (_, _, tells) in ACTS.items() if tells])
def test_without_its_notice_nothing_happens(world, name):
    do = prepared(world, name)
    before = everything()
    out_of_ink("handsel_notice")
    with pytest.raises(IntegrityError, match="out_of_ink"):
        do()
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, (_, _, tells) in ACTS.items() if not tells])
def test_what_tells_nobody(world, name):
    do = prepared(world, name)
    before = Notice.objects.count()
    events = Event.objects.count()
    do()
    assert Event.objects.count() > events
    assert Notice.objects.count() == before
