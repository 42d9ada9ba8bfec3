from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="GenerationParams")


@_attrs_define
class GenerationParams:
    """Parameters of text generation.

    Attributes:
        max_new_tokens (int | Unset): Maximum number of new tokens.
        min_new_tokens (int | Unset): Minimum number of new tokens.
        max_length (int | Unset): Maximum number of tokens of input and output. `max_new_tokens` has precedence.
        min_length (int | Unset): Minimum number of tokens of input and output. `min_new_tokens` has precedence.
        temperature (float | Unset): Sampling temperature; 0 selects the most likely token.
        do_sample (bool | Unset): Whether tokens are sampled.
        top_k (int | Unset): Sample from this number of most likely tokens.
        top_p (float | Unset): Sample from the most likely tokens with this total probability.
        typical_p (float | Unset): Sample from locally typical tokens with this total probability.
        repetition_penalty (float | Unset): Above 1, tokens that already occurred become less likely.
        length_penalty (float | Unset): Above 0, beam search prefers longer sequences.
        no_repeat_ngram_size (int | Unset): Sequences of this number of tokens occur at most once.
        num_beams (int | Unset): Number of beams.
        early_stopping (Any | Unset): Any JSON value.
    """

    max_new_tokens: int | Unset = UNSET
    min_new_tokens: int | Unset = UNSET
    max_length: int | Unset = UNSET
    min_length: int | Unset = UNSET
    temperature: float | Unset = UNSET
    do_sample: bool | Unset = UNSET
    top_k: int | Unset = UNSET
    top_p: float | Unset = UNSET
    typical_p: float | Unset = UNSET
    repetition_penalty: float | Unset = UNSET
    length_penalty: float | Unset = UNSET
    no_repeat_ngram_size: int | Unset = UNSET
    num_beams: int | Unset = UNSET
    early_stopping: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        max_new_tokens = self.max_new_tokens

        min_new_tokens = self.min_new_tokens

        max_length = self.max_length

        min_length = self.min_length

        temperature = self.temperature

        do_sample = self.do_sample

        top_k = self.top_k

        top_p = self.top_p

        typical_p = self.typical_p

        repetition_penalty = self.repetition_penalty

        length_penalty = self.length_penalty

        no_repeat_ngram_size = self.no_repeat_ngram_size

        num_beams = self.num_beams

        early_stopping = self.early_stopping

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if max_new_tokens is not UNSET:
            field_dict["max_new_tokens"] = max_new_tokens
        if min_new_tokens is not UNSET:
            field_dict["min_new_tokens"] = min_new_tokens
        if max_length is not UNSET:
            field_dict["max_length"] = max_length
        if min_length is not UNSET:
            field_dict["min_length"] = min_length
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if do_sample is not UNSET:
            field_dict["do_sample"] = do_sample
        if top_k is not UNSET:
            field_dict["top_k"] = top_k
        if top_p is not UNSET:
            field_dict["top_p"] = top_p
        if typical_p is not UNSET:
            field_dict["typical_p"] = typical_p
        if repetition_penalty is not UNSET:
            field_dict["repetition_penalty"] = repetition_penalty
        if length_penalty is not UNSET:
            field_dict["length_penalty"] = length_penalty
        if no_repeat_ngram_size is not UNSET:
            field_dict["no_repeat_ngram_size"] = no_repeat_ngram_size
        if num_beams is not UNSET:
            field_dict["num_beams"] = num_beams
        if early_stopping is not UNSET:
            field_dict["early_stopping"] = early_stopping

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        max_new_tokens = d.pop("max_new_tokens", UNSET)

        min_new_tokens = d.pop("min_new_tokens", UNSET)

        max_length = d.pop("max_length", UNSET)

        min_length = d.pop("min_length", UNSET)

        temperature = d.pop("temperature", UNSET)

        do_sample = d.pop("do_sample", UNSET)

        top_k = d.pop("top_k", UNSET)

        top_p = d.pop("top_p", UNSET)

        typical_p = d.pop("typical_p", UNSET)

        repetition_penalty = d.pop("repetition_penalty", UNSET)

        length_penalty = d.pop("length_penalty", UNSET)

        no_repeat_ngram_size = d.pop("no_repeat_ngram_size", UNSET)

        num_beams = d.pop("num_beams", UNSET)

        early_stopping = d.pop("early_stopping", UNSET)

        generation_params = cls(
            max_new_tokens=max_new_tokens,
            min_new_tokens=min_new_tokens,
            max_length=max_length,
            min_length=min_length,
            temperature=temperature,
            do_sample=do_sample,
            top_k=top_k,
            top_p=top_p,
            typical_p=typical_p,
            repetition_penalty=repetition_penalty,
            length_penalty=length_penalty,
            no_repeat_ngram_size=no_repeat_ngram_size,
            num_beams=num_beams,
            early_stopping=early_stopping,
        )

        generation_params.additional_properties = d
        return generation_params

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
