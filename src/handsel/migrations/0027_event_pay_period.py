"""Which pay period an event is about, and what pay periods hold."""

from django.db import migrations, models

from handsel.models import promises, stepwise


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(stepwise.Stepwise):
    dependencies = [
        ("handsel", "0026_receipt"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),
        stepwise.AddColumn(model_name="event", name="pay_period_id", field=models.UUIDField(null=True)),
        stepwise.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("pay_period_id__isnull", False)),
                fields=["pay_period_id", "at", "id"],
                name="events_of_a_pay_period",
            ),
        ),
        migrations.RunPython(keep, lift),
    ]
