"""IP addresses: which of them all can reach, as what somebody typed in may lead to no other, and whose a request is."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

# What one connection to the Internet is given of IPv6.
_OF_ONE_CONNECTION = "/64"

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


def client_of(hops: Sequence[str], proxies: int | tuple[IpNetwork, ...]) -> str:
    """Return the address of who asks; empty where the server knows none.

    hops: whom the server was asked by, as its connection says, and then those that X-Forwarded-For names, the nearest
    first. proxies: how many of ours a request passes, or the networks that they are in.

    A hop is believed when every one before it is a proxy of ours. What is no address ends the way: then the last
    address that is vouched for counts. A way that is shorter than the number says came past a proxy, so only the
    connection itself is believed.
    """
    way = [_of_hop(hop) for hop in hops]
    if isinstance(proxies, int):
        vouched = way[: proxies + 1] if len(way) > proxies else way[:1]
    else:
        vouched = way[:1]
        for hop in way[1:]:
            # Who asks through a socket of this machine is a proxy on it.
            if vouched[-1] is not None and not any(vouched[-1] in network for network in proxies):
                break
            vouched.append(hop)
    client = None
    for number, hop in enumerate(vouched):
        if hop is None and number:
            break
        client = hop
    return "" if client is None else str(client)


def network_of(address: str) -> str:
    """Return whom a limit counts as one: an address of IPv4, or the /64 that one connection is given of IPv6."""
    parsed = parse_ip(address)
    if parsed is None:
        return address
    parsed = _unmapped(parsed)
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    return str(IPv6Network(f"{parsed}{_OF_ONE_CONNECTION}", strict=False))


def _of_hop(text: str) -> IpAddress | None:
    """Return the address of a hop; some proxies add the port, as in 192.0.2.7:52100 and [2001:db8::7]:52100."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    parsed = parse_ip(text)
    return None if parsed is None else _unmapped(parsed)


def _unmapped(address: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 socket writes as ::ffff:192.168.1.7."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_nobodys(address: IpAddress) -> bool:
    return any(address in network for network in _NOBODYS)
