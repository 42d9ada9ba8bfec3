from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.chat_stream_request import ChatStreamRequest
from ...models.error_response import ErrorResponse
from ...models.payment_required_response import PaymentRequiredResponse
from ...types import UNSET, Response, Unset


def build_request(
    org: str,
    name: str,
    *,
    body: ChatStreamRequest,
    provider_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(provider_key, Unset):
        headers["provider-key"] = provider_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/models/v2/{org}/{name}".format(
            org=quote(str(org), safe=""),
            name=quote(str(name), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponse | PaymentRequiredResponse | str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponse.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = PaymentRequiredResponse.from_dict(response.json())

        return response_402

    if response.status_code == 404:
        response_404 = ErrorResponse.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorResponse.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ErrorResponse.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorResponse.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ErrorResponse.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ErrorResponse.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponse.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = ErrorResponse.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = ErrorResponse.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ErrorResponse.from_dict(response.json())

        return response_504

    raise errors.UnexpectedStatus(response.status_code, response.content)


def _build_response(
    response: httpx.Response,
) -> Response[ErrorResponse | PaymentRequiredResponse | str]:
    try:
        parsed = _parse_response(response)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise errors.InvalidBody(response.status_code, response.content) from error
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=parsed,
    )


def sync_detailed(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
    body: ChatStreamRequest,
    provider_key: str | Unset = UNSET,
) -> Response[ErrorResponse | PaymentRequiredResponse | str]:
    """Chat, as a stream of text

     Answer the last message of a conversation. A text is the only message of the user.

    - Request: `messages: {role: string, content?: string or null or {type: string, text?: string, url?:
    string, base64?: string}[], name?: string, tool_calls?: any, tool_call_id?: string, function_call?:
    any}[]`; `params?: {max_new_tokens?: integer, min_new_tokens?: integer, max_length?: integer,
    min_length?: integer, temperature?: number, do_sample?: boolean, top_k?: integer, top_p?: number,
    typical_p?: number, repetition_penalty?: number, length_penalty?: number, no_repeat_ngram_size?:
    integer, num_beams?: integer, early_stopping?: boolean or string}`
    - Output: `{role: string, content: string or null, tool_calls?: {id?: string, type?: string,
    function?: {name: string, arguments: string}}[] or null}`

    Args:
        org (str):
        name (str):
        provider_key (str | Unset):
        body (ChatStreamRequest): A conversation. For text generation it is the text of its
            messages, one per line. For a closed-source model,
            parameters of the provider may stand beside it. For an open model, further members are
            refused with 422.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | PaymentRequiredResponse | str]
    """

    kwargs = build_request(
        org=org,
        name=name,
        body=body,
        provider_key=provider_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
    body: ChatStreamRequest,
    provider_key: str | Unset = UNSET,
) -> ErrorResponse | PaymentRequiredResponse | str:
    """Chat, as a stream of text

     Answer the last message of a conversation. A text is the only message of the user.

    - Request: `messages: {role: string, content?: string or null or {type: string, text?: string, url?:
    string, base64?: string}[], name?: string, tool_calls?: any, tool_call_id?: string, function_call?:
    any}[]`; `params?: {max_new_tokens?: integer, min_new_tokens?: integer, max_length?: integer,
    min_length?: integer, temperature?: number, do_sample?: boolean, top_k?: integer, top_p?: number,
    typical_p?: number, repetition_penalty?: number, length_penalty?: number, no_repeat_ngram_size?:
    integer, num_beams?: integer, early_stopping?: boolean or string}`
    - Output: `{role: string, content: string or null, tool_calls?: {id?: string, type?: string,
    function?: {name: string, arguments: string}}[] or null}`

    Args:
        org (str):
        name (str):
        provider_key (str | Unset):
        body (ChatStreamRequest): A conversation. For text generation it is the text of its
            messages, one per line. For a closed-source model,
            parameters of the provider may stand beside it. For an open model, further members are
            refused with 422.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | PaymentRequiredResponse | str
    """

    return sync_detailed(
        org=org,
        name=name,
        client=client,
        body=body,
        provider_key=provider_key,
    ).parsed


async def asyncio_detailed(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
    body: ChatStreamRequest,
    provider_key: str | Unset = UNSET,
) -> Response[ErrorResponse | PaymentRequiredResponse | str]:
    """Chat, as a stream of text

     Answer the last message of a conversation. A text is the only message of the user.

    - Request: `messages: {role: string, content?: string or null or {type: string, text?: string, url?:
    string, base64?: string}[], name?: string, tool_calls?: any, tool_call_id?: string, function_call?:
    any}[]`; `params?: {max_new_tokens?: integer, min_new_tokens?: integer, max_length?: integer,
    min_length?: integer, temperature?: number, do_sample?: boolean, top_k?: integer, top_p?: number,
    typical_p?: number, repetition_penalty?: number, length_penalty?: number, no_repeat_ngram_size?:
    integer, num_beams?: integer, early_stopping?: boolean or string}`
    - Output: `{role: string, content: string or null, tool_calls?: {id?: string, type?: string,
    function?: {name: string, arguments: string}}[] or null}`

    Args:
        org (str):
        name (str):
        provider_key (str | Unset):
        body (ChatStreamRequest): A conversation. For text generation it is the text of its
            messages, one per line. For a closed-source model,
            parameters of the provider may stand beside it. For an open model, further members are
            refused with 422.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | PaymentRequiredResponse | str]
    """

    kwargs = build_request(
        org=org,
        name=name,
        body=body,
        provider_key=provider_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    org: str,
    name: str,
    *,
    client: AuthenticatedClient,
    body: ChatStreamRequest,
    provider_key: str | Unset = UNSET,
) -> ErrorResponse | PaymentRequiredResponse | str:
    """Chat, as a stream of text

     Answer the last message of a conversation. A text is the only message of the user.

    - Request: `messages: {role: string, content?: string or null or {type: string, text?: string, url?:
    string, base64?: string}[], name?: string, tool_calls?: any, tool_call_id?: string, function_call?:
    any}[]`; `params?: {max_new_tokens?: integer, min_new_tokens?: integer, max_length?: integer,
    min_length?: integer, temperature?: number, do_sample?: boolean, top_k?: integer, top_p?: number,
    typical_p?: number, repetition_penalty?: number, length_penalty?: number, no_repeat_ngram_size?:
    integer, num_beams?: integer, early_stopping?: boolean or string}`
    - Output: `{role: string, content: string or null, tool_calls?: {id?: string, type?: string,
    function?: {name: string, arguments: string}}[] or null}`

    Args:
        org (str):
        name (str):
        provider_key (str | Unset):
        body (ChatStreamRequest): A conversation. For text generation it is the text of its
            messages, one per line. For a closed-source model,
            parameters of the provider may stand beside it. For an open model, further members are
            refused with 422.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | PaymentRequiredResponse | str
    """

    return (
        await asyncio_detailed(
            org=org,
            name=name,
            client=client,
            body=body,
            provider_key=provider_key,
        )
    ).parsed
