"""A nanny's tax number: encrypted, shared with a family, printed for it, and nowhere else."""

import io
import logging
import re

import pytest
from django.core import management

from handsel.access import encrypted_columns
from handsel.actions import members, people, tax_identities
from handsel.env import new_encryption_key
from handsel.models import Event, TaxIdentity, TaxNumberShare
from handsel.queries import tax_identities as queries
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.tax_numbers import TaxNumberKind
from tests.world import ON_THE_WEB

NUMBER = "912-34-5678"
DRAFT = {"kind": TaxNumberKind.SSN, "number": NUMBER, "legal_name": "Noor Haddad", "address": "12 Elm Street"}


def put(person, **changes):
    return tax_identities.put(Draft(DRAFT | changes), by=person, **ON_THE_WEB)


def actor(person):
    return ON_THE_WEB | {"by": person}


@pytest.fixture
def noors(world):
    put(world.noor)
    tax_identities.share(world.riveras.id, **actor(world.noor))
    return world


@pytest.mark.parametrize(
    ("kind", "number", "taken"),
    [
        ("SSN", "912-34-5678", True),
        ("ITIN", "912 34 5678", True),
        ("EIN", "91-2345678", True),
        ("SIN", "912345678", True),
        ("SSN", "12345678", False),
        ("SSN", "1234567890", False),
        ("EIN", "91-234567A", False),
        ("SIN", "٩١٢٣٤٥٦٧٨", False),
        ("SSN", "", False),
        ("NINO", "QQ 12 34 56 C", True),
        ("UTR", "1234567890", True),
        ("OTHER", "A", True),
        ("OTHER", "x" * 32, True),
        ("OTHER", "x" * 33, False),
        ("OTHER", "- -", False),
        ("OTHER", "12/345", False),
        ("NINO", "QQ12é", False),
    ],
)
def test_each_kind_is_written_in_its_own_way(world, kind, number, taken):
    if taken:
        assert put(world.noor, kind=TaxNumberKind(kind), number=number).kind == kind
        assert queries.own(world.noor, reveal=True).number == number
    else:
        with pytest.raises(Invalid) as refused:
            put(world.noor, kind=TaxNumberKind(kind), number=number)
        assert set(refused.value.errors) == {"number"}
        assert not TaxIdentity.objects.exists()


def test_it_is_kept_encrypted_and_only_its_owner_sees_it(noors):
    [stored] = TaxIdentity.objects.values_list("encrypted", flat=True)
    assert not [word for word in ("912345678", "912-34-5678", "Haddad", "Elm Street") if word in stored]
    own = queries.own(noors.noor)
    assert (own.kind, own.last_four, own.legal_name, own.address) == ("SSN", "5678", "Noor Haddad", "12 Elm Street")
    assert (own.number, own.shared_with) == (None, [noors.riveras.id])
    with pytest.raises(NotVisible):
        queries.own(noors.ana)


def test_without_a_number_the_one_before_stays_where_it_is_of_the_kind(noors):
    put(noors.noor, number=None, address="Elsewhere")
    own = queries.own(noors.noor, reveal=True)
    assert (own.number, own.address) == (NUMBER, "Elsewhere")
    with pytest.raises(Invalid):
        put(noors.noor, number=None, kind=TaxNumberKind.EIN)


def test_a_row_copied_to_another_person_opens_nothing_and_is_never_none(noors):
    TaxIdentity.objects.update(person=noors.bea)
    with pytest.raises(WrongState, match="cannot be read: enter it again"):
        queries.own(noors.bea)
    assert queries.named(noors.bea.id, noors.riveras.id, by=noors.ana) is None


def test_what_no_key_opens_says_so_and_is_entered_again(noors, settings):
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    assert encrypted_columns.unreadable() == 1
    with pytest.raises(WrongState, match="cannot be read: enter it again"):
        queries.own(noors.noor)
    with pytest.raises(WrongState, match="cannot be read"):
        tax_identities.print_number(noors.noor_of_riveras, **actor(noors.ana))
    with pytest.raises(Invalid):
        put(noors.noor, number=None)
    put(noors.noor)
    assert queries.own(noors.noor).shared_with == [noors.riveras.id]


