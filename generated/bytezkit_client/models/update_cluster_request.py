from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.update_cluster_request_status import (
    UpdateClusterRequestStatus,
    check_update_cluster_request_status,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.capacity_request import CapacityRequest


T = TypeVar("T", bound="UpdateClusterRequest")


@_attrs_define
class UpdateClusterRequest:
    """What to change. Members that are not sent stay as they are.

    Attributes:
        capacity (CapacityRequest | Unset): How many instances the cluster aims for. Members that are sent win; the
            stored or default values of
            the others move as little as is needed to keep `min <= desired <= max`.
        timeout (int | None | Unset): Minutes without a request after which the cluster goes down to its least capacity.
            The documented
            range is 1 to 1440; more is taken as 1440, and the value that was sent is given back.
            Server default: 5.
        status (UpdateClusterRequestStatus | Unset): `off` shuts all instances down and keeps the cluster; `on` starts
            it again.
    """

    capacity: CapacityRequest | Unset = UNSET
    timeout: int | None | Unset = UNSET
    status: UpdateClusterRequestStatus | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        capacity: dict[str, Any] | Unset = UNSET
        if not isinstance(self.capacity, Unset):
            capacity = self.capacity.to_dict()

        timeout: int | None | Unset
        if isinstance(self.timeout, Unset):
            timeout = UNSET
        else:
            timeout = self.timeout

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if capacity is not UNSET:
            field_dict["capacity"] = capacity
        if timeout is not UNSET:
            field_dict["timeout"] = timeout
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.capacity_request import CapacityRequest  # noqa: PLC0415

        d = dict(src_dict)
        _capacity = d.pop("capacity", UNSET)
        capacity: CapacityRequest | Unset
        if isinstance(_capacity, Unset):
            capacity = UNSET
        else:
            capacity = CapacityRequest.from_dict(_capacity)

        def _parse_timeout(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        timeout = _parse_timeout(d.pop("timeout", UNSET))

        _status = d.pop("status", UNSET)
        status: UpdateClusterRequestStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_update_cluster_request_status(_status)

        update_cluster_request = cls(
            capacity=capacity,
            timeout=timeout,
            status=status,
        )

        return update_cluster_request
