from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.parts_message import PartsMessage
    from ..models.run_params import RunParams
    from ..models.text_message import TextMessage


T = TypeVar("T", bound="RunStreamRequestV1")


@_attrs_define
class RunStreamRequestV1:
    """The model to run and its input: `input`, or `prompt`, or `text`, of which the first counts; or the
    members that the task asks for, beside the others or as an object in `input`.

        Attributes:
            stream (bool): Always true: selects this kind of response. Default: True.
            key (str | Unset): The key, for requests without an `Authorization` header. A header wins.
            model (str | Unset): The model's id, `organization/name`. It counts where `modelId` is sent too.
            model_id (str | Unset): As `model`, in the earlier dialect.
            app (bool | Unset): Sent as false in the earlier dialect. Its meaning is not documented, and it is ignored.
            input_ (Any | Unset): Any JSON value.
            prompt (str | Unset): The text of the tasks that read text.
            text (str | Unset): As `prompt`, in the earlier dialect.
            messages (list[PartsMessage | TextMessage] | Unset): The conversation so far, oldest message first.
            question (str | Unset): The question.
            context (str | Unset): The text that contains the answer.
            candidate_labels (list[str] | Unset): The labels to choose from.
            image (str | Unset): A URL, a data URL or base64 alone.
            image_url (str | Unset): Where the media is.
            mp_4_url (str | Unset): Where the media is.
            b_64_image_buffer_png (str | Unset): The media: a URL, a data URL or base64 alone. Content that cannot be
                decoded is refused with 422.
            b_64_audio_buffer_wav (str | Unset): The media: a URL, a data URL or base64 alone. Content that cannot be
                decoded is refused with 422.
            b_64_video_buffer_mp_4 (str | Unset): The media: a URL, a data URL or base64 alone. Content that cannot be
                decoded is refused with 422.
            params (RunParams | Unset): Arguments of the model. Each task lists the documented ones as `<Task>Params`;
                others are passed on. Many models
                refuse those that they do not take, with 422.
    """

    stream: bool = True
    key: str | Unset = UNSET
    model: str | Unset = UNSET
    model_id: str | Unset = UNSET
    app: bool | Unset = UNSET
    input_: Any | Unset = UNSET
    prompt: str | Unset = UNSET
    text: str | Unset = UNSET
    messages: list[PartsMessage | TextMessage] | Unset = UNSET
    question: str | Unset = UNSET
    context: str | Unset = UNSET
    candidate_labels: list[str] | Unset = UNSET
    image: str | Unset = UNSET
    image_url: str | Unset = UNSET
    mp_4_url: str | Unset = UNSET
    b_64_image_buffer_png: str | Unset = UNSET
    b_64_audio_buffer_wav: str | Unset = UNSET
    b_64_video_buffer_mp_4: str | Unset = UNSET
    params: RunParams | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=lambda: {})

    def to_dict(self) -> dict[str, Any]:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415

        stream = self.stream

        key = self.key

        model = self.model

        model_id = self.model_id

        app = self.app

        input_ = self.input_

        prompt = self.prompt

        text = self.text

        messages: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.messages, Unset):
            messages = []
            for messages_item_data in self.messages:
                messages_item: dict[str, Any]
                if isinstance(messages_item_data, PartsMessage):
                    messages_item = messages_item_data.to_dict()
                else:
                    messages_item = messages_item_data.to_dict()

                messages.append(messages_item)

        question = self.question

        context = self.context

        candidate_labels: list[str] | Unset = UNSET
        if not isinstance(self.candidate_labels, Unset):
            candidate_labels = self.candidate_labels

        image = self.image

        image_url = self.image_url

        mp_4_url = self.mp_4_url

        b_64_image_buffer_png = self.b_64_image_buffer_png

        b_64_audio_buffer_wav = self.b_64_audio_buffer_wav

        b_64_video_buffer_mp_4 = self.b_64_video_buffer_mp_4

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "stream": stream,
            }
        )
        if key is not UNSET:
            field_dict["key"] = key
        if model is not UNSET:
            field_dict["model"] = model
        if model_id is not UNSET:
            field_dict["modelId"] = model_id
        if app is not UNSET:
            field_dict["app"] = app
        if input_ is not UNSET:
            field_dict["input"] = input_
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if text is not UNSET:
            field_dict["text"] = text
        if messages is not UNSET:
            field_dict["messages"] = messages
        if question is not UNSET:
            field_dict["question"] = question
        if context is not UNSET:
            field_dict["context"] = context
        if candidate_labels is not UNSET:
            field_dict["candidate_labels"] = candidate_labels
        if image is not UNSET:
            field_dict["image"] = image
        if image_url is not UNSET:
            field_dict["imageUrl"] = image_url
        if mp_4_url is not UNSET:
            field_dict["mp4Url"] = mp_4_url
        if b_64_image_buffer_png is not UNSET:
            field_dict["b64ImageBufferPng"] = b_64_image_buffer_png
        if b_64_audio_buffer_wav is not UNSET:
            field_dict["b64AudioBufferWav"] = b_64_audio_buffer_wav
        if b_64_video_buffer_mp_4 is not UNSET:
            field_dict["b64VideoBufferMp4"] = b_64_video_buffer_mp_4
        if params is not UNSET:
            field_dict["params"] = params

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.parts_message import PartsMessage  # noqa: PLC0415
        from ..models.run_params import RunParams  # noqa: PLC0415
        from ..models.text_message import TextMessage  # noqa: PLC0415

        d = dict(src_dict)
        stream = d.pop("stream")

        key = d.pop("key", UNSET)

        model = d.pop("model", UNSET)

        model_id = d.pop("modelId", UNSET)

        app = d.pop("app", UNSET)

        input_ = d.pop("input", UNSET)

        prompt = d.pop("prompt", UNSET)

        text = d.pop("text", UNSET)

        _messages = d.pop("messages", UNSET)
        messages: list[PartsMessage | TextMessage] | Unset = UNSET
        if not isinstance(_messages, Unset):
            messages = []
            for messages_item_data in _messages:

                def _parse_messages_item(data: object) -> PartsMessage | TextMessage:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        componentsschemas_chat_message_type_0 = PartsMessage.from_dict(
                            cast("dict[str, Any]", data)
                        )

                        return componentsschemas_chat_message_type_0
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_chat_message_type_1 = TextMessage.from_dict(
                        cast("dict[str, Any]", data)
                    )

                    return componentsschemas_chat_message_type_1

                messages_item = _parse_messages_item(messages_item_data)

                messages.append(messages_item)

        question = d.pop("question", UNSET)

        context = d.pop("context", UNSET)

        candidate_labels = cast(list[str], d.pop("candidate_labels", UNSET))

        image = d.pop("image", UNSET)

        image_url = d.pop("imageUrl", UNSET)

        mp_4_url = d.pop("mp4Url", UNSET)

        b_64_image_buffer_png = d.pop("b64ImageBufferPng", UNSET)

        b_64_audio_buffer_wav = d.pop("b64AudioBufferWav", UNSET)

        b_64_video_buffer_mp_4 = d.pop("b64VideoBufferMp4", UNSET)

        _params = d.pop("params", UNSET)
        params: RunParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = RunParams.from_dict(_params)

        run_stream_request_v1 = cls(
            stream=stream,
            key=key,
            model=model,
            model_id=model_id,
            app=app,
            input_=input_,
            prompt=prompt,
            text=text,
            messages=messages,
            question=question,
            context=context,
            candidate_labels=candidate_labels,
            image=image,
            image_url=image_url,
            mp_4_url=mp_4_url,
            b_64_image_buffer_png=b_64_image_buffer_png,
            b_64_audio_buffer_wav=b_64_audio_buffer_wav,
            b_64_video_buffer_mp_4=b_64_video_buffer_mp_4,
            params=params,
        )

        run_stream_request_v1.additional_properties = d
        return run_stream_request_v1

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