def test_it_is_printed_for_parents_and_coordinators_of_a_family_it_is_shared_with(noors):
    printed = tax_identities.print_number(noors.noor_of_riveras, **actor(noors.ana))
    assert (printed.number, printed.legal_name) == (NUMBER, "Noor Haddad")
    for person, nanny, refusal in (
        (noors.noor, noors.noor_of_riveras, NotAllowed),
        (noors.bea, noors.noor_of_riveras, NotAllowed),
        (noors.ana, noors.bea_of_riveras, NotAllowed),
        (noors.ada, noors.noor_of_okafors, NotAllowed),
        (noors.ada, noors.noor_of_riveras, NotVisible),
        (noors.sam, noors.noor_of_riveras, NotVisible),
    ):
        with pytest.raises(refusal):
            tax_identities.print_number(nanny, **actor(person))
    event = Event.objects.get(kind="tax_number.printed")
    assert (event.by_id, event.nanny_id) == (noors.ana_of_riveras.id, noors.noor_of_riveras.id)


def test_documents_take_name_and_address_from_who_has_shared_and_from_oneself(noors):
    named = ("Noor Haddad", "12 Elm Street")
    assert queries.named(noors.noor.id, noors.riveras.id, by=noors.ana) == named
    assert queries.named(noors.noor.id, noors.okafors.id, by=noors.noor) == named
    assert queries.named(noors.noor.id, noors.okafors.id, by=noors.ada) is None
    assert queries.named(noors.bea.id, noors.riveras.id, by=noors.ana) is None


def test_sharing_and_unsharing_leave_one_event_each(noors):
    for _ in range(2):
        tax_identities.share(noors.riveras.id, **actor(noors.noor))
    for _ in range(2):
        tax_identities.unshare(noors.riveras.id, **actor(noors.noor))
    kinds = Event.objects.filter(kind__startswith="tax_number").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["tax_number.shared", "tax_number.unshared"]
    with pytest.raises(NotVisible):
        tax_identities.share(noors.riveras.id, **actor(noors.bea))  # they have none
    with pytest.raises(NotVisible):
        tax_identities.unshare(noors.okafors.id, **actor(noors.sam))


def test_who_left_takes_it_back_from_the_family_they_left(noors):
    members.remove(noors.noor_of_riveras.id, **actor(noors.ana))
    assert queries.own(noors.noor).shared_with == [noors.riveras.id]
    tax_identities.unshare(noors.riveras.id, **actor(noors.noor))
    assert not TaxNumberShare.objects.exists()
    for act in (tax_identities.share, tax_identities.unshare):
        with pytest.raises(NotVisible):
            act(noors.riveras.id, **actor(noors.noor))


def test_forgetting_it_takes_it_from_every_family(noors):
    tax_identities.share(noors.okafors.id, **actor(noors.noor))
    tax_identities.delete(**actor(noors.noor))
    assert not TaxNumberShare.objects.exists()
    assert Event.objects.filter(kind="tax_number.unshared").count() == 2
    with pytest.raises(NotVisible):
        tax_identities.delete(**actor(noors.noor))


def test_it_goes_with_the_account(noors):
    people.delete(**actor(noors.noor))
    assert not TaxIdentity.objects.exists()


# Its last four digits too, but where they are a part of an id.
THE_NUMBER = re.compile(r"912\W?34\W?5678|(?<![\da-f-])5678(?![\da-f-])")


def test_the_number_is_in_no_log_no_event_and_no_other_column(noors, caplog):
    with caplog.at_level(logging.DEBUG):
        tax_identities.print_number(noors.noor_of_riveras, **actor(noors.ana))
        tax_identities.unshare(noors.riveras.id, **actor(noors.noor))
    assert not THE_NUMBER.search(caplog.text)
    everything = io.StringIO()
    management.call_command("dumpdata", stdout=everything)
    for part in (NUMBER, "912345678", "34-5678"):
        assert part not in everything.getvalue()
