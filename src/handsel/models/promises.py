"""Promises that need more than a column or a check: exclusion and triggers, the same on both databases.

What never changes has one door, for what is erased: erasing_promises.door.

Django remakes a SQLite table when a migration alters it: the triggers are lost with the old one, and those of other
tables that speak of it stand in the way. Such a migration calls make_way() first and keep() at its end.
tests/models/test_promises.py fails when one is missing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from handsel.models import erasing_promises, held_promises, pay_promises, settled_promises, standing_promises
from handsel.models import promise_conditions as when

# Promise: the rows of which table name by which column what of which table, of the same family.
OF_THE_FAMILY = {
    "schedule_nanny_is_of_the_family": ("handsel_careschedule", "nanny_id", "handsel_member"),
    "session_schedule_is_of_the_family": ("handsel_caresession", "schedule_id", "handsel_careschedule"),
    "session_batch_is_of_the_family": ("handsel_caresession", "batch_id", "handsel_generationbatch"),
    "request_session_is_of_the_family": ("handsel_changerequest", "session_id", "handsel_caresession"),
    "time_off_nanny_is_of_the_family": ("handsel_timeoff", "nanny_id", "handsel_member"),
    "decision_session_is_of_the_family": ("handsel_timeoffdecision", "session_id", "handsel_caresession"),
    "policy_nanny_is_of_the_family": ("handsel_paypolicy", "nanny_id", "handsel_member"),
    "period_nanny_is_of_the_family": ("handsel_payperiod", "nanny_id", "handsel_member"),
    "payment_nanny_is_of_the_family": ("handsel_payment", "nanny_id", "handsel_member"),
    "payment_period_is_of_the_family": ("handsel_payment", "pay_period_id", "handsel_payperiod"),
    "expense_nanny_is_of_the_family": ("handsel_expense", "nanny_id", "handsel_member"),
    "expense_period_is_of_the_family": ("handsel_expense", "pay_period_id", "handsel_payperiod"),
    "receipt_expense_is_of_the_family": ("handsel_receipt", "expense_id", "handsel_expense"),
    "item_nanny_is_of_the_family": ("handsel_payitem", "nanny_id", "handsel_member"),
    "item_session_is_of_the_family": ("handsel_payitem", "session_id", "handsel_caresession"),
    "document_nanny_is_of_the_family": ("handsel_issueddocument", "nanny_id", "handsel_member"),
    "document_period_is_of_the_family": ("handsel_issueddocument", "period_id", "handsel_payperiod"),
}
# What others name never becomes another family's, nor a member another person.
_FOR_GOOD = {
    "a_child_stays_in_the_family": ("handsel_child", ("family_id",)),
    "a_member_stays_who_it_is": ("handsel_member", ("family_id", "user_id")),
    "a_schedule_stays_in_the_family": ("handsel_careschedule", ("family_id",)),
    "a_batch_stays_in_the_family": ("handsel_generationbatch", ("family_id",)),
    "a_session_stays_in_the_family": ("handsel_caresession", ("family_id",)),
}

# What later migrations made: the first ones keep no promise about it.
_MADE_LATER = {
    "time_off_person_is_the_nanny": ("handsel_timeoff", "person_id"),
    "decision_session_is_of_the_family": ("handsel_timeoffdecision", "session_id"),
    "who_gave_care_has_a_name": ("handsel_member", "name_on_record"),
    "a_record_keeps_its_name": ("handsel_member", "name_on_record"),
    "policy_nanny_is_of_the_family": ("handsel_paypolicy", "nanny_id"),
    "pay_date_is_near_the_start": ("handsel_caresession", "pay_date"),
    "period_nanny_is_of_the_family": ("handsel_payperiod", "nanny_id"),
    "payment_nanny_is_of_the_family": ("handsel_payment", "nanny_id"),
    "payment_period_is_of_the_family": ("handsel_payment", "pay_period_id"),
    "expense_nanny_is_of_the_family": ("handsel_expense", "nanny_id"),
    "expense_period_is_of_the_family": ("handsel_expense", "pay_period_id"),
    "receipt_expense_is_of_the_family": ("handsel_receipt", "expense_id"),
    "item_nanny_is_of_the_family": ("handsel_payitem", "nanny_id"),
    "item_session_is_of_the_family": ("handsel_payitem", "session_id"),
    "document_nanny_is_of_the_family": ("handsel_issueddocument", "nanny_id"),
    "document_period_is_of_the_family": ("handsel_issueddocument", "period_id"),
    "held_sessions_stay": ("handsel_payperiod", "status"),
    "held_items_stay": ("handsel_payitem", "date"),
    **pay_promises.NEEDS,
    **settled_promises.NEEDS,
    **erasing_promises.NEEDS,
}


@dataclass(frozen=True)
class _Promise:
    """The statement that takes it back, if it stands, and those that make it. name: of the trigger or exclusion. needs:
    a table and a column of it that it can't be made without.
    """

    name: str
    lift: str
    keep: tuple[str, ...]
    needs: tuple[str, str] | None = None


_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
        UNION SELECT conname FROM pg_constraint WHERE contype = 'x' AND convalidated""",
}


