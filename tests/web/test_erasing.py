"""The pages that erase a child or a family: what goes and stays is said before, and there is a way out."""

import pytest

from handsel.actions.erasing import erasures
from handsel.models import Erasure
from handsel.rules.erasing import WAITS_FOR
from tests.web.visitor import Visitor
from tests.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_a_parent_asks_and_the_other_keeps_the_family(world):
    ana, luis = Visitor(world.ana), Visitor(world.luis)
    page = ana.get("erase_family", world.riveras.id)
    assert page.says("The family’s name, address, notes and phone numbers")
    assert ana.press("ask_to_erase_family", world.riveras.id).says("It is erased in 7 days. Until then it can be kept.")
    assert luis.get("family", world.riveras.id).says("Riveras is erased on")
    assert luis.get("erase_family", world.riveras.id).says("Ana asked for it.")
    assert luis.press("keep_family", world.riveras.id).says("Nothing is erased.")
    assert not luis.get("erase_family", world.riveras.id).offers("keep_family", world.riveras.id)
    luis.post("keep_family", world.riveras.id, status=409)


def test_a_child_is_erased_after_a_week_and_the_page_says_since_when(world, settings, tmp_path, monkeypatch):
    settings.ERASED_LIST = tmp_path / "erased.jsonl"
    monkeypatch.setattr(erasures, "_overwrite", lambda: None)
    ana = Visitor(world.ana)
    world.session()
    assert ana.get("child", world.emma.id).offers("erase_child", world.emma.id)
    assert ana.press("ask_to_erase_child", world.emma.id).says("Waiting to be erased")
    Erasure.objects.update(due_at=NOW)
    assert erasures.work(NOW + WAITS_FOR) == 1
    assert ana.get("erase_child", world.emma.id).says("What was written since can be erased again.")
    assert ana.get("children", world.riveras.id).says("a child")


def test_a_nanny_erases_nobody(world):
    noor = Visitor(world.noor)
    noor.get("erase_family", world.riveras.id, status=403)
    noor.post("ask_to_erase_child", world.emma.id, status=403)
