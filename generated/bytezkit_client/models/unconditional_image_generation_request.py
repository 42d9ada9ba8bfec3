from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.unconditional_image_generation_params import UnconditionalImageGenerationParams


T = TypeVar("T", bound="UnconditionalImageGenerationRequest")


@_attrs_define
class UnconditionalImageGenerationRequest:
    """No input.

    Attributes:
        params (UnconditionalImageGenerationParams | Unset): Parameters of the task, passed to the pipeline of the
            model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    params: UnconditionalImageGenerationParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.unconditional_image_generation_params import (
            UnconditionalImageGenerationParams,  # noqa: PLC0415
        )

        d = dict(src_dict)
        _params = d.pop("params", UNSET)
        params: UnconditionalImageGenerationParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = UnconditionalImageGenerationParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        unconditional_image_generation_request = cls(
            params=params,
            auto_scale=auto_scale,
        )

        return unconditional_image_generation_request
