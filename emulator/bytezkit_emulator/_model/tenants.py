"""Who calls: keys, and the world that each of them has."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from bytezkit_emulator._common.http_types import Refusal
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.model_job import ModelJob
from bytezkit_emulator._model.snapshot_schema import SavedTenant

MALFORMED_KEY: Final = "a key must be 1 to 256 printable ASCII characters without spaces"
_KEY: Final = re.compile(r"[!-~]{1,256}")
_SCHEMES: Final = ("key", "bearer")


class Tenant:
    """The world of one key: its clusters, what it loaded and asked for, its runs, and what it spent."""

    def __init__(self) -> None:
        self.clusters: Final[dict[str, Cluster]] = {}
        self.loaded_models: Final[dict[str, LoadedModel]] = {}
        self.models: Final[dict[str, Model]] = {}
        self.jobs: Final[dict[str, ModelJob]] = {}
        self.runs: Final[set[Inference]] = set()
        self.spent = Decimal()

    def dissolve(self, reason: str) -> None:
        """Refuse its runs that wait or are served, and let nothing of it happen any more."""
        for run in list(self.runs):
            run.refuse(reason)
        for cluster in list(self.clusters.values()):
            cluster.delete()
        for loaded in list(self.loaded_models.values()):
            loaded.stop()
        for job in self.jobs.values():
            job.cancel()

    def save(self, now: datetime) -> SavedTenant:
        """Save it as if its runs were given up now."""
        return SavedTenant(
            spent=self.spent,
            clusters=[cluster.save(now) for cluster in self.clusters.values()],
            loaded_models=[loaded.save(now) for loaded in self.loaded_models.values()],
            jobs=[job.save(model_id) for model_id, job in self.jobs.items()],
        )


class Tenants:
    """All tenants. Of a key only its fingerprint is kept.

    Args:
        admitted: The fingerprints of the keys that are taken; without it, every well-formed key is.

    Raises:
        ValueError: One is of a key that is not well-formed.
    """

    def __init__(self, admitted: frozenset[str | None] | None = None) -> None:
        if admitted is not None and None in admitted:
            raise ValueError(MALFORMED_KEY)
        self._admitted = admitted
        self._tenants: dict[str, Tenant] = {}

    def __iter__(self) -> Iterator[Tenant]:
        """Iterate over the tenants that have called so far."""
        return iter(self._tenants.values())

    def find(self, authorization: str) -> Tenant:
        """Return the tenant of the value of an `Authorization` header.

        Raises:
            Refusal: The value holds no key, or a wrong one.
        """
        return self.find_by_key(key_of(authorization))

    def find_by_key(self, key: str) -> Tenant:
        """Return the tenant of a key.

        Raises:
            Refusal: It is malformed or wrong.
        """
        fingerprint = fingerprint_of(key)
        if fingerprint is None or not self.admits(fingerprint):
            raise Refusal(401, "Unauthorized")
        if fingerprint not in self._tenants:
            self._tenants[fingerprint] = Tenant()
        return self._tenants[fingerprint]

    def admits(self, fingerprint: str) -> bool:
        """Say whether the key of a fingerprint is taken."""
        return self._admitted is None or fingerprint in self._admitted

    def save(self, now: datetime) -> dict[str, SavedTenant]:
        """Save those by fingerprint that are not as at their beginning."""
        saved = {fingerprint: tenant.save(now) for fingerprint, tenant in self._tenants.items()}
        return {fingerprint: tenant for fingerprint, tenant in saved.items() if tenant != SavedTenant()}

    def drop(self, fingerprint: str, reason: str) -> None:
        """Dissolve a tenant, if it is there; the next call with its key makes another one."""
        tenant = self._tenants.pop(fingerprint, None)
        if tenant is not None:
            tenant.dissolve(reason)

    def clear(self, reason: str) -> None:
        """Dissolve all tenants."""
        for tenant in self:
            tenant.dissolve(reason)
        self._tenants = {}

    def put(self, fingerprint: str, tenant: Tenant) -> None:
        """Let a tenant be the one of a fingerprint."""
        self._tenants[fingerprint] = tenant


def fingerprints(keys: Iterable[str]) -> frozenset[str | None] | None:
    """Return the fingerprints of keys, without raising while their text is at hand; None of one string."""
    return None if isinstance(keys, str) else frozenset(fingerprint_of(key) for key in keys)


def key_of(authorization: str) -> str:
    """Return the key in the value of an `Authorization` header, with or without a scheme."""
    value = authorization.strip(" \t")
    scheme, _, rest = value.partition(" ")
    return rest.strip(" \t") if scheme.lower() in _SCHEMES else value


def fingerprint_of(key: str) -> str | None:
    """Return the fingerprint of a key, or None if it is not well-formed."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode()).hexdigest()
