"""Versions as entity tags (RFC 9110, 8.8.3 and 13.1): a tag is the version in quotes."""

import re
from collections.abc import Callable

from django.http import HttpRequest

from handsel.rules.refusals import VersionConflict

_TAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')
_WEAK_OR_NOT = re.compile(r'(?:W/)?("[^"]*")')
# No row ever has it: what If-Match names can be nothing that stands here.
_NO_VERSION = -1
_MOST = 20


def of(version: int) -> str:
    return f'"{version}"'


def if_match(request: HttpRequest) -> list[int | None]:
    """The versions that the caller would change, one of which must stand; [None] stands for any.

    Weak tags never match here, and what is no tag of ours matches nothing.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return [None]
    tags = (_TAG.fullmatch(part.strip()) for part in header.split(",")[:_MOST])
    return [int(tag[1]) for tag in tags if tag] or [_NO_VERSION]


def first_that_stands[T](versions: list[int | None], do: Callable[[int | None], T]) -> T:
    """Do it for the version that stands. Raises VersionConflict when none of them does."""
    for version in versions[:-1]:
        try:
            return do(version)
        except VersionConflict:
            continue
    return do(versions[-1])


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the caller has this very version already (If-None-Match, where weak tags count too)."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or tag in _WEAK_OR_NOT.findall(header)
