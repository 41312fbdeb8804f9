"""E-mail addresses as people read them, as a filter that every template has."""

from django import template

from handsel.rules import mail_domains

register = template.Library()


@register.filter
def readable(address: str) -> str:
    """Return an address with the letters of its domain where that is safe (decision 0048)."""
    return mail_domains.readable(address)
