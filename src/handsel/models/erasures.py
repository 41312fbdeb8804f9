"""Erasures: what somebody asked to have erased, when it will be, and that it was.

The row is also the door through the promises that nothing changes (models.erasing_promises), and the list of ids from
which a back-up that is put back is erased anew. It outlives what it names.
"""

from django.db import models
from django.db.models import Q

from handsel.models.families import Family, Member
from handsel.models.rows import Identified
from handsel.rules.erasing import Erased


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> "ErasureQuerySet":
        return self.filter(done_at__isnull=True, withdrawn_at__isnull=True)

    def done(self) -> "ErasureQuerySet":
        return self.filter(done_at__isnull=False)


class Erasure(Identified):
    """One child, one family, or one person as far as one family tells of them. Rows are never deleted (promise
    erasures_are_kept).
    """

    kind = models.CharField(max_length=6, choices=[(kind.value, kind.value) for kind in Erased])
    # The id of the child, the family or the person.
    subject_id = models.UUIDField()
    # Null: of a person who was in no family.
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, related_name="erasures")
    # In which the words are written that stand instead of names.
    language = models.CharField(max_length=12)
    # Null: on the word of who runs the server.
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # Whether the door stands open: within the transaction that erases, and never when it is over.
    is_open = models.BooleanField(default=False)
    # When what was deleted was overwritten in the file of the database too.
    swept_at = models.DateTimeField(null=True, blank=True)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Erased]), name="erasure_kind_is_known"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(withdrawn_at__isnull=True), name="an_erasure_is_done_or_withdrawn"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_id", "family"],
                condition=Q(done_at__isnull=True, withdrawn_at__isnull=True),
                name="one_erasure_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
