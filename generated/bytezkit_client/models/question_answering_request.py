from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.question_answering_params import QuestionAnsweringParams


T = TypeVar("T", bound="QuestionAnsweringRequest")


@_attrs_define
class QuestionAnsweringRequest:
    """A question and the text that answers it.

    Attributes:
        question (str): The question.
        context (str): The text that contains the answer.
        params (QuestionAnsweringParams | Unset): Parameters of the task, passed to the pipeline of the model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    question: str
    context: str
    params: QuestionAnsweringParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        context = self.context

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

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
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.question_answering_params import QuestionAnsweringParams  # noqa: PLC0415

        d = dict(src_dict)
        question = d.pop("question")

        context = d.pop("context")

        _params = d.pop("params", UNSET)
        params: QuestionAnsweringParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = QuestionAnsweringParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        question_answering_request = cls(
            question=question,
            context=context,
            params=params,
            auto_scale=auto_scale,
        )

        return question_answering_request
