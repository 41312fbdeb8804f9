"""Cases that break the promises about pay."""

from datetime import date
from decimal import Decimal
from typing import Any

from handsel.models import Export, PayPolicy, SessionImport, SessionImportRow, TaxIdentity, TaxNumberShare
from tests.models.breaking import Cases, change, copy
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def a_policy(world: World, **columns: Any) -> PayPolicy:
    """A version of the Riveras' terms, or what the columns say."""
    return PayPolicy.objects.create(
        **{
            "family": world.riveras,
            "effective_from": date(2026, 3, 2),
            "created_by": world.ana_of_riveras,
            "created_at": LONG_AGO,
            **columns,
        }
    )


@breaks("one_policy_per_day")
def the_family_has_two_versions_from_one_day(world: World) -> None:
    copy(a_policy(world))


@breaks("one_policy_per_day")
def noor_has_two_versions_from_one_day(world: World) -> None:
    a_policy(world)
    a_policy(world, nanny=world.bea_of_riveras)
    copy(a_policy(world, nanny=world.noor_of_riveras))


@breaks("one_policy_per_day")
def noors_own_version_becomes_the_familys_second(world: World) -> None:
    a_policy(world)
    change(a_policy(world, nanny=world.noor_of_riveras), nanny=None)


@breaks("a_guarantee_has_a_basic_rate")
def hours_are_guaranteed_at_no_rate(world: World) -> None:
    change(a_policy(world), guaranteed_minutes=2400)


@breaks("double_is_no_less_than_overtime")
def double_is_less_than_overtime(world: World) -> None:
    change(a_policy(world), overtime_multiplier=Decimal("2.50"))


@breaks("policy_nanny_is_of_the_family")
def the_riveras_have_terms_for_noor_as_the_okafors_know_her(world: World) -> None:
    copy(a_policy(world), nanny=world.noor_of_okafors.id)


@breaks("policy_nanny_is_of_the_family")
def terms_of_bea_go_to_the_okafors(world: World) -> None:
    change(a_policy(world, nanny=world.bea_of_riveras), family=world.okafors.id)


@breaks("shared_once_with_a_family")
def noor_shares_their_tax_number_with_the_riveras_twice(world: World) -> None:
    identity = TaxIdentity.objects.create(person=world.noor, encrypted="x", changed_at=LONG_AGO)
    copy(TaxNumberShare.objects.create(identity=identity, family=world.riveras, shared_at=LONG_AGO))


@breaks("one_session_per_imported_row")
def two_sessions_come_from_one_row(world: World) -> None:
    first, second = world.session("2026-03-02 09:00"), world.session("2026-03-03 09:00")
    session_import = SessionImport.objects.create(
        family=world.riveras, sha256="x", created_by=world.ana_of_riveras, created_at=LONG_AGO
    )
    row = SessionImportRow.objects.create(session_import=session_import, session=first, row=2)
    copy(row, session=second.id)


@breaks("one_export_at_a_time")
def ana_exports_the_riveras_twice_at_once(world: World) -> None:
    copy(Export.objects.create(family=world.riveras, person=world.ana, next_at=LONG_AGO, created_at=LONG_AGO))


@breaks("no_more_done_than_there_is")
def an_export_has_done_more_than_there_is(world: World) -> None:
    export = Export.objects.create(family=world.riveras, person=world.ana, next_at=LONG_AGO, created_at=LONG_AGO)
    change(export, done=1)
