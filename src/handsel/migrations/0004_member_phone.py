"""A phone number of each parent, for one family, which goes with the membership."""

from django.db import migrations, models

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0003_time_off"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        migrations.AddField(
            model_name="member", name="phone", field=models.CharField(blank=True, default="", max_length=40)
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(phone="") | models.Q(removed_at__isnull=True, role="PARENT"),
                name="a_phone_is_a_parents_who_is_here",
            ),
        ),
        migrations.RunPython(keep, lift),
    ]
