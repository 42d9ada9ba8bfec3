from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CapacityRequest")


@_attrs_define
class CapacityRequest:
    """How many instances the cluster aims for. Members that are sent win; the stored or default values of
    the others move as little as is needed to keep `min <= desired <= max`.

        Attributes:
            min_ (int | Unset): Instances that stay up when the cluster is idle. Server default: 0.
            desired (int | Unset): Instances that are started at first. Server default: 1.
            max_ (int | Unset): Instances that load may raise the cluster to. Server default: 1.
    """

    min_: int | Unset = UNSET
    desired: int | Unset = UNSET
    max_: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        min_ = self.min_

        desired = self.desired

        max_ = self.max_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if min_ is not UNSET:
            field_dict["min"] = min_
        if desired is not UNSET:
            field_dict["desired"] = desired
        if max_ is not UNSET:
            field_dict["max"] = max_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        min_ = d.pop("min", UNSET)

        desired = d.pop("desired", UNSET)

        max_ = d.pop("max", UNSET)

        capacity_request = cls(
            min_=min_,
            desired=desired,
            max_=max_,
        )

        return capacity_request
