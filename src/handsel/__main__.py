"""The `handsel` command: `serve`, `user`, `token`, `load_example_families` and Django's own."""

import os
import sys

from handsel import env


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except env.Refused as refusal:
        sys.exit(f"handsel: {refusal}")


if __name__ == "__main__":
    main()
