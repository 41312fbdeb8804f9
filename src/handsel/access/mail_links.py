"""Secrets in the links of mails: signed, so that nothing is stored, and each good for one thing.

Who has one has got the mail. None of them signs anybody in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.signing import BadSignature, Signer

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import Notice, User
from handsel.rules.notices import Topic
from handsel.rules.refusals import NotVisible

GOOD_FOR = timedelta(days=14)
_ANSWER, _STOP = "handsel.mail.answer", "handsel.mail.stop"


def answer_token(notice_id: UUID) -> str:
    """Return the secret for the page on which the notice's person answers what it asks."""
    return Signer(salt=_ANSWER).sign(notice_id.hex)


def read_answer_token(secret: str) -> UUID | None:
    """Return the notice of such a secret, or None where it is not one of ours."""
    try:
        return UUID(Signer(salt=_ANSWER).unsign(secret))
    except (BadSignature, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Opened:
    """A notice whose person may answer what it asks, and where they stand in its family.

    must_sign_in: they wanted a second proof before anybody acts as them, and this browser has not given it.
    """

    notice: Notice
    standing: Standing
    must_sign_in: bool


def resolve_link(secret: str, *, at: datetime, here: User | None) -> Opened | None:
    """Return what the link to an answer opens for a browser at which `here` is signed in, or nobody.

    None where it opens nothing any more: it is too old, or its person was shut out or has left. Whether they may answer
    now is asked of what the notice asks for (actions.inbox.open_link). Raises NotVisible where the secret is not one of
    ours.
    """
    notice_id = read_answer_token(secret)
    if notice_id is None:
        raise NotVisible
    notice = Notice.objects.select_related("person", "family").filter(pk=notice_id).first()
    if notice is None or at - notice.at > GOOD_FOR or not notice.person.is_active:
        return None
    person = notice.person
    try:
        standing = visibility.standing(person, notice.family_id)
    except NotVisible:
        return None
    asks_for_codes = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP)
    return Opened(notice, standing, must_sign_in=here != person and asks_for_codes.exists())


def unsubscribe_token(person_id: UUID, topic: Topic) -> str:
    """Return the secret for the page on which the person wants no more mails of a topic."""
    return Signer(salt=_STOP).sign(f"{person_id.hex}.{topic.value}")


def read_unsubscribe_token(secret: str) -> tuple[UUID, Topic] | None:
    """Return the person and the topic of such a secret, or None where it is not one of ours."""
    try:
        person, _, topic = Signer(salt=_STOP).unsign(secret).partition(".")
        return UUID(person), Topic(topic)
    except (BadSignature, ValueError):
        return None
