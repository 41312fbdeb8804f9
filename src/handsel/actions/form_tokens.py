"""Forms that make something and arrive twice: the second is told so, and makes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Subquery

from handsel.models import FormToken, User

KEPT_FOR = timedelta(hours=24)
# Of one person; nobody's forms push out those of another.
MOST_KEPT = 500


class AlreadyUsed(Exception):
    """The form was sent before, and something came of it."""


def once[T](token: str, do: Callable[[], T | None], *, by: User, at: datetime) -> T | None:
    """Do what a form asks for, and use its token up by that: both happen, or neither.

    do: answers None where nothing came of it, so that the form can be sent again. Of two that arrive together the
    second waits for what becomes of the first. Raises AlreadyUsed.
    """
    with transaction.atomic():
        if not use(token, by=by, at=at):
            raise AlreadyUsed
        result = do()
        if result is None:
            transaction.set_rollback(True)
    return result


def use(token: str, *, by: User, at: datetime) -> bool:
    """Use a form's token up; False if it was used before. The person's oldest tokens beyond MOST_KEPT go."""
    tokens = FormToken.objects.filter(person=by)
    newest_beyond = tokens.order_by("-id").values("id")[MOST_KEPT : MOST_KEPT + 1]
    try:
        with transaction.atomic():  # both in one, since each commit waits for the disk
            FormToken(person=by, token=token, used_at=at).save(force_insert=True)
            tokens.filter(id__lte=Subquery(newest_beyond)).delete()
    except IntegrityError:
        return False
    return True
