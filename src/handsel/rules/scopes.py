"""How far a key to the API reaches."""

from enum import StrEnum


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
