"""Links from an address to the maps of the device that shows it, as a tag that every template has."""

from urllib.parse import quote

from django import template
from django.template import Context

register = template.Library()

# By the first mark that a browser's name of itself holds. Android asks which of its apps is to show a geo: link (RFC
# 5870); Apple's devices open their own app for Apple's address; everywhere else there is a map in the browser.
_BY_DEVICE = {
    "Android": "geo:0,0?q=",
    "iPhone": "https://maps.apple.com/?q=",
    "iPad": "https://maps.apple.com/?q=",
    "Macintosh": "https://maps.apple.com/?q=",
    "": "https://www.openstreetmap.org/search?query=",
}


@register.simple_tag(takes_context=True)
def map_link(context: Context, address: str) -> str:
    """Return what opens an address in the maps of the device that asks for the page."""
    request = getattr(context, "request", None)
    browser = request.headers.get("User-Agent", "") if request else ""
    return next(link for mark, link in _BY_DEVICE.items() if mark in browser) + quote(address, safe="")
