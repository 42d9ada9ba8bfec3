from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CatalogModel")


@_attrs_define
class CatalogModel:
    """A model of the catalog.

    Attributes:
        model_id (str):
        task (str): The task's name, one of `list/tasks`.
        params (float | None): Parameters, in billions; null where they are not known.
        ram_required (float | None): Memory that an instance needs, in GB; null where it was not measured.
        meter (str): The meter that sets the price: a size, then `-free` where free plans may run it, else `-lm` for
            language models.
        meter_price (str): The price of the meter, with its unit.
    """

    model_id: str
    task: str
    params: float | None
    ram_required: float | None
    meter: str
    meter_price: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        model_id = self.model_id

        task = self.task

        params: float | None
        params = self.params

        ram_required: float | None
        ram_required = self.ram_required

        meter = self.meter

        meter_price = self.meter_price

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "modelId": model_id,
                "task": task,
                "params": params,
                "ramRequired": ram_required,
                "meter": meter,
                "meterPrice": meter_price,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        model_id = d.pop("modelId")

        task = d.pop("task")

        def _parse_params(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        params = _parse_params(d.pop("params"))

        def _parse_ram_required(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        ram_required = _parse_ram_required(d.pop("ramRequired"))

        meter = d.pop("meter")

        meter_price = d.pop("meterPrice")

        catalog_model = cls(
            model_id=model_id,
            task=task,
            params=params,
            ram_required=ram_required,
            meter=meter,
            meter_price=meter_price,
        )

        catalog_model.additional_properties = d
        return catalog_model

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
