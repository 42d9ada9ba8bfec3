from typing import Literal

ChatCompletionStreamRequestResponseFormatType0Type = Literal["json_object", "json_schema", "text"]

CHAT_COMPLETION_STREAM_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES: set[
    ChatCompletionStreamRequestResponseFormatType0Type
] = {
    "json_object",
    "json_schema",
    "text",
}


def check_chat_completion_stream_request_response_format_type_0_type(
    value: str,
) -> ChatCompletionStreamRequestResponseFormatType0Type:
    if value in CHAT_COMPLETION_STREAM_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHAT_COMPLETION_STREAM_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES!r}"
    )
