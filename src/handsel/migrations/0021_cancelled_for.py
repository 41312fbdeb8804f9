"""Whose choice a cancellation was. Of those that there are already it was the choice of the side who cancelled."""

from django.db import migrations, models

from handsel.models import promises, stepwise

SIDES = ["FAMILY", "NANNY"]


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


def fill(apps, schema_editor):
    cancelled = apps.get_model("handsel", "CareSession").objects.filter(status="CANCELLED")
    cancelled.filter(cancelled_by__role="NANNY").update(cancelled_for="NANNY")
    cancelled.filter(cancelled_for="").update(cancelled_for="FAMILY")


class Migration(stepwise.Stepwise):
    dependencies = [
        ("handsel", "0020_session_import"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        stepwise.AddColumn(
            model_name="caresession",
            name="cancelled_for",
            field=models.CharField(blank=True, choices=[(side, side) for side in SIDES], default="", max_length=6),
        ),
        stepwise.Fill(
            "handsel_caresession",
            "cancelled_for = CASE (SELECT role FROM handsel_member m WHERE m.id = cancelled_by_id) "
            "WHEN 'NANNY' THEN 'NANNY' ELSE 'FAMILY' END",
            "status = 'CANCELLED' AND cancelled_for = ''",
            fill,
        ),
        stepwise.AddCheck(
            model_name="caresession",
            constraint=models.CheckConstraint(
                condition=models.Q(status="CANCELLED", cancelled_for__in=SIDES)
                | models.Q(models.Q(("status", "CANCELLED"), _negated=True), cancelled_for=""),
                name="cancelled_for_the_family_or_the_nanny",
            ),
        ),
        migrations.RunPython(keep, lift),
    ]
