"""The notices people get: the outbox, which is also each person's inbox, and how notices leave the book."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from handsel.models.care_schedules import GenerationBatch
from handsel.models.care_sessions import CareSession
from handsel.models.families import Family
from handsel.models.leases import LeasedQuerySet
from handsel.models.rows import Identified
from handsel.models.tokens import Invitation
from handsel.observability import work
from handsel.rules.notices import Outcome, Topic, Way


class Notice(Identified):
    """One thing that one person is told, written in the transaction of the action that causes it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(CareSession, on_delete=models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(GenerationBatch, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    # What the sentence needs, as it was then: names, counts, times. Never pay.
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    # Of the request, or of the worker's turn, that wrote it (observability.work).
    request_id = models.CharField(max_length=work.LENGTH, blank=True, default=work.request_id, db_default="")
    # Null until it was decided by which ways it leaves the book (deliveries).
    routed_at = models.DateTimeField(null=True, blank=True)
    # What it reminds of, where it does: of several that come to it at once one writes it. Empty for all others.
    dedup_key = models.CharField(max_length=200, blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    # Since when nothing that it asks for is left to do: it is in the inbox no more (notices.closing).
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "dedup_key"], condition=~Q(dedup_key=""), name="nobody_is_reminded_twice"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notices_of_a_person"),
            # The number beside Inbox on every page.
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notices"),
            # What may be over when a session of the family changes, or by time (notices.closing).
            models.Index(fields=["family", "kind"], condition=Q(over_at__isnull=True), name="open_notices"),
            # What the worker takes up next (notices.delivery.route).
            models.Index(fields=["at"], condition=Q(routed_at__isnull=True), name="notices_to_route"),
        ]


class NoticeChoice(Identified):
    """A person's choice of a topic by a way: wanted or not. Who has chosen nothing gets what rules.notices says."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices")
    topic = models.CharField(max_length=20)
    way = models.CharField(max_length=5)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic", "way"], name="one_choice_per_topic_and_way"),
            models.CheckConstraint(condition=Q(topic__in=[topic.value for topic in Topic]), name="topic_is_known"),
            models.CheckConstraint(condition=Q(way__in=[way.value for way in Way]), name="way_is_known"),
        ]


class Device(Identified):
    """A browser that takes pushes for a person (W3C Push API): where to, and the keys that only it can open with."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=120)
    # A secret: whoever knows it can ring there. One browser has one person at a time.
    endpoint = models.TextField()
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    last_push_at = models.DateTimeField(null=True, blank=True)


class Delivery(Identified):
    """One thing that is on its way to one place: a notice by mail or to a device, an invitation by mail, or a letter
    about signing in.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, null=True, blank=True, related_name="deliveries")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # A letter about signing in, which may hold a link or a code: encrypted, wiped when it is done or expired.
    letter = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)
    # Null: by mail.
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # Of the request that it came of: its notice's, or that which queued it.
    request_id = models.CharField(max_length=work.LENGTH, blank=True, default=work.request_id, db_default="")
    due_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often it was handed over and nobody said whether it was taken.
    unanswered = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, blank=True, default="")
    # What went wrong the last time: the kind of the error, never its text, which may name people.
    last_error = models.CharField(max_length=80, blank=True, default="")

    objects = LeasedQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(notice__isnull=False, invitation__isnull=True, expires_at__isnull=True)
                | Q(notice__isnull=True, invitation__isnull=False, device__isnull=True, expires_at__isnull=True)
                | Q(notice__isnull=True, invitation__isnull=True, device__isnull=True, expires_at__isnull=False),
                name="a_notice_a_mailed_invitation_or_a_letter",
            ),
            models.CheckConstraint(
                condition=Q(letter="") | Q(expires_at__isnull=False, done_at__isnull=True),
                name="a_letter_is_wiped_when_done",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="")
                | Q(done_at__isnull=False, outcome__in=[outcome.value for outcome in Outcome]),
                name="outcome_and_done_together",
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(device__isnull=True), name="one_mail_for_each_notice"
            ),
            models.UniqueConstraint(fields=["notice", "device"], name="one_push_for_each_notice_and_device"),
            models.UniqueConstraint(fields=["invitation"], name="one_mail_for_each_invitation"),
        ]
        indexes = [
            # What the worker takes up next (notices.delivery.claim).
            models.Index(fields=["next_at"], condition=Q(done_at__isnull=True), name="deliveries_to_come"),
            # What the operator is shown that did not arrive (queries.health).
            models.Index(fields=["done_at"], name="deliveries_done"),
        ]

    @property
    def way(self) -> Way:
        return Way.EMAIL if self.device_id is None else Way.PUSH
