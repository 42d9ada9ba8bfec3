from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TextToSpeechParams")


@_attrs_define
class TextToSpeechParams:
    """Parameters of the task. The pipeline of transformers refuses them by their names. Models that generate tokens, such
    as Bark, take them in `forward_params`; models such as VITS do not have them.

        Attributes:
            do_sample (bool | Unset): Whether tokens are sampled.
            temperature (float | Unset): Sampling temperature.
    """

    do_sample: bool | Unset = UNSET
    temperature: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        do_sample = self.do_sample

        temperature = self.temperature

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if do_sample is not UNSET:
            field_dict["do_sample"] = do_sample
        if temperature is not UNSET:
            field_dict["temperature"] = temperature

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        do_sample = d.pop("do_sample", UNSET)

        temperature = d.pop("temperature", UNSET)

        text_to_speech_params = cls(
            do_sample=do_sample,
            temperature=temperature,
        )

        text_to_speech_params.additional_properties = d
        return text_to_speech_params

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
