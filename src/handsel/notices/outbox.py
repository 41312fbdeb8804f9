"""Tells people: one row per person, written in the transaction of the action that causes it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.models import CareSession, GenerationBatch, Notice, User
from handsel.rules.notices import NoticeKind


def tell(
    kind: NoticeKind,
    people: Iterable[UUID],
    *,
    by: User,
    at: datetime,
    session: CareSession | None = None,
    batch: GenerationBatch | None = None,
    family_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the notice to each of these persons, but never to who did it. facts must hold no pay."""
    about = session or batch
    Notice.objects.bulk_create(
        Notice(
            person_id=person_id,
            family_id=family_id if about is None else about.family_id,
            session=session,
            batch=batch,
            kind=kind.value,
            facts={"by": by.first_name, **(facts or {})},
            at=at,
        )
        for person_id in people
        if person_id != by.id
    )
