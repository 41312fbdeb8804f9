"""Cases that break the promises about what is erased, and those in which the door lets through more than texts."""

from typing import Any

from django.db import connection

from handsel.models import Erasure, Event
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_documents import a_document, a_file
from tests.world import NOW, World

cases = Cases()
breaks = cases.breaks


def an_erasure(world: World, **columns: Any) -> Erasure:
    family = world.riveras
    return Erasure.objects.create(
        **{
            "kind": "FAMILY",
            "subject_id": family.id,
            "family": family,
            "language": "en",
            "asked_at": NOW,
            "due_at": NOW,
        }
        | columns
    )


def an_event(world: World) -> Event:
    return Event.objects.create(family=world.riveras, kind="family.updated", at=NOW, source="WEB", reason="Because.")


@breaks("erasure_kind_is_known")
def something_else_is_erased(world: World) -> None:
    change(an_erasure(world), kind="DOG")


@breaks("an_erasure_is_done_or_withdrawn")
def an_erasure_is_done_and_withdrawn(world: World) -> None:
    change(an_erasure(world), done_at=NOW, withdrawn_at=NOW)


@breaks("one_erasure_waits")
def two_wait_for_the_same(world: World) -> None:
    copy(an_erasure(world))


@breaks("erasures_are_kept")
def an_erasure_goes(world: World) -> None:
    erasure = an_erasure(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_erasure WHERE id = %s", key(erasure))


@breaks("all_erasures_are_kept", only_on="postgresql")
def all_erasures_go(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE handsel_erasure")


@breaks("events_are_kept")
def the_door_of_another_family_stands_open(world: World) -> None:
    an_erasure(world, family=world.okafors, is_open=True)
    change(an_event(world), reason="")


@breaks("events_are_kept")
def another_time_passes_the_door(world: World) -> None:
    an_erasure(world, is_open=True)
    change(an_event(world), at=NOW.replace(year=2020))


@breaks("events_are_kept")
def an_event_goes_through_the_door(world: World) -> None:
    an_erasure(world, is_open=True)
    event = an_event(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_event WHERE id = %s", key(event))


@breaks("documents_never_change")
def another_number_passes_the_door(world: World) -> None:
    an_erasure(world, is_open=True)
    change(a_document(world), number=2, files_dropped_at=NOW)


@breaks("documents_never_change")
def a_document_loses_its_files_without_an_erasure(world: World) -> None:
    an_erasure(world)
    change(a_document(world), files_dropped_at=NOW)


@breaks("document_files_never_change")
def a_file_goes_before_its_document_says_so(world: World) -> None:
    an_erasure(world, is_open=True)
    file = a_file(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_issuedfile WHERE id = %s", key(file))


@breaks("document_files_never_change")
def bytes_change_behind_the_door(world: World) -> None:
    an_erasure(world, is_open=True)
    file = a_file(world)
    change(file.document, files_dropped_at=NOW)
    change(file, deflated=b"")
