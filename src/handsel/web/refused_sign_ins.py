"""Sign-ins that are refused, counted for /metrics by why, and never by whom they name."""

from typing import Any

from allauth.account.signals import login_code_rejected
from django.contrib.auth.signals import user_login_failed

from handsel.observability import metrics


def note(reason: str) -> None:
    metrics.count("handsel_sign_ins_refused_total", reason)


def _wrong_password(**_: Any) -> None:
    note("password")


def _wrong_code(**_: Any) -> None:
    note("code")


def install() -> None:
    """Count what Django and allauth tell of."""
    user_login_failed.connect(_wrong_password)
    login_code_rejected.connect(_wrong_code)
