from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CatalogModelV1")


@_attrs_define
class CatalogModelV1:
    """A model of the catalog, with the older and the later names of its members.

    Attributes:
        name (str): `organization/name`.
        required_ram (float | None): Memory that an instance needs, in GB; null where it was not measured.
        benchmarked (bool): Whether it was measured.
        model_id (str | Unset): As `name`.
        ram_required (float | None | Unset): Memory that an instance needs, in GB; null where it was not measured.
        task (str | Unset): The task's name.
    """

    name: str
    required_ram: float | None
    benchmarked: bool
    model_id: str | Unset = UNSET
    ram_required: float | None | Unset = UNSET
    task: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        required_ram: float | None
        required_ram = self.required_ram

        benchmarked = self.benchmarked

        model_id = self.model_id

        ram_required: float | None | Unset
        if isinstance(self.ram_required, Unset):
            ram_required = UNSET
        else:
            ram_required = self.ram_required

        task = self.task

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "requiredRAM": required_ram,
                "benchmarked": benchmarked,
            }
        )
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if ram_required is not UNSET:
            field_dict["ramRequired"] = ram_required
        if task is not UNSET:
            field_dict["task"] = task

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_required_ram(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        required_ram = _parse_required_ram(d.pop("requiredRAM"))

        benchmarked = d.pop("benchmarked")

        model_id = d.pop("modelId", UNSET)

        def _parse_ram_required(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        ram_required = _parse_ram_required(d.pop("ramRequired", UNSET))

        task = d.pop("task", UNSET)

        catalog_model_v1 = cls(
            name=name,
            required_ram=required_ram,
            benchmarked=benchmarked,
            model_id=model_id,
            ram_required=ram_required,
            task=task,
        )

        catalog_model_v1.additional_properties = d
        return catalog_model_v1

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
