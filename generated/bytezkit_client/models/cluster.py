from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.capacity import Capacity


T = TypeVar("T", bound="Cluster")


@_attrs_define
class Cluster:
    """An auto-scaling cluster of one model.

    Attributes:
        status (str): `booting instance` until the first instance is up, then `running`; `off` when it was switched off.
        capacity (Capacity): How many instances the cluster aims for.
        model_id (str | Unset):
        created (datetime.datetime | Unset):
        modified (datetime.datetime | Unset):
        timeout (int | Unset): Minutes without a request after which the cluster goes down to its least capacity.
        instances (int | Unset): How many instances are up or booting.
        inferences (int | Unset): Number of served requests.
        last_inference (datetime.datetime | Unset): When the last request was served; the time of creation before the
            first.
    """

    status: str
    capacity: Capacity
    model_id: str | Unset = UNSET
    created: datetime.datetime | Unset = UNSET
    modified: datetime.datetime | Unset = UNSET
    timeout: int | Unset = UNSET
    instances: int | Unset = UNSET
    inferences: int | Unset = UNSET
    last_inference: datetime.datetime | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        capacity = self.capacity.to_dict()

        model_id = self.model_id

        created: str | Unset = UNSET
        if not isinstance(self.created, Unset):
            created = self.created.isoformat()

        modified: str | Unset = UNSET
        if not isinstance(self.modified, Unset):
            modified = self.modified.isoformat()

        timeout = self.timeout

        instances = self.instances

        inferences = self.inferences

        last_inference: str | Unset = UNSET
        if not isinstance(self.last_inference, Unset):
            last_inference = self.last_inference.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "capacity": capacity,
            }
        )
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if created is not UNSET:
            field_dict["created"] = created
        if modified is not UNSET:
            field_dict["modified"] = modified
        if timeout is not UNSET:
            field_dict["timeout"] = timeout
        if instances is not UNSET:
            field_dict["instances"] = instances
        if inferences is not UNSET:
            field_dict["inferences"] = inferences
        if last_inference is not UNSET:
            field_dict["lastInference"] = last_inference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.capacity import Capacity  # noqa: PLC0415

        d = dict(src_dict)
        status = d.pop("status")

        capacity = Capacity.from_dict(d.pop("capacity"))

        model_id = d.pop("modelId", UNSET)

        _created = d.pop("created", UNSET)
        created: datetime.datetime | Unset
        if isinstance(_created, Unset):
            created = UNSET
        else:
            created = datetime.datetime.fromisoformat(_created)

        _modified = d.pop("modified", UNSET)
        modified: datetime.datetime | Unset
        if isinstance(_modified, Unset):
            modified = UNSET
        else:
            modified = datetime.datetime.fromisoformat(_modified)

        timeout = d.pop("timeout", UNSET)

        instances = d.pop("instances", UNSET)

        inferences = d.pop("inferences", UNSET)

        _last_inference = d.pop("lastInference", UNSET)
        last_inference: datetime.datetime | Unset
        if isinstance(_last_inference, Unset):
            last_inference = UNSET
        else:
            last_inference = datetime.datetime.fromisoformat(_last_inference)

        cluster = cls(
            status=status,
            capacity=capacity,
            model_id=model_id,
            created=created,
            modified=modified,
            timeout=timeout,
            instances=instances,
            inferences=inferences,
            last_inference=last_inference,
        )

        cluster.additional_properties = d
        return cluster

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
