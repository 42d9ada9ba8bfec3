from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient
from ...models.error_response_v1 import ErrorResponseV1
from ...models.run_stream_request_v1 import RunStreamRequestV1
from ...types import Response


def build_request(
    *,
    body: RunStreamRequestV1,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/model/run",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(response: httpx.Response) -> ErrorResponseV1 | str:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponseV1.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorResponseV1.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = ErrorResponseV1.from_dict(response.json())

        return response_402

    if response.status_code == 404:
        response_404 = ErrorResponseV1.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorResponseV1.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ErrorResponseV1.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorResponseV1.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ErrorResponseV1.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ErrorResponseV1.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ErrorResponseV1.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = ErrorResponseV1.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = ErrorResponseV1.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ErrorResponseV1.from_dict(response.json())

        return response_504

    raise errors.UnexpectedStatus(response.status_code, response.content)


def _build_response(response: httpx.Response) -> Response[ErrorResponseV1 | str]:
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
    *,
    client: AuthenticatedClient,
    body: RunStreamRequestV1,
) -> Response[ErrorResponseV1 | str]:
    """Run a loaded model, as a stream of text

     Run a model that is loaded; one that still starts is waited for. With `stream: true`, tasks that
    stream
    text answer with `text/plain`; text generation begins with the prompt. Files come in the JSON
    answer,
    in base64.

    Args:
        body (RunStreamRequestV1): The model to run and its input: `input`, or `prompt`, or
            `text`, of which the first counts; or the
            members that the task asks for, beside the others or as an object in `input`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | str]
    """

    kwargs = build_request(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(response)


def sync(
    *,
    client: AuthenticatedClient,
    body: RunStreamRequestV1,
) -> ErrorResponseV1 | str:
    """Run a loaded model, as a stream of text

     Run a model that is loaded; one that still starts is waited for. With `stream: true`, tasks that
    stream
    text answer with `text/plain`; text generation begins with the prompt. Files come in the JSON
    answer,
    in base64.

    Args:
        body (RunStreamRequestV1): The model to run and its input: `input`, or `prompt`, or
            `text`, of which the first counts; or the
            members that the task asks for, beside the others or as an object in `input`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | str
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: RunStreamRequestV1,
) -> Response[ErrorResponseV1 | str]:
    """Run a loaded model, as a stream of text

     Run a model that is loaded; one that still starts is waited for. With `stream: true`, tasks that
    stream
    text answer with `text/plain`; text generation begins with the prompt. Files come in the JSON
    answer,
    in base64.

    Args:
        body (RunStreamRequestV1): The model to run and its input: `input`, or `prompt`, or
            `text`, of which the first counts; or the
            members that the task asks for, beside the others or as an object in `input`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponseV1 | str]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: RunStreamRequestV1,
) -> ErrorResponseV1 | str:
    """Run a loaded model, as a stream of text

     Run a model that is loaded; one that still starts is waited for. With `stream: true`, tasks that
    stream
    text answer with `text/plain`; text generation begins with the prompt. Files come in the JSON
    answer,
    in base64.

    Args:
        body (RunStreamRequestV1): The model to run and its input: `input`, or `prompt`, or
            `text`, of which the first counts; or the
            members that the task asks for, beside the others or as an object in `input`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code.
        errors.InvalidBody: If the body is not JSON, or lacks members that its model requires.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponseV1 | str
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
