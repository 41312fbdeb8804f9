"""Who looked: one line for each person, thing and day."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from handsel.models.families import Family, Member
from handsel.models.rows import Identified
from handsel.rules.access_log import Thing


class AccessLine(Identified):
    """How often somebody looked at a thing on a day, by ids alone."""

    # Null: who runs the server, by a command.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    thing = models.CharField(max_length=12, choices=[(thing.value, thing.value) for thing in Thing])
    # The id of the child, nanny, document, receipt, export or calendar, or of whose it is: family or person.
    about_id = models.UUIDField()
    # Whose it is: a family's, or null and a person's own.
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    # The nanny whose pay it is; null where it is nobody's, or that of several.
    nanny = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    # By the clocks of the family, or of the person.
    day = models.DateField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField()
    # ["browser:17", "token:0198..."]: by which browsers, keys to the API and calendar addresses.
    ways = models.JSONField(default=list)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "thing", "about_id", "day"], name="one_line_per_person_thing_and_day"
            ),
            models.UniqueConstraint(
                fields=["thing", "about_id", "day"],
                condition=Q(person__isnull=True),
                name="one_line_of_the_server_a_day",
            ),
            models.CheckConstraint(condition=Q(thing__in=[thing.value for thing in Thing]), name="thing_is_known"),
            models.CheckConstraint(condition=Q(first_at__lte=models.F("last_at")), name="first_looks_come_first"),
            models.CheckConstraint(condition=Q(times__gte=1), name="a_line_is_of_a_look"),
        ]
        indexes = [
            models.Index(fields=["family", "day", "last_at", "id"], name="looks_at_a_family"),
            models.Index(fields=["owner", "day", "last_at", "id"], name="looks_at_a_person"),
            models.Index(fields=["person", "day", "last_at", "id"], name="looks_of_a_person"),
            models.Index(fields=["day"], name="looks_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.about_id} {self.day}"
