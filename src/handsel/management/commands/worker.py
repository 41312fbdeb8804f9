"""`handsel worker`: send notices and do what else nobody presses a button for, until told to stop."""

from typing import Any

from django.core.management import BaseCommand

from handsel.management import running, setup, worker


class Command(BaseCommand):
    help = "Send notices and reminders, and do the other duties, until told to stop. Several may run at once."

    def handle(self, **options: Any) -> None:
        stop = worker.stop_on_signals()
        running.say_so()
        setup.ensure_migrated()
        setup.refuse_files_elsewhere()
        setup.refuse_careless_database()
        setup.refuse_other_keys()
        worker.announce()
        self.stdout.write("Handsel's worker is at work. Stop it with Ctrl-C.")
        self.stdout.flush()
        worker.run(stop)
