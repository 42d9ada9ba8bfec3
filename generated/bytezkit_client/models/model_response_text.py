from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.token_logprob import TokenLogprob


T = TypeVar("T", bound="ModelResponseText")


@_attrs_define
class ModelResponseText:
    """A part of a message.

    Attributes:
        type_ (str): `output_text`.
        text (str): The text.
        annotations (list[Any] | Unset): References in the text.
        logprobs (list[TokenLogprob] | Unset): Log probabilities of the tokens.
    """

    type_: str
    text: str
    annotations: list[Any] | Unset = UNSET
    logprobs: list[TokenLogprob] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        text = self.text

        annotations: list[Any] | Unset = UNSET
        if not isinstance(self.annotations, Unset):
            annotations = self.annotations

        logprobs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.logprobs, Unset):
            logprobs = []
            for logprobs_item_data in self.logprobs:
                logprobs_item = logprobs_item_data.to_dict()
                logprobs.append(logprobs_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "text": text,
            }
        )
        if annotations is not UNSET:
            field_dict["annotations"] = annotations
        if logprobs is not UNSET:
            field_dict["logprobs"] = logprobs

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.token_logprob import TokenLogprob  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        text = d.pop("text")

        annotations = cast(list[Any], d.pop("annotations", UNSET))

        _logprobs = d.pop("logprobs", UNSET)
        logprobs: list[TokenLogprob] | Unset = UNSET
        if not isinstance(_logprobs, Unset):
            logprobs = []
            for logprobs_item_data in _logprobs:
                logprobs_item = TokenLogprob.from_dict(logprobs_item_data)

                logprobs.append(logprobs_item)

        model_response_text = cls(
            type_=type_,
            text=text,
            annotations=annotations,
            logprobs=logprobs,
        )

        model_response_text.additional_properties = d
        return model_response_text

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
