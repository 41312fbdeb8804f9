"""The program's settings for tests, read without anybody's `.env` or environment variables."""

import os
import tempfile
from contextlib import chdir

from tests import pgbouncer, postgres, run

_mine = [name for name in os.environ if name == "DATABASE_URL" or name.startswith("HANDSEL_")]
for name in _mine:
    if not name.startswith("HANDSEL_TEST_"):
        del os.environ[name]

_directory = tempfile.mkdtemp(dir=run.directory())
os.environ["HANDSEL_DATA_DIR"] = _directory
os.environ["HANDSEL_BACKUPS"] = "off"  # the duty is asked in tests of its own
os.environ["HANDSEL_MAIL_URL"] = "smtp://localhost:1"  # so that the ways in that need mail are there; nothing is sent
if os.environ.get("HANDSEL_TEST_DATABASE") == "postgresql":
    address = postgres.address("handsel")
    os.environ["DATABASE_URL"] = pgbouncer.through(address) if pgbouncer.THROUGH_IT else address

with chdir(_directory):
    from handsel.settings import *  # noqa: F403
    from handsel.settings import DATABASES, STATIC_ROOT, STORAGES

for name in ("HANDSEL_DATA_DIR", "HANDSEL_BACKUPS", "HANDSEL_MAIL_URL", "DATABASE_URL"):
    os.environ.pop(name, None)

STATIC_ROOT.mkdir(exist_ok=True)  # nothing is collected, and WhiteNoise warns when there is no such place
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TRY_HEALTH_EVERY = 0
TRY_HEALTH_APART = False  # what a test has written is seen by its own connection alone
if pgbouncer.THROUGH_IT:
    DATABASES["default"]["LIMITS"] = {"lock_timeout": "20s", "statement_timeout": "60s"}
