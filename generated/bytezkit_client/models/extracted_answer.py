from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ExtractedAnswer")


@_attrs_define
class ExtractedAnswer:
    """The part of the context that answers the question.

    Attributes:
        score (float): Probability, 0 to 1.
        start (int): Start in the context, in characters.
        end (int): End in the context, in characters.
        answer (str):
    """

    score: float
    start: int
    end: int
    answer: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        score = self.score

        start = self.start

        end = self.end

        answer = self.answer

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "score": score,
                "start": start,
                "end": end,
                "answer": answer,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        score = d.pop("score")

        start = d.pop("start")

        end = d.pop("end")

        answer = d.pop("answer")

        extracted_answer = cls(
            score=score,
            start=start,
            end=end,
            answer=answer,
        )

        extracted_answer.additional_properties = d
        return extracted_answer

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
