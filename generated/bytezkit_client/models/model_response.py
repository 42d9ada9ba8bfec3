from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response_item import ModelResponseItem
    from ..models.model_response_usage import ModelResponseUsage


T = TypeVar("T", bound="ModelResponse")


@_attrs_define
class ModelResponse:
    """The answer to an input.

    Attributes:
        id (str): Id of the response.
        object_ (str): `response`.
        created (int): Time of the response in seconds since 1970.
        model (str): The model id.
        created_at (int | Unset): As `created`, in OpenAI's spelling, which clients read.
        status (str | Unset): How far the response is.
        output (list[ModelResponseItem] | Unset): Reasoning, messages and calls of functions.
        output_text (str | Unset): The text of all messages.
        usage (ModelResponseUsage | None | Unset):
    """

    id: str
    object_: str
    created: int
    model: str
    created_at: int | Unset = UNSET
    status: str | Unset = UNSET
    output: list[ModelResponseItem] | Unset = UNSET
    output_text: str | Unset = UNSET
    usage: ModelResponseUsage | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.model_response_usage import ModelResponseUsage  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        created = self.created

        model = self.model

        created_at = self.created_at

        status = self.status

        output: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.output, Unset):
            output = []
            for output_item_data in self.output:
                output_item = output_item_data.to_dict()
                output.append(output_item)

        output_text = self.output_text

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, ModelResponseUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "object": object_,
                "created": created,
                "model": model,
            }
        )
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if status is not UNSET:
            field_dict["status"] = status
        if output is not UNSET:
            field_dict["output"] = output
        if output_text is not UNSET:
            field_dict["output_text"] = output_text
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response_item import ModelResponseItem  # noqa: PLC0415
        from ..models.model_response_usage import ModelResponseUsage  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        created = d.pop("created")

        model = d.pop("model")

        created_at = d.pop("created_at", UNSET)

        status = d.pop("status", UNSET)

        _output = d.pop("output", UNSET)
        output: list[ModelResponseItem] | Unset = UNSET
        if not isinstance(_output, Unset):
            output = []
            for output_item_data in _output:
                output_item = ModelResponseItem.from_dict(output_item_data)

                output.append(output_item)

        output_text = d.pop("output_text", UNSET)

        def _parse_usage(data: object) -> ModelResponseUsage | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = ModelResponseUsage.from_dict(cast("dict[str, Any]", data))

                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelResponseUsage | None | Unset, data)

        usage = _parse_usage(d.pop("usage", UNSET))

        model_response = cls(
            id=id,
            object_=object_,
            created=created,
            model=model,
            created_at=created_at,
            status=status,
            output=output,
            output_text=output_text,
            usage=usage,
        )

        model_response.additional_properties = d
        return model_response

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
