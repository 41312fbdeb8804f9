"""Exports of the whole record: their states, what is in them, and how long they are kept."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=7)
# Whoever dies while writing one leaves it to the others after this.
LEASE = timedelta(seconds=45)


class ExportStatus(StrEnum):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


UNDER_WAY = (ExportStatus.QUEUED.value, ExportStatus.RUNNING.value)
STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an export that is what the API answers at an address; `{family}` is the family's id."""

    name: str
    address: str


# What is asked of the API, as far as there is such an address.
PARTS = (
    Part("family", "/families/{family}"),
    Part("children", "/families/{family}/children"),
    Part("members", "/families/{family}/members"),
    Part("care-schedules", "/families/{family}/care-schedules"),
    Part("care-sessions", "/families/{family}/care-sessions"),
    Part("events", "/families/{family}/events"),
    Part("time-off", "/families/{family}/time-off"),
    Part("pay-policies", "/families/{family}/pay-policies"),
    Part("pay-periods", "/families/{family}/pay-periods"),
    Part("pay-items", "/families/{family}/pay-items"),
    Part("expenses", "/families/{family}/expenses"),
    Part("payments", "/families/{family}/payments"),
    Part("balances", "/families/{family}/balances"),
    Part("documents", "/families/{family}/documents"),
)
