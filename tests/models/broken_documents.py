"""Cases that break the promises about issued documents."""

from typing import Any

from django.db import connection, models

from handsel.models import IssuedDocument, IssuedFile
from handsel.rules.pay.documents import DocumentKind, FileFormat
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_pay_periods import a_period
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def a_document(world: World, number: int = 1, **columns: Any) -> IssuedDocument:
    """Noor's year 2026 with the Riveras, or what the columns say."""
    return IssuedDocument.objects.create(
        **{
            "family": world.riveras,
            "number": number,
            "kind": DocumentKind.YEAR_NANNY,
            "nanny": world.noor_of_riveras,
            "year": 2026,
            "language": "en",
            "issued_at": LONG_AGO,
            "issued_by": world.ana_of_riveras,
            "content_sha256": "0" * 64,
            "sha256": {},
            **columns,
        }
    )


def a_file(world: World) -> IssuedFile:
    file = IssuedFile.of(a_document(world), FileFormat.CSV, b"Kind,Date")
    file.save(force_insert=True)
    return file


def _delete(row: models.Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", key(row))


def _replace_all(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def _truncate(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


@breaks("documents_numbered_without_gaps")
def the_first_document_is_number_two(world: World) -> None:
    a_document(world, number=2)


@breaks("documents_numbered_without_gaps")
def a_number_is_left_out(world: World) -> None:
    copy(a_document(world), number=3)


@breaks("documents_numbered_without_gaps")
def a_number_is_given_twice(world: World) -> None:
    copy(a_document(world))


@breaks("documents_never_change")
def a_document_changes(world: World) -> None:
    change(a_document(world), language="es")


@breaks("documents_never_change")
def a_document_goes(world: World) -> None:
    _delete(a_document(world))


@breaks("documents_never_change", only_on="sqlite")
def a_document_is_replaced(world: World) -> None:
    a_document(world)
    _replace_all("handsel_issueddocument")


@breaks("all_documents_are_kept", only_on="postgresql")
def all_documents_go(world: World) -> None:
    _truncate("handsel_issueddocument")


@breaks("document_files_never_change")
def bytes_change(world: World) -> None:
    change(a_file(world), deflated=b"other")


@breaks("document_files_never_change")
def a_file_goes(world: World) -> None:
    _delete(a_file(world))


@breaks("document_files_never_change", only_on="sqlite")
def a_file_is_replaced(world: World) -> None:
    a_file(world)
    _replace_all("handsel_issuedfile")


@breaks("all_document_files_are_kept", only_on="postgresql")
def all_files_go(world: World) -> None:
    _truncate("handsel_issuedfile")


@breaks("one_file_per_format")
def a_document_has_two_files_of_one_format(world: World) -> None:
    copy(a_file(world))


@breaks("a_document_is_about_what_its_kind_says")
def a_document_is_a_letter(world: World) -> None:
    copy(a_document(world), kind="LETTER", number=2)


@breaks("a_document_is_about_what_its_kind_says")
def a_statement_is_about_a_year(world: World) -> None:
    copy(a_document(world), kind=DocumentKind.PAY_STATEMENT, number=2)


@breaks("a_document_is_about_what_its_kind_says")
def a_year_is_about_a_period(world: World) -> None:
    copy(a_document(world), period=a_period(world).id, number=2)


@breaks("document_nanny_is_of_the_family")
def the_riveras_have_a_document_of_noor_as_the_okafors_know_her(world: World) -> None:
    copy(a_document(world), nanny=world.noor_of_okafors.id, number=2)


@breaks("document_period_is_of_the_family")
def the_okafors_have_a_statement_of_the_riveras_period(world: World) -> None:
    a_document(world, family=world.okafors, nanny=None)
    copy(a_document(world), family=world.okafors.id, nanny=None, period=a_period(world).id, number=2)
