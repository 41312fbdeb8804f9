"""One answer, by whichever way: many who press in the mail and on the pages at the same instant."""

import re
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients, count_statuses, now, run_concurrently
from tests.server import NO_TLS

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

# Beside the server, which alone knows the key that the links are signed with.
_LINKS = """
from handsel.access import mail_links
from handsel.models import Notice
for notice in Notice.objects.filter(family="{family}", session="{session}", person__memberships__role="PARENT"):
    print(mail_links.answer_token(notice.id))
"""

_TOLD = """
from handsel.models import Notice
print(Notice.objects.filter(session="{session}", kind="session.confirmed").count())
"""


def link(client_pool: ClientPool, family: FamilyClients, session_id: str) -> str:
    script = _LINKS.format(family=family.id, session=session_id)
    answered = client_pool.server.command("shell", "-v", "0", "-c", script)
    assert answered.returncode == 0, answered.stderr
    return f"/mail/answer/{answered.stdout.split()[0]}/"


def browser(client_pool: ClientPool, address: str) -> tuple[httpx.Client, dict[str, str]]:
    """One that has the page open, and what its button sends."""
    client = httpx.Client(
        base_url=client_pool.server.base_url,
        headers={"Referer": client_pool.server.base_url},
        timeout=60,
        verify=NO_TLS,
    )
    page = client.get(address).text
    [sign] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    [boxes] = re.findall(r'name="all"\s+value="([^"]+)"', page)
    return client, {"csrfmiddlewaretoken": sign, "all": boxes}


def test_the_link_and_the_pages_confirm_once(client_pool):
    family = client_pool.family()
    body = {
        "scheduledStart": (now() + timedelta(days=2)).isoformat(),
        "scheduledEnd": (now() + timedelta(days=2, hours=2)).isoformat(),
        "childIds": [family.child_id],
        "nannyId": family.nanny_id,
    }
    session_id = family.nanny.post(f"/families/{family.id}/care-sessions", json=body).json()["id"]
    address = link(client_pool, family, session_id)
    with ExitStack() as open_pages:
        asks = []
        for _ in range(8):
            client, sent = browser(client_pool, address)
            open_pages.callback(client.close)
            asks.append(partial(client.post, address, data=sent))
        confirm = partial(family.parent.post, f"/care-sessions/{session_id}/confirm")
        answers = run_concurrently([ask for pressed in asks for ask in (pressed, confirm)], threads=16)
    counted = count_statuses(answers)
    assert counted[302] == 8  # each browser is led to the page that says how it stands
    assert counted[200] <= 1
    assert counted[200] + counted[409] == 8
    assert family.events(session_id).count("care_session.confirmed") == 1
    assert family.session_now(session_id)["isConfirmed"] is True
    script = _TOLD.format(session=session_id)
    assert client_pool.server.command("shell", "-v", "0", "-c", script).stdout.split() == ["1"]
