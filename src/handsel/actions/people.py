"""People: who signs in, and how they like to see things. What they may do is said by their memberships."""

import logging
from datetime import datetime
from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from uuid_utils.compat import uuid7

from handsel.access import visibility
from handsel.actions import members, sign_ins
from handsel.models import (
    AccessLine,
    ApiToken,
    CalendarAddress,
    CalendarEntry,
    IdempotencyKey,
    Invitation,
    KeptForm,
    Member,
    Notice,
    NoticeChoice,
    OutsideCalendar,
    TaxIdentity,
    User,
)
from handsel.queries import people
from handsel.rules import fields
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.refusals import Invalid, NotVisible, WrongState
from handsel.rules.sentences import say

_SETTINGS = ("name", "language", "time_zone", "hour_cycle", "week_starts_on")
log = logging.getLogger(__name__)

_TAKEN = say("Somebody here has this e-mail address already.")


def create(email: str, name: str, password: str | None = None, *, at: datetime) -> User:
    """Create a person, for the operator, who vouches for the address. Without a password a code by e-mail signs in.

    Raises Invalid (email, name, password).
    """
    problems = Problems()
    person = User(
        email=problems.read("email", fields.email, email),
        name=problems.read("name", partial(fields.text, least=1, most=120), name),
        date_joined=at,
    )
    if EmailAddress.objects.filter(email=person.email).exists():
        problems.add("email", _TAKEN)
    if password is not None:
        try:
            password_validation.validate_password(password, person)
        except ValidationError as weak:
            problems.add("password", " ".join(weak.messages))
    problems.raise_if_any()
    person.set_password(password)  # before the transaction: on SQLite every writer would wait for it
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError:
        raise Invalid({"email": _TAKEN}) from None
    return person


@transaction.atomic
def prove_address(person: User, *, at: datetime) -> None:
    """Note that the person reads the mail that goes to their address.

    Anybody may sign up with an address, also somebody else's: what was made before it was ever proved opens nothing any
    more, neither the password, which ends every session, nor a second step, a passkey or a key to the API.
    """
    if EmailAddress.objects.filter(user=person, email=person.email, verified=False).exists():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        Authenticator.objects.filter(user=person).delete()
        sign_ins.end_all(person)
        ApiToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=at)


def delete_recovery_codes(person: User) -> None:
    """Delete recovery codes without an app that they could stand in for: they open nothing."""
    kinds = Authenticator.Type
    authenticators = Authenticator.objects.filter(user=person)
    if not authenticators.filter(type=kinds.TOTP).exists():
        authenticators.filter(type=kinds.RECOVERY_CODES).delete()


@transaction.atomic
def reset_second_step(email: str) -> None:
    """Take app, recovery codes and passkeys from a person and sign them out everywhere: the operator's way for who lost
    the phone. The password stays. Raises NotVisible.
    """
    person = _get_user(email)
    Authenticator.objects.filter(user=person).delete()
    sign_ins.end_all(person)
    log.info("Second step and passkeys of %s taken away from %s", person.id, Source.COMMAND)


@transaction.atomic
def set_staff(email: str, staff: bool) -> None:
    """Set whether the person may look into /admin/. Raises NotVisible."""
    person = _get_user(email)
    User.objects.filter(pk=person.pk).update(is_staff=staff)
    log.info("%s %s the operator's pages from %s", person.id, "sees" if staff else "sees no more of", Source.COMMAND)


@transaction.atomic
def set_active(email: str, active: bool) -> None:
    """Set whether the person can sign in; keys to the API work as little meanwhile. Memberships stay. Raises
    NotVisible.
    """
    person = _get_user(email)
    User.objects.filter(pk=person.pk).update(is_active=active)
    if not active:
        sign_ins.end_all(person)
    log.info("%s %s sign in from %s", person.id, "may" if active else "may not", Source.COMMAND)


@transaction.atomic
def delete(*, by: User, at: datetime, source: Source) -> None:
    """Forget a person, at their own wish: they leave their families, are signed out everywhere and come in no more.

    The record of the families keeps their sessions and what they did; the row stays for it. Their name stays where they
    gave care, also with families that they left before: whom a family paid is part of its record. Raises WrongState
    where a family would be left with nobody who can manage it.
    """
    memberships = Member.objects.active().filter(user=by)
    names = list(memberships.last_in_charge().order_by("family__name").values_list("family__name", flat=True))
    if names:
        families = ", ".join(names)
        raise WrongState(say("Nobody else can manage %(families)s.", families=families))
    for membership in memberships.order_by("family_id"):
        members.remove(membership.pk, by=by, at=at, source=source, closing=True)
    # Without its key: who writes a notice to them just now holds others, which are deleted below, and would wait.
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if memberships.exists():  # let in while they waited for the lock
        raise WrongState
    old, new = person.email, f"{uuid7()}@deleted.invalid"
    # unscoped: those that were sent to one's own address
    Invitation.objects.filter(email=old).exclude(accepted_at=None, revoked_at=None).update(email=new)
    for credentials in (EmailAddress, Authenticator):
        credentials.objects.filter(user=person).delete()
    for belongings in (
        ApiToken,
        CalendarAddress,
        CalendarEntry,
        IdempotencyKey,
        KeptForm,
        Notice,
        NoticeChoice,
        OutsideCalendar,
        TaxIdentity,
    ):
        belongings.objects.filter(person=person).delete()
    # What they opened of their families stays for these; what is their own goes.
    AccessLine.objects.filter(Q(person=person) | Q(owner=person), family=None).delete()
    sign_ins.end_all(person)
    for membership in people.on_record(Member.objects.filter(user=person), at=at):
        membership.name_on_record = person.name
        membership.save(update_fields=["name_on_record"])
    person.email, person.name, person.time_zone = new, "", ""
    person.quiet_from = person.quiet_until = person.mails_at = None
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
    log.info("%s deleted their account from %s", person.pk, source)


def _get_user(email: str) -> User:
    person = User.objects.select_for_update().filter(email=fields.known_address(email)).exclude(name="").first()
    if person is None:
        raise NotVisible(say("Nobody here has this e-mail address."))
    return person


@transaction.atomic
def update(draft: Draft, *, by: User) -> User:
    """Change the person's own settings: name, language (one of those in LANGUAGES), time_zone ("" for each family's
    own), hour_cycle (12 or 24), week_starts_on (0 is Monday). Raises Invalid.
    """
    problems = Problems(draft, [field for field in ["name"] if field in draft])
    if draft.get("language", settings.LANGUAGE_CODE) not in dict(settings.LANGUAGES):
        problems.add("language", say("Choose one of %(choices)s.", choices=", ".join(dict(settings.LANGUAGES))))
    if draft.get("hour_cycle", 24) not in (12, 24):
        problems.add("hour_cycle", say("Choose 12 or 24."))
    if draft.get("week_starts_on", 0) not in range(7):
        problems.add("week_starts_on", say("Choose a day of the week."))
    problems.raise_if_any()
    changes = {field: draft[field] for field in _SETTINGS if field in draft}
    if changes:
        visibility.lock_active_person(by)
        for field, value in changes.items():
            setattr(by, field, "" if value is None else value)
        by.save(update_fields=list(changes))
    return by
