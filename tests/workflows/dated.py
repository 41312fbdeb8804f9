"""A server whose clock a test sets, so that a month of care passes in a second."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.server import QUICK_PASSWORDS, Server

NEW_YORK = ZoneInfo("America/New_York")


class DatedServer(Server):
    """`handsel serve` as people start it; only its doors read the time from a file."""

    def __init__(self, database: str, **variables: str) -> None:
        usual = QUICK_PASSWORDS | {"HANDSEL_WORKERS": "1"}  # is soon warm
        super().__init__(database, **usual | variables)
        self.clock = self.home / "clock"
        self.environment["TESTS_CLOCK"] = str(self.clock)
        self.it_is("2026-05-30 12:00")

    def it_is(self, wall: str) -> str:
        """Set the clock to a wall time in New York; answers the instant as the API says it.

        Whoever sets it back begins anew, and what was counted against the limits on signing in is forgotten: it would
        count until the clock came there again, and all the tests come from one network address.
        """
        instant = datetime.fromisoformat(wall).replace(tzinfo=NEW_YORK).astimezone(UTC)
        if self.base_url and instant <= datetime.fromisoformat(self.clock.read_text()):
            self.forget_limits()
        written = self.clock.with_suffix(".new")
        written.write_text(instant.isoformat())
        written.replace(self.clock)  # at once, since the server may be reading
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
