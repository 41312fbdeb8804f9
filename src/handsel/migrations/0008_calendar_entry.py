"""What mailed files have put into calendars, since when a notice is over, and who chose to have mails at once."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

_TOPICS = [
    "to_answer",
    "confirmed",
    "on_your_word",
    "cancelled",
    "changed",
    "change_requests",
    "started",
    "completed",
    "family",
    "still_to_answer",
    "tomorrow",
    "to_start",
    "to_complete",
    "to_plan",
    "calendar",
    "own_calendar",
]


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0007_outside_calendar_remarks"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("session_id", models.UUIDField()),
                ("version", models.PositiveIntegerField()),
                ("seen_version", models.PositiveIntegerField()),
                ("is_off", models.BooleanField()),
                ("fingerprint", models.CharField(max_length=32)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "calendar entries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_off", False)), fields=["ends_at"], name="calendar_entries_that_are_on"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "session_id"), name="one_entry_for_each_session_and_person"
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="noticechoice", name="topic_is_known"),
        migrations.AddConstraint(
            model_name="noticechoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic__in", _TOPICS)),
                name="topic_is_known",
            ),
        ),
        migrations.AddField(model_name="notice", name="over_at", field=models.DateTimeField(blank=True, null=True)),
        migrations.AddField(model_name="user", name="mails_at_once", field=models.BooleanField(blank=True, null=True)),
    ]
