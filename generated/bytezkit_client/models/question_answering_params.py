from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="QuestionAnsweringParams")


@_attrs_define
class QuestionAnsweringParams:
    """Parameters of the task, passed to the pipeline of the model.

    Attributes:
        max_answer_len (int | Unset): Maximum length of the answer, in tokens.
        max_question_len (int | Unset): Maximum length of the question, in tokens.
        doc_stride (int | Unset): Overlap of the chunks of a long context, in tokens.
        handle_impossible_answer (bool | Unset): Whether an empty answer is allowed.
        max_seq_len (int | Unset): Maximum length of a part of the context with the question, in tokens.
        align_to_words (bool | Unset): Whether answers start and end at word boundaries.
    """

    max_answer_len: int | Unset = UNSET
    max_question_len: int | Unset = UNSET
    doc_stride: int | Unset = UNSET
    handle_impossible_answer: bool | Unset = UNSET
    max_seq_len: int | Unset = UNSET
    align_to_words: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        max_answer_len = self.max_answer_len

        max_question_len = self.max_question_len

        doc_stride = self.doc_stride

        handle_impossible_answer = self.handle_impossible_answer

        max_seq_len = self.max_seq_len

        align_to_words = self.align_to_words

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if max_answer_len is not UNSET:
            field_dict["max_answer_len"] = max_answer_len
        if max_question_len is not UNSET:
            field_dict["max_question_len"] = max_question_len
        if doc_stride is not UNSET:
            field_dict["doc_stride"] = doc_stride
        if handle_impossible_answer is not UNSET:
            field_dict["handle_impossible_answer"] = handle_impossible_answer
        if max_seq_len is not UNSET:
            field_dict["max_seq_len"] = max_seq_len
        if align_to_words is not UNSET:
            field_dict["align_to_words"] = align_to_words

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_answer_len = d.pop("max_answer_len", UNSET)

        max_question_len = d.pop("max_question_len", UNSET)

        doc_stride = d.pop("doc_stride", UNSET)

        handle_impossible_answer = d.pop("handle_impossible_answer", UNSET)

        max_seq_len = d.pop("max_seq_len", UNSET)

        align_to_words = d.pop("align_to_words", UNSET)

        question_answering_params = cls(
            max_answer_len=max_answer_len,
            max_question_len=max_question_len,
            doc_stride=doc_stride,
            handle_impossible_answer=handle_impossible_answer,
            max_seq_len=max_seq_len,
            align_to_words=align_to_words,
        )

        question_answering_params.additional_properties = d
        return question_answering_params

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
