from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="LoadResponseV1")


@_attrs_define
class LoadResponseV1:
    """Confirms that the instance starts.

    Attributes:
        status (str): Message about the progress.
        model (str | Unset): The model's id, where the request named it so.
        model_id (str | Unset): The model's id, where the request named it so.
        concurrency (int | Unset): How many requests it will serve at once.
    """

    status: str
    model: str | Unset = UNSET
    model_id: str | Unset = UNSET
    concurrency: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        model = self.model

        model_id = self.model_id

        concurrency = self.concurrency

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if concurrency is not UNSET:
            field_dict["concurrency"] = concurrency

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        model = d.pop("model", UNSET)

        model_id = d.pop("modelId", UNSET)

        concurrency = d.pop("concurrency", UNSET)

        load_response_v1 = cls(
            status=status,
            model=model,
            model_id=model_id,
            concurrency=concurrency,
        )

        load_response_v1.additional_properties = d
        return load_response_v1

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
