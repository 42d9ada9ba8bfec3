from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.completion_choices_item import CompletionChoicesItem
    from ..models.token_usage import TokenUsage


T = TypeVar("T", bound="Completion")


@_attrs_define
class Completion:
    """The continuations of a text, or parts of them in a stream.

    Attributes:
        id (str): Id of the answer; the same in the whole stream.
        object_ (str): `text_completion`.
        created (int): Time of the answer in seconds since 1970.
        choices (list[CompletionChoicesItem]): The continuations.
        model (str | Unset): The model id.
        usage (None | TokenUsage | Unset):
    """

    id: str
    object_: str
    created: int
    choices: list[CompletionChoicesItem]
    model: str | Unset = UNSET
    usage: None | TokenUsage | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.token_usage import TokenUsage  # noqa: PLC0415

        id = self.id

        object_ = self.object_

        created = self.created

        choices: list[dict[str, Any]] = []
        for choices_item_data in self.choices:
            choices_item = choices_item_data.to_dict()
            choices.append(choices_item)

        model = self.model

        usage: dict[str, Any] | None | Unset
        if isinstance(self.usage, Unset):
            usage = UNSET
        elif isinstance(self.usage, TokenUsage):
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
                "choices": choices,
            }
        )
        if model is not UNSET:
            field_dict["model"] = model
        if usage is not UNSET:
            field_dict["usage"] = usage

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.completion_choices_item import CompletionChoicesItem  # noqa: PLC0415
        from ..models.token_usage import TokenUsage  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        object_ = d.pop("object")

        created = d.pop("created")

        choices: list[CompletionChoicesItem] = []
        _choices = d.pop("choices")
        for choices_item_data in _choices:
            choices_item = CompletionChoicesItem.from_dict(choices_item_data)

            choices.append(choices_item)

        model = d.pop("model", UNSET)

        def _parse_usage(data: object) -> None | TokenUsage | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = TokenUsage.from_dict(cast("dict[str, Any]", data))

                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TokenUsage | Unset, data)

        usage = _parse_usage(d.pop("usage", UNSET))

        completion = cls(
            id=id,
            object_=object_,
            created=created,
            choices=choices,
            model=model,
            usage=usage,
        )

        completion.additional_properties = d
        return completion

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
