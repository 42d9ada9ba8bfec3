from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_schema import JsonSchema
    from ..models.tool_function import ToolFunction


T = TypeVar("T", bound="ModelResponseTool")


@_attrs_define
class ModelResponseTool:
    """A function, nested as the vendor documents it or flat as OpenAI's clients send it, or another tool.

    Attributes:
        type_ (str): `function`.
        function (ToolFunction | Unset): Name and parameters of a function.
        name (str | Unset): Name of a flat function.
        description (None | str | Unset): What a flat function does.
        parameters (JsonSchema | Unset): A JSON schema.
    """

    type_: str
    function: ToolFunction | Unset = UNSET
    name: str | Unset = UNSET
    description: None | str | Unset = UNSET
    parameters: JsonSchema | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        function: dict[str, Any] | Unset = UNSET
        if not isinstance(self.function, Unset):
            function = self.function.to_dict()

        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        parameters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.parameters, Unset):
            parameters = self.parameters.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
            }
        )
        if function is not UNSET:
            field_dict["function"] = function
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if parameters is not UNSET:
            field_dict["parameters"] = parameters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_schema import JsonSchema  # noqa: PLC0415
        from ..models.tool_function import ToolFunction  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        _function = d.pop("function", UNSET)
        function: ToolFunction | Unset
        if isinstance(_function, Unset):
            function = UNSET
        else:
            function = ToolFunction.from_dict(_function)

        name = d.pop("name", UNSET)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        _parameters = d.pop("parameters", UNSET)
        parameters: JsonSchema | Unset
        if isinstance(_parameters, Unset):
            parameters = UNSET
        else:
            parameters = JsonSchema.from_dict(_parameters)

        model_response_tool = cls(
            type_=type_,
            function=function,
            name=name,
            description=description,
            parameters=parameters,
        )

        model_response_tool.additional_properties = d
        return model_response_tool

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
