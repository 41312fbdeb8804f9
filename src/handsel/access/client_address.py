"""From where somebody asks: the address that the proxies in front vouch for, and the network that limits count.

Each proxy adds whom it was asked by to X-Forwarded-For. Only what was added by proxies of ours is believed
(HANDSEL_PROXIES); what stands before it was sent by whoever asks.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from handsel.rules import ip_addresses

# Who asks through a socket of this very machine has no address.
_THIS_MACHINE = "127.0.0.1"


def client_address(meta: Mapping[str, Any]) -> str:
    """Return the address of who asks, of this machine where the server knows none. meta: of the request."""
    hops = [meta.get("REMOTE_ADDR", ""), *reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(","))]
    return ip_addresses.client_of(hops, settings.PROXIES) or _THIS_MACHINE


def network(meta: Mapping[str, Any]) -> str:
    """Return who is counted as one: an address of IPv4, or all of IPv6 that one connection is given."""
    return ip_addresses.network_of(client_address(meta))
