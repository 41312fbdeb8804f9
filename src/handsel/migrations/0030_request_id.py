"""Of which request a notice and a delivery came."""

from django.db import migrations, models

from handsel.observability import work


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0029_clock_look"),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name="request_id",
            field=models.CharField(blank=True, db_default="", default=work.request_id, max_length=work.LENGTH),
        )
        for name in ("notice", "delivery")
    ]
