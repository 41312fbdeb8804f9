"""The pages that erase a child or a family: what goes, what stays and until when, and the way out while it waits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.documents.document_page import DOCUMENT_KINDS
from handsel.formatting.dates import Formatter
from handsel.formatting.names import join_facts, whole_name
from handsel.models import Erasure, Family, User
from handsel.queries import erasures as queries
from handsel.queries.erasures import Foreseen
from handsel.rules.erasing import WAITS_FOR, Erased
from handsel.rules.pay.documents import DocumentKind
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """goes, stays: sentences. waits: who asked, and when it will be; empty while nobody did. done: since when it is."""

    id: UUID
    family_id: UUID
    family_name: str
    name: str
    is_family: bool
    goes: list[str]
    stays: list[str]
    ahead: str
    days: int
    waits: str
    done: str


def of_child(person: User, child_id: UUID, *, at: datetime) -> ErasurePage:
    """Return the page. Raises NotVisible or NotAllowed."""
    standing, child = visibility.child(person, child_id)
    if not standing.may(Capability.MANAGE_CHILDREN):
        raise NotAllowed
    formatter = person.formatter
    name = formatter.names.whole(child, whole_name(child.first_name, child.last_name))
    goes = [
        gettext("Name, date of birth, allergies, medications and notes"),
        gettext("The notes, messages and reasons of every session with this child, also where others came along"),
        gettext("The name, wherever else somebody of the family wrote it down"),
        gettext("Notices, e-mails and exports that tell of this child"),
    ]
    return _page(Erased.CHILD, child_id, child.family, name, goes, formatter, at)


def of_family(person: User, family_id: UUID, *, at: datetime) -> ErasurePage:
    """Return the page. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.MANAGE_FAMILY):
        raise NotAllowed
    goes = [
        gettext("The names, dates of birth, allergies, medications and notes of all children"),
        gettext("The family’s name, address, notes and phone numbers"),
        gettext("All notes, messages and reasons: of sessions, time off, pay and the history"),
        gettext("Notices, e-mails, invitations, calendar addresses and exports"),
        gettext("Receipts that no pay period settled"),
    ]
    return _page(Erased.FAMILY, family_id, family, family.name, goes, person.formatter, at)


def _page(
    kind: Erased, subject_id: UUID, family: Family, name: str, goes: list[str], formatter: Formatter, at: datetime
) -> ErasurePage:
    foreseen = queries.foreseen(kind, subject_id, family.id, at=at)
    waiting, done = queries.state(kind, subject_id, family.id)
    return ErasurePage(
        subject_id,
        family.id,
        family.name,
        name,
        kind is Erased.FAMILY,
        goes,
        _stays(foreseen, formatter),
        _ahead(foreseen.ahead),
        WAITS_FOR.days,
        _waits(waiting, family, formatter) if waiting else "",
        formatter.full_at(done.done_at, family.time_zone) if done and done.done_at else "",
    )


def _stays(foreseen: Foreseen, formatter: Formatter) -> list[str]:
    stays = [gettext("Times, rates, minutes and amounts, which wages and taxes rest on, of “a child”")]
    for document in foreseen.documents:
        title = join_facts(
            str(DOCUMENT_KINDS[DocumentKind(document.kind)]), gettext("No. %(number)s") % {"number": document.number}
        )
        arguments = {"document": title, "day": formatter.full(document.until)}
        stays.append(gettext("%(document)s, with its names, until %(day)s; then what it came to") % arguments)
    if foreseen.settled_receipts_until:
        day = formatter.full(foreseen.settled_receipts_until)
        stays.append(gettext("Receipts of expenses that were settled, until %(day)s at the latest") % {"day": day})
    return stays


def _ahead(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s planned session lies ahead and stays planned. Cancel it first if nobody is to come.",
        "%(count)s planned sessions lie ahead and stay planned. Cancel them first if nobody is to come.",
        count,
    ) % {"count": count}


def _waits(erasure: Erasure, family: Family, formatter: Formatter) -> str:
    arguments = {
        "name": formatter.names.of(erasure.asked_by) if erasure.asked_by else "Handsel",
        "day": formatter.full_at(erasure.due_at, family.time_zone),
    }
    return gettext("%(name)s asked for it. It is erased on %(day)s, unless somebody keeps it before.") % arguments


@dataclass(frozen=True, slots=True)
class WaitingErasure:
    """A line for the family's pages: what is erased when, and the page with the way out."""

    sentence: str
    child_id: UUID | None


def waiting(family: Family, formatter: Formatter) -> list[WaitingErasure]:
    """Return what waits to be erased in a family. One query, one more where something does."""
    lines = []
    for erasure, child in queries.waiting_in(family.id):
        name = formatter.names.whole(child, whole_name(child.first_name, child.last_name)) if child else family.name
        arguments = {"name": name, "day": formatter.full_at(erasure.due_at, family.time_zone)}
        sentence = gettext("%(name)s is erased on %(day)s.") % arguments
        lines.append(WaitingErasure(sentence, child.id if child else None))
    return lines
