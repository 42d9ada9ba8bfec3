from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AutomaticSpeechRecognitionParams")


@_attrs_define
class AutomaticSpeechRecognitionParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        chunk_length_s (float | Unset): Length of the chunks of long audio, in seconds.
        stride_length_s (Any | Unset): Any JSON value.
    """

    chunk_length_s: float | Unset = UNSET
    stride_length_s: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        chunk_length_s = self.chunk_length_s

        stride_length_s = self.stride_length_s

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if chunk_length_s is not UNSET:
            field_dict["chunk_length_s"] = chunk_length_s
        if stride_length_s is not UNSET:
            field_dict["stride_length_s"] = stride_length_s

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        chunk_length_s = d.pop("chunk_length_s", UNSET)

        stride_length_s = d.pop("stride_length_s", UNSET)

        automatic_speech_recognition_params = cls(
            chunk_length_s=chunk_length_s,
            stride_length_s=stride_length_s,
        )

        automatic_speech_recognition_params.additional_properties = d
        return automatic_speech_recognition_params

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
