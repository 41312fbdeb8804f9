"""Handsel behind PgBouncer in transaction mode: limits hold, a start migrates, and many write at once."""

import time
from collections import Counter
from functools import partial

import httpx
import psycopg
import pytest

from tests import pgbouncer, postgres
from tests.races.concurrency import ClientPool, run_concurrently
from tests.server import Server

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

CLIENTS, WRITES = 24, 480


def test_a_first_start_writes_and_locks_hold_through_it(figures):
    direct = postgres.new_database()
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(pgbouncer.through(direct), options="-c lock_timeout=5s")
    server = Server("postgresql", new=True, DATABASE_URL=pgbouncer.through(direct), HANDSEL_WORKER="inside")
    with server, ClientPool(server) as client_pool:
        family = client_pool.family()
        child = partial(family.parent.post, f"/families/{family.id}/children", json={"firstName": "Theo"}, timeout=60)
        answers = run_concurrently([child] * 20, threads=CLIENTS)
        assert Counter(answer.status_code for answer in answers) == {201: 20}
        session = family.session()
        confirm = partial(family.parent.post, f"/care-sessions/{session}/confirm")
        answers = run_concurrently([confirm] * WRITES, threads=CLIENTS)
        statuses = Counter(answer.status_code for answer in answers)
        assert max(statuses) < 500
        assert statuses[200] == 1
        with psycopg.connect(direct) as book:
            book.execute("LOCK TABLE handsel_child")
            began = time.monotonic()
            refused = child()
            waited = time.monotonic() - began
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
            assert 4 < waited < 15
            assert httpx.get(f"{server.base_url}/healthz", timeout=30).json() == {"status": "ok"}
        assert child().status_code == 201
    assert "Traceback" not in server.logged
    figures(f"through PgBouncer: {WRITES} writes on one session {dict(statuses)}, a lock let go after {waited:.1f} s")
