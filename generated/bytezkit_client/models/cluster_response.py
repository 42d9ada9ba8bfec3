from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.cluster import Cluster


T = TypeVar("T", bound="ClusterResponse")


@_attrs_define
class ClusterResponse:
    """A cluster, as `output` and, for older clients, as `cluster`.

    Attributes:
        error (None | str | Unset): Null.
        output (Cluster | Unset): An auto-scaling cluster of one model.
        cluster (Cluster | Unset): An auto-scaling cluster of one model.
    """

    error: None | str | Unset = UNSET
    output: Cluster | Unset = UNSET
    cluster: Cluster | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        output: dict[str, Any] | Unset = UNSET
        if not isinstance(self.output, Unset):
            output = self.output.to_dict()

        cluster: dict[str, Any] | Unset = UNSET
        if not isinstance(self.cluster, Unset):
            cluster = self.cluster.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if error is not UNSET:
            field_dict["error"] = error
        if output is not UNSET:
            field_dict["output"] = output
        if cluster is not UNSET:
            field_dict["cluster"] = cluster

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.cluster import Cluster  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        _output = d.pop("output", UNSET)
        output: Cluster | Unset
        if isinstance(_output, Unset):
            output = UNSET
        else:
            output = Cluster.from_dict(_output)

        _cluster = d.pop("cluster", UNSET)
        cluster: Cluster | Unset
        if isinstance(_cluster, Unset):
            cluster = UNSET
        else:
            cluster = Cluster.from_dict(_cluster)

        cluster_response = cls(
            error=error,
            output=output,
            cluster=cluster,
        )

        cluster_response.additional_properties = d
        return cluster_response

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
