"""Whole addresses of the book's pages, for who reads them outside of it."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from handsel.access import mail_links
from handsel.rules.notices import Topic


def page(name: str, of: UUID | str) -> str:
    """The page of this name, of a session, a family or what it is the page of."""
    return settings.ADDRESS + reverse(f"web:{name}", args=[of])


def to_answer(notice_id: UUID) -> str:
    return page("mail_answer", mail_links.to_answer(notice_id))


def to_stop(person_id: UUID, topic: Topic) -> str:
    return page("mail_stop", mail_links.to_stop(person_id, topic))


def host() -> str:
    """What people call the book's place: book.example.org."""
    return settings.ADDRESS.partition("://")[2]
