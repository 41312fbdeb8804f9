"""The people of the example families whom anybody may be, where the operator has asked for an example."""

from handsel.models import User


def person(email: str) -> User | None:
    """Who has this address, if they have been made."""
    return User.objects.filter(email=email, is_active=True).first()
