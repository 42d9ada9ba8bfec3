from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="LabelRanking")


@_attrs_define
class LabelRanking:
    """The labels, best first.

    Attributes:
        sequence (str): The text.
        labels (list[str]): The labels, best first.
        scores (list[float]): Probability of each label, 0 to 1.
    """

    sequence: str
    labels: list[str]
    scores: list[float]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        sequence = self.sequence

        labels = self.labels

        scores = self.scores

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sequence": sequence,
                "labels": labels,
                "scores": scores,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sequence = d.pop("sequence")

        labels = cast(list[str], d.pop("labels"))

        scores = cast(list[float], d.pop("scores"))

        label_ranking = cls(
            sequence=sequence,
            labels=labels,
            scores=scores,
        )

        label_ranking.additional_properties = d
        return label_ranking

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
