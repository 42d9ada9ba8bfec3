from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="DocumentAnswer")


@_attrs_define
class DocumentAnswer:
    """An answer from a document.

    Attributes:
        score (float): Probability, 0 to 1.
        answer (str):
        start (int): The first word of the answer among the words of the document.
        end (int): The last word of the answer.
    """

    score: float
    answer: str
    start: int
    end: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        score = self.score

        answer = self.answer

        start = self.start

        end = self.end

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "score": score,
                "answer": answer,
                "start": start,
                "end": end,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        score = d.pop("score")

        answer = d.pop("answer")

        start = d.pop("start")

        end = d.pop("end")

        document_answer = cls(
            score=score,
            answer=answer,
            start=start,
            end=end,
        )

        document_answer.additional_properties = d
        return document_answer

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
