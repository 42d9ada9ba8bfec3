"""Numbers that look random and are the same everywhere."""

import hashlib
import struct
from collections.abc import Iterator
from itertools import count
from typing import Final

_BLOCK: Final = struct.Struct(">16I")


def numbers(seed: bytes) -> Iterator[int]:
    """Yield numbers of 32 bits without end."""
    for block in count():
        yield from _BLOCK.unpack(hashlib.blake2b(seed + block.to_bytes(8, "big")).digest())
