from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.box import Box


T = TypeVar("T", bound="Detection")


@_attrs_define
class Detection:
    """A detected object.

    Attributes:
        score (float): Probability, 0 to 1.
        label (str):
        box (Box): A rectangle in the image, in pixels from the top left corner. It may reach beyond the picture.
    """

    score: float
    label: str
    box: Box
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        score = self.score

        label = self.label

        box = self.box.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "score": score,
                "label": label,
                "box": box,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.box import Box  # noqa: PLC0415

        d = dict(src_dict)
        score = d.pop("score")

        label = d.pop("label")

        box = Box.from_dict(d.pop("box"))

        detection = cls(
            score=score,
            label=label,
            box=box,
        )

        detection.additional_properties = d
        return detection

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
