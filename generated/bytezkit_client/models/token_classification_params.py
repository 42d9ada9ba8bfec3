from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TokenClassificationParams")


@_attrs_define
class TokenClassificationParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        ignore_labels (list[str] | Unset): Entity types to omit.
    """

    ignore_labels: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        ignore_labels: list[str] | Unset = UNSET
        if not isinstance(self.ignore_labels, Unset):
            ignore_labels = self.ignore_labels

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if ignore_labels is not UNSET:
            field_dict["ignore_labels"] = ignore_labels

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ignore_labels = cast(list[str], d.pop("ignore_labels", UNSET))

        token_classification_params = cls(
            ignore_labels=ignore_labels,
        )

        token_classification_params.additional_properties = d
        return token_classification_params

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
