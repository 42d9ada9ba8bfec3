"""Faults as plain data, and in files of these."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from bytezkit_emulator._common.coercion import Json, Misfit, to_json
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._common.yaml_list import YamlList
from bytezkit_emulator._faults.fault import Fault, FaultError, check, read_fault
from bytezkit_emulator._faults.presets import presets

PlainFault: TypeAlias = str | Mapping[str, Json]


def read_plain(data: object) -> Fault:
    """Read a fault.

    Args:
        data: The name of a preset; the members of a fault; or `preset` and the members that differ from it.

    Raises:
        Misfit: It is none of these.
    """
    value = to_json({"preset": data} if isinstance(data, str) else data)
    check("DeclaredFault", value)
    members = dict(as_object(value))
    preset = members.pop("preset", None)
    return read_fault(members if preset is None else {**presets()[str(preset)].as_json(), **members})


def read_file(path: Path) -> Iterator[Fault]:
    """Read a YAML file with a list of faults.

    Raises:
        FaultError: It can not be read, or one of them is no fault.
    """
    file = YamlList(path, FaultError)
    for position, data in enumerate(file.items):
        try:
            yield read_plain(data)
        except Misfit as misfit:
            raise file.error(misfit.below(position)) from None