def keep(schema_editor: BaseDatabaseSchemaEditor, only: Collection[str] = ()) -> None:
    """(Re)create every promise on the connected database, of the tables and columns that there are by now; or only
    those of these names, which is quicker than to count over what a table of sessions promises.
    """
    columns = cache(partial(_columns, schema_editor))
    standing = standing_promises.digests(schema_editor)
    notes = schema_editor.connection.vendor == "postgresql"
    for promise in _promises(schema_editor):
        if only and promise.name.partition("_on_")[0] not in only:
            continue
        if promise.needs is not None and promise.needs[1] not in columns(promise.needs[0]):
            _execute(schema_editor, promise.lift)
        elif not standing_promises.stands(promise.name, promise.keep, standing):
            _execute(schema_editor, promise.lift, *promise.keep)
            if notes:
                _execute(schema_editor, standing_promises.note(promise.name, promise.keep))


def make_way(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Lift every promise where it is in the way of altering a table: on SQLite, which makes the table anew."""
    if schema_editor.connection.vendor == "sqlite":
        lift(schema_editor)


def lift(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take every promise back."""
    for promise in _promises(schema_editor):
        _execute(schema_editor, promise.lift)


def missing(schema_editor: BaseDatabaseSchemaEditor) -> list[str]:
    """Return the names of the triggers and exclusions that do not stand in the connected database."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_STANDING[schema_editor.connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    return sorted({promise.name for promise in _promises(schema_editor)} - standing)


def count(schema_editor: BaseDatabaseSchemaEditor) -> int:
    """Return how many triggers and exclusions there are to be."""
    return len(_promises(schema_editor))


def _promises(schema_editor: BaseDatabaseSchemaEditor) -> list[_Promise]:
    opens = erasing_promises.door(cache(partial(_columns, schema_editor)))
    columns = sorted(_columns(schema_editor, held_promises.SESSION) - {"id", *held_promises.LINKS})
    if schema_editor.connection.vendor == "postgresql":
        trigger = _postgresql_trigger
        return [
            *_POSTGRESQL,
            *pay_promises.postgresql(trigger),
            *held_promises.postgresql(trigger, columns, pay_promises.LOCK, opens),
            *settled_promises.postgresql(trigger, pay_promises.LOCK, opens),
            *erasing_promises.postgresql(trigger, opens),
        ]
    return [
        *_sqlite(),
        *pay_promises.sqlite(_sqlite_trigger),
        *held_promises.sqlite(_sqlite_trigger, columns, opens),
        *settled_promises.sqlite(_sqlite_trigger, opens),
        *erasing_promises.sqlite(_sqlite_trigger, opens),
    ]


def _columns(schema_editor: BaseDatabaseSchemaEditor, table: str) -> set[str]:
    """Return the columns of a table; none where there is none yet."""
    with schema_editor.connection.cursor() as cursor:
        if table not in schema_editor.connection.introspection.table_names(cursor):
            return set()
        # Django's description of a table reads its whole SQL on SQLite: three quarters of the time of all migrations.
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return {column[0] for column in cursor.description}


def _execute(schema_editor: BaseDatabaseSchemaEditor, *statements: str) -> None:
    for statement in statements:
        # psycopg reads % in a statement without parameters literally only when params is None.
        schema_editor.execute(statement, params=None)


def _sqlite_trigger(name: str, event: str, table: str, when: str, broken: str) -> _Promise:
    promise = name.partition("_on_")[0]
    create = f"""CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}
        BEGIN SELECT RAISE(ABORT, '{promise}') WHERE {broken}; END"""
    return _Promise(name, f"DROP TRIGGER IF EXISTS {name}", (create,), _MADE_LATER.get(promise))


def _sqlite() -> list[_Promise]:
    double_booked = f"""EXISTS (
        SELECT 1 FROM handsel_caresession other
        WHERE other.nanny_person_id = NEW.nanny_person_id AND other.id <> NEW.id AND {when.TAKES.format(row="other")}
        AND other.scheduled_start < NEW.scheduled_end AND other.scheduled_end > NEW.scheduled_start
        AND other.scheduled_start > datetime(NEW.scheduled_start, '-2 days'))"""  # for the index; see LONGER_THAN_ANY
    endless = "NEW.scheduled_end >= datetime(NEW.scheduled_start, '+2 days')"
    another_person = """NOT EXISTS (
        SELECT 1 FROM handsel_member m
        WHERE m.id = NEW.nanny_id AND m.user_id = NEW.nanny_person_id AND m.family_id = NEW.family_id)"""
    not_the_nanny = f"NEW.person_id IS NOT NULL AND {when.NOT_THE_NANNY}"
    of_person = "OF nanny_id, person_id, family_id"
    takes = f"NEW.nanny_person_id IS NOT NULL AND {when.TAKES.format(row='NEW')}"
    has_nanny = "NEW.nanny_id IS NOT NULL OR NEW.nanny_person_id IS NOT NULL"
    of_nanny = "OF nanny_id, nanny_person_id"
    of_booking = "OF nanny_person_id, is_confirmed, status, overlap_allowed, scheduled_start, scheduled_end"
    session = "handsel_caresession"
    of_times = "OF scheduled_start, scheduled_end"
    # The zones of the world are within a day of UTC; which day it is in one of them, SQLite does not know.
    far_off = "abs(julianday(NEW.pay_date) - julianday(date(NEW.scheduled_start))) > 1"
    promises = [
        _sqlite_trigger("pay_date_is_near_the_start_on_insert", "INSERT", session, "TRUE", far_off),
        _sqlite_trigger(
            "pay_date_is_near_the_start_on_update", "UPDATE OF scheduled_start, pay_date", session, "TRUE", far_off
        ),
        _sqlite_trigger("no_session_lasts_two_days_on_insert", "INSERT", session, "TRUE", endless),
        _sqlite_trigger("no_session_lasts_two_days_on_update", f"UPDATE {of_times}", session, "TRUE", endless),
        _sqlite_trigger("no_double_booking_on_insert", "INSERT", session, takes, double_booked),
        _sqlite_trigger("no_double_booking_on_update", f"UPDATE {of_booking}", session, takes, double_booked),
        _sqlite_trigger("nanny_is_her_person_on_insert", "INSERT", session, has_nanny, another_person),
        _sqlite_trigger("nanny_is_her_person_on_update", f"UPDATE {of_nanny}", session, has_nanny, another_person),
        _sqlite_trigger("time_off_person_is_the_nanny_on_insert", "INSERT", "handsel_timeoff", "TRUE", not_the_nanny),
        _sqlite_trigger(
            "time_off_person_is_the_nanny_on_update", f"UPDATE {of_person}", "handsel_timeoff", "TRUE", not_the_nanny
        ),
        _sqlite_trigger(
            "who_gave_care_has_a_name_on_update",
            "UPDATE OF name",
            "handsel_user",
            "TRUE",
            when.PERSON_LOSES_THE_NAME,
        ),
        _sqlite_trigger(
            "a_record_keeps_its_name_on_update",
            "UPDATE OF name_on_record",
            "handsel_member",
            "TRUE",
            when.RECORD_LOSES_THE_NAME,
        ),
    ]
    for link, whole in (("session", session), ("schedule", "handsel_careschedule")):
        other_family = f"""(SELECT family_id FROM {whole} WHERE id = NEW.{link}_id)
            <> (SELECT family_id FROM handsel_child WHERE id = NEW.child_id)"""
        name, table = f"{link}_children_are_of_the_family", f"{whole}child"
        promises += [
            _sqlite_trigger(f"{name}_on_insert", "INSERT", table, "TRUE", other_family),
            _sqlite_trigger(f"{name}_on_update", "UPDATE", table, "TRUE", other_family),
        ]
    for name, (table, column, whole) in OF_THE_FAMILY.items():
        columns = f"OF {column}, family_id"
        promises += [
            _sqlite_trigger(f"{name}_on_insert", "INSERT", table, "TRUE", _of_another_family(column, whole)),
            _sqlite_trigger(f"{name}_on_update", f"UPDATE {columns}", table, "TRUE", _of_another_family(column, whole)),
        ]
    for name, (table, fixed) in _FOR_GOOD.items():
        promises.append(
            _sqlite_trigger(f"{name}_on_update", f"UPDATE OF {', '.join(fixed)}", table, "TRUE", _changed(fixed))
        )
    return promises


def _of_another_family(column: str, whole: str) -> str:
    return f"(SELECT family_id FROM {whole} WHERE id = NEW.{column}) <> NEW.family_id"


def _changed(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def _postgresql_trigger(
    name: str, events: str, table: str, broken: str, *, each: str = "ROW", first: str = ""
) -> _Promise:
    promise = name.partition("_on_")[0]
    return _Promise(
        name,
        f"DROP FUNCTION IF EXISTS {name}() CASCADE",
        (
            f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {first}
                IF {broken} THEN
                    RAISE EXCEPTION '{promise}' USING ERRCODE = '23514', CONSTRAINT = '{promise}';
                END IF;
                RETURN COALESCE(NEW, OLD);
            END $$""",
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
        ),
        _MADE_LATER.get(promise),
    )


