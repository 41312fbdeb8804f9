"""People: who signs in. What they may do is said by their memberships, never here."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from handsel.formatting.dates import Formatter
from handsel.formatting.names import FullName, Named, tell_apart
from handsel.models.families import Child, Member
from handsel.models.pay_policies import KnownTerms, PayPolicy
from handsel.models.rows import Identified
from handsel.rules.fields import known_address


class KnownNames:
    """The names by which one reader tells apart whoever is or was in their families, the same wherever they look; read
    once, when the first of them is needed.
    """

    def __init__(self, read: Callable[[], Iterable[FullName]] = tuple) -> None:
        self._read = read

    @cached_property
    def _by_id(self) -> Mapping[str, str]:
        everybody = list(self._read())
        names = tell_apart(everybody)
        return {str(row_id): names[named.key] for named in everybody for row_id in named.ids}

    def of(self, named: Named) -> str:
        return self.of_id(named.id, named.first_name)

    def of_id(self, row_id: UUID | str | None, otherwise: str) -> str:
        """Return the name behind an id, as it is or as JSON keeps it; otherwise: that of who is not known here."""
        return otherwise if row_id is None else self._by_id.get(str(row_id), otherwise)

    def whole(self, named: Named, name: str) -> str:
        """Return this whole name, with what tells it apart where somebody else has the same."""
        short = self.of(named)
        return short if len(short) > len(name) else name


class UserManager(BaseUserManager["User"]):
    """The manager that makes people; an address is kept in one form, so that one mailbox is one person."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=known_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=known_address(email or ""))


class User(Identified, AbstractBaseUser, PermissionsMixin):
    """A person: a nanny, a parent, a coordinator or somebody who only reads."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=8, default="en")
    # Empty: the person sees each session in its own zone and nothing more is said.
    time_zone = models.CharField(max_length=64, blank=True, default="")
    hour_cycle = models.PositiveSmallIntegerField(default=24, choices=[(24, "24"), (12, "12")])
    week_starts_on = models.PositiveSmallIntegerField(default=0)
    # Notices that leave the book: quiet from when until when by the person's clocks, and when the day's mails leave
    # together; null: at once.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    mails_at = models.TimeField(null=True, blank=True)
    # Chosen by who would get the mails of a day together, as coordinators do; null where nothing was chosen.
    mails_at_once = models.BooleanField(null=True, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
            models.CheckConstraint(condition=models.Q(hour_cycle__in=(12, 24)), name="hours_are_12_or_24"),
            models.CheckConstraint(condition=models.Q(week_starts_on__lte=6), name="week_starts_on_a_weekday"),
            models.CheckConstraint(
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~models.Q(quiet_from=models.F("quiet_until"))
                ),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Say whether it is their password. An old hash is made anew at sign-in alone (actions.sign_ins)."""
        return bool(check_password(raw_password, self.password))

    def get_full_name(self) -> str:
        return self.name

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Return from when until when nothing is to ring."""
        return None if self.quiet_from is None or self.quiet_until is None else (self.quiet_from, self.quiet_until)

    @property
    def first_name(self) -> str:
        """Return how this person is called where nobody else has the name: its first word (see known_names)."""
        return next(iter(self.name.split()), "")

    @cached_property
    def known_names(self) -> KnownNames:
        """The names by which this person tells apart whoever is or was in their families, children too.

        One query, when the first is needed; what a request changes it changes before it shows names.
        """
        return KnownNames(self._full_names)

    @property
    def formatter(self) -> Formatter:
        """What writes times, days and names as this person reads them."""
        return Formatter(self.known_names, self.hour_cycle, self.week_starts_on, self.time_zone)

    @cached_property
    def known_terms(self) -> KnownTerms:
        """The terms of pay of this person's families. One query, when an amount is first shown."""
        families = Member.objects.active().filter(user=self.pk).values("family_id")
        return KnownTerms(PayPolicy.objects.filter(family__in=families).order_by("effective_from", "id"))

    def _full_names(self) -> Iterator[FullName]:
        families = Member.objects.active().filter(user=self.pk).values("family_id")
        members = Member.objects.filter(family__in=families).exclude(user__name="", name_on_record="")
        of_members = members.values_list("user_id", "id", "user__name", "name_on_record", "family__name")
        children = Child.objects.filter(family__in=families)
        of_children = children.values_list("id", F("id"), "first_name", "last_name", "family__name")
        for key, row_id, name, other_name, family in of_members.union(of_children, all=True):
            if key == row_id:
                yield FullName.of_child(key, name, other_name, family)
            else:
                yield FullName.of_person(key, row_id, other_name or name, family)
