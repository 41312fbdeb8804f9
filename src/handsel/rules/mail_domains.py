"""Domains of e-mail addresses: letters beyond ASCII go by their xn-- form (IDNA 2008 with the mapping of UTS 46)."""

import unicodedata

import idna

# A label of letters of two of these looks like another one, and no registry gives it away.
_ALIKE = {"LATIN", "CYRILLIC", "GREEK"}
# The letters that are shown as such: those of Europe's Latin alphabets, but for what looks like another letter.
_READABLE = frozenset(filter(str.islower, map(chr, range(0xDF, 0x17F)))) - set("ıĸŀŉ")


def in_ascii(domain: str) -> str:
    """Return the form in which the domain is kept and mailed to. Raises ValueError where there is no such domain."""
    for label in domain.split("."):
        scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in label if sign.isalpha()}
        if len(scripts & _ALIKE) > 1:
            raise ValueError("a label of two alphabets")
    return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")


def readable(address: str) -> str:
    """Return an address as people read it. A domain whose letters could be taken for others keeps its xn-- form."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{'.'.join(map(_readable_label, domain.split('.')))}"


def _readable_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        decoded = idna.decode(label)
    except idna.IDNAError:
        return label
    return decoded if all(sign.isascii() or sign in _READABLE for sign in decoded) else label
