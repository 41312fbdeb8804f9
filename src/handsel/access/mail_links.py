"""Secrets in the links of mails: signed, so that nothing is stored, and each good for one thing.

Who has one has got the mail. None of them signs anybody in.
"""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from handsel.rules.notices import Topic

_ANSWER, _STOP = "handsel.mail.answer", "handsel.mail.stop"


def to_answer(notice_id: UUID) -> str:
    """For the page on which the notice's person answers what it asks."""
    return Signer(salt=_ANSWER).sign(notice_id.hex)


def notice_to_answer(secret: str) -> UUID | None:
    """The notice of such a secret, or None where it is not one of ours."""
    try:
        return UUID(Signer(salt=_ANSWER).unsign(secret))
    except (BadSignature, ValueError):
        return None


def to_stop(person_id: UUID, topic: Topic) -> str:
    """For the page on which the person wants no more mails of a topic."""
    return Signer(salt=_STOP).sign(f"{person_id.hex}.{topic.value}")


def whose_to_stop(secret: str) -> tuple[UUID, Topic] | None:
    """The person and the topic of such a secret, or None where it is not one of ours."""
    try:
        person, _, topic = Signer(salt=_STOP).unsign(secret).partition(".")
        return UUID(person), Topic(topic)
    except (BadSignature, ValueError):
        return None
