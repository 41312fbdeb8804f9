"""Passphrases of backups come from a file, a prompt or the environment, and never from the command line."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from handsel.env import Refused
from handsel.management import passphrases

pytestmark = pytest.mark.no_database

PASSPHRASE = "emma naps at noon"


def test_a_file_goes_before_the_environment_and_its_first_line_counts(tmp_path, settings):
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\r\nand a note\n", encoding="utf-8")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backup_passphrase="of the environment")
    assert passphrases.given(file, ask=False) == PASSPHRASE
    assert passphrases.given(None, ask=False) == "of the environment"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, backup_passphrase_file=file)
    assert passphrases.given(None, ask=False) == PASSPHRASE


def test_a_file_without_one_is_refused_and_says_nothing_of_what_is_in_it(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(f"\n{PASSPHRASE}\n", encoding="utf-8")
    for path in (file, tmp_path / "gone"):
        with pytest.raises(Refused) as refused:
            passphrases.given(path, ask=False)
        assert PASSPHRASE not in str(refused.value)


def test_where_nobody_sits_at_a_terminal_nobody_is_asked():
    with pytest.raises(Refused, match="HANDSEL_BACKUP_PASSPHRASE_FILE or --passphrase-file"):
        passphrases.given(None, ask=True)


@pytest.mark.parametrize(
    "arguments", [[f"--passphrase={PASSPHRASE}"], ["--passphrase=short"], ["--passphrase", "short"]]
)
def test_there_is_no_way_to_say_it_on_the_command_line(arguments):
    with pytest.raises(CommandError, match=r"unrecognized arguments|no such option"):
        call_command("backup", *arguments)
