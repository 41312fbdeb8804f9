"""The `handsel` command: `serve`, what docs/reference/commands.md names, `load_example_families` and Django's own."""

import gc
import os
import sys
from importlib import import_module
from importlib.metadata import version

import django
from django.core.management import execute_from_command_line
from django.db import Error, OperationalError

from handsel import env
from handsel.access import outages
from handsel.management import progress
from handsel.rules.refusals import Invalid, Refusal


def main() -> None:
    os.umask(0o077)  # the book is for its owner's eyes
    if sys.argv[1:] in (["--version"], ["version"]):  # Django would tell its own
        sys.stdout.write(f"handsel {version('handsel')}\n")
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
    try:
        if sys.argv[1:2] == ["serve"]:
            with progress.telling():  # where nothing is compiled yet, reading the program takes seconds
                django.setup()
                import_module("handsel.management.commands.serve")
        arguments = ["rotate_keys" if word == "rotate-keys" else word for word in sys.argv[1:2]] + sys.argv[2:]
        execute_from_command_line(["handsel", *arguments])
    except env.Refused as refusal:
        sys.exit(f"handsel: {refusal}")
    except Invalid as refusal:
        sys.exit("handsel: " + " ".join(f"{field}: {sentence}" for field, sentence in refusal.errors.items()))
    except Refusal as refusal:
        sys.exit(f"handsel: {refusal.detail}")
    except (Error, OSError) as error:
        reason = outages.reason(error)
        if reason is None and not isinstance(error, OperationalError):
            raise
        told = "The database cannot be used" if reason in (None, outages.SILENT) else f"Nothing can be kept. {reason}"
        sys.exit(f"handsel: {told.removesuffix('.')}: {' '.join(str(error).split())}")
    finally:
        gc.freeze()  # else Python looks through all that it holds once more, only to give it back


if __name__ == "__main__":
    main()
