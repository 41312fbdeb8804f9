"""Which numbers of machines lie on the Internet for all to see: what somebody typed in may lead to no others."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

_UNICAST = IPv6Network("2000::/3")
# RFC 6052: an address of the old kind in the last four bytes.
_TRANSLATED = IPv6Network("64:ff9b::/96")


def parse_ip(text: str) -> IpAddress | None:
    """The number that a host is given by; None for a name."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(found: IpAddress) -> bool:
    """Whether it is everybody's to reach, also by what it holds of an address of the old kind."""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(found.ipv4_mapped)
        if found in _TRANSLATED:
            return is_public(IPv4Address(int(found) & 0xFFFFFFFF))
        if found not in _UNICAST or found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved
