from typing import Literal

ModelResponseRequestTextType0FormatType0Type = Literal["json_object", "json_schema", "text"]

MODEL_RESPONSE_REQUEST_TEXT_TYPE_0_FORMAT_TYPE_0_TYPE_VALUES: set[
    ModelResponseRequestTextType0FormatType0Type
] = {
    "json_object",
    "json_schema",
    "text",
}


def check_model_response_request_text_type_0_format_type_0_type(
    value: str,
) -> ModelResponseRequestTextType0FormatType0Type:
    if value in MODEL_RESPONSE_REQUEST_TEXT_TYPE_0_FORMAT_TYPE_0_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MODEL_RESPONSE_REQUEST_TEXT_TYPE_0_FORMAT_TYPE_0_TYPE_VALUES!r}"
    )
