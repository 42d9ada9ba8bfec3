from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_response import ModelResponse
    from ..models.model_response_item import ModelResponseItem


T = TypeVar("T", bound="ModelResponseEvent")


@_attrs_define
class ModelResponseEvent:
    """An event of a streamed response. Which members it has depends on its type.

    Attributes:
        type_ (str): The type, which is also the name of the event.
        sequence_number (int | Unset): Number of the event, from 0.
        delta (str | Unset): The next piece of a text, a summary or arguments.
        item_id (str | Unset): Id of the item that the event belongs to.
        output_index (int | Unset): Number of the item, from 0.
        item (ModelResponseItem | Unset): A message, a reasoning or a call of a function.
        response (ModelResponse | Unset): The answer to an input.
    """

    type_: str
    sequence_number: int | Unset = UNSET
    delta: str | Unset = UNSET
    item_id: str | Unset = UNSET
    output_index: int | Unset = UNSET
    item: ModelResponseItem | Unset = UNSET
    response: ModelResponse | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        sequence_number = self.sequence_number

        delta = self.delta

        item_id = self.item_id

        output_index = self.output_index

        item: dict[str, Any] | Unset = UNSET
        if not isinstance(self.item, Unset):
            item = self.item.to_dict()

        response: dict[str, Any] | Unset = UNSET
        if not isinstance(self.response, Unset):
            response = self.response.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if sequence_number is not UNSET:
            field_dict["sequence_number"] = sequence_number
        if delta is not UNSET:
            field_dict["delta"] = delta
        if item_id is not UNSET:
            field_dict["item_id"] = item_id
        if output_index is not UNSET:
            field_dict["output_index"] = output_index
        if item is not UNSET:
            field_dict["item"] = item
        if response is not UNSET:
            field_dict["response"] = response

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_response import ModelResponse  # noqa: PLC0415
        from ..models.model_response_item import ModelResponseItem  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        sequence_number = d.pop("sequence_number", UNSET)

        delta = d.pop("delta", UNSET)

        item_id = d.pop("item_id", UNSET)

        output_index = d.pop("output_index", UNSET)

        _item = d.pop("item", UNSET)
        item: ModelResponseItem | Unset
        if isinstance(_item, Unset):
            item = UNSET
        else:
            item = ModelResponseItem.from_dict(_item)

        _response = d.pop("response", UNSET)
        response: ModelResponse | Unset
        if isinstance(_response, Unset):
            response = UNSET
        else:
            response = ModelResponse.from_dict(_response)

        model_response_event = cls(
            type_=type_,
            sequence_number=sequence_number,
            delta=delta,
            item_id=item_id,
            output_index=output_index,
            item=item,
            response=response,
        )

        model_response_event.additional_properties = d
        return model_response_event

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
