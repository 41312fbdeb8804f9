"""Forms that were sent when their person was not signed in any more: they wait, encrypted, until that person is."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Subquery

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.models import KeptForm, User

KEPT_FOR = timedelta(hours=1)
# Of one person, and how long one may be: as JSON, which is what all fields of our longest form need a few times over.
MOST_KEPT, LONGEST = 5, 100_000


@dataclass(frozen=True, slots=True)
class Form:
    """An address of ours, and what was sent there, in order. Who it belongs to is asked before it is read."""

    path: str
    fields: tuple[tuple[str, str], ...]


@transaction.atomic
def keep(form: Form, *, person_id: UUID, at: datetime) -> UUID | None:
    """Keep what somebody sent, and return its id; None where it is too long, or there is no such person any more.

    The person's oldest beyond MOST_KEPT go.
    """
    text = json.dumps([form.path, form.fields])
    if len(text) > LONGEST or not User.objects.filter(pk=person_id, is_active=True).exists():
        return None
    encrypted = encryption.encrypt(text, Secret.KEPT_FORM, person_id)
    kept = KeptForm(person_id=person_id, encrypted=encrypted, kept_at=at)
    kept.save(force_insert=True)
    forms = KeptForm.objects.filter(person_id=person_id)
    newest_beyond = forms.order_by("-id").values("id")[MOST_KEPT : MOST_KEPT + 1]
    forms.filter(id__lte=Subquery(newest_beyond)).delete()
    return kept.id


def get(kept_id: UUID, *, by: User, at: datetime) -> Form | None:
    """Return the form to whoever sent it; None to everybody else, and when its hour is over."""
    for kept in KeptForm.objects.filter(pk=kept_id, person=by, kept_at__gt=at - KEPT_FOR):
        text = encryption.decrypt(kept.encrypted, Secret.KEPT_FORM, by.id)
        if text is not None:
            path, fields = json.loads(text)
            return Form(path, tuple((name, value) for name, value in fields))
    return None


def newest(person: User, *, at: datetime) -> UUID | None:
    """Return the form of this person that waits since the shortest time."""
    waiting = KeptForm.objects.filter(person=person, kept_at__gt=at - KEPT_FOR)
    return waiting.order_by("-id").values_list("id", flat=True).first()


def drop(kept_id: UUID, *, by: User) -> None:
    """Drop what was sent meanwhile."""
    KeptForm.objects.filter(pk=kept_id, person=by).delete()