_POSTGRESQL = [
    _postgresql_trigger(
        "pay_date_is_near_the_start",
        "INSERT OR UPDATE OF scheduled_start, pay_date",
        "handsel_caresession",
        "abs(NEW.pay_date - (NEW.scheduled_start AT TIME ZONE 'UTC')::date) > 1",
    ),
    _Promise(
        "no_double_booking",
        "ALTER TABLE handsel_caresession DROP CONSTRAINT IF EXISTS no_double_booking",
        (
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f"""ALTER TABLE handsel_caresession ADD CONSTRAINT no_double_booking EXCLUDE USING gist (
                nanny_person_id WITH =, tstzrange(scheduled_start, scheduled_end) WITH &&
            ) WHERE ({when.TAKES.format(row="handsel_caresession")} AND nanny_person_id IS NOT NULL)""",
        ),
    ),
    _postgresql_trigger(
        "no_session_lasts_two_days",
        "INSERT OR UPDATE OF scheduled_start, scheduled_end",
        "handsel_caresession",
        "NEW.scheduled_end >= NEW.scheduled_start + interval '48 hours'",
    ),
    _postgresql_trigger(
        "nanny_is_her_person",
        "INSERT OR UPDATE OF nanny_id, nanny_person_id",
        "handsel_caresession",
        """(NEW.nanny_id IS NOT NULL OR NEW.nanny_person_id IS NOT NULL) AND NOT EXISTS (
            SELECT 1 FROM handsel_member m
            WHERE m.id = NEW.nanny_id AND m.user_id = NEW.nanny_person_id AND m.family_id = NEW.family_id)""",
    ),
    _postgresql_trigger(
        "time_off_person_is_the_nanny",
        "INSERT OR UPDATE OF nanny_id, person_id, family_id",
        "handsel_timeoff",
        f"NEW.person_id IS NOT NULL AND {when.NOT_THE_NANNY}",
    ),
    _postgresql_trigger("who_gave_care_has_a_name", "UPDATE OF name", "handsel_user", when.PERSON_LOSES_THE_NAME),
    _postgresql_trigger(
        "a_record_keeps_its_name", "UPDATE OF name_on_record", "handsel_member", when.RECORD_LOSES_THE_NAME
    ),
    _postgresql_trigger(
        "session_children_are_of_the_family",
        "INSERT OR UPDATE",
        "handsel_caresessionchild",
        """(SELECT family_id FROM handsel_caresession WHERE id = NEW.session_id)
            <> (SELECT family_id FROM handsel_child WHERE id = NEW.child_id)""",
    ),
    _postgresql_trigger(
        "schedule_children_are_of_the_family",
        "INSERT OR UPDATE",
        "handsel_careschedulechild",
        """(SELECT family_id FROM handsel_careschedule WHERE id = NEW.schedule_id)
            <> (SELECT family_id FROM handsel_child WHERE id = NEW.child_id)""",
    ),
    *(
        _postgresql_trigger(name, f"INSERT OR UPDATE OF {column}, family_id", table, _of_another_family(column, whole))
        for name, (table, column, whole) in OF_THE_FAMILY.items()
    ),
    *(
        _postgresql_trigger(name, f"UPDATE OF {', '.join(columns)}", table, _changed(columns))
        for name, (table, columns) in _FOR_GOOD.items()
    ),
]
