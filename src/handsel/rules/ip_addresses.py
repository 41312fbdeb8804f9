"""The IP addresses on the Internet that all can reach: what somebody typed in may lead to no others."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

_UNICAST = IPv6Network("2000::/3")
# Where nobody keeps anything, at home neither. Of those Python calls some global: what they lead to is somebody else's
# to say, or they are for documents and tests (RFC 6890, 5737, 9637, 7526, 6052, 8215).
_NOBODYS: list[IPv4Network | IPv6Network] = [
    IPv4Network("0.0.0.0/8"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.0.2.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("240.0.0.0/4"),
    IPv6Network("::/128"),
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("100::/64"),
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
]
# Where a cloud tells its machines their secrets, by an address that looks like one at home; 169.254.169.254 does not.
_OF_A_CLOUD = IPv6Network("fd00:ec2::/32")


def parse_ip(host: str) -> IpAddress | None:
    """Return the address that a host is given by; None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(address: IpAddress) -> bool:
    """Say whether the address is everybody's to reach."""
    address = _unmapped(address)
    if _is_nobodys(address) or (isinstance(address, IPv6Address) and address not in _UNICAST):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_public_or_home(address: IpAddress) -> bool:
    """Say whether the address is public or of the networks around the server, but not where machines alone talk, as
    those of a cloud do.
    """
    address = _unmapped(address)
    return not (_is_nobodys(address) or address.is_link_local or address.is_multicast or address in _OF_A_CLOUD)


def _unmapped(address: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 socket writes as ::ffff:192.168.1.7."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_nobodys(address: IpAddress) -> bool:
    return any(address in network for network in _NOBODYS)
