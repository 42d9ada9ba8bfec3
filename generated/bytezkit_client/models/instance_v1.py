from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="InstanceV1")


@_attrs_define
class InstanceV1:
    """The instance of a model. Of one that is stopped, or never was, nothing but the model and the status
    need be said.

        Attributes:
            status (str): What it does. While it starts, sources say `DEPLOYING`, `STARTING` or `INSTANTIATING`; for one
                that
                is not there, `STOPPED` is inferred.
            model (str | Unset): The model's id, where the request named it so.
            model_id (str | Unset): The model's id, where the request named it so.
            concurrency (int | Unset): How many requests are served at once.
            inferences (int | Unset): Number of served requests.
            expiration_period_seconds (int | Unset): Seconds since the last run after which it goes, within two minutes.
            expiration_period_minutes (float | Unset): The same in minutes.
            expires_at (datetime.datetime | Unset): When the period ends, unless a run begins it anew.
            created (datetime.datetime | Unset):
            modified (datetime.datetime | Unset): When it last changed or served a request.
            error (str | Unset): Why it failed, where it did.
    """

    status: str
    model: str | Unset = UNSET
    model_id: str | Unset = UNSET
    concurrency: int | Unset = UNSET
    inferences: int | Unset = UNSET
    expiration_period_seconds: int | Unset = UNSET
    expiration_period_minutes: float | Unset = UNSET
    expires_at: datetime.datetime | Unset = UNSET
    created: datetime.datetime | Unset = UNSET
    modified: datetime.datetime | Unset = UNSET
    error: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        model = self.model

        model_id = self.model_id

        concurrency = self.concurrency

        inferences = self.inferences

        expiration_period_seconds = self.expiration_period_seconds

        expiration_period_minutes = self.expiration_period_minutes

        expires_at: str | Unset = UNSET
        if not isinstance(self.expires_at, Unset):
            expires_at = self.expires_at.isoformat()

        created: str | Unset = UNSET
        if not isinstance(self.created, Unset):
            created = self.created.isoformat()

        modified: str | Unset = UNSET
        if not isinstance(self.modified, Unset):
            modified = self.modified.isoformat()

        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if concurrency is not UNSET:
            field_dict["concurrency"] = concurrency
        if inferences is not UNSET:
            field_dict["inferences"] = inferences
        if expiration_period_seconds is not UNSET:
            field_dict["expirationPeriodSeconds"] = expiration_period_seconds
        if expiration_period_minutes is not UNSET:
            field_dict["expirationPeriodMinutes"] = expiration_period_minutes
        if expires_at is not UNSET:
            field_dict["expiresAt"] = expires_at
        if created is not UNSET:
            field_dict["created"] = created
        if modified is not UNSET:
            field_dict["modified"] = modified
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        status = d.pop("status")

        model = d.pop("model", UNSET)

        model_id = d.pop("modelId", UNSET)

        concurrency = d.pop("concurrency", UNSET)

        inferences = d.pop("inferences", UNSET)

        expiration_period_seconds = d.pop("expirationPeriodSeconds", UNSET)

        expiration_period_minutes = d.pop("expirationPeriodMinutes", UNSET)

        _expires_at = d.pop("expiresAt", UNSET)
        expires_at: datetime.datetime | Unset
        if isinstance(_expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = datetime.datetime.fromisoformat(_expires_at)

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

        error = d.pop("error", UNSET)

        instance_v1 = cls(
            status=status,
            model=model,
            model_id=model_id,
            concurrency=concurrency,
            inferences=inferences,
            expiration_period_seconds=expiration_period_seconds,
            expiration_period_minutes=expiration_period_minutes,
            expires_at=expires_at,
            created=created,
            modified=modified,
            error=error,
        )

        instance_v1.additional_properties = d
        return instance_v1

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
