from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.document_question_answering_params import DocumentQuestionAnsweringParams


T = TypeVar("T", bound="DocumentQuestionAnsweringRequest")


@_attrs_define
class DocumentQuestionAnsweringRequest:
    """A question about media.

    Attributes:
        question (str): The question.
        url (str | Unset): URL of the media. Of several members, the first of url, image_url, image, base64 applies.
        image_url (str | Unset): As `url`, in the spelling of the quickstart.
        image (str | Unset): A URL, a data URL or base64 alone.
        base64 (str | Unset): A data URL, or base64 alone. Content that cannot be decoded is refused with 422.
        params (DocumentQuestionAnsweringParams | Unset): Parameters of the task, passed to the pipeline of the model.
        auto_scale (bool | Unset): Whether the service may buy credits instead of refusing the request at the rate
            limit. Server default: false.
    """

    question: str
    url: str | Unset = UNSET
    image_url: str | Unset = UNSET
    image: str | Unset = UNSET
    base64: str | Unset = UNSET
    params: DocumentQuestionAnsweringParams | Unset = UNSET
    auto_scale: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        url = self.url

        image_url = self.image_url

        image = self.image

        base64 = self.base64

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        auto_scale = self.auto_scale

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "question": question,
            }
        )
        if url is not UNSET:
            field_dict["url"] = url
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image is not UNSET:
            field_dict["image"] = image
        if base64 is not UNSET:
            field_dict["base64"] = base64
        if params is not UNSET:
            field_dict["params"] = params
        if auto_scale is not UNSET:
            field_dict["autoScale"] = auto_scale

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.document_question_answering_params import DocumentQuestionAnsweringParams  # noqa: PLC0415

        d = dict(src_dict)
        question = d.pop("question")

        url = d.pop("url", UNSET)

        image_url = d.pop("image_url", UNSET)

        image = d.pop("image", UNSET)

        base64 = d.pop("base64", UNSET)

        _params = d.pop("params", UNSET)
        params: DocumentQuestionAnsweringParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = DocumentQuestionAnsweringParams.from_dict(_params)

        auto_scale = d.pop("autoScale", UNSET)

        document_question_answering_request = cls(
            question=question,
            url=url,
            image_url=image_url,
            image=image,
            base64=base64,
            params=params,
            auto_scale=auto_scale,
        )

        return document_question_answering_request
