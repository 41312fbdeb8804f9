"""`script/cluster`: a whole cluster on this machine, until Ctrl-C. Lines that are typed take members down and up."""

import signal
import sys
from contextlib import suppress

from tests.cluster.clusters import Cluster
from tests.cluster.fronts import Front
from tests.cluster.members import NAMES

HELP = """Type `status`, `kill one` (its PostgreSQL, Patroni and etcd at once), `crash one` (its PostgreSQL alone),
`start one`, or press Ctrl-C to stop and throw all of it away.
"""


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        say("Starting three members, HAProxy, PgBouncer, two web processes and two workers (about a minute).")
        with Cluster() as cluster, Front(cluster, HANDSEL_EXAMPLE="1") as front:
            say(f"Handsel answers at {front.url}, by a primary and two replicas. Its files are in {cluster.home}.")
            say(HELP.strip())
            for line in sys.stdin:
                obey(cluster, line.split())
            signal.pause()  # started without a terminal


def obey(cluster: Cluster, words: list[str]) -> None:
    named = {member.name: member for member in cluster.members.values()}
    match words:
        case ["kill", name] if name in named:
            named[name].kill()
        case ["crash", name] if name in named:
            named[name].kill_postgresql()
        case ["start", name] if name in named:
            named[name].start()
        case ["status"]:
            for name in NAMES.values():
                status = named[name].status()
                say(f"{name:6} {named[name].address:14} {status.get('role', 'gone')} {status.get('state', '')}".strip())
        case _:
            say(HELP.strip())


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
