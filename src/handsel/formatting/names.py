"""Names and facts in one line."""

import re

from django.utils.translation import gettext, gettext_lazy, pgettext

from handsel.rules.roles import Role

ROLES = {
    Role.PARENT: gettext_lazy("Parent"),
    Role.NANNY: gettext_lazy("Nanny"),
    Role.COORDINATOR: gettext_lazy("Coordinator"),
    Role.VIEWER: gettext_lazy("Viewer"),
}
_I_SOUND = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)


def join_names(names: list[str]) -> str:
    """Join names: Emma and Theo. Spanish says another "and" before the sound of i: padres e hijos."""
    if len(names) < 2:
        return "".join(names)
    joined = gettext("%(first)s and %(last)s")
    if _I_SOUND.match(names[-1]):
        joined = pgettext("before the sound of i", "%(first)s and %(last)s")
    return joined % {"first": ", ".join(names[:-1]), "last": names[-1]}


def whole_name(first: str, last: str) -> str:
    """Join a first and a last name, which may be empty: Emma Rivera."""
    return f"{first} {last}".strip()


def join_facts(*parts: str) -> str:
    """Join facts in one line, with a dot between them."""
    return " · ".join(part for part in parts if part)


def role_name(role: str) -> str:
    """Return the name of a role: Nanny."""
    return str(ROLES[Role(role)])
