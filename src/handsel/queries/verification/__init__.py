"""Verification of a whole book: that the database's promises hold of what stands in it, that what is stored of what was
computed is still its sum, and that rows, files, history and keys belong together. It only reads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.queries.verification import (
    constraints,
    documents,
    files,
    pay,
    promise_checks,
    secrets,
    sessions,
    standing,
    versions,
)
from handsel.queries.verification.checks import Check


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found. of: what it counted. named: the first rows that are wrong."""

    name: str
    of: str
    counted: int
    wrong: int
    named: list[str]


def checks(at: datetime) -> Iterator[Check]:
    """Yield every check of the connected database. at: now, for what is on its way."""
    yield standing.file_is_whole
    yield standing.promises_stand
    yield constraints.links
    yield constraints.unique_columns
    yield from constraints.checks()
    yield from promise_checks.checks(connection.vendor)
    yield from versions.checks()
    yield sessions.told
    yield from pay.checks()
    yield documents.issued
    yield documents.told
    yield from files.checks(at)
    yield secrets.secrets


def run(*, at: datetime) -> Iterator[Result]:
    """Yield what each check finds, all of them of one moment of the book. It cannot write; others go on."""
    with one_moment(connection):
        for check in checks(at):
            look = check.look()
            yield Result(check.name, check.of, look.counted, look.wrong, look.named)


@contextmanager
def one_moment(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let every statement of a connection read the same moment of its book, and none write."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
            cursor.execute("BEGIN DEFERRED")  # Django's own would wait for the one who writes
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
                cursor.execute("PRAGMA query_only = OFF")
