"""The IP addresses on the Internet that all can reach: what somebody typed in may lead to no others."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

_UNICAST = IPv6Network("2000::/3")
# RFC 6052: an IPv4 address in the last four bytes.
_TRANSLATED = IPv6Network("64:ff9b::/96")


def parse_ip(host: str) -> IpAddress | None:
    """Return the address that a host is given by; None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(address: IpAddress) -> bool:
    """Say whether the address is everybody's to reach, also by what it holds of an IPv4 address."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _UNICAST or address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_public_or_home(address: IpAddress) -> bool:
    """Say whether the address is public or of the networks around the server, but not where machines alone talk, as a
    cloud does at 169.254.169.254.
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)
