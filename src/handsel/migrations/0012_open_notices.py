"""An index for what may be over when a session of the family changes, or by time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0011_name_on_record"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["family", "kind"], condition=models.Q(over_at__isnull=True), name="open_notices"
            ),
        ),
    ]
