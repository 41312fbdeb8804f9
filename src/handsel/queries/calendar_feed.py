"""What a calendar app is given: sessions as appointments, as far as their person may see them."""

from uuid import UUID

from handsel.access import visibility
from handsel.documents.rows import Appointment
from handsel.models import CareSession, User
from handsel.queries.pages import page_rows
from handsel.rules.refusals import NotVisible


def session(person: User, session_id: UUID) -> Appointment:
    """One session with everything that the family wrote down for it. Two queries. Raises NotVisible."""
    found = page_rows.with_people(visibility.care_sessions(person).filter(pk=session_id)).first()
    if found is None:
        raise NotVisible
    return _appointment(found)


def _appointment(row: CareSession) -> Appointment:
    return Appointment(
        session_id=row.id,
        version=row.version,
        changed_at=row.updated_at,
        state=row.state,
        start=row.scheduled_start,
        end=row.scheduled_end,
        time_zone=row.time_zone,
        family_name=row.family.name,
        child_names=tuple(child.first_name for child in row.children.all()),
        nanny_name=row.nanny.user.first_name if row.nanny else "",
        notes=row.notes,
        place=row.family.address,
    )
