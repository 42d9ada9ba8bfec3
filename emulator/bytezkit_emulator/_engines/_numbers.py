"""Numbers that look random and are the same everywhere."""

import hashlib
from collections.abc import Iterator
from itertools import count


def numbers(seed: bytes) -> Iterator[int]:
    """Yield numbers of 32 bits without end."""
    for block in count():
        digest = hashlib.blake2b(seed + block.to_bytes(8, "big")).digest()
        for offset in range(0, len(digest), 4):
            yield int.from_bytes(digest[offset : offset + 4], "big")
