from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ZeroShotImageClassificationParams")


@_attrs_define
class ZeroShotImageClassificationParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        hypothesis_template (str | Unset): Sentence that contains the label in place of `{}`. Without it, all labels
            have the same score.
    """

    hypothesis_template: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        hypothesis_template = self.hypothesis_template

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if hypothesis_template is not UNSET:
            field_dict["hypothesis_template"] = hypothesis_template

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        hypothesis_template = d.pop("hypothesis_template", UNSET)

        zero_shot_image_classification_params = cls(
            hypothesis_template=hypothesis_template,
        )

        zero_shot_image_classification_params.additional_properties = d
        return zero_shot_image_classification_params

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
