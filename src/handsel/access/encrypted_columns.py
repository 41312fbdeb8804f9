"""The columns that hold secrets (access.encryption), to encrypt them anew and to count what no key opens."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model, Q, QuerySet

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.models import Delivery, KeptForm, OutsideCalendar, TaxIdentity


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column with secrets of one kind. owner: the column whose value each is bound to; json_key: in a column of
    JSON, the key below which it stands.
    """

    model: type[Model]
    name: str
    secret: Secret
    owner: str
    json_key: str = ""

    @property
    def lookup(self) -> str:
        return f"{self.name}__{self.json_key}" if self.json_key else self.name

    def filled(self) -> QuerySet[Model]:
        """Return the rows with a secret there, of everybody: the keys are the book's."""
        rows: QuerySet[Model] = self.model._base_manager.all()
        return rows.filter(**{f"{self.lookup}__isnull": False}) if self.json_key else rows.exclude(**{self.name: ""})

    def value(self, row: Any) -> str:
        """Return what stands there, encrypted."""
        value = getattr(row, self.name)
        return str(value[self.json_key] if self.json_key else value)

    def text(self, row: Any) -> str | None:
        """Return what a row's secret says; None where no key opens it, or it is of another owner."""
        return encryption.decrypt(self.value(row), self.secret, getattr(row, self.owner))

    def other_than(self, prefixes: list[str]) -> QuerySet[Model]:
        """Return the rows whose secret begins with none of these."""
        return self.filled().exclude(self._begins(prefixes))

    def beginning_with(self, prefixes: list[str]) -> QuerySet[Model]:
        """Return the rows whose secret begins with one of these."""
        return self.filled().filter(self._begins(prefixes))

    def _begins(self, prefixes: list[str]) -> Q:
        begins = Q()
        for prefix in prefixes:
            begins |= Q(**{f"{self.lookup}__startswith": prefix})
        return begins


COLUMNS = (
    EncryptedColumn(Authenticator, "data", Secret.SECOND_STEP, owner="user_id", json_key="secret"),
    EncryptedColumn(Authenticator, "data", Secret.SECOND_STEP, owner="user_id", json_key="seed"),
    EncryptedColumn(OutsideCalendar, "encrypted_address", Secret.OUTSIDE_CALENDAR, owner="person_id"),
    EncryptedColumn(OutsideCalendar, "encrypted_remarks", Secret.CALENDAR_REMARKS, owner="person_id"),
    EncryptedColumn(KeptForm, "encrypted", Secret.KEPT_FORM, owner="person_id"),
    EncryptedColumn(TaxIdentity, "encrypted", Secret.TAX_IDENTITY, owner="person_id"),
    EncryptedColumn(Delivery, "letter", Secret.LETTER, owner="id"),
)
# What stands in no column travels with a page, or lies in a session for an hour.
IN_NO_COLUMN = frozenset({Secret.SHOWN_BY_FORM, Secret.PASSWORD_RESET})


def unreadable() -> int:
    """Return how many secrets were encrypted with a key that is none of ours. One query for each column."""
    return sum(column.other_than(_ours()).count() for column in COLUMNS)


def is_any_ours() -> bool:
    """Say whether there is a secret that one of our keys encrypted."""
    return any(column.beginning_with(_ours()).exists() for column in COLUMNS)


def _ours() -> list[str]:
    return [*encryption.prefixes(), encryption.FROM_BEFORE]
