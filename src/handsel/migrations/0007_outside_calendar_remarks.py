from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_too_many(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Have calendars with many times read at once: that was a trouble, and is none any more."""
    calendars = apps.get_model("handsel", "OutsideCalendar").objects.filter(last_error="too_many")
    calendars.update(last_error="", failures=0, next_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("handsel", "0006_kept_form")]

    operations = [
        migrations.AddField(
            model_name="OutsideCalendar",
            name="encrypted_remarks",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.RunPython(forget_too_many, migrations.RunPython.noop),
    ]
