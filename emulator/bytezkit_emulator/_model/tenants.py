"""Tenants: per-key isolated state."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.model_job import ModelJob
from bytezkit_emulator._model.snapshot_schema import SavedTenant

MALFORMED_KEY: Final = "a key must be 1 to 256 printable ASCII characters without spaces"
_KEY: Final = re.compile(r"[!-~]{1,256}")
_SCHEMES: Final = ("key", "bearer")


class Tenant:
    """State of one key: clusters, loaded models, requested models, money spent, and current runs."""

    def __init__(self) -> None:
        self.clusters: Final[dict[str, Cluster]] = {}
        self.loaded_models: Final[dict[str, LoadedModel]] = {}
        self.models: Final[dict[str, Model]] = {}
        self.jobs: Final[dict[str, ModelJob]] = {}
        self.spent: Decimal = Decimal()
        self.runs: int = 0

    def end_run(self) -> None:
        """Count a run no longer."""
        self.runs -= 1

    def close(self) -> None:
        """Cancel all events of the tenant, which has no runs."""
        # Copies, since the callbacks of these calls remove items from the originals.
        for cluster in list(self.clusters.values()):
            cluster.delete()
        for loaded in list(self.loaded_models.values()):
            loaded.stop()
        for job in self.jobs.values():
            job.cancel()

    def save(self, now: datetime) -> SavedTenant:
        """Save the state as if the runs were abandoned at `now`."""
        return SavedTenant(
            spent=self.spent,
            clusters=[cluster.save(now) for cluster in self.clusters.values()],
            loaded_models=[loaded.save(now) for loaded in self.loaded_models.values()],
            jobs=[job.save(model_id) for model_id, job in self.jobs.items()],
        )


class Tenants:
    """All tenants. Only fingerprints of keys are stored, never the keys.

    Args:
        allowed: Fingerprints of the accepted keys; None to accept every well-formed key.

    Raises:
        ValueError: An item is None, as for a malformed key.
    """

    def __init__(self, allowed: frozenset[str | None] | None = None) -> None:
        if allowed is not None and None in allowed:
            raise ValueError(MALFORMED_KEY)
        self._allowed = allowed
        self._tenants: dict[str, Tenant] = {}

    def __iter__(self) -> Iterator[Tenant]:
        """Iterate over the tenants that have sent a request."""
        return iter(self._tenants.values())

    def find(self, authorization: str) -> Tenant:
        """Return the tenant of an `Authorization` header.

        Raises:
            HttpError: The header holds no key, or a key that is not accepted.
        """
        return self.find_by_key(key_of(authorization))

    def find_by_key(self, key: str) -> Tenant:
        """Return the tenant of a key; create it at its first request.

        Raises:
            HttpError: The key is malformed or not accepted.
        """
        fingerprint = fingerprint_of(key)
        if fingerprint is None or not self.accepts(fingerprint):
            raise HttpError(401, "Unauthorized")
        if fingerprint not in self._tenants:
            self._tenants[fingerprint] = Tenant()
        return self._tenants[fingerprint]

    def accepts(self, fingerprint: str) -> bool:
        """Return whether the key of a fingerprint is accepted."""
        return self._allowed is None or fingerprint in self._allowed

    def save(self, now: datetime) -> dict[str, SavedTenant]:
        """Save the tenants by fingerprint, without tenants in their initial state."""
        saved = {fingerprint: tenant.save(now) for fingerprint, tenant in self._tenants.items()}
        return {fingerprint: tenant for fingerprint, tenant in saved.items() if tenant != SavedTenant()}

    def remove(self, fingerprint: str) -> None:
        """Close and remove a tenant, if it exists; the next request with its key creates a new tenant."""
        tenant = self._tenants.pop(fingerprint, None)
        if tenant is not None:
            tenant.close()

    def clear(self) -> None:
        """Close and remove all tenants."""
        for tenant in self:
            tenant.close()
        self._tenants = {}

    def add(self, fingerprint: str, tenant: Tenant) -> None:
        """Add a tenant under a fingerprint."""
        self._tenants[fingerprint] = tenant


def fingerprints(keys: Iterable[str]) -> frozenset[str | None] | None:
    """Return the fingerprints of keys; None for a malformed key, and None instead of the set for a string.

    It does not raise, since a traceback could show the keys as local variables.
    """
    return None if isinstance(keys, str) else frozenset(fingerprint_of(key) for key in keys)


def key_of(authorization: str) -> str:
    """Return the key in an `Authorization` header, with or without a scheme."""
    value = authorization.strip(" \t")
    scheme, _, rest = value.partition(" ")
    return rest.strip(" \t") if scheme.lower() in _SCHEMES else value


def fingerprint_of(key: str) -> str | None:
    """Return the SHA-256 of a key in hexadecimal digits, or None if the key is malformed."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode()).hexdigest()
