"""What `serve` does before it serves."""

from datetime import timedelta

from django.utils import timezone

from handsel.management import book
from handsel.models import IdempotencyKey


def test_starting_forgets_the_answers_of_yesterday(world, monkeypatch):
    monkeypatch.setattr(book, "call_command", lambda *_, **__: None)
    now = timezone.now()
    for key, age in (("yesterday", timedelta(hours=24)), ("today", timedelta(hours=23))):
        IdempotencyKey.objects.create(person=world.ana, key=key, next_at=now - age, created_at=now - age)
    book.get_ready(example=False)
    assert [row.key for row in IdempotencyKey.objects.all()] == ["today"]
