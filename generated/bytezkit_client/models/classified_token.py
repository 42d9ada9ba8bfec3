from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ClassifiedToken")


@_attrs_define
class ClassifiedToken:
    """A token and its entity.

    Attributes:
        entity (str): Type of the entity, such as `B-PER`.
        score (float): Probability, 0 to 1.
        index (int): Index of the token in the text.
        word (str): The token.
        start (int | None): Start in the text, in characters; null if the tokenizer of the model does not know it.
        end (int | None): End in the text, in characters; null if the tokenizer of the model does not know it.
    """

    entity: str
    score: float
    index: int
    word: str
    start: int | None
    end: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        entity = self.entity

        score = self.score

        index = self.index

        word = self.word

        start: int | None
        start = self.start

        end: int | None
        end = self.end

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "entity": entity,
                "score": score,
                "index": index,
                "word": word,
                "start": start,
                "end": end,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        entity = d.pop("entity")

        score = d.pop("score")

        index = d.pop("index")

        word = d.pop("word")

        def _parse_start(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        start = _parse_start(d.pop("start"))

        def _parse_end(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        end = _parse_end(d.pop("end"))

        classified_token = cls(
            entity=entity,
            score=score,
            index=index,
            word=word,
            start=start,
            end=end,
        )

        classified_token.additional_properties = d
        return classified_token

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
