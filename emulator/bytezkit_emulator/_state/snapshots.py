"""Public API to reset, snapshot, export and import state."""

import re
from collections.abc import Callable, Mapping
from threading import RLock
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._model.snapshot_schema import SavedState, SavedTenant
from bytezkit_emulator._model.tenants import MALFORMED_KEY, Tenants, fingerprint_of
from bytezkit_emulator._model.world import World
from bytezkit_emulator._state.snapshot_reader import StateError, read_state

_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")


class State:
    """State of an emulator: clusters, loaded models, jobs and spending of each key; media files; the time.

    Safe to use from any thread. Current requests are not part of the state. A reset or a replacement rejects
    them with 409 and cuts started streams. An export or a snapshot saves the state as if they were abandoned
    at that moment: not counted, not charged, their instances idle.
    """

    def __init__(
        self, world: World, tenants: Tenants, lock: RLock, refuse: Callable[[str | None], object]
    ) -> None:
        self._world = world
        self._tenants = tenants
        self._lock = lock
        self._refuse = refuse
        self._snapshots: dict[str, SavedState[SavedTenant]] = {}

    def reset(self, *, key: str | None = None, fingerprint: str | None = None) -> None:
        """Reset the state, including the time, or the state of one key.

        Snapshots are kept. With one key, time and media files are kept too, since they belong to no key.

        Args:
            key: Key whose state is reset. Default: the state of all keys.
            fingerprint: SHA-256 of the key in hexadecimal digits, instead of the key.

        Raises:
            ValueError: The key or fingerprint is malformed or not accepted, or both are given.
        """
        has_tenant, is_both = key is not None or fingerprint is not None, None not in (key, fingerprint)
        found = fingerprint if key is None else fingerprint_of(key)
        # A traceback may show local variables, so the key must be gone before an exception can be raised.
        del key
        if is_both:
            raise ValueError("expected either key or fingerprint, not both")
        if has_tenant:
            self._reset_tenant(found)
        else:
            with self._lock:
                beginning = self._world.scheduler.beginning
                self._replace_state(SavedState(version=1, now=beginning, tenants={}, media=[]))

    def export(self) -> JsonObject:
        """Return the state as a JSON document for `load`, here or in another emulator.

        Its members are `version` (1), `now`, `tenants` by the fingerprint of their key, and `media`, with
        content in base64. It contains no keys.
        """
        with self._lock:
            state = self._save_state()
        document: JsonObject = msgspec.to_builtins(state)
        return document

    def load(self, document: Mapping[str, object]) -> None:
        """Replace the state by an exported state. After an error, the state is unchanged.

        Time continues from the document's `now`, which may be in the past. In mode `real`, it may then differ
        from the wall clock. In mode `auto`, current boots and jobs finish at once.

        Raises:
            StateError: The document has another version or form, contradicts itself, or refers to models or
                keys that this emulator does not have.
        """
        state = read_state(document, self._world.catalog, self._tenants.accepts)
        with self._lock:
            self._replace_state(state)

    def snapshot(self, name: str) -> None:
        """Keep the current state in memory under a name, and replace a snapshot of the same name.

        Raises:
            ValueError: The name is not a string, or is empty.
        """
        if not isinstance(name, str) or not name:
            raise ValueError("the name of a snapshot must be a non-empty string")
        with self._lock:
            self._snapshots[name] = self._save_state()

    def restore(self, name: str) -> None:
        """Replace the state by a snapshot, which is kept. Time continues as after `load`.

        Raises:
            StateError: There is no such snapshot.
        """
        with self._lock:
            self._replace_state(self._find_snapshot(name))

    def snapshots(self) -> list[str]:
        """Return the names of the snapshots in the order of their creation."""
        with self._lock:
            return list(self._snapshots)

    def delete(self, name: str) -> None:
        """Delete a snapshot.

        Raises:
            StateError: There is no such snapshot.
        """
        with self._lock:
            self._find_snapshot(name)
            del self._snapshots[name]

    def _find_snapshot(self, name: str) -> SavedState[SavedTenant]:
        if name not in self._snapshots:
            raise StateError(f"there is no snapshot {name!r}")
        return self._snapshots[name]

    def _reset_tenant(self, fingerprint: str | None) -> None:
        if fingerprint is None:
            raise ValueError(MALFORMED_KEY)
        if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError("a fingerprint must be 64 lower-case hexadecimal digits")
        if not self._tenants.accepts(fingerprint):
            raise ValueError("the key is not accepted")
        with self._lock:
            self._refuse(fingerprint)
            self._tenants.remove(fingerprint)
            # Removes the cancelled events of the tenant.
            self._world.scheduler.sweep()

    def _save_state(self) -> SavedState[SavedTenant]:
        now = self._world.scheduler.catch_up()
        media = self._world.media_store.save(now)
        return SavedState(version=1, now=now, tenants=self._tenants.save(now), media=media)

    def _replace_state(self, state: SavedState[SavedTenant]) -> None:
        world = self._world
        self._refuse(None)
        self._tenants.clear()
        world.scheduler.set_now(state.now)
        for fingerprint, tenant in state.tenants.items():
            self._tenants.add(fingerprint, world.restore_tenant(tenant))
        world.media_store.restore(state.media)
        world.scheduler.settle()
