"""Reading a state that was exported, and refusing one that contradicts itself or this emulator."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar

import msgspec

from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._model.snapshot_schema import SavedState, SavedTenant

_VERSION: Final = 1
_YEARS: Final = range(2000, 2200)
# The moments that are to come; all others have been.
_DUE: Final = ("check", "until")

_T = TypeVar("_T")
_Tree: TypeAlias = "dict[str, _Tree] | list[_Tree] | datetime | bytes | str | int | None"


class StateError(ValueError):
    """A state can not be loaded, or there is no such snapshot; the text says where and what is wrong."""


def read_state(
    document: Mapping[str, object], catalog: Mapping[str, Model], admits: Callable[[str], bool]
) -> SavedState[SavedTenant]:
    """Read a document.

    Args:
        document: The document.
        catalog: The models that everyone sees, by id.
        admits: Says whether the key of a fingerprint is taken.

    Raises:
        StateError: It is not one that can be loaded here.
    """
    if not isinstance(document, Mapping):
        raise StateError("state: expected an object")
    if document.get("version") != _VERSION:
        raise StateError(
            f"state.version: this emulator reads version {_VERSION}, not {document.get('version')!r}"
        )
    # Tenants are read one by one, since msgspec does not name the key of an object where it failed.
    frame = _read(document, SavedState[object], "state")
    tenants: dict[str, SavedTenant] = {}
    for fingerprint, item in frame.tenants.items():
        where = f"state.tenants.{fingerprint}"
        tenants[fingerprint] = _read(item, SavedTenant, where)
        if not admits(fingerprint):
            raise StateError(f"{where}: its key is none of those that are taken")
        _check_models(tenants[fingerprint], catalog, where)
    state = SavedState(version=1, now=frame.now, tenants=tenants, media=frame.media)
    for where, moment in _moments(msgspec.to_builtins(state, builtin_types=(bytes, datetime)), "state"):
        _check_moment(moment, state.now, where)
    return state


def _read(value: object, form: type[_T], where: str) -> _T:
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        place = place.replace("`", "").replace("$", where, 1) or where
        raise StateError(f"{place}: {reason}") from None


def _check_models(tenant: SavedTenant, catalog: Mapping[str, Model], where: str) -> None:
    made = {job.model_id for job in tenant.jobs if job.available is not None}
    for name, hosts in (("clusters", tenant.clusters), ("loadedModels", tenant.loaded_models)):
        for position, host in enumerate(hosts):
            model = catalog.get(host.model_id)
            place = f"{where}.{name}[{position}].modelId"
            if model is None and host.model_id not in made:
                raise StateError(f"{place}: there is no model {host.model_id}")
            if model is not None and model.provider is not None:
                raise StateError(f"{place}: {host.model_id} runs at {model.provider}, not on instances")


def _moments(value: _Tree, where: str) -> Iterator[tuple[str, datetime]]:
    if isinstance(value, datetime):
        yield where, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _moments(item, f"{where}[{position}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _moments(item, f"{where}.{name}")


def _check_moment(moment: datetime, now: datetime, where: str) -> None:
    if moment.tzinfo is not UTC or moment.year not in _YEARS:
        raise StateError(f"{where}: must be a moment in UTC of the years {_YEARS[0]} to {_YEARS[-1]}")
    if where.endswith(_DUE):
        if moment < now:
            raise StateError(f"{where}: must not be before now")
    elif moment > now:
        raise StateError(f"{where}: must not be after now")
