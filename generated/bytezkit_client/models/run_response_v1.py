from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RunResponseV1")


@_attrs_define
class RunResponseV1:
    """What a model answers: `output`, in the shape that `v1` names in the row of the task (`x-bytez-tasks`), or
    a file in base64. There is no `error`.

        Attributes:
            output (Any | Unset): Any JSON value.
            output_png (str | Unset): A picture, as PNG in base64.
            output_wav (str | Unset): A sound, as WAV in base64.
            output_mp4 (str | Unset): A video, as MP4 in base64.
    """

    output: Any | Unset = UNSET
    output_png: str | Unset = UNSET
    output_wav: str | Unset = UNSET
    output_mp4: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        output = self.output

        output_png = self.output_png

        output_wav = self.output_wav

        output_mp4 = self.output_mp4

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if output is not UNSET:
            field_dict["output"] = output
        if output_png is not UNSET:
            field_dict["output_png"] = output_png
        if output_wav is not UNSET:
            field_dict["output_wav"] = output_wav
        if output_mp4 is not UNSET:
            field_dict["output_mp4"] = output_mp4

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        output = d.pop("output", UNSET)

        output_png = d.pop("output_png", UNSET)

        output_wav = d.pop("output_wav", UNSET)

        output_mp4 = d.pop("output_mp4", UNSET)

        run_response_v1 = cls(
            output=output,
            output_png=output_png,
            output_wav=output_wav,
            output_mp4=output_mp4,
        )

        run_response_v1.additional_properties = d
        return run_response_v1

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
