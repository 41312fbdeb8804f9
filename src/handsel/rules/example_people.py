"""The addresses that the example made up. Their domain is nobody's (RFC 2606), so that no letter arrives there."""

ADDRESSES = tuple(f"{name}@example.org" for name in ("noor", "ana", "luis", "ada", "bea"))
