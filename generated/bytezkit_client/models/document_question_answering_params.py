from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DocumentQuestionAnsweringParams")


@_attrs_define
class DocumentQuestionAnsweringParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        top_k (int | Unset): Maximum number of answers, best first.
        max_answer_len (int | Unset): Maximum length of the answer, in words.
        max_question_len (int | Unset): Maximum length of the question, in tokens. The pipeline of transformers 4.57
            refuses it.
        doc_stride (int | Unset): Overlap of the chunks of a long document, in tokens.
        lang (str | Unset): The language of the document.
        handle_impossible_answer (bool | Unset): Whether an empty answer is allowed.
    """

    top_k: int | Unset = UNSET
    max_answer_len: int | Unset = UNSET
    max_question_len: int | Unset = UNSET
    doc_stride: int | Unset = UNSET
    lang: str | Unset = UNSET
    handle_impossible_answer: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        top_k = self.top_k

        max_answer_len = self.max_answer_len

        max_question_len = self.max_question_len

        doc_stride = self.doc_stride

        lang = self.lang

        handle_impossible_answer = self.handle_impossible_answer

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if max_answer_len is not UNSET:
            field_dict["max_answer_len"] = max_answer_len
        if max_question_len is not UNSET:
            field_dict["max_question_len"] = max_question_len
        if doc_stride is not UNSET:
            field_dict["doc_stride"] = doc_stride
        if lang is not UNSET:
            field_dict["lang"] = lang
        if handle_impossible_answer is not UNSET:
            field_dict["handle_impossible_answer"] = handle_impossible_answer

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        top_k = d.pop("top_k", UNSET)

        max_answer_len = d.pop("max_answer_len", UNSET)

        max_question_len = d.pop("max_question_len", UNSET)

        doc_stride = d.pop("doc_stride", UNSET)

        lang = d.pop("lang", UNSET)

        handle_impossible_answer = d.pop("handle_impossible_answer", UNSET)

        document_question_answering_params = cls(
            top_k=top_k,
            max_answer_len=max_answer_len,
            max_question_len=max_question_len,
            doc_stride=doc_stride,
            lang=lang,
            handle_impossible_answer=handle_impossible_answer,
        )

        document_question_answering_params.additional_properties = d
        return document_question_answering_params

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
