"""Who calls: keys, and the world that each of them has."""

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from bytezkit_emulator._catalog import Model
from bytezkit_emulator._cluster import Cluster
from bytezkit_emulator._loaded_model import LoadedModel
from bytezkit_emulator._messages import Refusal
from bytezkit_emulator._model_job import ModelJob

_KEY: Final = re.compile(r"[!-~]{1,256}")
_SCHEMES: Final = ("key", "bearer")


class Tenant:
    """The world of one key: its clusters, what it loaded and asked for, and what it spent."""

    def __init__(self) -> None:
        self.clusters: Final[dict[str, Cluster]] = {}
        self.loaded_models: Final[dict[str, LoadedModel]] = {}
        self.models: Final[dict[str, Model]] = {}
        self.jobs: Final[dict[str, ModelJob]] = {}
        self.spent = Decimal()


class Tenants:
    """All tenants. Of a key only its fingerprint is kept.

    Args:
        admitted: The fingerprints of the keys that are taken; without it, every well-formed key is.

    Raises:
        ValueError: One is of a key that is not well-formed.
    """

    def __init__(self, admitted: frozenset[str | None] | None = None) -> None:
        if admitted is not None and None in admitted:
            raise ValueError("a key must be 1 to 256 printable ASCII characters without spaces")
        self._admitted = admitted
        self._tenants: dict[str, Tenant] = {}

    def find(self, authorization: str) -> Tenant:
        """Return the tenant of the value of an `Authorization` header.

        Raises:
            Refusal: The value holds no key, or a wrong one.
        """
        value = authorization.strip(" \t")
        scheme, _, rest = value.partition(" ")
        return self.find_by_key(rest.strip(" \t") if scheme.lower() in _SCHEMES else value)

    def find_by_key(self, key: str) -> Tenant:
        """Return the tenant of a key.

        Raises:
            Refusal: It is malformed or wrong.
        """
        fingerprint = _fingerprint(key)
        if fingerprint is None or (self._admitted is not None and fingerprint not in self._admitted):
            raise Refusal(401, "Unauthorized")
        return self._tenants.setdefault(fingerprint, Tenant())


def fingerprints(keys: Iterable[str]) -> frozenset[str | None] | None:
    """Return the fingerprints of keys, without raising while their text is at hand; None of one string."""
    return None if isinstance(keys, str) else frozenset(_fingerprint(key) for key in keys)


def _fingerprint(key: str) -> str | None:
    """Return the fingerprint of a key, or None if it is not well-formed."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode()).hexdigest()
