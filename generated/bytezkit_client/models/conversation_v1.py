from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chat_message import ChatMessage


T = TypeVar("T", bound="ConversationV1")


@_attrs_define
class ConversationV1:
    """A conversation and the assistant's next message.

    Attributes:
        generated_text (list[ChatMessage]): The messages of the request, then the assistant's.
    """

    generated_text: list[ChatMessage]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        generated_text = []
        for generated_text_item_data in self.generated_text:
            generated_text_item = generated_text_item_data.to_dict()
            generated_text.append(generated_text_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "generated_text": generated_text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message import ChatMessage  # noqa: PLC0415

        d = dict(src_dict)
        generated_text = []
        _generated_text = d.pop("generated_text")
        for generated_text_item_data in _generated_text:
            generated_text_item = ChatMessage.from_dict(generated_text_item_data)

            generated_text.append(generated_text_item)

        conversation_v1 = cls(
            generated_text=generated_text,
        )

        conversation_v1.additional_properties = d
        return conversation_v1

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
