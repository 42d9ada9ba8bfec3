"""Read faults from plain data and YAML files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from bytezkit_emulator._common.coercion import InvalidValueError, to_json
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._common.yaml_list import YamlList
from bytezkit_emulator._faults.fault import Fault, FaultError, fault_from_json, validate
from bytezkit_emulator._faults.presets import presets
from bytezkit_models.json_value import JsonInput

PlainFault: TypeAlias = str | Mapping[str, JsonInput]


def read_fault(data: object) -> Fault:
    """Read a fault from plain data.

    Args:
        data: The name of a preset; the members of a fault; or `preset` and the members that replace those of
            the preset.

    Raises:
        InvalidValueError: The data does not have this form.
    """
    value = to_json({"preset": data} if isinstance(data, str) else data)
    validate("DeclaredFault", value)
    members = dict(as_object(value))
    preset = members.pop("preset", None)
    return fault_from_json(members if preset is None else {**presets()[str(preset)].as_json(), **members})


def read_fault_file(path: Path) -> Iterator[Fault]:
    """Read a YAML file with a list of faults.

    Raises:
        FaultError: The file cannot be read, or a fault in it is invalid.
    """
    file = YamlList(path, FaultError)
    for position, data in enumerate(file.items):
        try:
            yield read_fault(data)
        except InvalidValueError as error:
            raise file.error(error.prefixed(position)) from None
