"""What only reads asks the replica while that is as new as the primary, and else the primary."""

import pytest
from django.db import OperationalError, connections, router

from handsel.access import replica
from handsel.models import Family

pytestmark = pytest.mark.no_database


@pytest.fixture
def is_as_new(monkeypatch) -> dict[str, bool]:
    """A replica that can be read as long as this says so."""
    state = {"so": True}
    monkeypatch.setitem(connections.settings, replica.ALIAS, connections.settings["default"])
    monkeypatch.setattr(router, "routers", [replica.Router()])
    monkeypatch.setattr(replica, "_is_as_new", lambda: state["so"])
    monkeypatch.setattr(replica._Alone, "until", 0.0)
    return state


def reads() -> str:
    return router.db_for_read(Family)


def test_what_reads_asks_the_replica_and_nothing_else_does(is_as_new):
    assert replica.read(reads) == "replica"
    assert reads() == "default"
    is_as_new["so"] = False
    assert replica.read(reads) == "default"


def test_without_one_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(replica, "_is_as_new", lambda: pytest.fail("There is none."))
    assert replica.read(reads) == "default"


def test_who_writes_after_all_reads_on_where_they_wrote(is_as_new):
    def write_and_read() -> list[str]:
        return [reads(), router.db_for_write(Family), reads()]

    assert replica.read(write_and_read) == ["replica", "default", "default"]
    assert replica.read(reads) == "replica"


def test_a_transaction_reads_where_it_writes(is_as_new, monkeypatch):
    monkeypatch.setattr(connections["default"], "in_atomic_block", True)
    assert replica.read(reads) == "default"


def test_rows_of_both_belong_together_and_tables_are_made_at_the_primary(is_as_new):
    assert router.allow_relation(Family(), Family())
    assert router.allow_migrate("default", "handsel")
    assert not router.allow_migrate("replica", "handsel")


def test_one_that_breaks_off_is_asked_again_elsewhere_and_left_alone(is_as_new, monkeypatch, caplog):
    asked = []

    def ask() -> str:
        asked.append(reads())
        if asked[-1] == "replica":
            raise OperationalError("server closed the connection unexpectedly")
        return "rows"

    monkeypatch.setattr(replica._Alone, "said_at", -replica._SAY_EVERY)
    monkeypatch.setattr(replica.connections[replica.ALIAS], "close", lambda: None)
    assert replica.read(ask) == "rows"
    assert asked == ["replica", "default"]
    assert replica._Alone.until > replica.time.monotonic() + replica._LAGS_FOR
    assert caplog.messages == ["The replica does not answer; the primary is read."]


def test_what_is_no_outage_is_not_asked_again(is_as_new):
    def ask() -> None:
        raise ValueError(reads())

    with pytest.raises(ValueError, match="replica"):
        replica.read(ask)
