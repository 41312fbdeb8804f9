"""Forms that make something and arrive twice: the second is told so, and makes nothing."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Subquery

from handsel.models import FormToken, User

KEPT_FOR = timedelta(hours=24)
# Of one person; nobody's forms push out those of another.
MOST_KEPT = 500


def use(token: str, *, by: User, at: datetime) -> FormToken | None:
    """Use a form's token up as the form arrives; None if it was used before. Of two that arrive together one is first.

    The person's oldest tokens beyond MOST_KEPT go.
    """
    used = FormToken(person=by, token=token, used_at=at)
    tokens = FormToken.objects.filter(person=by)
    newest_beyond = tokens.order_by("-id").values("id")[MOST_KEPT : MOST_KEPT + 1]
    try:
        with transaction.atomic():  # both in one, since each commit waits for the disk
            used.save(force_insert=True)
            tokens.filter(id__lte=Subquery(newest_beyond)).delete()
    except IntegrityError:
        return None
    return used


def give_back(used: FormToken) -> None:
    """Let the form be sent again, since nothing came of it."""
    used.delete()
