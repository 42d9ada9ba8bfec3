from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="KeyRequestV1")


@_attrs_define
class KeyRequestV1:
    """What a list may be asked with where the key does not stand in the header.

    Attributes:
        key (str | Unset): The key, for requests without an `Authorization` header. A header wins.
    """

    key: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if key is not UNSET:
            field_dict["key"] = key

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key", UNSET)

        key_request_v1 = cls(
            key=key,
        )

        return key_request_v1
