"""Drawings of parts/sprite.html, as tags that every template has."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, more: str = "", *, label: str = "") -> SafeString:
    """Draw an icon, which is for the eye alone unless a label says it; `more` are further classes."""
    kind = f"icon {more}" if more else "icon"
    heard = format_html('role="img" aria-label="{}"', label) if label else format_html('aria-hidden="{}"', "true")
    return format_html('<svg class="{}" {}><use href="#icon-{}" /></svg>', kind, heard, name)


@register.simple_tag
def state_icon(mark: str) -> SafeString:
    """Draw the icon of a session's state, by its mark. It beats while the session runs."""
    return icon(mark, "pulse" if mark == "in-progress" else "")
