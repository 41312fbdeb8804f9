"""A person: who they are, and their families."""

from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import F

from handsel.access import visibility
from handsel.models import User
from handsel.queries.paging import Row


def me(person: User) -> Row:
    """The person, with their `memberships` by the families' names."""
    members = visibility.members(person).filter(user=person).select_related("family").order_by("family__name", "id")
    return Row(person, memberships=list(members))


def language_of(email: str) -> str:
    """In which language to write to this address: empty where nobody has it."""
    return User.objects.filter(email=email.lower()).values_list("language", flat=True).first() or ""


def who_reads_mail(people: Iterable[UUID]) -> set[UUID]:
    """Those with an address that was proved: an unproved one may be a stranger's. Nobody where no mail is set up."""
    if not settings.MAIL_IS_SET_UP:
        return set()
    proved = EmailAddress.objects.filter(user__in=people, verified=True, email=F("user__email"))
    return set(proved.values_list("user_id", flat=True))
