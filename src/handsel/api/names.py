"""One field, two spellings: snake_case below the door, the API's camelCase outside."""

_SPECIAL = {"from_date": "from", "to_date": "to"}
_BELOW = {api: below for below, api in _SPECIAL.items()}
_UNKNOWN = "?"


def below(name: str) -> str:
    """startTime -> start_time."""
    return _BELOW.get(name) or "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def outside(name: str) -> str:
    """start_time -> startTime; a name nobody knows comes back as it was sent."""
    if name.startswith(_UNKNOWN):
        return name.removeprefix(_UNKNOWN)
    head, *rest = _SPECIAL.get(name, name).split("_")
    return head + "".join(word.capitalize() for word in rest)


def unknown(name: str) -> str:
    """A name that is no field's, marked so that it is never taken for one: start_time is not startTime."""
    return _UNKNOWN + name[:80].encode("utf-8", "replace").decode()
