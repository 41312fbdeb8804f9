"""Whom or what an address names after its question mark."""

from uuid import UUID

from handsel.rules import fields
from handsel.web.requests import Request


def nanny(request: Request) -> UUID | None:
    """Return the nanny whom the address names; nobody where it makes no sense."""
    try:
        return fields.identity(request.GET.get("nanny"))
    except fields.Wrong:
        return None
