from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TextToAudioParams")


@_attrs_define
class TextToAudioParams:
    """Parameters of the task. The pipeline of transformers takes them in `forward_params`, and refuses them by their
    names.

        Attributes:
            do_sample (bool | Unset): Whether tokens are sampled.
            temperature (float | Unset): Sampling temperature.
            max_new_tokens (int | Unset): Length of the audio, in tokens of the model.
            guidance_scale (float | Unset): Strength of the guidance by the text.
    """

    do_sample: bool | Unset = UNSET
    temperature: float | Unset = UNSET
    max_new_tokens: int | Unset = UNSET
    guidance_scale: float | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        do_sample = self.do_sample

        temperature = self.temperature

        max_new_tokens = self.max_new_tokens

        guidance_scale = self.guidance_scale

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if do_sample is not UNSET:
            field_dict["do_sample"] = do_sample
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if max_new_tokens is not UNSET:
            field_dict["max_new_tokens"] = max_new_tokens
        if guidance_scale is not UNSET:
            field_dict["guidance_scale"] = guidance_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        do_sample = d.pop("do_sample", UNSET)

        temperature = d.pop("temperature", UNSET)

        max_new_tokens = d.pop("max_new_tokens", UNSET)

        guidance_scale = d.pop("guidance_scale", UNSET)

        text_to_audio_params = cls(
            do_sample=do_sample,
            temperature=temperature,
            max_new_tokens=max_new_tokens,
            guidance_scale=guidance_scale,
        )

        text_to_audio_params.additional_properties = d
        return text_to_audio_params

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
