"""All tables of the book at once. Generated from the models, each constraint with its table: added later, each would
have SQLite remake the table and Django render every model again.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import handsel.models.fields
import handsel.rules.change_requests
import handsel.rules.lifecycle
from handsel.models import promises


def keep(apps, schema_editor):
    promises.keep(schema_editor)


def lift(apps, schema_editor):
    promises.lift(schema_editor)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("language", models.CharField(default="en", max_length=8)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("hour_cycle", models.PositiveSmallIntegerField(choices=[(24, "24"), (12, "12")], default=24)),
                ("week_starts_on", models.PositiveSmallIntegerField(default=0)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("mails_at", models.TimeField(blank=True, null=True)),
                ("is_staff", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="one_person_per_address"
                    ),
                    models.CheckConstraint(condition=models.Q(("hour_cycle__in", (12, 24))), name="hours_are_12_or_24"),
                    models.CheckConstraint(
                        condition=models.Q(("week_starts_on__lte", 6)), name="week_starts_on_a_weekday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                            models.Q(
                                ("quiet_from__isnull", False),
                                ("quiet_until__isnull", False),
                                models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="quiet_hours_begin_and_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Family",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("time_zone", models.CharField(max_length=64)),
                ("currency", models.CharField(max_length=3)),
                (
                    "default_hourly_rate",
                    handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True),
                ),
                ("address", models.CharField(blank=True, default="", max_length=4000)),
                ("notes", models.TextField(blank=True, default="")),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "families",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("default_hourly_rate__gte", 0)), name="default_rate_is_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="handsel.family"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("PARENT", "PARENT"),
                            ("NANNY", "NANNY"),
                            ("COORDINATOR", "COORDINATOR"),
                            ("VIEWER", "VIEWER"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_founder", models.BooleanField(default=False)),
                ("joined_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("family", "user"), name="one_membership_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["PARENT", "NANNY", "COORDINATOR", "VIEWER"])),
                        name="role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Child",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="children", to="handsel.family"
                    ),
                ),
                ("first_name", models.CharField(max_length=120)),
                ("last_name", models.CharField(blank=True, default="", max_length=120)),
                ("date_of_birth", models.DateField(blank=True, null=True)),
                ("allergies", models.TextField(blank=True, default="")),
                ("medications", models.TextField(blank=True, default="")),
                ("notes", models.TextField(blank=True, default="")),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "children",
            },
        ),
        migrations.CreateModel(
            name="CareSchedule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="care_schedules", to="handsel.family"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "recurrence",
                    models.CharField(
                        choices=[
                            ("ONCE", "ONCE"),
                            ("WEEKLY", "WEEKLY"),
                            ("BIWEEKLY", "BIWEEKLY"),
                            ("MONTHLY", "MONTHLY"),
                        ],
                        max_length=8,
                    ),
                ),
                ("days_of_week", handsel.models.fields.WeekdaysField(default=frozenset)),
                ("start_time", models.TimeField()),
                ("end_time", models.TimeField()),
                ("hourly_rate", handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("start_date", models.DateField()),
                ("end_date", models.DateField(blank=True, null=True)),
                ("notes", models.TextField(blank=True, default="")),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("weeks_ahead", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "extended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("extended_week", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_date__isnull", True), ("end_date__gte", models.F("start_date")), _connector="OR"
                        ),
                        name="schedule_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start_time", models.F("end_time")), _negated=True),
                        name="schedule_has_a_length",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days_of_week__lte", 127)), name="weekdays_are_seven_bits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recurrence__in", ["ONCE", "WEEKLY", "BIWEEKLY", "MONTHLY"])),
                        name="recurrence_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hourly_rate__gte", 0)), name="schedule_rate_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("weeks_ahead__isnull", True), ("weeks_ahead__range", (1, 26)), _connector="OR"
                        ),
                        name="weeks_ahead_are_1_to_26",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("extended_by__isnull", True), ("weeks_ahead__isnull", True)),
                            models.Q(("extended_by__isnull", False), ("weeks_ahead__isnull", False)),
                            _connector="OR",
                        ),
                        name="planned_ahead_on_somebodys_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CareScheduleChild",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="child_links",
                        to="handsel.careschedule",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="schedule_links", to="handsel.child"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("schedule", "child"), name="a_schedule_names_a_child_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="GenerationBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="batches",
                        to="handsel.careschedule",
                    ),
                ),
                ("from_date", models.DateField()),
                ("to_date", models.DateField()),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "generation batches",
            },
        ),
        migrations.CreateModel(
            name="CareSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="care_sessions", to="handsel.family"
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="care_sessions",
                        to="handsel.careschedule",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="care_sessions",
                        to="handsel.generationbatch",
                    ),
                ),
                ("slot_date", models.DateField(blank=True, null=True)),
                ("scheduled_start", models.DateTimeField()),
                ("scheduled_end", models.DateTimeField()),
                ("actual_start", models.DateTimeField(blank=True, null=True)),
                ("actual_end", models.DateTimeField(blank=True, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("SCHEDULED", "SCHEDULED"),
                            ("IN_PROGRESS", "IN_PROGRESS"),
                            ("COMPLETED", "COMPLETED"),
                            ("CANCELLED", "CANCELLED"),
                        ],
                        default=handsel.rules.lifecycle.Status["SCHEDULED"],
                        max_length=11,
                    ),
                ),
                ("is_confirmed", models.BooleanField(default=False)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("cancel_reason", models.TextField(blank=True, default="")),
                ("hourly_rate", handsel.models.fields.RateField(blank=True, decimal_places=2, max_digits=6, null=True)),
                ("notes", models.TextField(blank=True, default="")),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_sessions",
                        to="handsel.member",
                    ),
                ),
                (
                    "nanny_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                ("overlap_allowed", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["family", "scheduled_start", "id"], name="sessions_of_a_family"),
                    models.Index(
                        condition=models.Q(
                            ("is_confirmed", False), ("status", handsel.rules.lifecycle.Status["SCHEDULED"])
                        ),
                        fields=["family", "scheduled_end"],
                        name="sessions_needing_an_answer",
                    ),
                    models.Index(
                        condition=models.Q(("nanny_person__isnull", False)),
                        fields=["nanny_person", "scheduled_start"],
                        name="sessions_of_a_nanny",
                    ),
                    models.Index(fields=["scheduled_start"], name="sessions_by_start"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("schedule", "slot_date"), name="one_session_per_slot"),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("overlap_allowed", False), ("status", handsel.rules.lifecycle.Status["IN_PROGRESS"])
                        ),
                        fields=("nanny_person",),
                        name="one_running_session_per_nanny",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheduled_start__lt", models.F("scheduled_end"))),
                        name="starts_before_it_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False), ("is_confirmed", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True), ("is_confirmed", False)
                            ),
                            _connector="OR",
                        ),
                        name="confirmed_by_and_at_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cancelled_at__isnull", False),
                                ("cancelled_by__isnull", False),
                                ("status", handsel.rules.lifecycle.Status["CANCELLED"]),
                            ),
                            models.Q(
                                models.Q(("status", handsel.rules.lifecycle.Status["CANCELLED"]), _negated=True),
                                ("cancelled_at__isnull", True),
                                ("cancelled_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="cancelled_by_and_at_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("actual_end__isnull", True),
                                ("actual_start__isnull", True),
                                (
                                    "status__in",
                                    (
                                        handsel.rules.lifecycle.Status["SCHEDULED"],
                                        handsel.rules.lifecycle.Status["CANCELLED"],
                                    ),
                                ),
                            ),
                            models.Q(
                                ("actual_end__isnull", True),
                                ("actual_start__isnull", False),
                                ("status", handsel.rules.lifecycle.Status["IN_PROGRESS"]),
                            ),
                            models.Q(
                                ("actual_end__gte", models.F("actual_start")),
                                ("actual_end__isnull", False),
                                ("actual_start__isnull", False),
                                ("status", handsel.rules.lifecycle.Status["COMPLETED"]),
                            ),
                            _connector="OR",
                        ),
                        name="actual_times_match_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                (
                                    handsel.rules.lifecycle.Status["SCHEDULED"],
                                    handsel.rules.lifecycle.Status["CANCELLED"],
                                ),
                            ),
                            ("is_confirmed", True),
                            _connector="OR",
                        ),
                        name="only_agreed_sessions_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hourly_rate__gte", 0)), name="session_rate_is_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CareSessionChild",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="child_links",
                        to="handsel.caresession",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="session_links", to="handsel.child"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "child"), name="a_session_names_a_child_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change_requests",
                        to="handsel.caresession",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "OPEN"),
                            ("ACCEPTED", "ACCEPTED"),
                            ("DECLINED", "DECLINED"),
                            ("WITHDRAWN", "WITHDRAWN"),
                        ],
                        default=handsel.rules.change_requests.Answer["OPEN"],
                        max_length=9,
                    ),
                ),
                ("message", models.TextField()),
                ("session_version", models.PositiveIntegerField(default=1)),
                ("scheduled_start", models.DateTimeField(blank=True, null=True)),
                ("scheduled_end", models.DateTimeField(blank=True, null=True)),
                ("child_ids", models.JSONField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", handsel.rules.change_requests.Answer["OPEN"])),
                        fields=("session",),
                        name="one_open_change_request",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                                ("status", handsel.rules.change_requests.Answer["OPEN"]),
                            ),
                            models.Q(
                                models.Q(("status", handsel.rules.change_requests.Answer["OPEN"]), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answered_by_and_at_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scheduled_start__isnull", True),
                            ("scheduled_end__isnull", True),
                            ("scheduled_start__lt", models.F("scheduled_end")),
                            _connector="OR",
                        ),
                        name="proposal_starts_before_it_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="time_off", to="handsel.family"
                    ),
                ),
                (
                    "nanny",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("from_date", models.DateField()),
                ("to_date", models.DateField()),
                ("start_time", models.TimeField(blank=True, null=True)),
                ("end_time", models.TimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "time off",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("from_date__lte", models.F("to_date"))),
                        name="time_off_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_time__isnull", True), ("start_time__isnull", True)),
                            models.Q(("end_time__isnull", False), ("start_time__isnull", False)),
                            _connector="OR",
                        ),
                        name="time_off_has_both_hours_or_none",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="handsel.family"
                    ),
                ),
                ("session_id", models.UUIDField(null=True)),
                ("schedule_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                ("source", models.CharField(max_length=8)),
                ("changes", models.JSONField(default=dict)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "nanny",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["family", "at", "id"], name="events_of_a_family"),
                    models.Index(fields=["session_id", "at", "id"], name="events_of_a_session"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="handsel.caresession",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="handsel.generationbatch",
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("routed_at", models.DateTimeField(blank=True, null=True)),
                ("dedup_key", models.CharField(blank=True, default="", max_length=200)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-at", "-id"], name="notices_of_a_person"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)), fields=["person"], name="unread_notices"
                    ),
                    models.Index(
                        condition=models.Q(("routed_at__isnull", True)), fields=["at"], name="notices_to_route"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dedup_key", ""), _negated=True),
                        fields=("person", "dedup_key"),
                        name="nobody_is_reminded_twice",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeChoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("topic", models.CharField(max_length=20)),
                ("way", models.CharField(max_length=5)),
                ("wanted", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "topic", "way"), name="one_choice_per_topic_and_way"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                [
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
                                ],
                            )
                        ),
                        name="topic_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("way__in", ["email", "push"])), name="way_is_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="handsel.family"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("PARENT", "PARENT"),
                            ("NANNY", "NANNY"),
                            ("COORDINATOR", "COORDINATOR"),
                            ("VIEWER", "VIEWER"),
                        ],
                        max_length=12,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handsel.member"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handsel.member",
                    ),
                ),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accepted_by_and_at_together",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="devices", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("endpoint", models.TextField()),
                ("endpoint_hash", models.CharField(max_length=64, unique=True)),
                ("p256dh", models.CharField(max_length=120)),
                ("auth", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField()),
                ("last_push_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="handsel.notice",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="handsel.invitation",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="handsel.device",
                    ),
                ),
                ("letter", models.TextField(blank=True, default="")),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("unanswered", models.PositiveSmallIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=8)),
                ("last_error", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["next_at"], name="deliveries_to_come"
                    ),
                    models.Index(fields=["done_at"], name="deliveries_done"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at__isnull", True), ("invitation__isnull", True), ("notice__isnull", False)
                            ),
                            models.Q(
                                ("device__isnull", True),
                                ("expires_at__isnull", True),
                                ("invitation__isnull", False),
                                ("notice__isnull", True),
                            ),
                            models.Q(
                                ("device__isnull", True),
                                ("expires_at__isnull", False),
                                ("invitation__isnull", True),
                                ("notice__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="a_notice_a_mailed_invitation_or_a_letter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("letter", ""),
                            models.Q(("done_at__isnull", True), ("expires_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_letter_is_wiped_when_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("outcome", "")),
                            models.Q(
                                ("done_at__isnull", False), ("outcome__in", ["sent", "obsolete", "refused", "gave up"])
                            ),
                            _connector="OR",
                        ),
                        name="outcome_and_done_together",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("device__isnull", True)),
                        fields=("notice",),
                        name="one_mail_for_each_notice",
                    ),
                    models.UniqueConstraint(fields=("notice", "device"), name="one_push_for_each_notice_and_device"),
                    models.UniqueConstraint(fields=("invitation",), name="one_mail_for_each_invitation"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_addresses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="handsel.family",
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("is_full", models.BooleanField(default=True)),
                ("shows_children", models.BooleanField(default=False)),
                ("shows_notes", models.BooleanField(default=False)),
                ("alarm_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("window_started_at", models.DateTimeField(blank=True, null=True)),
                ("answers_in_window", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "calendar addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_full", True),
                            models.Q(("shows_children", False), ("shows_notes", False)),
                            _connector="OR",
                        ),
                        name="busy_tells_no_more",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("scope", models.CharField(choices=[("read", "read"), ("write", "write")], max_length=5)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("scope__in", ["read", "write"])), name="scope_is_known")
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("path", models.CharField(max_length=400)),
                ("body_hash", models.CharField(max_length=64)),
                ("next_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("body", models.BinaryField(default=b"")),
                ("headers", models.JSONField(default=dict)),
                ("size", models.PositiveIntegerField()),
                ("thing_id", models.UUIDField(null=True)),
                (
                    "family",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="handsel.family"
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="keys_by_age")],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="one_answer_per_key")],
            },
        ),
        migrations.CreateModel(
            name="RateLimitCounter",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("used", models.PositiveIntegerField(default=0)),
                ("most", models.PositiveIntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["ends_at"], name="limits_by_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__lte", models.F("most"))), name="never_more_than_the_limit"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("code_hash", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="used_codes_by_end")],
                "constraints": [models.UniqueConstraint(fields=("person", "code_hash"), name="a_code_opens_once")],
            },
        ),
        migrations.CreateModel(
            name="FormToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("token", models.CharField(max_length=40)),
                ("used_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["used_at"], name="form_tokens_by_age")],
                "constraints": [models.UniqueConstraint(fields=("person", "token"), name="a_form_is_taken_once")],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("late_after", models.DurationField()),
                ("next_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "verbose_name_plural": "duties",
            },
        ),
        migrations.CreateModel(
            name="ServerTrouble",
            fields=[
                ("server", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
                ("error", models.CharField(max_length=80)),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OutsideCalendar",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_calendars",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("encrypted_address", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("full_read_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=20)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("etag", models.CharField(blank=True, default="", max_length=255)),
                ("last_modified", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failures", 0), ("last_error", "")),
                            models.Q(models.Q(("last_error", ""), _negated=True), ("failures__gt", 0)),
                            _connector="OR",
                        ),
                        name="errors_are_counted",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BusyTime",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="busy_times",
                        to="handsel.outsidecalendar",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_at__lt", models.F("ends_at"))), name="busy_starts_before_it_ends"
                    ),
                    models.UniqueConstraint(fields=("calendar", "starts_at"), name="busy_once_at_a_time"),
                ],
            },
        ),
        migrations.AddField(
            model_name="CareSchedule",
            name="children",
            field=models.ManyToManyField(
                related_name="care_schedules", through="handsel.CareScheduleChild", to="handsel.child"
            ),
        ),
        migrations.AddField(
            model_name="CareSession",
            name="children",
            field=models.ManyToManyField(
                related_name="care_sessions", through="handsel.CareSessionChild", to="handsel.child"
            ),
        ),
        migrations.RunPython(keep, lift),
    ]
