"""The name of who deleted their account, where a family's record of care names them.

Who did before stays without a name: that was said when they did.
"""

from django.db import migrations, models

from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def make_way(apps, schema_editor):
    promises.make_way(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


def call_nobody_former(apps, schema_editor):
    people = apps.get_model("handsel", "User").objects
    people.filter(name="Former member", email__endswith="@deleted.invalid").update(name="")


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0010_topic_to_record"),
    ]

    operations = [
        migrations.RunPython(make_way, keep),  # SQLite makes the table anew, and the triggers would go with the old one
        migrations.AddField(
            model_name="member", name="name_on_record", field=models.CharField(blank=True, default="", max_length=120)
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(name_on_record="") | models.Q(removed_at__isnull=False),
                name="a_record_names_who_left",
            ),
        ),
        migrations.RunPython(call_nobody_former, migrations.RunPython.noop),
        migrations.RunPython(keep, lift),
    ]
