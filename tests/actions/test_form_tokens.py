"""A form is taken once; a person's oldest tokens make room for their newest, and never for anybody else's."""

from datetime import timedelta

import pytest

from handsel.actions import duties, form_tokens
from handsel.models import FormToken
from tests.world import NOW


def tokens_of(person) -> set[str]:
    return set(FormToken.objects.filter(person=person).values_list("token", flat=True))


def test_a_form_is_taken_once_of_each_person(world):
    assert form_tokens.use("a-form-of-ana", by=world.ana, at=NOW)
    assert form_tokens.use("a-form-of-ana", by=world.ana, at=NOW) is False
    assert form_tokens.use("a-form-of-ana", by=world.luis, at=NOW)


def test_a_token_is_used_up_by_what_comes_of_its_form_and_by_nothing_else(world):
    made = []

    def once(do) -> object:
        return form_tokens.once("a-form-of-ana", do, by=world.ana, at=NOW)

    assert once(lambda: None) is None  # refused
    with pytest.raises(ZeroDivisionError):  # broken
        once(lambda: 1 // 0)
    assert not tokens_of(world.ana)
    assert once(lambda: made.append("Emma") or "made") == "made"
    with pytest.raises(form_tokens.AlreadyUsed):
        once(lambda: made.append("Emma"))
    assert made == ["Emma"]


def test_the_oldest_beyond_the_last_ones_go_and_never_another_persons(world, monkeypatch):
    assert form_tokens.MOST_KEPT == 500
    monkeypatch.setattr(form_tokens, "MOST_KEPT", 5)
    form_tokens.use("the-only-one-of-luis", by=world.luis, at=NOW)
    for number in range(8):
        form_tokens.use(f"form-{number}", by=world.sam, at=NOW)
    assert tokens_of(world.sam) == {f"form-{number}" for number in range(3, 8)}
    assert tokens_of(world.luis) == {"the-only-one-of-luis"}


def test_one_form_costs_two_statements_however_many_came_before(world, django_assert_num_queries):
    for number in range(30):
        form_tokens.use(f"form-{number}", by=world.ana, at=NOW)
    with django_assert_num_queries(4):  # a savepoint around the first
        form_tokens.use("one-more", by=world.ana, at=NOW)


def test_the_worker_drops_them_after_a_day(world):
    form_tokens.use("a-form-of-ana", by=world.ana, at=NOW)
    assert duties.drop_over(NOW + timedelta(hours=23)) == 0
    assert duties.drop_over(NOW + timedelta(hours=24)) == 1
