"""The retention policy has a line for every table, and its duties are the worker's."""

from django.apps import apps

from handsel.management import worker
from handsel.rules.retention import POLICY


def test_every_table_has_one_line():
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    assert sorted(line.table for line in POLICY) == sorted(tables)


def test_who_erases_by_age_is_a_duty():
    assert {line.duty for line in POLICY} - {""} <= {duty.name for duty in worker.DUTIES}
