"""An index for what may be over when a session of the family changes, or by time."""

from django.db import models

from handsel.models import stepwise


class Migration(stepwise.Stepwise):
    dependencies = [
        ("handsel", "0011_name_on_record"),
    ]

    operations = [
        stepwise.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["family", "kind"], condition=models.Q(over_at__isnull=True), name="open_notices"
            ),
        ),
    ]
