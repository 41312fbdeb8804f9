"""Today and Home of the example families: asked whether they have changed, and made anew.

Run it through script/bench. Each page is asked turn by turn in both ways through the whole stack but the server. The
example is rolled back.
"""

import statistics
import sys
import time

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from handsel.actions import example_families

ROUNDS = 60


def ways(client: Client, address: str) -> dict[str, dict[str, str]]:
    """The headers of each way to ask."""
    swap = {"HX-Request": "true"}
    return {"304": {**swap, "If-None-Match": client.get(address)["ETag"]}, "swapped page": swap, "whole page": {}}


def measure(client: Client, name: str, address: str) -> None:
    taken: dict[str, list[float]] = {}
    size: dict[str, int] = {}
    for _ in range(ROUNDS):
        for way, headers in ways(client, address).items():
            begun = time.perf_counter()
            answer = client.get(address, headers=headers)
            taken.setdefault(way, []).append(time.perf_counter() - begun)
            size[way] = len(answer.content)
    base = statistics.median(taken["304"])
    for way, times in taken.items():
        median = statistics.median(times)
        line = f"{median * 1000:8.2f} ms {median / base:6.1f} x a 304 {size[way] / 1000:8.1f} kB"
        sys.stdout.write(f"{connection.vendor:11} {name:6} {way:13} {line}\n")


def main() -> None:
    with transaction.atomic():
        call_command("load_example_families", verbosity=0)
        people = get_user_model().objects
        for name, email in example_families.PEOPLE.items():
            client = Client(headers={"host": "localhost"})
            client.force_login(people.get(email=email))
            measure(client, name, client.get("/", follow=True).redirect_chain[-1][0])
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
