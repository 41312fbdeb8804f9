"""Cases that break the promises about limits, used codes and forms that have arrived."""

from datetime import timedelta

from django.db import connection

from handsel.models import FormToken, RateLimitCounter, UsedCode
from tests.models.breaking import Cases, copy
from tests.world import NOW, World

cases = Cases()
breaks = cases.breaks


@breaks("never_more_than_the_limit")
def somebody_guesses_once_too_often(world: World) -> None:
    RateLimitCounter.objects.create(key_hash="guesses", used=5, most=5, ends_at=NOW + timedelta(minutes=5))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE handsel_ratelimitcounter SET used = used + 1")


@breaks("a_code_opens_once")
def a_code_is_used_twice(world: World) -> None:
    copy(UsedCode.objects.create(person=world.ana, code_hash="123456", expires_at=NOW + timedelta(minutes=2)))


@breaks("a_form_is_taken_once")
def a_form_is_taken_twice(world: World) -> None:
    copy(FormToken.objects.create(person=world.ana, token="one-form", used_at=NOW), used_at=NOW + timedelta(seconds=1))
