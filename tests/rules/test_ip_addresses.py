"""Whose a request is: each hop is believed only when the one before it is a proxy of ours."""

from ipaddress import ip_network

import pytest

from handsel.rules.ip_addresses import client_of, network_of

ANA, FORGED, PROXY, EDGE = "198.51.100.7", "203.0.113.9", "10.0.0.1", "10.0.1.2"
OURS = (ip_network("10.0.0.0/16"),)


@pytest.mark.parametrize(
    ("hops", "proxies", "client"),
    [
        # no proxy: the connection itself, whatever is claimed
        ([ANA, FORGED], 0, ANA),
        # so many proxies: what the last of them added
        ([PROXY, ANA], 1, ANA),
        ([PROXY, ANA, FORGED], 1, ANA),
        ([PROXY, EDGE, ANA, FORGED], 2, ANA),
        # who came past a proxy is not believed, nor is what is no address
        ([ANA, FORGED], 2, ANA),
        ([ANA], 1, ANA),
        ([PROXY, "", FORGED], 1, PROXY),
        ([PROXY, "unknown"], 1, PROXY),
        ([PROXY, EDGE, "<script>", FORGED], 2, EDGE),
        # named networks: the nearest that is none of ours
        ([PROXY, ANA, FORGED], OURS, ANA),
        ([PROXY, EDGE, ANA, FORGED], OURS, ANA),
        ([ANA, PROXY, FORGED], OURS, ANA),
        ([PROXY, "nonsense", FORGED], OURS, PROXY),
        ([PROXY, EDGE], OURS, EDGE),
        # as proxies write them
        ([PROXY, "198.51.100.7:52100"], 1, ANA),
        ([PROXY, "[2001:db8::7]:52100"], 1, "2001:db8::7"),
        ([PROXY, " 2001:DB8:0::7 "], 1, "2001:db8::7"),
        (["::ffff:10.0.0.1", "::ffff:198.51.100.7"], OURS, ANA),
        # a socket of this machine has no address
        (["", ANA], 1, ANA),
        (["", ANA, FORGED], OURS, ANA),
        ([""], 1, ""),
        (["", "nonsense"], 1, ""),
    ],
)
def test_the_client_is_the_last_hop_that_is_vouched_for(hops, proxies, client):
    assert client_of(hops, proxies) == client


def test_one_connection_counts_as_one():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert network_of("2001:db8:1:3::6") != network_of("2001:db8:1:2::6")
    assert network_of("::ffff:198.51.100.7") == network_of(ANA) == ANA
