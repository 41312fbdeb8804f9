"""One more topic that people choose by: pay."""

from django.db import migrations, models

TOPICS = [
    "to_answer",
    "confirmed",
    "on_your_word",
    "cancelled",
    "changed",
    "change_requests",
    "started",
    "completed",
    "pay",
    "family",
    "still_to_answer",
    "tomorrow",
    "to_start",
    "to_complete",
    "to_record",
    "to_plan",
    "calendar",
    "own_calendar",
]


class Migration(migrations.Migration):
    dependencies = [
        ("handsel", "0023_payment"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="noticechoice", name="topic_is_known"),
        migrations.AddConstraint(
            model_name="noticechoice",
            constraint=models.CheckConstraint(condition=models.Q(topic__in=TOPICS), name="topic_is_known"),
        ),
    ]
