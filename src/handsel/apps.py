import atexit

from django.apps import AppConfig
from django.db import connections


class HandselConfig(AppConfig):
    name = "handsel"
    label = "handsel"
    verbose_name = "Handsel"

    def ready(self) -> None:
        # A connection pool left open holds the end of a process up for twenty seconds.
        atexit.register(_close_pools)


def _close_pools() -> None:
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close()
            connection.close_pool()
