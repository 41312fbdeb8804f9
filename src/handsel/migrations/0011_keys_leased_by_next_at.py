from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("handsel", "0010_outside_calendars")]

    operations = [
        migrations.RemoveField(model_name="idempotencykey", name="claim"),
        migrations.RenameField(model_name="idempotencykey", old_name="claimed_at", new_name="next_at"),
    ]
