"""People: who signs in, and how they like to see things. What they may do is said by their memberships."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from handsel.models import ApiToken, User
from handsel.rules import fields
from handsel.rules.drafts import Draft, Problems
from handsel.rules.refusals import Invalid
from handsel.rules.sentences import say

_SETTINGS = ("name", "language", "time_zone", "hour_cycle", "week_starts_on")
_TAKEN = say("Somebody here has this e-mail address already.")


@transaction.atomic
def create(email: str, name: str, password: str | None = None, *, at: datetime) -> User:
    """A person, made by the operator, who vouches for the address. Without a password a code by e-mail signs in.

    Raises Invalid (email, name, password).
    """
    problems = Problems()
    person = User(
        email=_read(fields.email, email, "email", problems),
        name=_read(partial(fields.text, least=1, most=120), name, "name", problems),
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
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError:
        raise Invalid({"email": _TAKEN}) from None
    return person


@transaction.atomic
def prove_address(person: User, *, at: datetime) -> None:
    """The person reads the mail that goes to her address.

    Anybody may sign up with an address, also with hers: what was made before it was ever proved opens nothing any
    more, neither the password, which ends every session, nor a key to the API.
    """
    if EmailAddress.objects.filter(user=person, email=person.email, verified=False).exists():
        person.set_unusable_password()
        person.save(update_fields=["password"])
        ApiToken.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=at)


@transaction.atomic
def update(draft: Draft, *, by: User) -> User:
    """One's own settings: name, language (one of those in LANGUAGES), time_zone ("" for each family's own), hour_cycle
    (12 or 24), week_starts_on (0 is Monday). Raises Invalid.
    """
    problems = Problems(draft)
    if "name" in draft and not draft["name"]:
        problems.add("name", say("This is needed."))
    if draft.get("language", settings.LANGUAGE_CODE) not in dict(settings.LANGUAGES):
        problems.add("language", say("Choose one of %(choices)s.", choices=", ".join(dict(settings.LANGUAGES))))
    if draft.get("hour_cycle", 24) not in (12, 24):
        problems.add("hour_cycle", say("Choose 12 or 24."))
    if draft.get("week_starts_on", 0) not in range(7):
        problems.add("week_starts_on", say("Choose a day of the week."))
    problems.raise_if_any()
    wanted = {field: draft[field] for field in _SETTINGS if field in draft}
    if wanted:
        for field, value in wanted.items():
            setattr(by, field, "" if value is None else value)
        by.save(update_fields=list(wanted))
    return by


def _read(parse: Callable[[object], str], raw: str, field: str, problems: Problems) -> str:
    try:
        return parse(raw)
    except fields.Wrong as wrong:
        problems.add(field, wrong.sentence)
        return ""
