"""The style guide shows the components of the pages, and only to who makes them."""

import pytest
from django.test import Client

from handsel.pages.session_rows import MARKS
from tests.web.visitor import Page

pytestmark = pytest.mark.no_database


def test_it_is_not_there_for_people():
    assert Client().get("/styleguide/").status_code == 404


@pytest.mark.parametrize("mode", ["EXAMPLE", "DEBUG"])
def test_it_shows_every_state(settings, mode):
    setattr(settings, mode, True)
    page = Page(Client().get("/styleguide/"))
    assert page.status == 200
    for mark in MARKS.values():
        assert f'class="session" data-state="{mark}"' in page.html
    assert page.says("You can start from 02:00.")
    assert page.error_at("starts")
    assert page.inline == []
