from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.run_params import RunParams


T = TypeVar("T", bound="QuestionContextInput")


@_attrs_define
class QuestionContextInput:
    """A question and the text that answers it.

    Attributes:
        question (str): What is asked.
        context (str): The text that holds the answer.
        params (RunParams | Unset): Arguments of the model. Each task lists the documented ones as `<Task>Params`;
            others are passed on.
        stream (bool | Unset): Whether the answer comes as a stream of text. Server default: false.
        json (bool | Unset): For tasks that make media: false answers with the bytes instead of JSON. Server default:
            true.
        auto_scale (bool | Unset): Whether credits may be bought instead of refusing the request at the rate limit.
            Server default: false.
    """

    question: str
    context: str
    params: RunParams | Unset = UNSET
    stream: bool | Unset = UNSET
    json: bool | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        context = self.context

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        stream = self.stream

        json = self.json

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "question": question,
                "context": context,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params
        if stream is not UNSET:
            field_dict["stream"] = stream
        if json is not UNSET:
            field_dict["json"] = json
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.run_params import RunParams  # noqa: PLC0415

        d = dict(src_dict)
        question = d.pop("question")

        context = d.pop("context")

        _params = d.pop("params", UNSET)
        params: RunParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = RunParams.from_dict(_params)

        stream = d.pop("stream", UNSET)

        json = d.pop("json", UNSET)

        auto_scale = d.pop("autoScale", UNSET)

        question_context_input = cls(
            question=question,
            context=context,
            params=params,
            stream=stream,
            json=json,
            auto_scale=auto_scale,
        )

        return question_context_input
