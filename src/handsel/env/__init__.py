"""The environment: the one place that reads variables and `.env`, and makes of them what the program starts with."""

import dataclasses
import os
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from handsel.env import values
from handsel.env.variables import Refused, Variables
from handsel.rules import subscriptions

__all__ = ["VARIABLES", "Environment", "Refused", "django_database", "first_line", "new_encryption_key", "read"]


@dataclass(frozen=True)
class Environment(Variables):
    """The variables with what follows from them: where things lie, and the keys."""

    @property
    def sqlite_file(self) -> Path:
        return self.data_dir / "handsel.sqlite3"

    @property
    def backups_directory(self) -> Path:
        return self.backup_dir or self.data_dir / "backups"

    def given_backup_passphrase(self) -> str:
        """Return the passphrase of backups, "" where none is given."""
        return first_line(self.backup_passphrase_file) if self.backup_passphrase_file else self.backup_passphrase

    def receipts_storage(self) -> dict[str, Any]:
        """Return where receipts lie, as Django names a storage."""
        if self.receipts is None:
            options = {"location": self.data_dir / "receipts", "base_url": None}
            modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
            return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options | modes}
        if find_spec("storages") is None or find_spec("boto3") is None:
            raise Refused("HANDSEL_RECEIPTS needs django-storages and boto3: pip install 'handsel[s3]'.")
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "endpoint_url": self.receipts.endpoint,
                "bucket_name": self.receipts.name,
                "access_key": self.receipts.key,
                "secret_key": self.receipts.secret,
                "region_name": self.receipts.region,
                "default_acl": None,
                "file_overwrite": False,
            },
        }

    def exports_storage(self) -> dict[str, dict[str, Any]]:
        """Return where exports lie, for STORAGES: beside receipts in a bucket, nowhere else than in the data directory
        where there is none.
        """
        if self.receipts is None:
            return {}
        storage = self.receipts_storage()
        return {"exports": {**storage, "OPTIONS": storage["OPTIONS"] | {"location": "exports", "file_overwrite": True}}}

    def make_data_dir(self) -> Path:
        """Return the data directory, made if need be and then open to its owner alone."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"HANDSEL_DATA_DIR cannot be made: {error}.") from error
        if not os.access(self.data_dir, os.W_OK | os.X_OK):
            raise Refused(f"HANDSEL_DATA_DIR names {self.data_dir}, which cannot be written to.")
        return self.data_dir

    def signing_key(self) -> str:
        """Return the secret key: the one given, else the data directory's own, made the first time."""
        return self.secret_key or self._kept_key("secret_key", lambda: secrets.token_urlsafe(48), values.secret)

    def push_key(self) -> str:
        """Return the key that signs pushes: the one given, else the data directory's own, made the first time."""
        return self.vapid_key or self._kept_key("vapid_key", subscriptions.new_signing_key, values.vapid_key)

    def key_file(self) -> Path:
        """Return the data directory's own file of keys that encrypt, one a line, the newest first; made the first
        time.
        """
        advice = "put the file back from where you keep a copy, since what it encrypted opens with it alone"
        self._kept_key("encryption_keys", new_encryption_key, values.encryption_keys, advice)
        return self.data_dir / "encryption_keys"

    def add_encryption_key(self) -> None:
        """Put a new key before those of the data directory's file. Raises Refused where the environment gives keys."""
        if self.encryption_keys:
            raise Refused("HANDSEL_ENCRYPTION_KEYS is set, so put the new key first there, on every machine.")
        path = self.key_file()
        keys = [new_encryption_key(), *values.encryption_keys(path.read_text(encoding="ascii"))]
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("".join(f"{key}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)

    def _kept_key[Key](self, name: str, make: Callable[[], str], read: Callable[[str], Key], advice: str = "") -> Key:
        """Return the key in this file, for its owner alone. Of two processes that start at once one makes it, both use
        it. advice: what to do about a damaged one.
        """
        path = self.make_data_dir() / name
        if not path.exists():
            descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{name}-")  # mkstemp: for the owner only
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    file.write(make())
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    os.link(draft, path)  # whole or not at all, and never over another's
            finally:
                Path(draft).unlink()
        try:
            key = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"The key in {path} cannot be read: {error}.") from error
        try:
            return read(key)
        except ValueError as error:
            advice = advice or "delete the file to have a new one made"
            raise Refused(f"The key in {path} {error}; {advice}.") from error


def first_line(path: Path) -> str:
    """Return the passphrase that stands in a file. Raises Refused."""
    try:
        line = path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The passphrase in {path} cannot be read: {error}.") from error
    if not line:
        raise Refused(f"There is no passphrase in the first line of {path}.")
    return line


def new_encryption_key() -> str:
    return secrets.token_urlsafe(values.ENCRYPTION_KEY_BYTES)


def django_database(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return a PostgreSQL database as Django names one."""
    options = dict(parameters)
    return {
        "ENGINE": "handsel.postgresql",
        "NAME": options.pop("dbname"),
        **{name.upper(): options.pop(name, "") for name in ("user", "password", "host", "port")},
        # They outlive a transaction, which nothing does through a pooler.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


VARIABLES = dataclasses.fields(Variables)


def read(environ: Mapping[str, str], directory: Path) -> Environment:
    """Return the environment, over what `.env` in `directory` says. Raises Refused."""
    variables = {**_dot_env(directory / ".env"), **environ}
    names = {variable.metadata["name"] for variable in VARIABLES}
    ours = {name for name in variables if name.startswith("HANDSEL_") and not name.startswith("HANDSEL_TEST_")}
    for unknown in sorted(ours - names):
        sys.stderr.write(f"handsel: {unknown} is set, but Handsel knows no such variable.\n")
    read_values: dict[str, Any] = {"data_dir": _usual_data_dir(environ, directory.absolute())}
    for variable in VARIABLES:
        name = variable.metadata["name"]
        text = variables.get(name, "").strip()
        if text:
            try:
                read_values[variable.name] = variable.metadata["read"](text)
            except ValueError as error:
                raise Refused(f"{name} {error}.") from error
    return Environment(**read_values)


def _usual_data_dir(environ: Mapping[str, str], directory: Path) -> Path:
    """Return `data` in the directory of a checkout or of a book that is there already, else the platform's place."""
    here = directory / "data"
    # With PostgreSQL there is a key alone.
    if (
        any((here / name).exists() for name in ("handsel.sqlite3", "secret_key"))
        or (directory / "src" / "handsel" / "__main__.py").exists()
    ):
        return here
    home = Path(environ.get("HOME") or os.path.expanduser("~"))  # noqa: PTH111  Path's own breaks where there is none
    if not home.is_absolute():  # a user that the system knows by number alone, as in a container
        return here
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "handsel"
    xdg = Path(environ.get("XDG_DATA_HOME", ""))
    return (xdg if xdg.is_absolute() else home / ".local" / "share") / "handsel"


def _dot_env(path: Path) -> dict[str, str]:
    """Return the lines NAME=value of a file; `#` begins a comment line, quotes around a value are dropped."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    variables = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        match = re.fullmatch(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)", line)
        if match is None:
            raise Refused(f"Line {number} of {path} must look like NAME=value.")
        name, value = match.groups()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        variables[name] = value
    return variables
