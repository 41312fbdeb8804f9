"""Two tables of the bare toggle: a row with one field, and its history. Made in the copy of a book that is measured."""

from django.db import connection, models

ROWS = 2_000


class Row(models.Model):  # noqa: DJ008 (nobody reads one)
    is_on = models.BooleanField(default=False)

    class Meta:
        app_label = "yardsticks"
        db_table = "bench_row"
        managed = False


class History(models.Model):  # noqa: DJ008 (nobody reads one)
    row = models.ForeignKey(Row, on_delete=models.CASCADE, db_constraint=True)
    at = models.DateTimeField()
    was_on = models.BooleanField()

    class Meta:
        app_label = "yardsticks"
        db_table = "bench_history"
        managed = False


def make() -> None:
    with connection.schema_editor() as editor:
        for model in (Row, History):
            model._meta.managed = True
            editor.create_model(model)
    Row.objects.bulk_create(Row() for _ in range(ROWS))
