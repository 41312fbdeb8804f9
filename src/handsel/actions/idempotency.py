"""A request that may come twice: done once, answered the same again (docs/decisions/0008).

A claim is a lease on a person's key, stored and committed before anything is done. The effect and its answer are then
one transaction, which only the holder of the claim can finish.
"""

import json
import math
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet, Sum

from handsel.access import visibility
from handsel.models import IdempotencyKey, User
from handsel.rules.refusals import NotVisible, Refusal, TooManyRequests

KEPT_FOR = timedelta(hours=24)
# So that the key of a process that died is free within a minute. A request that takes longer than this still does no
# harm: whoever took its key over wins, and what it did itself is undone (_do_and_keep).
LEASE = timedelta(seconds=45)
# What a person's kept answers may take together: compressed, with their headers and what a row takes beside them.
MOST_KEPT = 2_000_000
_A_ROW = 400
_UNDER_WAY = 16_000  # for an answer that is still to come
_REDACTED = b""  # an answer is compressed, and then not even an empty one reads like this


class InProgress(Refusal):
    code = "in_progress"
    usual_detail = "The first request with this key is still under way."


class KeyReused(Refusal):
    code = "idempotency_key_reused"
    usual_detail = "This key was used for another request. Take a new one."


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went out; `family_id` is the family that it tells of, `thing_id` what was made or changed."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    family_id: UUID | None = None
    thing_id: UUID | None = None
    is_kept: bool = True


def run_once(
    do: Callable[[], Answer], *, person: User, key: str, path: str, body_hash: str, at: datetime
) -> tuple[Answer, bool]:
    """Return the answer of `do`, which runs at most once per request in 24 hours, and whether it is a repeated one.

    A request is the same one when the person, the key, the path and the body are. When `do` raises, nothing is kept and
    the key is free again, as it is after an answer that is not to be kept. A repeated answer goes only to who still is
    a member of the family it tells of. Raises InProgress, KeyReused, NotVisible, TooManyRequests for a new key of
    somebody who has MOST_KEPT bytes of answers, or what `do` raises.
    """
    claim = IdempotencyKey(
        person=person,
        key=key,
        path=path,
        body_hash=body_hash,
        next_at=at + LEASE,
        size=_A_ROW + _UNDER_WAY,
        created_at=at,
    )
    stored = _claim(claim, at)
    if stored is not None:
        if stored.family_id is not None:
            visibility.standing(person, stored.family_id)
        return stored, True
    held = IdempotencyKey.objects.filter(pk=claim.pk).held_until(claim.next_at)
    try:
        return _do_and_keep(held, do), False
    except BaseException:
        held.delete()
        raise


def forget(at: datetime) -> None:
    """Drop what was answered a day ago or longer. Done at each claim, and when the program starts."""
    # unscoped: everybody's, by age alone
    IdempotencyKey.objects.filter(created_at__lte=at - KEPT_FOR).delete()


def redact_stored_answers(family_id: UUID, thing_id: UUID) -> None:
    """Keep no answer that tells of this thing of the family: it held a secret, and the thing is over.

    The keys stay taken, so that a late repeat does not make the thing once more; it is told that there is none.
    """
    IdempotencyKey.objects.filter(family_id=family_id, thing_id=thing_id).update(body=_REDACTED)


@transaction.atomic
def _do_and_keep(held: QuerySet[IdempotencyKey], do: Callable[[], Answer]) -> Answer:
    answer = do()
    if not answer.is_kept:
        is_ours = held.delete()[0]
    else:
        body = zlib.compress(answer.body.encode())
        is_ours = held.update(
            status=answer.status,
            body=body,
            headers=answer.headers,
            size=_A_ROW + len(body) + len(json.dumps(answer.headers)),
            family_id=answer.family_id,
            thing_id=answer.thing_id,
        )
    if not is_ours:
        # Slower than the lease: another request took over, and this one's work is undone.
        raise InProgress
    return answer


@transaction.atomic
def _claim(claim: IdempotencyKey, at: datetime) -> Answer | None:
    """Store the claim, in a transaction of its own. Return the answer, if the request already has one."""
    forget(at)
    IdempotencyKey.objects.bulk_create([claim], ignore_conflicts=True)
    row = IdempotencyKey.objects.select_for_update().filter(person=claim.person, key=claim.key).first()
    if row is None:
        # The first request failed between our two statements; it frees the key, but this one did not get it.
        raise InProgress
    if row.pk == claim.pk:
        _ensure_room(claim.person, at)
        return None
    taken_over = {"path": claim.path, "body_hash": claim.body_hash, "created_at": at}
    if row.status is None and IdempotencyKey.objects.filter(pk=row.pk).claim(at, LEASE, **taken_over):
        claim.pk = row.pk  # its process died, and with it all that it had done
        return None
    if (row.path, row.body_hash) != (claim.path, claim.body_hash):
        raise KeyReused
    if row.status is None:
        raise InProgress
    body = bytes(row.body)  # PostgreSQL gives a view of them
    if body == _REDACTED:
        raise NotVisible
    return Answer(row.status, zlib.decompress(body).decode(), row.headers, row.family_id)


def _ensure_room(person: User, at: datetime) -> None:
    """Raise TooManyRequests when the person's answers, with the claim just stored, are more than may be kept."""
    if _bytes_kept(person) <= MOST_KEPT // 2:  # far from full, also with all that arrives at this moment
        return
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # of several at once each counts the ones before
    if _bytes_kept(person) > MOST_KEPT:
        oldest = IdempotencyKey.objects.filter(person=person).aggregate(at=Min("created_at"))["at"]
        seconds = math.ceil((oldest + KEPT_FOR - at).total_seconds())
        raise TooManyRequests(seconds, "Too many of your answers are kept. Wait, or send no Idempotency-Key.")


def _bytes_kept(person: User) -> int:
    kept: int = IdempotencyKey.objects.filter(person=person).aggregate(size=Sum("size", default=0))["size"]
    return kept
