"""What lives in an emulator, as people put it back, keep it and carry it elsewhere."""

import re
from collections.abc import Mapping
from threading import RLock
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._model.snapshot_schema import SavedState, SavedTenant
from bytezkit_emulator._model.tenants import MALFORMED_KEY, Tenants, fingerprint_of
from bytezkit_emulator._model.world import World
from bytezkit_emulator._state.snapshot_reader import StateError, read_state

_FINGERPRINT: Final = re.compile("[0-9a-f]{64}")
_RESET: Final = "The emulator was reset"


class State:
    """What lives in an emulator: clusters, loaded models, jobs and money spent of each key; files; the time.

    Safe to use from any thread. Requests under way are not part of it. Where it is put back or replaced, they
    are refused with 409, and streams that have begun end; where it is saved, it is as if they were given
    up at that moment: they are not counted or charged, and their instances are idle.
    """

    def __init__(self, world: World, tenants: Tenants, lock: RLock) -> None:
        self._world = world
        self._tenants = tenants
        self._lock = lock
        self._snapshots: dict[str, SavedState[SavedTenant]] = {}

    def reset(self, *, key: str | None = None, fingerprint: str | None = None) -> None:
        """Put everything back to the beginning, the time too, or the world of one key alone.

        Snapshots stay, and with one key so do the time and the files, which belong to no key.

        Args:
            key: The key whose world is put back. Default: all of them.
            fingerprint: The SHA-256 of the key in hexadecimal digits, instead of the key.

        Raises:
            ValueError: The key or the fingerprint is malformed or none of those that are taken, or both
                are given.
        """
        is_one, is_both = key is not None or fingerprint is not None, None not in (key, fingerprint)
        found = fingerprint if key is None else fingerprint_of(key)
        del key  # A traceback shows locals.
        if is_both:
            raise ValueError("a world is reset by its key or by its fingerprint, not by both")
        if is_one:
            self._reset_one(found)
        else:
            with self._lock:
                beginning = self._world.scheduler.beginning
                self._become(SavedState(version=1, now=beginning, tenants={}, media=[]))

    def export(self) -> JsonObject:
        """Return the state as a JSON document, which `load` takes, here or in another emulator.

        It has the members `version` (1), `now`, `tenants` by the fingerprint of their key, and `media`, whose
        content is in base64. Keys are not in it.
        """
        with self._lock:
            state = self._saved()
        document: JsonObject = msgspec.to_builtins(state)
        return document

    def load(self, document: Mapping[str, object]) -> None:
        """Replace the state by one that was exported. If it can not be loaded, nothing is changed.

        Time goes on from the document's moment, which may be an earlier one. So it does in mode `real`, where
        it then differs from the wall clock's. In mode `auto`, boots and jobs under way come to their end
        at once.

        Raises:
            StateError: The document is of another version or not as an export is, its numbers or moments
                contradict each other, or it is about models or keys that this emulator has not.
        """
        state = read_state(document, self._world.catalog, self._tenants.admits)
        with self._lock:
            self._become(state)

    def snapshot(self, name: str) -> None:
        """Keep the state under a name, in memory; one that has the name already goes.

        Raises:
            ValueError: The name is not a string, or empty.
        """
        if not isinstance(name, str) or not name:
            raise ValueError("the name of a snapshot must be a string that is not empty")
        with self._lock:
            self._snapshots[name] = self._saved()

    def restore(self, name: str) -> None:
        """Replace the state by a snapshot, which stays; time goes on as after `load`.

        Raises:
            StateError: There is no such snapshot.
        """
        with self._lock:
            self._become(self._snapshot(name))

    def snapshots(self) -> list[str]:
        """Return the names of the snapshots, the oldest name first."""
        with self._lock:
            return list(self._snapshots)

    def delete(self, name: str) -> None:
        """Let go of a snapshot.

        Raises:
            StateError: There is no such snapshot.
        """
        with self._lock:
            self._snapshot(name)
            del self._snapshots[name]

    def _snapshot(self, name: str) -> SavedState[SavedTenant]:
        if name not in self._snapshots:
            raise StateError(f"there is no snapshot {name!r}")
        return self._snapshots[name]

    def _reset_one(self, fingerprint: str | None) -> None:
        if fingerprint is None:
            raise ValueError(MALFORMED_KEY)
        if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
            raise ValueError("a fingerprint must be 64 lower-case hexadecimal digits")
        if not self._tenants.admits(fingerprint):
            raise ValueError("the key is none of those that are taken")
        with self._lock:
            self._tenants.drop(fingerprint, _RESET)
            self._world.scheduler.sweep()

    def _saved(self) -> SavedState[SavedTenant]:
        now = self._world.scheduler.catch_up()
        media = self._world.media_store.save(now)
        return SavedState(version=1, now=now, tenants=self._tenants.save(now), media=media)

    def _become(self, state: SavedState[SavedTenant]) -> None:
        world = self._world
        self._tenants.clear(_RESET)
        world.scheduler.set_now(state.now)
        for fingerprint, tenant in state.tenants.items():
            self._tenants.put(fingerprint, world.restore_tenant(tenant))
        world.media_store.restore(state.media)
        world.scheduler.settle()
