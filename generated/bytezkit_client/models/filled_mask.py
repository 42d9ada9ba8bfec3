from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="FilledMask")


@_attrs_define
class FilledMask:
    """A candidate for the mask.

    Attributes:
        score (float): Probability, 0 to 1.
        token (int): The token's number in the model's vocabulary.
        token_str (str): The token.
        sequence (str): The text with the mask filled.
    """

    score: float
    token: int
    token_str: str
    sequence: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        score = self.score

        token = self.token

        token_str = self.token_str

        sequence = self.sequence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "score": score,
                "token": token,
                "token_str": token_str,
                "sequence": sequence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        score = d.pop("score")

        token = d.pop("token")

        token_str = d.pop("token_str")

        sequence = d.pop("sequence")

        filled_mask = cls(
            score=score,
            token=token,
            token_str=token_str,
            sequence=sequence,
        )

        filled_mask.additional_properties = d
        return filled_mask

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
