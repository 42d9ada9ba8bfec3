from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelRequestV1")


@_attrs_define
class ModelRequestV1:
    """The model that a request is about, as `model` or, in the earlier dialect, as `modelId`.

    Attributes:
        key (str | Unset): The key, for requests without an `Authorization` header. A header wins.
        model (str | Unset): The model's id, `organization/name`. It counts where `modelId` is sent too.
        model_id (str | Unset): As `model`, in the earlier dialect.
    """

    key: str | Unset = UNSET
    model: str | Unset = UNSET
    model_id: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        model = self.model

        model_id = self.model_id

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if key is not UNSET:
            field_dict["key"] = key
        if model is not UNSET:
            field_dict["model"] = model
        if model_id is not UNSET:
            field_dict["modelId"] = model_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key", UNSET)

        model = d.pop("model", UNSET)

        model_id = d.pop("modelId", UNSET)

        model_request_v1 = cls(
            key=key,
            model=model,
            model_id=model_id,
        )

        return model_request_v1
