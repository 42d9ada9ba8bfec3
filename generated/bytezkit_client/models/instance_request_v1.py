from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="InstanceRequestV1")


@_attrs_define
class InstanceRequestV1:
    """The model to load, or whose instance to look at. A look ignores all but the model.

    Attributes:
        key (str | Unset): The key, for requests without an `Authorization` header. A header wins.
        model (str | Unset): The model's id, `organization/name`. It counts where `modelId` is sent too.
        model_id (str | Unset): As `model`, in the earlier dialect.
        concurrency (int | Unset): How many requests are served at once. Server default: 1.
        expiration_period_seconds (int | Unset): Seconds since the last run after which the instance goes, within two
            minutes. It counts where
            `timeout` is sent too. Server default: 1800.
        timeout (int | Unset): As `expirationPeriodSeconds`, in the spelling of the Julia client.
    """

    key: str | Unset = UNSET
    model: str | Unset = UNSET
    model_id: str | Unset = UNSET
    concurrency: int | Unset = UNSET
    expiration_period_seconds: int | Unset = UNSET
    timeout: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        model = self.model

        model_id = self.model_id

        concurrency = self.concurrency

        expiration_period_seconds = self.expiration_period_seconds

        timeout = self.timeout

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if key is not UNSET:
            field_dict["key"] = key
        if model is not UNSET:
            field_dict["model"] = model
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if concurrency is not UNSET:
            field_dict["concurrency"] = concurrency
        if expiration_period_seconds is not UNSET:
            field_dict["expirationPeriodSeconds"] = expiration_period_seconds
        if timeout is not UNSET:
            field_dict["timeout"] = timeout

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key", UNSET)

        model = d.pop("model", UNSET)

        model_id = d.pop("modelId", UNSET)

        concurrency = d.pop("concurrency", UNSET)

        expiration_period_seconds = d.pop("expirationPeriodSeconds", UNSET)

        timeout = d.pop("timeout", UNSET)

        instance_request_v1 = cls(
            key=key,
            model=model,
            model_id=model_id,
            concurrency=concurrency,
            expiration_period_seconds=expiration_period_seconds,
            timeout=timeout,
        )

        return instance_request_v1
