"""Run the program so that each password that is hashed leaves one byte in the file that HASHES names.

These are settings for `handsel serve`.
"""

from handsel.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.races.counting_hasher.CountingHasher"]
