from typing import Literal

ChatCompletionRequestResponseFormatType0Type = Literal["json_object", "json_schema", "text"]

CHAT_COMPLETION_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES: set[
    ChatCompletionRequestResponseFormatType0Type
] = {
    "json_object",
    "json_schema",
    "text",
}


def check_chat_completion_request_response_format_type_0_type(
    value: str,
) -> ChatCompletionRequestResponseFormatType0Type:
    if value in CHAT_COMPLETION_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CHAT_COMPLETION_REQUEST_RESPONSE_FORMAT_TYPE_0_TYPE_VALUES!r}"
    )
