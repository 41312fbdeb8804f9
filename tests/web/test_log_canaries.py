"""Whatever breaks, at whichever address: the log names the route, and nothing that was sent or kept."""

import logging
import re
from io import StringIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from handsel.models import Child
from tests.access.walk import addresses

pytestmark = pytest.mark.any_database

SECRET, CHILD = "aSecretThatOpensADoor", "Emmanuella-of-the-canary"


@pytest.fixture
def log():
    """What the program would write, by its own filters and form."""
    written, root = StringIO(), logging.getLogger()
    handler = next(handler for handler in root.handlers if type(handler) is logging.StreamHandler)
    stream = handler.setStream(written)
    yield written
    handler.setStream(stream)


def test_no_address_that_breaks_gives_away_what_was_sent_or_kept(world, log):
    Child.objects.update(first_name=CHILD)
    browser = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {SECRET}"})
    browser.force_login(world.ana)
    browser.cookies["known_browser"] = SECRET
    statuses, broken = set(), []

    def break_it(execute, sql, params, many, context):
        """After the person is known, at the first question to the tables of families."""
        if "handsel_member" in sql or "INSERT" in sql or "UPDATE" in sql:
            broken.append(sql)
            raise ZeroDivisionError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_it):
        for name, address in addresses().items():
            filled = re.sub(r"{\w*(secret|token|key)}", SECRET, address)
            filled = re.sub(r"{\w+}", str(uuid4()), filled)
            for method in ("get", "post"):
                url = f"{filled}?next={SECRET}"
                status = getattr(browser, method)(url, {"name": CHILD, "password": SECRET}).status_code
                statuses.add(status)
                assert SECRET not in log.getvalue(), (name, method)
                assert CHILD not in log.getvalue(), (name, method)
    assert 500 in statuses
    assert len(broken) > 50
    assert log.getvalue().count("ZeroDivisionError") > 50
    assert world.ana.email not in log.getvalue()
