"""Parses an exported state, and rejects a state that contradicts itself or this emulator."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar

import msgspec

from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.snapshot_schema import SavedState, SavedTenant

_VERSION: Final = 1
_YEARS: Final = range(2000, 2200)
# Members whose time must not be in the past; no other member may have a time in the future.
_FUTURE_MEMBERS: Final = ("check", "until")

_T = TypeVar("_T")
_Tree: TypeAlias = "dict[str, _Tree] | list[_Tree] | datetime | bytes | str | int | None"


class StateError(ValueError):
    """A state cannot be loaded, or a snapshot does not exist; the message says where and why."""


def read_state(
    document: Mapping[str, object], catalog: Mapping[str, Model], accepts: Callable[[str], bool]
) -> SavedState[SavedTenant]:
    """Return the state of an exported document.

    Args:
        document: The document.
        catalog: Models that every tenant sees, by id.
        accepts: Returns whether the key of a fingerprint is accepted.

    Raises:
        StateError: The document is invalid or does not fit this emulator.
    """
    if not isinstance(document, Mapping):
        raise StateError("state: expected an object")
    if document.get("version") != _VERSION:
        raise StateError(
            f"state.version: this emulator reads version {_VERSION}, not {document.get('version')!r}"
        )
    # Tenants are converted one by one, since msgspec does not name the key of the object member that failed.
    envelope = _convert(document, SavedState[object], "state")
    tenants: dict[str, SavedTenant] = {}
    for fingerprint, item in envelope.tenants.items():
        where = f"state.tenants.{fingerprint}"
        tenants[fingerprint] = _convert(item, SavedTenant, where)
        if not accepts(fingerprint):
            raise StateError(f"{where}: the key of this fingerprint is not accepted")
        _check_models(tenants[fingerprint], catalog, where)
    state = SavedState(version=1, now=envelope.now, tenants=tenants, media=envelope.media)
    for where, moment in _walk_datetimes(
        msgspec.to_builtins(state, builtin_types=(bytes, datetime)), "state"
    ):
        _check_datetime(moment, state.now, where)
    return state


def _convert(value: object, target_type: type[_T], where: str) -> _T:
    try:
        return msgspec.convert(value, target_type)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        place = place.replace("`", "").replace("$", where, 1) or where
        raise StateError(f"{place}: {reason}") from None


def _check_models(tenant: SavedTenant, catalog: Mapping[str, Model], where: str) -> None:
    available = {job.model_id for job in tenant.jobs if job.available is not None}
    for name, hosts in (("clusters", tenant.clusters), ("loadedModels", tenant.loaded_models)):
        for position, host in enumerate(hosts):
            model = catalog.get(host.model_id)
            place = f"{where}.{name}[{position}].modelId"
            if model is None and host.model_id not in available:
                raise StateError(f"{place}: there is no model {host.model_id}")
            if model is not None and model.provider is not None:
                raise StateError(f"{place}: {host.model_id} runs at {model.provider}, not on instances")


def _walk_datetimes(value: _Tree, where: str) -> Iterator[tuple[str, datetime]]:
    if isinstance(value, datetime):
        yield where, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _walk_datetimes(item, f"{where}[{position}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _walk_datetimes(item, f"{where}.{name}")


def _check_datetime(moment: datetime, now: datetime, where: str) -> None:
    if moment.tzinfo is not UTC or moment.year not in _YEARS:
        raise StateError(f"{where}: must be a UTC timestamp of the years {_YEARS[0]} to {_YEARS[-1]}")
    if where.endswith(_FUTURE_MEMBERS):
        if moment < now:
            raise StateError(f"{where}: must not be before now")
    elif moment > now:
        raise StateError(f"{where}: must not be after now")
