"""A member of the cluster dies under load, or its PostgreSQL, or it is cut off: no acknowledged write is lost, pages
are read on, and all goes on by itself. Without synchronous replication the same loses writes.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from tests.cluster import processes
from tests.cluster.clusters import Cluster
from tests.cluster.fronts import Front
from tests.cluster.load import Load
from tests.cluster.members import Member, missing_programs
from tests.cluster.networks import Cables

pytestmark = [
    pytest.mark.no_database,
    pytest.mark.nightly,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.skipif(bool(missing_programs()), reason=f"NO CLUSTER: no {', '.join(missing_programs())} of Debian"),
]

ROUNDS = int(os.environ.get("HANDSEL_TEST_CLUSTER_ROUNDS", "5"))  # 1 is done in three minutes
# Seconds. One that is cut off refuses nothing: whoever asks it waits until they give up.
WRITES_WITHIN, WRITES_WITHIN_ALONE, WRITES_WITHIN_CUT, READS_WITHIN = 25.0, 5.0, 40.0, 8.0
ASYNCHRONOUS = {
    "synchronous_mode: true": "synchronous_mode: false",
    "synchronous_mode_strict: true": "synchronous_mode_strict: false",
    "synchronous_commit: remote_apply": "synchronous_commit: local",
}


@contextmanager
def loaded(cluster: Cluster) -> Iterator[Load]:
    """The cluster with everything before it, under load for so long."""
    with cluster, Front(cluster, HANDSEL_LIMITS="off") as front:
        with Load(front) as load:
            time.sleep(3)
            yield load
        assert load.wrong == []
        assert "Traceback" not in front.logged


def lost(cluster: Cluster, load: Load) -> set[str]:
    """What was acknowledged a second ago, and stands in the primary no more."""
    acknowledged = set(load.acknowledged)
    with cluster.connect(cluster.primary()) as book:
        stored = {name for (name,) in book.execute("SELECT first_name FROM handsel_child")}
    return acknowledged - stored


def test_a_member_that_dies_costs_no_acknowledged_write(figures):
    cluster = Cluster()
    with loaded(cluster) as load:
        for number in range(1, ROUNDS + 1):
            died = cluster.primary()
            died.kill()
            moment = time.monotonic()
            written = load.first_write_after(moment, within=WRITES_WITHIN)
            paused = load.longest_pause_of_reads(moment)
            successor = cluster.primary()
            assert successor is not died
            died.start()
            whole = cluster.wait_until(cluster.is_whole, 90, f"{died.name} is a replica again")
            missing = lost(cluster, load)
            figures(
                f"round {number}: {died.name} killed; written by {successor.name} after {written:.1f} s, reads "
                f"paused {paused:.1f} s, a replica again {whole:.1f} s after its start; {len(load.acknowledged)} "
                f"acknowledged, {len(missing)} lost; {dict(load.refused)}"
            )
            assert missing == set()
            assert written < WRITES_WITHIN
            assert paused < READS_WITHIN
        assert load.refused["POST 503"] > 0
        died = cluster.primary()
        died.kill_postgresql()
        moment = time.monotonic()
        written = load.first_write_after(moment, within=WRITES_WITHIN_ALONE)
        whole = cluster.wait_until(cluster.is_whole, 90, f"{died.name} is a replica again")
        figures(f"PostgreSQL of {died.name} alone killed: written after {written:.1f} s, whole after {whole:.1f} s")
        assert cluster.primary() is not died
        assert lost(cluster, load) == set()
        assert written < WRITES_WITHIN_ALONE


@pytest.mark.parametrize("edit", [{}, ASYNCHRONOUS], ids=["synchronous", "asynchronous"])
def test_what_no_other_member_has_is_acknowledged_only_without_synchronous_replication(figures, edit):
    cluster = Cluster(edit=edit)
    with loaded(cluster) as load:
        died = cluster.primary()
        hold_log_up(died)
        held = time.monotonic()
        time.sleep(1.5)
        died.kill()
        acknowledged = [at for _, at in load.acknowledged.copy().values() if at > held + 0.5]
        written = load.first_write_after(time.monotonic(), within=WRITES_WITHIN)
        died.start()
        cluster.wait_until(cluster.is_whole, 90, "the member is back")
        missing = lost(cluster, load)
        figures(
            f"{'asynchronous' if edit else 'synchronous'}: log held up, then killed; {len(acknowledged)} acknowledged "
            f"meanwhile, written again after {written:.1f} s, {len(missing)} lost of {len(load.acknowledged)}"
        )
        if edit:
            assert missing
            assert "pg_rewind" in (died.home / "patroni" / "log").read_text()
        else:
            assert acknowledged == []
            assert missing == set()


def hold_log_up(member: Member) -> None:
    """From here on nobody hears of what it writes: those of its processes stand still that would send it."""
    for process in processes.inside(member.home):
        with suppress(OSError):
            if b"walsender" in Path(f"/proc/{process}/cmdline").read_bytes():
                os.kill(process, signal.SIGSTOP)


def test_a_primary_that_is_cut_off_acknowledges_nothing_that_is_lost(figures):
    if Cables.why_not():
        pytest.skip(Cables.why_not())
    network = Cables(3)
    cluster = Cluster(network)
    with loaded(cluster) as load, ExitStack() as plugged:
        old = cluster.primary()
        with cluster.connect(old) as book:
            book.execute("CREATE TABLE beside (n integer)")
        beside: list[int] = []
        stop = threading.Event()
        writing = threading.Thread(target=write_beside, args=(cluster, old, beside, stop), daemon=True)
        writing.start()
        time.sleep(2)
        network.pull(old.number)
        moment = time.monotonic()
        plugged.callback(network.plug_in, old.number)
        written = load.first_write_after(moment, within=WRITES_WITHIN_CUT)
        paused = load.longest_pause_of_reads(moment)
        successor = cluster.primary()
        assert successor is not old
        assert not takes_writes(cluster, old)
        plugged.close()
        whole = cluster.wait_until(cluster.is_whole, 120, f"{old.name} is a replica again")
        stop.set()
        writing.join(30)
        missing = lost(cluster, load)
        with cluster.connect(cluster.primary()) as book:
            stored = {n for (n,) in book.execute("SELECT n FROM beside")}
        figures(
            f"{old.name} cut off: written by {successor.name} after {written:.1f} s, reads paused {paused:.1f} s, "
            f"whole {whole:.1f} s after it was plugged in; {len(load.acknowledged)} acknowledged by way of HAProxy and "
            f"{len(beside)} at the member itself, {len(missing)} and {len(set(beside) - stored)} lost"
        )
        assert missing == set()
        assert beside
        assert set(beside) <= stored
        assert written < WRITES_WITHIN_CUT
        assert paused < READS_WITHIN


def write_beside(cluster: Cluster, member: Member, acknowledged: list[int], stop: threading.Event) -> None:
    """On the same machine as the member, so nothing is between them that could be cut."""
    number = 0
    while not stop.wait(0.02):
        with suppress(psycopg.Error), cluster.connect(member) as book:
            while not stop.wait(0.02):
                number += 1
                book.execute("INSERT INTO beside VALUES (%s)", [number])
                acknowledged.append(number)


def takes_writes(cluster: Cluster, member: Member) -> bool:
    with suppress(psycopg.Error), cluster.connect(member) as book:
        return book.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
    return False
